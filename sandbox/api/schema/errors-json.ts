// What servers since 1.23 say of JSON that does not fit its type, and of fields that it should not
// have. sigs.k8s.io/json, a fork of encoding/json: decode.go and kubernetes_patch.go.

import { isFields } from "../patch.ts";
import type { Definitions } from "./definitions.ts";
import type { Definition, Type } from "./field.ts";
import { quoted } from "./go-json.ts";
import { goTypeOf } from "./go-names.ts";
import { badBase64At, kindOf, refusal } from "./scalars.ts";

type Fields = Record<string, unknown>;

/**
 * encoding/json's message; undefined if `value`, whose fields are in the order of the text, fits.
 */
export function jsonError(
  definitions: Definitions,
  definition: Definition,
  value: Fields,
): string | undefined {
  const reader = new Reader(definitions);
  reader.struct(definition, value);
  return reader.refused ?? reader.saved;
}

/** What strict decoding would complain of, in the order of the text. */
export function strictErrors(
  definitions: Definitions,
  definition: Definition,
  value: Fields,
): string[] {
  const reader = new Reader(definitions);
  reader.struct(definition, value);
  return reader.unknown.slice(0, 100).map((path) => `unknown field ${quoted(path)}`);
}

class Reader {
  /** The first value of a wrong type: reading goes on, and this is said in the end. */
  saved: string | undefined;
  /** What a type's own reader said: reading ends. */
  refused: string | undefined;
  readonly unknown: string[] = [];
  readonly #definitions: Definitions;
  /** Names of fields on the way here, and the struct that has the last of them. */
  readonly #fields: string[] = [];
  #owner = "";
  #path = "";

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
  }

  #save(message: string): void {
    this.saved ??= message;
  }

  #mismatch(value: unknown, type: Type, withNumber = false): void {
    const what = `json: cannot unmarshal ${kindOf(value, withNumber)} into Go`;
    this.#save(`${what} ${this.#where()} of type ${goTypeOf(type)}`);
  }

  #where(): string {
    const path = this.#fields.join(".");
    return path === "" ? "value" : `struct field ${this.#owner}.${path}`;
  }

  struct(definition: Definition, value: Fields): void {
    const { key, fields } = definition;
    const [owner, path] = [this.#owner, this.#path];
    for (const name of Object.keys(value)) {
      const field = fields.get(name);
      const below = path ? `${path}.${name}` : name;
      if (!field) this.unknown.push(below);
      if (!field || this.refused !== undefined) continue;
      this.#owner = key.slice(key.lastIndexOf(".") + 1);
      this.#path = below;
      this.#fields.push(name);
      this.#value(field.type, value[name]);
      this.#fields.pop();
    }
    [this.#owner, this.#path] = [owner, path];
  }

  #value(type: Type, value: unknown): void {
    if (value === null || value === undefined || this.refused !== undefined) return;
    switch (type.is) {
      case "pointer":
        this.#value(type.of, value);
        return;
      case "string":
        if (typeof value !== "string") this.#mismatch(value, type);
        return;
      case "bool":
        if (typeof value !== "boolean") this.#mismatch(value, type);
        return;
      case "int32":
      case "int64":
        if (!fitsInt(type.is, value)) this.#mismatch(value, type, true);
        return;
      case "struct":
        if (isFields(value)) this.struct(this.#definitions.must(type.key), value);
        else this.#mismatch(value, type);
        return;
      case "list":
        if (Array.isArray(value)) this.#list(type.of, value);
        else this.#mismatch(value, type);
        return;
      case "map":
        if (isFields(value)) this.#map(type.of, value);
        else this.#mismatch(value, type);
        return;
      case "bytes":
        this.#bytes(type, value);
        return;
      default:
        this.refused = refusal(type.is, value)?.replace(
          "into Go value",
          `into Go ${this.#where()}`,
        );
    }
  }

  #list(type: Type, values: readonly unknown[]): void {
    const path = this.#path;
    for (const [index, value] of values.entries()) {
      this.#path = `${path}[${index}]`;
      this.#value(type, value);
    }
    this.#path = path;
  }

  #map(type: Type, value: Fields): void {
    const path = this.#path;
    for (const key of Object.keys(value)) {
      this.#path = `${path}.${key}`;
      this.#value(type, value[key]);
    }
    this.#path = path;
  }

  #bytes(type: Type, value: unknown): void {
    if (typeof value !== "string") {
      this.#mismatch(value, type);
      return;
    }
    const bad = badBase64At(value);
    if (bad !== undefined) this.#save(`illegal base64 data at input byte ${bad}`);
  }
}

function fitsInt(is: "int32" | "int64", value: unknown): boolean {
  if (typeof value !== "number" || !Number.isInteger(value)) return false;
  return Math.abs(value) < 2 ** (is === "int32" ? 31 : 63) || value === -(2 ** 31);
}
