import { expect, test } from "vitest";
import type { TypeFacts } from "../../../scripts/schema/facts.ts";
import { writeTable } from "../../../scripts/schema/write-table.ts";
import { type Dialect, type Release, readTable } from "./table.ts";

const dialect: Dialect = { validation: "openapi", json: "jsoniter", hasEnums: false };
const newer: Release = {
  dialect,
  lines: `#apps/v1 Set
Set spec:SetSpec
SetSpec replicas:*i names!:[s^ color:Color tail
Color=(red,green)
Whole@ a!`,
};
const older: Release = {
  dialect,
  newer,
  lines: `#apps/v1beta1<apps/v1 Set PetSet
SetSpec /tail replicas:i >names size:l
PetSet spec:SetSpec`,
};

const notation = (release: Release, key: string) =>
  [...(readTable(release).entry(key)?.fields ?? [])].map((field) => field.join("")).join(" ");

test("an older release says only what differs", () => {
  expect(notation(newer, "apps/v1.SetSpec")).toBe("replicas:*i names!:[s^ color:Color tail");
  expect(notation(older, "apps/v1beta1.SetSpec")).toBe("replicas:i names!:[s^ size:l color:Color");
  expect(notation(older, "apps/v1beta1.Set")).toBe("spec:SetSpec");
  expect(readTable(older).entry("apps/v1.Color")?.alias).toBe("(red,green)");
  expect(readTable(newer).entry("apps/v1.Whole")?.atomic).toBe(true);
});

test("it serves the kinds that it lists and no others", () => {
  expect([...readTable(older).kinds]).toEqual([["apps/v1beta1", ["Set", "PetSet"]]]);
});

test("what is written is what is read", () => {
  const type = (key: string, fields: Record<string, string>): TypeFacts => ({
    key,
    fields: new Map(Object.entries(fields)),
    alias: undefined,
    isKind: key.endsWith(".Set"),
    isAtomic: false,
    text: "",
    texts: new Map(),
  });
  const facts = [
    type("apps/v1.Set", { spec: ":SetSpec", status: ":SetStatus" }),
    type("apps/v1.SetSpec", { tail: "", replicas: ":*i", "<Color": "" }),
    type("apps/v1.SetStatus", { replicas: "!:i" }),
  ];
  const written: Release = { dialect, newer, lines: writeTable(facts, newer) };
  const table = readTable(written);
  for (const { key, fields } of facts)
    expect([...(table.entry(key)?.fields ?? [])]).toEqual([...fields]);
});
