import { expect, test } from "vitest";
import { v1_3, v1_34 } from "../../../sandbox/eras/schema/index.ts";
import { cursorAt } from "./cursor.ts";
import { problemsIn } from "./problems.ts";
import { subjectAt, suggestionsAt } from "./suggest.ts";

/** The cursor stands at the mark. */
function at(marked: string) {
  const before = marked.slice(0, marked.indexOf("█"));
  const line = before.split("\n").length - 1;
  return cursorAt(marked.replace("█", ""), line, before.length - before.lastIndexOf("\n") - 1);
}
const labels = (marked: string, schema = v1_34) =>
  suggestionsAt(schema, at(marked)).map(({ label }) => label);

const claim = "apiVersion: v1\nkind: PersistentVolumeClaim\n";

test("fields of the object around the cursor are suggested, without those that are there", () => {
  const found = labels(`${claim}spec:\n  accessModes:\n  - ReadWriteOnce\n  █`);
  expect(found).toContain("storageClassName");
  expect(found).not.toContain("accessModes");
});

test("a field of an older release is suggested only where it exists", () => {
  const spec = "apiVersion: v1\nkind: PersistentVolumeClaim\nspec:\n  █";
  expect(labels(spec, v1_34)).toContain("volumeMode");
  expect(labels(spec, v1_3)).not.toContain("volumeMode");
});

test("values are suggested where there are few", () => {
  const found = labels(
    "apiVersion: v1\nkind: PersistentVolume\nspec:\n  persistentVolumeReclaimPolicy: █",
  );
  expect(found).toEqual(expect.arrayContaining(["Retain", "Delete"]));
  expect(labels("apiVersion: v1\nkind: Pod\nspec:\n  hostNetwork: █")).toEqual(["true", "false"]);
});

test("kinds of the version are suggested, and versions", () => {
  expect(labels("apiVersion: apps/v1\nkind: █")).toContain("StatefulSet");
  expect(labels("apiVersion: apps/v1\nkind: █")).not.toContain("Pod");
  expect(labels("apiVersion: █")).toEqual(expect.arrayContaining(["v1", "apps/v1"]));
});

test("the field under the cursor is known by its type", () => {
  const cursor = at(`${claim}spec:\n  storage█ClassName: local\n`);
  expect(subjectAt(v1_34, cursor, "storageClassName")).toEqual({
    ...{ owner: "core/v1.PersistentVolumeClaimSpec", name: "storageClassName", detail: "string" },
  });
});

test("unknown kinds and fields and wrong types are marked where they stand", () => {
  const text = `${claim}spec:\n  storageClass: local\n  accessModes: ReadWriteOnce\n`;
  expect(
    problemsIn(v1_34, text).map(({ message, line, column }) => [line, column, message]),
  ).toEqual([
    [4, 3, "PersistentVolumeClaimSpec has no field storageClass in this release"],
    [5, 16, "A list is expected here: []string"],
  ]);
  expect(problemsIn(v1_34, "apiVersion: v1\nkind: Pot\n")[0]?.message).toBe(
    "There is no kind Pot in this release",
  );
  expect(problemsIn(v1_34, "apiVersion: apps/v1beta1\nkind: StatefulSet\n")[0]?.message).toBe(
    "apps/v1beta1 has no kind StatefulSet in this release",
  );
});

test("YAML that cannot be read is marked where it breaks", () => {
  expect(problemsIn(v1_34, "a: [1\nb: 2\n")[0]).toMatchObject({ isError: true, line: 2 });
});
