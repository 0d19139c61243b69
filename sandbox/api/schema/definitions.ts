// What a release knows of its types, read from the table when first asked for and kept: fields in
// the order of the source, with embedded structs taken apart. Nothing here changes what was asked
// before.

import { assert } from "../../sim/assert.ts";
import type { Definition, Field, Served, Type } from "./field.ts";
import { usualGoName } from "./go-names.ts";
import { anyList, listOf, metadataOnly, typeMeta } from "./kind-types.ts";
import { type Entry, type Release, readTable, type Table } from "./table.ts";

/** Groups whose API name ends in `.k8s.io`. */
const longGroups: ReadonlySet<string> = new Set([
  "authentication",
  "authorization",
  "coordination",
  "discovery",
  "events",
  "networking",
  "node",
  "scheduling",
  "storage",
]);

/** The API group of a package: `storage/v1` is of `storage.k8s.io`. */
export function groupOf(packageId: string): string {
  const group = packageId.slice(0, packageId.indexOf("/"));
  if (group === "core" || group === "meta") return "";
  if (group === "rbac") return "rbac.authorization.k8s.io";
  return longGroups.has(group) ? `${group}.k8s.io` : group;
}

const packageOf = (key: string) => key.slice(0, key.lastIndexOf("."));
const nameOf = (key: string) => key.slice(key.lastIndexOf(".") + 1);

/** Kinds without a list of their own. */
const alone =
  /Review$|^(Binding|DeleteOptions|DeploymentRollback|Eviction|Scale|Status|TokenRequest)$/;

export class Definitions {
  readonly #release: Release;
  #read: Table | undefined;
  readonly #made = new Map<string, Definition | undefined>();
  readonly #served = new Map<string, string>();

  constructor(release: Release) {
    this.#release = release;
  }

