// What could be written where the cursor stands, and what is known of the field under it: by the
// schema of the era. Knows nothing of the editor that shows it.

import type { Field, Type } from "../../../sandbox/api/schema/field.ts";
import type { Schema } from "../../../sandbox/api/schema.ts";
import type { Cursor } from "./cursor.ts";

export interface Suggestion {
  readonly label: string;
  /** What is put in: with a colon, and a new line where an object begins. */
  readonly insert: string;
  /** `string`, `[]Container`. */
  readonly detail: string;
  readonly isRequired: boolean;
  /** Where its text is found: `core/v1.PodSpec`, `containers`. */
  readonly owner: string;
}

/** Type and field that a text of `kubectl explain` is about. */
export interface Subject {
  readonly owner: string;
  readonly name: string;
  readonly detail: string;
}

export function suggestionsAt(schema: Schema, cursor: Cursor): readonly Suggestion[] {
  if (cursor.path.length === 0 && cursor.key === "kind") return kinds(schema, cursor.apiVersion);
  if (cursor.path.length === 0 && cursor.key === "apiVersion") return versions(schema);
  if (cursor.key !== undefined) return values(schema, cursor);
  if (cursor.path.length === 0 && cursor.kind === undefined) return heads;
  const owner = ownerAt(schema, cursor);
  if (!owner) return [];
  const there = new Set(cursor.siblings);
  return [...owner.fields.values()]
    .filter(({ name }) => !there.has(name))
    .map((field) => ({
      label: field.name,
      insert: insertOf(field),
      detail: typeText(field.type),
      isRequired: field.required,
      owner: owner.key,
    }));
}

/** The field whose name or value is under the cursor. */
export function subjectAt(schema: Schema, cursor: Cursor, word: string): Subject | undefined {
  const owner = ownerAt(schema, cursor);
  const field = owner?.fields.get(cursor.key ?? word);
  return owner && field && { owner: owner.key, name: field.name, detail: typeText(field.type) };
}

function ownerAt(schema: Schema, { kind, apiVersion, path }: Cursor) {
  const type = kind === undefined ? undefined : typeOf(schema, apiVersion, kind);
  if (type === undefined) return undefined;
  return path.length === 0 ? schema.type(type) : schema.field(type, path)?.inside;
}

/** A kind without its version is looked for in all of them. */
export function typeOf(schema: Schema, apiVersion: string | undefined, kind: string) {
  const exact = apiVersion === undefined ? undefined : schema.definition(apiVersion, kind);
  return exact ?? schema.kinds().find((served) => served.kind === kind)?.key;
}

function values(schema: Schema, cursor: Cursor): readonly Suggestion[] {
  const owner = ownerAt(schema, cursor);
  const type = owner?.fields.get(cursor.key ?? "")?.type;
  const simple = (label: string): Suggestion => ({
    ...{ label, insert: label, detail: "", isRequired: false, owner: owner?.key ?? "" },
  });
  if (!type) return [];
  if ("values" in type && type.values) return type.values.map(simple);
  return type.is === "bool" ? ["true", "false"].map(simple) : [];
}

const kinds = (schema: Schema, apiVersion: string | undefined): readonly Suggestion[] =>
  schema
    .kinds()
    .filter(({ group, version, kind }) => {
      const served = group === "" || group === "core" ? version : `${group}/${version}`;
      return !kind.endsWith("List") && (apiVersion === undefined || served === apiVersion);
    })
    .map(({ kind, key }) => ({
      ...{ label: kind, insert: kind, detail: "", isRequired: false, owner: key },
    }));

function versions(schema: Schema): readonly Suggestion[] {
  const served = schema
    .kinds()
    .map(({ group, version }) =>
      group === "" || group === "core" ? version : `${group}/${version}`,
    );
  return [...new Set(served)].map((label) => ({
    ...{ label, insert: label, detail: "", isRequired: false, owner: "" },
  }));
}

const heads: readonly Suggestion[] = ["apiVersion", "kind", "metadata"].map((label) => ({
  ...{ label, insert: `${label}: `, detail: "", isRequired: true, owner: "" },
}));

function insertOf({ name, type }: Field): string {
  const inner = type.is === "pointer" ? type.of : type;
  if (inner.is === "list") return `${name}:\n- `;
  return inner.is === "struct" || inner.is === "map" ? `${name}:\n  ` : `${name}: `;
}

/** As Go's documentation of the API has it. */
export function typeText(type: Type): string {
  switch (type.is) {
    case "struct":
      return type.key.replace(/^.*\./, "");
    case "list":
      return `[]${typeText(type.of)}`;
    case "map":
      return `map[string]${typeText(type.of)}`;
    case "pointer":
      return typeText(type.of);
    default:
      return type.is;
  }
}
