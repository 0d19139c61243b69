import { expect, test } from "vitest";
import { v1_20 } from "../eras/schema/index.ts";
import { wholeGoStruct } from "./go-struct.ts";

const text = (type: string, value: object) => wholeGoStruct(v1_20, type, value).text;

test("all fields are shown, those that nobody set with Go's zero", () => {
  expect(text("core/v1.Toleration", { key: "a", effect: "NoExecute" })).toBe(
    'core.Toleration{Key:"a", Operator:"", Value:"", Effect:"NoExecute", TolerationSeconds:(*int64)(nil)}',
  );
});

test("of what is pointed to only an address is shown", () => {
  expect(text("core/v1.Toleration", { tolerationSeconds: 5 })).toMatch(
    /TolerationSeconds:\(\*int64\)\(0xc0[0-9a-f]{8}\)}$/,
  );
});

test("a volume's source is embedded, and its kinds stand in the server's own order", () => {
  const shown = text("core/v1.Volume", { name: "v", emptyDir: {} });
  expect(shown).toMatch(/^core\.Volume\{Name:"v", VolumeSource:core\.VolumeSource\{HostPath:/);
  expect(shown).toContain("EmptyDir:(*core.EmptyDirVolumeSource)(0xc0");
  expect(shown).toContain("RBD:(*core.RBDVolumeSource)(nil), Quobyte:");
});

test("quantities are shown as they are kept", () => {
  expect(text("core/v1.ResourceRequirements", { requests: { cpu: "100m" } })).toContain(
    'Requests:core.ResourceList{"cpu":resource.Quantity{i:resource.int64Amount{value:100, scale:-3}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"100m", Format:"DecimalSI"}}',
  );
});