  /** Read when first needed: a page knows several releases and uses one or two. */
  get #table(): Table {
    this.#read ??= readTable(this.#release);
    return this.#read;
  }

  /** Every kind that is served, lists among them. */
  served(): Served[] {
    return [...this.#table.kinds].flatMap(([id, kinds]) =>
      kinds
        .flatMap((kind) => (alone.test(kind) ? [kind] : [kind, `${kind}List`]))
        .map((kind) => ({
          group: groupOf(id),
          version: id.slice(id.indexOf("/") + 1),
          kind,
          key: `${id}.${kind}`,
        })),
    );
  }

  /** The key of a kind: `apps/v1`, `StatefulSet` → `apps/v1.StatefulSet`. */
  keyOf(groupVersion: string, kind: string): string | undefined {
    if (groupVersion === "v1" && kind === "List") return anyList.key;
    if (this.#served.size === 0) {
      for (const { group, version, kind, key } of this.served()) {
        this.#served.set(`${group ? `${group}/` : ""}${version} ${kind}`, key);
      }
    }
    return this.#served.get(`${groupVersion} ${kind}`);
  }

  get(key: string): Definition | undefined {
    if (!this.#made.has(key)) this.#made.set(key, this.#make(key));
    return this.#made.get(key);
  }

  /** A definition that must be there, as the table refers to it. */
  must(key: string): Definition {
    const definition = this.get(key);
    assert(definition, `the schema has a type ${key}`);
    return definition;
  }

  #make(key: string): Definition | undefined {
    const fixed = [anyList, metadataOnly].find((each) => each.key === key);
    if (fixed) return fixed;
    const id = packageOf(key);
    const name = nameOf(key);
    const entry = this.#table.entry(key);
    const kinds = this.#table.kinds.get(id);
    if (!entry) {
      const item = name.endsWith("List") && kinds?.includes(name.slice(0, -4));
      return item ? listOf(key, { is: "struct", key: key.slice(0, -4) }) : undefined;
    }
    if (entry.alias !== undefined) return undefined;
    const isKind = kinds?.includes(name) ?? false;
    const fields = new Map<string, Field>();
    if (isKind) for (const field of typeMeta) fields.set(field.name, field);
    this.#addFields(entry, { id, fields, through: [] });
    return { key, fields, isKind, isAtomic: entry.atomic };
  }

  #addFields(
    entry: Entry,
    { id, fields, through }: { id: string; fields: Map<string, Field>; through: readonly string[] },
  ): void {
    for (const [name, notation] of entry.fields) {
      if (!name.startsWith("<")) {
        fields.set(name, this.#field(name, notation, { id, through }));
        continue;
      }
      const key = fullKey(name.slice(1), id);
      const embedded = this.#table.entry(key);
      assert(embedded, `the schema has a type ${key}`);
      this.#addFields(embedded, { id: packageOf(key), fields, through: [...through, nameOf(key)] });
    }
  }

  #field(
    name: string,
    notation: string,
    { id, through }: { id: string; through: readonly string[] },
  ): Field {
    const match = /^([!+~-]?)(?::([^%=^@#]+))?(%?)(=?)(?:(\^)(\w*))?(?:@([^#]*))?(?:#(\w+))?$/.exec(
      notation,
    );
    assert(match, `the schema can be read: ${name}${notation}`);
    const [, presence, type, retain, replace, merge, mergeKey, list, goName] = match;
    return {
      name,
      goName: goName ?? usualGoName(name),
      through,
      type: type === undefined ? text : this.#type(type, id),
      required: presence === "!" || presence === "+",
      whenEmpty: presences[presence ?? ""] ?? "omitted",
      merge: merge !== undefined,
      replace: replace === "=",
      retainKeys: retain === "%",
      mergeKey: mergeKey || undefined,
      list: list === undefined ? undefined : list === "" ? "atomic" : list === "!" ? "set" : "map",
      listKeys: list && list !== "!" ? list.split(",") : [],
    };
  }

  #type(notation: string, id: string): Type {
    const rest = notation.slice(1);
    switch (notation.charAt(0)) {
      case "*":
        return { is: "pointer", of: this.#type(rest, id) };
      case "[":
        return { is: "list", of: this.#type(rest, id) };
      case "{":
        return { is: "map", of: this.#type(rest, id) };
      case "'":
        return { is: "string", go: goName(fullKey(rest, id)) };
    }
    return scalars[notation] ?? this.#reference(fullKey(notation, id));
  }

  #reference(key: string): Type {
    const alias = this.#table.entry(key)?.alias;
    if (alias === undefined) return { is: "struct", key };
    const go = goName(key);
    if (alias.startsWith("(")) return { is: "string", go, values: alias.slice(1, -1).split(",") };
    const type = this.#type(alias, packageOf(key));
    return type.is === "struct" || type.is === "pointer" ? type : { ...type, go };
  }
}

const goName = (key: string) => key.slice(key.lastIndexOf("/") + 1);

/** `core.Container` → `core/v1.Container`; a bare name is of the same package. */
function fullKey(reference: string, id: string): string {
  if (reference.startsWith("core.") || reference.startsWith("meta.")) {
    return `${reference.slice(0, 4)}/v1${reference.slice(4)}`;
  }
  return reference.includes(".") ? reference : `${id}.${reference}`;
}

const presences: Readonly<Record<string, Field["whenEmpty"]>> = {
  "!": "written",
  "-": "written",
  "~": "omitted-zero",
};

const text: Type = { is: "string", go: "string" };

const scalars: Readonly<Record<string, Type>> = {
  s: text,
  i: { is: "int32", go: "int32" },
  l: { is: "int64", go: "int64" },
  b: { is: "bool", go: "bool" },
  q: { is: "quantity", go: "resource.Quantity" },
  t: { is: "time", go: "v1.Time" },
  u: { is: "microtime", go: "v1.MicroTime" },
  x: { is: "int-or-string", go: "intstr.IntOrString" },
  y: { is: "bytes", go: "[]uint8" },
  o: { is: "any", go: "runtime.RawExtension" },
  j: { is: "fields", go: "v1.FieldsV1" },
};
