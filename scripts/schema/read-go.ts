// Reads the Go types of the Kubernetes API into plain facts: which fields a type has, of which
// type, how they are written to JSON, merged and listed. A developer's tool for describing a new
// release; no build needs it. It understands gofmt's layout of types.go, not Go.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A package: `core/v1`, with where its types.go lies. */
export interface GoPackage {
  readonly id: string;
  readonly folder: string;
}

export interface GoField {
  readonly go: string;
  /** Its name in JSON; empty for an inlined struct. */
  readonly json: string;
  /** As written: `[]Container`, `*metav1.Time`. */
  readonly type: string;
  readonly inline: boolean;
  readonly omitEmpty: boolean;
  readonly omitZero: boolean;
  readonly patchStrategy: string;
  readonly patchMergeKey: string;
  readonly markers: Markers;
  readonly text: string;
}

export interface GoType {
  readonly name: string;
  readonly package: string;
  /** For a struct its fields; for anything else what it is defined as. */
  readonly fields?: readonly GoField[];
  readonly alias?: string;
  /** Values of its constants, in the order of the source. */
  readonly values: readonly string[];
  readonly markers: Markers;
  readonly text: string;
  readonly imports: ReadonlyMap<string, string>;
}

export type Markers = ReadonlyMap<string, readonly string[]>;

/** Every type of the packages, by `package.Name`. */
export function readGo(packages: readonly GoPackage[]): Map<string, GoType> {
  const types = new Map<string, GoType>();
  for (const { id, folder } of packages) {
    if (!existsSync(folder)) throw new Error(`no folder ${folder}`);
    const files = readdirSync(folder).filter(
      (name) =>
        name.endsWith(".go") && !/_test\.go$|zz_generated|\.pb\.go|generated\.go$/.test(name),
    );
    const docs = readDocs(folder);
    for (const file of files) {
      for (const type of readFile(readFileSync(join(folder, file), "utf8"), id, docs)) {
        types.set(`${id}.${type.name}`, type);
      }
    }
  }
  return types;
}

type Docs = Map<string, Map<string, string>>;

/** The texts that the release itself prints: `SwaggerDoc()` of each type. */
function readDocs(folder: string): Docs {
  const docs: Docs = new Map();
  const path = join(folder, "types_swagger_doc_generated.go");
  if (!existsSync(path)) return docs;
  let current: Map<string, string> | undefined;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    const start = /^var map_(\w+) = map\[string\]string\{/.exec(line);
    if (start?.[1]) {
      current = new Map();
      docs.set(start[1], current);
    }
    const entry = /^\s+"([^"]*)":\s+"((?:[^"\\]|\\.)*)",$/.exec(line);
    if (entry && current) current.set(entry[1] ?? "", JSON.parse(`"${entry[2]}"`) as string);
  }
  return docs;
}

function readFile(source: string, id: string, docs: Docs): GoType[] {
  const lines = source.split("\n");
  const imports = readImports(lines);
  const values = readConstants(lines);
  const types: GoType[] = [];
  let comments: string[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    const comment = /^\/\/ ?(.*)$/.exec(line);
    if (comment) {
      comments.push(comment[1] ?? "");
      continue;
    }
    const struct = /^type (\w+) struct \{(\})?/.exec(line);
    const alias = /^type (\w+) (?:= )?([\w.*[\]]+)\s*(?:\/\/.*)?$/.exec(line);
    const name = struct?.[1] ?? alias?.[1];
    if (name) {
      const doc = docs.get(name);
      const base = {
        name,
        package: id,
        imports,
        markers: markersOf(comments),
        text: doc?.get("") ?? "",
      };
      if (struct) {
        const fields: GoField[] = [];
        if (!struct[2]) at = readFields(lines, at + 1, { fields, doc });
        types.push({ ...base, fields, values: [] });
      } else if (alias?.[2]) {
        types.push({ ...base, alias: alias[2], values: values.get(name) ?? [] });
      }
    }
    if (line.trim() !== "" || name) comments = [];
    // Markers may stand in a paragraph of their own above the type's comment.
    else if (!comments.some((text) => text.startsWith("+"))) comments = [];
  }
  return types;
}

function readFields(
  lines: readonly string[],
  from: number,
  { fields, doc }: { fields: GoField[]; doc: Map<string, string> | undefined },
): number {
  let comments: string[] = [];
  for (let at = from; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.startsWith("}")) return at;
    if (line.trim().startsWith("/*")) {
      while (!lines[at]?.trim().endsWith("*/")) at++;
      continue;
    }
    const comment = /^\s*\/\/ ?(.*)$/.exec(line);
    if (comment) {
      comments.push(comment[1] ?? "");
      continue;
    }
    const field = /^\t(?:(\w+) +)?([\w.*[\]{}]+)(?: +`([^`]*)`)?/.exec(line);
    if (field?.[2] && line.trim() !== "") {
      const made = readField(field, comments, doc);
      if (made) fields.push(made);
    }
    comments = [];
  }
  throw new Error("a struct without an end");
}

function readField(
  match: RegExpExecArray,
  comments: readonly string[],
  doc: Map<string, string> | undefined,
): GoField | undefined {
  const type = match[2] ?? "";
  const tag = (name: string) => new RegExp(`${name}:"([^"]*)"`).exec(match[3] ?? "")?.[1] ?? "";
  const [json = "", ...options] = tag("json").split(",");
  if (json === "-") return undefined;
  const embedded = match[1] === undefined;
  const go = match[1] ?? type.replace(/^\*?(\w+\.)?/, "");
  if (!embedded && !/^[A-Z]/.test(go)) return undefined;
  const inline = options.includes("inline") || (embedded && json === "");
  const markers = markersOf(comments);
  return {
    go,
    json: inline ? "" : json || go,
    type,
    inline,
    omitEmpty: options.includes("omitempty"),
    omitZero: options.includes("omitzero"),
    patchStrategy: tag("patchStrategy"),
    patchMergeKey: tag("patchMergeKey"),
    markers,
    text: doc?.get(json) ?? "",
  };
}

function markersOf(comments: readonly string[]): Markers {
  const markers = new Map<string, string[]>();
  for (const comment of comments) {
    const marker = /^\s*\+([\w:.-]+)(?:=(.*))?$/.exec(comment.trim());
    if (!marker?.[1]) continue;
    const values = markers.get(marker[1]) ?? [];
    values.push(marker[2] ?? "");
    markers.set(marker[1], values);
  }
  return markers;
}

function readImports(lines: readonly string[]): Map<string, string> {
  const imports = new Map<string, string>();
  for (const line of lines) {
    const match =
      /^(?:import )?\s*(?:(\w+) )?"((?:k8s\.io|github\.com|time|encoding)[\w./-]*)"$/.exec(
        line.trim(),
      );
    if (!match?.[2]) continue;
    imports.set(match[1] ?? match[2].split("/").pop() ?? "", match[2]);
  }
  return imports;
}

function readConstants(lines: readonly string[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const line of lines) {
    const match =
      /^(?:const |\t)?\s*\w+\s+(\w+)\s+= "([^"]*)"/.exec(line) ??
      /^(?:const |\t)\s*\w+\s+= (\w+)\("([^"]*)"\)/.exec(line);
    if (!match?.[1]) continue;
    values.set(match[1], [...(values.get(match[1]) ?? []), match[2] ?? ""]);
  }
  return values;
}
