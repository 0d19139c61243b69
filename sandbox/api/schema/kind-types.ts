// Types that no table lists, as they are the same in every release: what makes an object a kind,
// lists of a kind, lists of anything, and the little that kubectl reads of an object that it does
// not know.

import type { Definition, Field, Type } from "./field.ts";
import { usualGoName } from "./go-names.ts";

const plainField = (name: string, type: Type, through: readonly string[] = []): Field => ({
  name,
  goName: usualGoName(name),
  through,
  type,
  required: false,
  whenEmpty: "omitted",
  merge: false,
  replace: false,
  retainKeys: false,
  mergeKey: undefined,
  list: undefined,
  listKeys: [],
});

/** What every kind has, whatever its table says. */
export const typeMeta: readonly Field[] = [
  plainField("kind", { is: "string", go: "string" }, ["TypeMeta"]),
  plainField("apiVersion", { is: "string", go: "string" }, ["TypeMeta"]),
];

/** All that kubectl reads of an object of any kind. */
export const metadataOnly: Definition = {
  key: "resource.metadataOnlyObject",
  fields: new Map(
    [...typeMeta, plainField("metadata", { is: "struct", key: "meta/v1.ObjectMeta" })].map(
      (field) => [field.name, field],
    ),
  ),
  isKind: true,
  isAtomic: false,
};

/** The list of a kind, or of whatever else `item` is. */
export function listOf(key: string, item: Type): Definition {
  const metadata = plainField("metadata", { is: "struct", key: "meta/v1.ListMeta" });
  const items = plainField("items", { is: "list", of: item });
  const fields = [
    ...typeMeta,
    { ...metadata, goName: "ListMeta" },
    { ...items, required: true, whenEmpty: "written" as const },
  ];
  return {
    key,
    fields: new Map(fields.map((field) => [field.name, field])),
    isKind: true,
    isAtomic: false,
  };
}

/** A list of objects of any kind: `apiVersion: v1`, `kind: List`. */
export const anyList = listOf("meta/v1.List", { is: "any", go: "runtime.RawExtension" });
