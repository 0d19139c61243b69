// The notation in which an era's file keeps what fields its objects have, and its reader. One
// release is complete (the newest), each older one says what differs from the next; what a type is
// in an era is worked out when it is first asked for. scripts/schema writes the notation, this
// reads it.

// The notation:
//   #apps/v1 DaemonSet Deployment     a package and the kinds that it serves
//   #apps/v1beta2<apps/v1 Scale       the same, where types it does not list are those of apps/v1
//   DeploymentSpec replicas:*i …      a type and its fields; under an older release, what differs
//   ResourceList={q                   a type that is no struct
//   Protocol=(SCTP,TCP,UDP)           a string with the values that it can have
//
// A field is `name`, how it is present (nothing: left out if empty, `!` required, `-` always
// written, `+` required and left out if empty, `~` left out if zero), `:` and its type (nothing: a
// string), `^key` (merged, by key), `%` (retainKeys), `=` (replaced), `@` (a map that is atomic;
// `@!` a set; `@key,key` a list by keys), and `#Name` where Go's name is not the usual one. `<Name`
// embeds a struct; `/name` takes a field away; `>name` puts the next field behind that one. Types:
// `*` pointer, `[` list, `{` map; `s` string, `i` int32, `l` int64, `b` bool, `q` quantity, `t`
// time, `u` time with microseconds, `x` number or string, `y` bytes, `o` any object, `j` fields;
// `'Name` a named string; `Name`, `core.Name` (v1), `meta.Name`, `apps/v1.Name`.

/** The lines of one release and of the newer one that it is told apart from. */
export interface Release {
  readonly lines: string;
  readonly newer?: Release;
  readonly dialect: Dialect;
}

/** How the programs of a release check objects and say what is wrong with them. */
export interface Dialect {
  /** kubectl's own check: by the swagger 1.2 of old servers, by OpenAPI, or left to the server. */
  readonly validation: "swagger" | "openapi" | "server";
  /** Which of Go's JSON libraries reads objects; each has words of its own. */
  readonly json: "ugorji" | "jsoniter" | "encoding/json";
  /** OpenAPI lists the values that a field can have. */
  readonly hasEnums: boolean;
  /** Group-versions that kubectl itself knows, where it refuses all others. */
  readonly clientVersions?: readonly string[];
}

/** A type as written down: its fields' notation by name, or what it stands for. */
export interface Entry {
  readonly fields: ReadonlyMap<string, string>;
  readonly alias: string | undefined;
  /** Structs that are always replaced whole. */
  readonly atomic: boolean;
}

/** What one release says itself. */
class Layer {
  readonly packages = new Map<
    string,
    { readonly like: string; readonly kinds: readonly string[] }
  >();
  readonly #lines = new Map<string, string>();
  readonly #newer: Layer | undefined;

  constructor({ lines, newer }: Release) {
    this.#newer = newer && new Layer(newer);
    let id = "";
    for (const line of lines.split("\n")) {
      if (line.startsWith("#")) {
        const [head = "", ...kinds] = line.slice(1).split(" ");
        const [name = "", like = ""] = head.split("<");
        id = name;
        this.packages.set(id, { like, kinds });
      } else if (line) {
        this.#lines.set(`${id}.${/^\w+/.exec(line)?.[0]}`, line);
      }
    }
  }

  entry(key: string): Entry | undefined {
    const line = this.#lines.get(key);
    const dot = key.lastIndexOf(".");
    const like = this.packages.get(key.slice(0, dot))?.like;
    const base = like ? this.entry(like + key.slice(dot)) : this.#newer?.entry(key);
    return line === undefined ? base : changed(line, base);
  }
}

/** `base` with what a line says of it. */
function changed(line: string, base: Entry | undefined): Entry {
  const alias = /^\w+=(.*)$/.exec(line)?.[1];
  if (alias !== undefined) return { fields: new Map(), alias, atomic: false };
  const [head = "", ...tokens] = line.split(" ");
  const fields = new Map(head.endsWith("!") ? [] : base?.fields);
  let after: string | undefined;
  for (const token of tokens) {
    if (token.startsWith("/")) fields.delete(token.slice(1));
    else if (token.startsWith(">")) after = token.slice(1);
    else {
      const name = /^<?[\w$./]+/.exec(token)?.[0] ?? token;
      if (after !== undefined) insertAfter(fields, after, name);
      fields.set(name, token.slice(name.length));
      after = undefined;
    }
  }
  return { fields, alias: undefined, atomic: /^\w+!?@/.test(head) };
}

/** Makes `name` the entry behind `after`; the first one if `after` is empty. */
function insertAfter(fields: Map<string, string>, after: string, name: string): void {
  const old = [...fields].filter(([each]) => each !== name);
  const at = old.findIndex(([each]) => each === after) + 1;
  fields.clear();
  for (const [each, value] of old.slice(0, at)) fields.set(each, value);
  fields.set(name, "");
  for (const [each, value] of old.slice(at)) fields.set(each, value);
}

/** What a release knows of types and kinds. */
export interface Table {
  entry(key: string): Entry | undefined;
  /** Packages that serve kinds, and those kinds. */
  readonly kinds: ReadonlyMap<string, readonly string[]>;
}

export function readTable(release: Release): Table {
  const layer = new Layer(release);
  const kinds = new Map([...layer.packages].map(([id, { kinds }]) => [id, kinds]));
  return { entry: (key) => layer.entry(key), kinds };
}
