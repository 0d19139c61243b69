// What is to be known of each type of a release, in the notation of sandbox/api/schema/table.ts,
// from the Go types that read-go.ts found: only what the release's kinds reach, under one set of
// package names for all releases.

import { usualGoName } from "../../sandbox/api/schema/go-names.ts";
import type { GoField, GoType, Markers } from "./read-go.ts";

export interface TypeFacts {
  /** `core/v1.Container`. */
  readonly key: string;
  /** Fields in the order of the source, by JSON name; embedded structs by `<Name`. */
  readonly fields: ReadonlyMap<string, string>;
  /** For what is no struct: what it is, in the table's notation. */
  readonly alias: string | undefined;
  readonly isKind: boolean;
  readonly isAtomic: boolean;
  readonly text: string;
  readonly texts: ReadonlyMap<string, string>;
}

export interface FactsOptions {
  readonly kinds: Readonly<Record<string, readonly string[]>>;
  /** Before k8s.io/apimachinery, these were types of core: `ObjectMeta`. */
  readonly movedToMeta: ReadonlySet<string>;
  /** Whether `+optional` says what is optional, or only `omitempty`. */
  readonly heedsMarkers: boolean;
  readonly hasEnums: boolean;
  readonly hasListTypes: boolean;
}

const builtins: Readonly<Record<string, string>> = {
  string: "s",
  bool: "b",
  int32: "i",
  int64: "l",
  "[]byte": "y",
  "resource.Quantity": "q",
  "intstr.IntOrString": "x",
  "runtime.RawExtension": "o",
  "runtime.Object": "o",
  "types.UID": "types.UID",
  "types.NodeName": "types.NodeName",
};

const metaBuiltins: Readonly<Record<string, string>> = {
  Time: "t",
  MicroTime: "u",
  FieldsV1: "j",
};

/** Where the constants of a type stand for those of another one. */
const borrowedValues: Readonly<Record<string, readonly string[]>> = {
  "discovery/v1.AddressType": ["FQDN", "IPv4", "IPv6"],
};

export function factsOf(types: ReadonlyMap<string, GoType>, options: FactsOptions): TypeFacts[] {
  const found = new Map<string, TypeFacts>();
  const queue = Object.entries(options.kinds).flatMap(([id, names]) =>
    names.map((name) => `${id}.${name}`),
  );
  const kinds = new Set(queue);
  for (let key = queue.shift(); key !== undefined; key = queue.shift()) {
    if (found.has(key)) continue;
    const type = goType(types, key, options);
    if (!type) throw new Error(`no type ${key}`);
    const reader = new Reader(key, type, options);
    found.set(key, reader.read(kinds.has(key)));
    queue.push(...reader.references);
  }
  return [...found.values()];
}

function goType(types: ReadonlyMap<string, GoType>, key: string, options: FactsOptions) {
  const name = key.slice(key.lastIndexOf(".") + 1);
  const moved = key.startsWith("meta/v1.") && options.movedToMeta.has(name);
  return types.get(moved ? `core/v1.${name}` : key);
}

/** Reads one Go type and notes what it refers to. */
class Reader {
  readonly references: string[] = [];
  readonly #key: string;
  readonly #type: GoType;
  readonly #options: FactsOptions;

  constructor(key: string, type: GoType, options: FactsOptions) {
    this.#key = key;
    this.#type = type;
    this.#options = options;
  }

