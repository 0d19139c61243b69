// What kubectl from 1.9 to 1.26 says before it sends an object: the check by the server's OpenAPI.
// kube-openapi/pkg/util/proto/validation/types.go, kubectl/pkg/util/openapi/validation.

import { isFields } from "../patch.ts";
import type { Definitions } from "./definitions.ts";
import type { Type } from "./field.ts";
import { byCodePoint, quoted } from "./go-json.ts";
import { openApiName, openApiType, scalarName } from "./openapi-names.ts";

type Fields = Record<string, unknown>;

/** Everything that is wrong with `value`, in kubectl's order. */
export function validateOpenApi(definitions: Definitions, value: unknown): string[] {
  const head = objectKind(value);
  if (!("kind" in head)) return head.errors;
  if (head.apiVersion === "v1" && head.kind === "List")
    return validateList(definitions, head.value);
  return validateResource(definitions, head);
}

interface Head {
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: Fields;
}

/** What an object says that it is; newer kubectl asks no more of it, the server does the rest. */
export function objectKind(value: unknown): Head | { readonly errors: string[] } {
  if (!isFields(value)) return { errors: ["invalid object to validate"] };
  const { apiVersion, kind } = value;
  const errors = [...textError("apiVersion", apiVersion), ...textError("kind", kind)];
  if (typeof apiVersion === "string" && apiVersion.split("/").length > 2) {
    errors.unshift(`unexpected GroupVersion string: ${apiVersion}`);
  }
  if (errors.length > 0 || typeof apiVersion !== "string" || typeof kind !== "string") {
    return { errors };
  }
  return { apiVersion, kind, value };
}

function textError(name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [`${name} not set`];
  return typeof value === "string" ? [] : [`${name} isn't string type`];
}

function validateList(definitions: Definitions, { items }: Fields): string[] {
  if (!Array.isArray(items)) return ["invalid object to validate"];
  return items.flatMap((item: unknown) => {
    const head = objectKind(item);
    return "kind" in head ? validateResource(definitions, head) : head.errors;
  });
}

function validateResource(definitions: Definitions, { apiVersion, kind, value }: Head): string[] {
  const key = definitions.keyOf(apiVersion, kind);
  if (key === undefined) return [];
  const check = new Check(definitions);
  check.value({ is: "struct", key }, value, { path: kind, schema: openApiName(key) });
  return check.errors;
}

/** Where a value is, and how its place is called in the OpenAPI document. */
interface Place {
  readonly path: string;
  readonly schema: string;
}

class Check {
  readonly errors: string[] = [];
  readonly #definitions: Definitions;

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  #add({ path }: Place, error: string): void {
    this.errors.push(`ValidationError(${path}): ${error}`);
  }

  #wrongType(place: Place, got: string, expected: string): void {
    const types = `got ${quoted(got)}, expected ${quoted(expected)}`;
    this.#add(place, `invalid type for ${place.schema}: ${types}`);
  }

  value(type: Type, value: unknown, place: Place): void {
    switch (type.is) {
      case "pointer":
        this.value(type.of, value, place);
        return;
      case "struct":
        this.#struct(type.key, value, { path: place.path, schema: openApiName(type.key) });
        return;
      case "list":
        if (Array.isArray(value)) this.#list(type.of, value, place);
        else this.#wrongType(place, kindOf(value), "array");
        return;
      case "map":
        if (isFields(value)) this.#map(type.of, value, place);
        else this.#wrongType(place, kindOf(value), "map");
        return;
      case "any":
      case "fields":
        if (!isFields(value)) {
          const schema = scalarName(type.is) ?? place.schema;
          this.#wrongType({ ...place, schema }, kindOf(value), "map");
        }
        return;
      default: {
        const expected = openApiType(type.is);
        const got = kindOf(value);
        if (isAccepted(got, expected)) return;
        this.#wrongType({ ...place, schema: scalarName(type.is) ?? place.schema }, got, expected);
      }
    }
  }

  #struct(key: string, value: unknown, place: Place): void {
    if (!isFields(value)) {
      this.#wrongType(place, kindOf(value), "map");
      return;
    }
    const { fields } = this.#definitions.must(key);
    for (const name of Object.keys(value).sort(byCodePoint)) {
      const given = value[name];
      if (given === null || given === undefined) continue;
      const field = fields.get(name);
      if (field) {
        const below = { path: `${place.path}.${name}`, schema: `${place.schema}.${name}` };
        this.value(field.type, given, below);
      } else this.#add(place, `unknown field ${quoted(name)} in ${place.schema}`);
    }
    for (const { name, required } of fields.values()) {
      if (!required || (value[name] !== undefined && value[name] !== null)) continue;
      this.#add(place, `missing required field ${quoted(name)} in ${place.schema}`);
    }
  }

  #list(type: Type, values: readonly unknown[], { path, schema }: Place): void {
    for (const [index, value] of values.entries()) {
      const below = { path: `${path}[${index}]`, schema };
      // Upstream says it of the list, and where in it.
      if (value === null) this.#add({ path, schema }, `unknown object type "nil" in ${below.path}`);
      else this.value(type, value, below);
    }
  }

  #map(type: Type, value: Fields, { path, schema }: Place): void {
    for (const key of Object.keys(value).sort(byCodePoint)) {
      const below = { path: `${path}.${key}`, schema };
      if (value[key] === null) this.errors.push(`unknown object type "nil" in ${below.path}`);
      else this.value(type, value[key], below);
    }
  }
}

/** `map`, `array`, `string`, `integer`, `number`, `boolean`. */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  return typeof value === "object" ? "map" : typeof value;
}

/** Anything simple may stand for a string, and a fraction for a whole number. */
function isAccepted(got: string, expected: string): boolean {
  if (got === "map" || got === "array") return false;
  return expected === "string" || got === expected || (expected === "integer" && got === "number");
}
