// A whole object as Go's `%#v` prints it, with every field that it does not have, in the types that
// the server itself works with. They are those of the API but for the few differences below.
// pkg/apis/core/types.go.
// differs: addresses are made up.

import { GoValue } from "./field-error.ts";
import { isFields } from "./patch.ts";
import type { Field, Type } from "./schema/field.ts";
import { goTypeName } from "./schema/go-names.ts";
import type { Schema } from "./schema.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Fields that the server keeps elsewhere. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  "core/v1.PodSpec": [
    "DeprecatedServiceAccount",
    "HostNetwork",
    "HostPID",
    "HostIPC",
    "ShareProcessNamespace",
  ],
};

/** Fields that stand behind another one than in the API. */
const moved: Readonly<Record<string, readonly (readonly [field: string, behind: string])[]>> = {
  "core/v1.PodSpec": [
    ["SetHostnameAsFQDN", "Subdomain"],
    ["PreemptionPolicy", "Priority"],
    ["Overhead", "RuntimeClassName"],
  ],
  "core/v1.Volume": [["Quobyte", "RBD"]],
};

/** `core.PodTemplateSpec{ObjectMeta:v1.ObjectMeta{…}, …}`; `type` is `core/v1.PodTemplateSpec`. */
export function wholeGoStruct(schema: Schema, type: string, value: object): GoValue {
  const text = new Writer(schema).struct(type, { ...value });
  return new GoValue(text, JSON.stringify(value));
}

class Writer {
  readonly #schema: Schema;
  #pointers = 0;

  constructor(schema: Schema) {
    this.#schema = schema;
  }

  struct(key: string, value: Fields): string {
    const fields = fieldsOf(this.#schema, key);
    const parts: string[] = [];
    for (let at = 0; at < fields.length; at++) {
      const field = fields[at] as Field;
      const [embedded] = field.through;
      if (embedded === undefined) {
        parts.push(`${field.goName}:${this.#value(field.type, value[field.name])}`);
        continue;
      }
      const inside: string[] = [];
      for (; fields[at]?.through[0] === embedded; at++) {
        const { goName, name, type } = fields[at] as Field;
        inside.push(`${goName}:${this.#value(type, value[name])}`);
      }
      at--;
      parts.push(`${embedded}:${packageOf(key)}.${embedded}{${inside.join(", ")}}`);
    }
    return `${nameOf(key)}{${parts.join(", ")}}`;
  }

  #value(type: Type, value: unknown): string {
    switch (type.is) {
      case "struct":
        return this.struct(type.key, isFields(value) ? value : {});
      case "pointer":
        return this.#pointer(type.of, value);
      case "list":
        return this.#list(type, value);
      case "map":
        return this.#map(type, value);
      default:
        return scalar(type.is, value);
    }
  }

  /** Of what is pointed to only the address is seen. */
  #pointer(of: Type, value: unknown): string {
    if (value === undefined || value === null) {
      return of.is === "time" ? "<nil>" : `(*${typeName(of)})(nil)`;
    }
    if (of.is === "time") return scalar("time", value);
    this.#pointers++;
    const address = (0x0a000000 + this.#pointers * 0x10).toString(16).padStart(8, "0");
    return `(*${typeName(of)})(0xc0${address})`;
  }

  #list(type: Type & { readonly is: "list" | "map" }, value: unknown): string {
    if (!Array.isArray(value)) return `${typeName(type)}(nil)`;
    return `${typeName(type)}{${value.map((each) => this.#value(type.of, each)).join(", ")}}`;
  }

  #map(type: Type & { readonly is: "list" | "map" }, value: unknown): string {
    if (!isFields(value)) return `${typeName(type)}(nil)`;
    const entries = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${this.#value(type.of, value[key])}`);
    return `${typeName(type)}{${entries.join(", ")}}`;
  }
}

function fieldsOf(schema: Schema, key: string): readonly Field[] {
  const all = [...(schema.type(key)?.fields.values() ?? [])];
  const fields = all.filter(({ goName }) => !elsewhere[key]?.includes(goName));
  for (const [name, behind] of moved[key] ?? []) {
    const from = fields.findIndex(({ goName }) => goName === name);
    const [field] = from < 0 ? [] : fields.splice(from, 1);
    if (field) fields.splice(fields.findIndex(({ goName }) => goName === behind) + 1, 0, field);
  }
  return fields;
}

/** The server's own types have no version: `core.Container`. */
const packageOf = (key: string): string =>
  key.startsWith("meta/") ? "v1" : key.slice(0, key.indexOf("/"));

const nameOf = (key: string): string => `${packageOf(key)}.${goTypeName(key).replace(/^.*\./, "")}`;

function typeName(type: Type): string {
  switch (type.is) {
    case "struct":
      return nameOf(type.key);
    case "pointer":
      return `*${typeName(type.of)}`;
    case "list":
      return type.go ? internal(type.go) : `[]${typeName(type.of)}`;
    case "map":
      return type.go ? internal(type.go) : `map[string]${typeName(type.of)}`;
    default:
      return internal(type.go);
  }
}

const internal = (go: string): string => go.replace(/^v1\.(?!Time$)/, "core.");

function scalar(is: (Type & { readonly go: string })["is"] | string, value: unknown): string {
  switch (is) {
    case "string":
      return JSON.stringify(value ?? "");
    case "bool":
      return String(value ?? false);
    case "int32":
    case "int64":
      return String(value ?? 0);
    case "time":
      return time(value);
    case "int-or-string":
      return typeof value === "string"
        ? `intstr.IntOrString{Type:1, IntVal:0, StrVal:${JSON.stringify(value)}}`
        : `intstr.IntOrString{Type:0, IntVal:${Number(value ?? 0)}, StrVal:""}`;
    case "quantity":
      return quantity(String(value ?? "0"));
    default:
      return value === undefined ? "nil" : JSON.stringify(value);
  }
}

const months =
  "January February March April May June July August September October November December".split(
    " ",
  );

function time(value: unknown): string {
  if (typeof value !== "string") return "time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)";
  const date = new Date(Date.parse(value));
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds(), 0].join(", ");
  return `time.Date(${date.getUTCFullYear()}, time.${months[date.getUTCMonth()]}, ${date.getUTCDate()}, ${clock}, time.Local)`;
}

const binary: Readonly<Record<string, number>> = {
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};
const decimal: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12 };

function quantity(text: string): string {
  const [, digits = "0", unit = ""] = /^([\d.]+)(.*)$/.exec(text) ?? [];
  const factor = binary[unit] ?? 1;
  const value = Math.round(Number(digits) * factor);
  const format = binary[unit] === undefined ? "DecimalSI" : "BinarySI";
  return `resource.Quantity{i:resource.int64Amount{value:${value}, scale:${decimal[unit] ?? 0}}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:${JSON.stringify(text)}, Format:"${format}"}`;
}
