// What servers since 1.8 say where a patched object is turned into a typed one without JSON, and a
// value does not fit. apimachinery/pkg/runtime/converter.go.

import { isFields } from "../patch.ts";
import type { Definitions } from "./definitions.ts";
import type { Field, Type } from "./field.ts";
import { badBase64At, refusal } from "./scalars.ts";

/** The converter's message, in the order of the type's fields; undefined if `value` fits. */
export function conversionError(
  definitions: Definitions,
  type: Type,
  value: unknown,
): string | undefined {
  if (value === null || value === undefined) return undefined;
  switch (type.is) {
    case "pointer":
      return conversionError(definitions, type.of, value);
    case "struct": {
      if (!isFields(value)) return `cannot restore struct from: ${goKind(value)}`;
      const { fields } = definitions.must(type.key);
      return firstOf([...fields.values()], (field: Field) =>
        conversionError(definitions, field.type, value[field.name]),
      );
    }
    case "list":
      if (!Array.isArray(value)) return `cannot restore slice from ${goKind(value)}`;
      return firstOf(value, (each) => conversionError(definitions, type.of, each));
    case "map":
      if (!isFields(value)) return `cannot restore map from ${goKind(value)}`;
      return firstOf(Object.values(value), (each) => conversionError(definitions, type.of, each));
    case "bytes": {
      if (typeof value !== "string") return `cannot restore slice from ${goKind(value)}`;
      const bad = badBase64At(value);
      if (bad === undefined) return undefined;
      return `error decoding from json: illegal base64 data at input byte ${bad}`;
    }
    case "string":
      if (typeof value === "string") return undefined;
      return goKind(value) === "int64"
        ? `cannot convert int64 to ${type.go}`
        : "unrecognized type: string";
    case "bool":
      return typeof value === "boolean" ? undefined : "unrecognized type: bool";
    case "int32":
    case "int64":
      if (typeof value !== "number") return `unrecognized type: ${type.is}`;
      return Number.isInteger(value) ? undefined : `cannot convert float64 to ${type.is}`;
    default:
      return refusal(type.is, value);
  }
}

function firstOf<T>(list: readonly T[], read: (each: T) => string | undefined): string | undefined {
  for (const each of list) {
    const message = read(each);
    if (message !== undefined) return message;
  }
  return undefined;
}

/** How Go's reflection calls a plain value. */
function goKind(value: unknown): string {
  if (Array.isArray(value)) return "slice";
  if (typeof value === "number") return Number.isInteger(value) ? "int64" : "float64";
  return typeof value === "boolean" ? "bool" : typeof value === "string" ? "string" : "map";
}
