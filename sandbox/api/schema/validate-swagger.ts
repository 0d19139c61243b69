// What kubectl until 1.8 says before it sends an object: the check by the server's swagger 1.2,
// which knew no maps and took any value for them. pkg/api/validation/schema.go, go-restful's model
// builder.

import { isFields } from "../patch.ts";
import type { Definitions } from "./definitions.ts";
import type { Type } from "./field.ts";
import { byCodePoint, quoted } from "./go-json.ts";
import { goTypeName } from "./go-names.ts";
import { objectKind } from "./validate-openapi.ts";

type Fields = Record<string, unknown>;

/**
 * Everything that is wrong with `value`. `known`: group-versions of a kubectl that refuses others.
 */
export function validateSwagger(
  definitions: Definitions,
  value: unknown,
  known: readonly string[] | undefined,
): string[] {
  if (!isFields(value)) {
    const what = Array.isArray(value) ? "array" : typeof value;
    return [`${unreadable}: json: cannot unmarshal ${what} into Go value of type ${headType}`];
  }
  const apiVersion = typeof value["apiVersion"] === "string" ? value["apiVersion"] : "";
  if (known && !known.includes(apiVersion)) {
    const list = known.map(quoted).join(" ");
    return [
      `API version ${quoted(apiVersion)} isn't supported, only supports API versions [${list}]`,
    ];
  }
  const head = objectKind(value);
  if (!("kind" in head)) return head.errors.slice(0, 1);
  if (head.kind.endsWith("List")) return validateItems(definitions, value["items"]);
  return validateObject(definitions, apiVersion, value);
}

const unreadable = "couldn't get version/kind; json parse error";
const headType =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

function validateItems(definitions: Definitions, items: unknown): string[] {
  if (!Array.isArray(items)) return ["items isn't a slice"];
  return items.flatMap((item: unknown, index) => {
    const place = `items[${index}]`;
    if (!isFields(item)) return [`${place} isn't a map[string]interface{}`];
    const { apiVersion, kind } = item;
    if (apiVersion === undefined || apiVersion === null) return [`${place}.apiVersion not set`];
    if (typeof apiVersion !== "string") return [`${place}.apiVersion isn't string type`];
    if (kind === undefined || kind === null) return [`${place}.kind not set`];
    if (typeof kind !== "string") return [`${place}.kind isn't string type`];
    return validateObject(definitions, apiVersion, item);
  });
}

function validateObject(definitions: Definitions, apiVersion: string, value: Fields): string[] {
  const kind = String(value["kind"]);
  const key = definitions.keyOf(apiVersion, kind);
  if (key === undefined) return [`couldn't find type: ${apiVersion.replace(/^.*\//, "")}.${kind}`];
  const errors: string[] = [];
  checkStruct({ definitions, errors }, key, { value, place: "" });
  return errors;
}

interface Check {
  readonly definitions: Definitions;
  readonly errors: string[];
}

interface Place {
  readonly value: unknown;
  readonly place: string;
}

function checkStruct(check: Check, key: string, { value, place }: Place): void {
  const { definitions, errors } = check;
  if (!isFields(value)) {
    const actual = `but the actual type is ${goType(value)}`;
    errors.push(`field ${place}: expected object of type map[string]interface{}, ${actual}`);
    return;
  }
  const { fields } = definitions.must(key);
  for (const { name, required } of fields.values()) {
    if (required && value[name] === undefined) errors.push(`field ${name}: is required`);
  }
  // Upstream goes through the fields in the chance order of a Go map.
  for (const name of Object.keys(value).sort(byCodePoint)) {
    const given = value[name];
    const field = fields.get(name);
    if (!field) errors.push(`found invalid field ${name} for ${swaggerName(key)}`);
    else if (given !== null && given !== undefined) {
      checkValue(check, field.type, { value: given, place: place ? `${place}.${name}` : name });
    }
  }
}

function checkValue(check: Check, type: Type, { value, place }: Place): void {
  const wrong = (expected: string) =>
    check.errors.push(`expected type ${expected}, for field ${place}, got ${goKind(value)}`);
  switch (type.is) {
    case "pointer":
      checkValue(check, type.of, { value, place });
      return;
    case "struct":
      checkStruct(check, type.key, { value, place });
      return;
    case "list":
      if (!Array.isArray(value)) {
        wrong("array");
        return;
      }
      // A named string is a model without fields to swagger: anything will do.
      if (type.of.is === "string" && type.of.go !== "string") return;
      for (const [index, item] of value.entries()) {
        checkValue(check, type.of, { value: item, place: `${place}[${index}]` });
      }
      return;
    case "int32":
    case "int64":
      if (typeof value !== "number") wrong("int");
      return;
    case "bool":
      if (typeof value !== "boolean") wrong("bool");
      return;
    case "map":
      return;
    default:
      if (typeof value !== "string" && typeof value !== "number") wrong("string");
  }
}

/** Until 1.5 these were types of the API's own v1; the rest of meta had no version. */
const movedToMeta: ReadonlySet<string> = new Set([
  "meta/v1.DeleteOptions",
  "meta/v1.ObjectMeta",
  "meta/v1.OwnerReference",
  "meta/v1.Preconditions",
]);

/** `v1.ServiceSpec`, `unversioned.LabelSelector`. */
export const swaggerName = (key: string): string =>
  key.startsWith("meta/v1.") && !movedToMeta.has(key)
    ? `unversioned.${key.slice(8)}`
    : goTypeName(key);

const goKind = (value: unknown): string => {
  if (Array.isArray(value)) return "slice";
  if (typeof value === "number") return "float64";
  return typeof value === "boolean" ? "bool" : typeof value === "string" ? "string" : "map";
};

const goType = (value: unknown): string => {
  if (value === null) return "<nil>";
  return Array.isArray(value) ? "[]interface {}" : goKind(value);
};