  read(isKind: boolean): TypeFacts {
    const fields = new Map<string, string>();
    const texts = new Map<string, string>();
    for (const field of this.#type.fields ?? []) {
      if (field.inline) {
        if (field.go === "TypeMeta") continue;
        fields.set(`<${this.#expression(field.type)}`, "");
        continue;
      }
      fields.set(field.json, this.#field(field));
      if (field.text) texts.set(field.json, field.text);
    }
    return {
      key: this.#key,
      fields,
      alias: this.#type.alias === undefined ? undefined : this.#alias(this.#type.alias),
      isKind,
      isAtomic: this.#options.hasListTypes && marker(this.#type.markers, "structType") === "atomic",
      text: this.#type.text,
      texts,
    };
  }

  #alias(alias: string): string {
    const isEnum = this.#type.markers.has("enum") && this.#options.hasEnums;
    const values = isEnum ? (borrowedValues[this.#key] ?? this.#type.values) : [];
    const listed = values.length > 0 ? `(${[...values].sort().join(",")})` : "";
    return this.#expression(alias) + listed;
  }

  #field(field: GoField): string {
    const type = this.#expression(field.type);
    return (
      this.#presence(field) +
      (type === "s" ? "" : `:${type}`) +
      patchOf(field) +
      (this.#options.hasListTypes ? listOf(field.markers) : "") +
      (field.go === usualGoName(field.json) ? "" : `#${field.go}`)
    );
  }

  /** `!` required; `-` always written though optional; `+` required, though left out if empty. */
  #presence({ omitEmpty, omitZero, markers }: GoField): string {
    const { heedsMarkers } = this.#options;
    if (omitZero) return "~";
    const optional =
      heedsMarkers && markers.has("optional")
        ? true
        : heedsMarkers && markers.has("required")
          ? false
          : omitEmpty;
    if (omitEmpty) return optional ? "" : "+";
    return optional ? "-" : "!";
  }

  #expression(type: string): string {
    const builtin = builtins[type];
    if (builtin) return builtin;
    if (type.startsWith("*")) return `*${this.#expression(type.slice(1))}`;
    if (type.startsWith("[]")) return `[${this.#expression(type.slice(2))}`;
    const map = /^map\[[\w.]+\](.*)$/.exec(type);
    if (map?.[1]) return `{${this.#expression(map[1])}`;
    return this.#reference(type);
  }

  #reference(type: string): string {
    const [qualifier, name] = type.includes(".") ? type.split(".") : ["", type];
    const own = this.#key.slice(0, this.#key.lastIndexOf("."));
    const imported =
      qualifier === "" ? this.#type.package : canonical(this.#import(qualifier ?? ""));
    if (imported === undefined || !name) throw new Error(`${this.#key}: what is ${type}?`);
    if (imported === "types") return `types.${name}`;
    if (imported === "resource" || imported === "intstr" || imported === "runtime") {
      return builtins[`${imported}.${name}`] ?? fail(`${this.#key}: what is ${type}?`);
    }
    const id = imported === "core/v1" && this.#options.movedToMeta.has(name) ? "meta/v1" : imported;
    const builtin = id === "meta/v1" ? metaBuiltins[name] : undefined;
    if (builtin) return builtin;
    this.references.push(`${id}.${name}`);
    if (id === own) return name;
    return `${id === "core/v1" ? "core" : id === "meta/v1" ? "meta" : id}.${name}`;
  }

  #import(qualifier: string): string {
    return this.#type.imports.get(qualifier) ?? fail(`${this.#key}: no import ${qualifier}`);
  }
}

function fail(message: string): never {
  throw new Error(message);
}

/** One name for a package, wherever a release keeps it. */
function canonical(path: string): string | undefined {
  if (/(api|util)\/unversioned$|meta\/v1$/.test(path)) return "meta/v1";
  if (/pkg\/api\/v1$/.test(path)) return "core/v1";
  const last = /\/(types|resource|intstr|runtime)$/.exec(path)?.[1];
  if (last) return last;
  return /(?:k8s\.io\/api|pkg\/apis)\/(\w+\/\w+)$/.exec(path)?.[1];
}

const marker = (markers: Markers, name: string) => markers.get(name)?.[0];

function patchOf({ patchStrategy, patchMergeKey }: GoField): string {
  if (!patchStrategy) return "";
  const parts = patchStrategy.split(",");
  const retain = parts.includes("retainKeys") ? "%" : "";
  const merge = parts.includes("merge") ? `^${patchMergeKey}` : "";
  const replace = parts.includes("replace") ? "=" : "";
  return retain + replace + merge;
}

function listOf(markers: Markers): string {
  const type = marker(markers, "listType");
  const keys = markers.get("listMapKey")?.join(",") ?? "";
  if (type === "map") return `@${keys}`;
  if (type === "set") return "@!";
  // A list of which nothing is said is atomic anyway; a map is not.
  return marker(markers, "mapType") === "atomic" ? "@" : "";
}
