// `kubectl explain` since 1.27, from OpenAPI v3. kubectl/pkg/explain/v2/templates/plaintext.tmpl;
// the wrapping is github.com/mitchellh/go-wordwrap's.

import type { Definition, Field, Type } from "../../api/schema/field.ts";
import { openApiType } from "../../api/schema/openapi-names.ts";
import { type Answer, plain, type Subject, sortedFields } from "./explain-subject.ts";

export function explainTemplate(subject: Subject): Answer {
  const { group, version, kind, path } = subject;
  const shownGroup = group ? `GROUP:      ${group}\n` : "";
  const head = `${shownGroup}KIND:       ${kind}\nVERSION:    ${version}\n\n`;
  const body = describe(subject);
  if (body !== undefined) return { output: `${head}${body}\n` };
  // The template has begun to print when it finds out.
  return { output: head, error: `field ${JSON.stringify(path.at(-1) ?? "")} does not exist` };
}

function describe({ definition, documents, path, recursive }: Subject): string | undefined {
  if (path.length === 0) {
    return description([documents.ofType(definition.key)]) + list(documents, definition, recursive);
  }
  let owner: Definition | undefined = definition;
  let found: { readonly owner: Definition; readonly field: Field } | undefined;
  for (const name of path) {
    const field: Field | undefined = owner?.fields.get(name);
    if (!owner || !field) return undefined;
    found = { owner, field };
    owner = documents.definition(inside(field.type));
  }
  if (!found) return undefined;
  const { field } = found;
  const values = plain(field.type);
  const names = "values" in values && values.values ? values.values : [];
  const shown = names.map((each) => `\n    ${each === "" ? '""' : each}`).join("");
  const head = `FIELD: ${field.name} <${typeName(field.type)}>\n${shown && `ENUM:${shown}`}\n\n`;
  const texts = [documents.ofField(found.owner, field), documents.ofReference(inside(field.type))];
  return head + description(texts) + list(documents, owner, recursive);
}

function description(texts: readonly string[]): string {
  const text = texts.filter((each) => each !== "").map((each) => `${each}\n`);
  return `DESCRIPTION:\n${indent(4, wrap(76, text.join("") || "<empty>"))}\n`;
}

type Documents = Subject["documents"];

function list(
  documents: Documents,
  definition: Definition | undefined,
  recursive: boolean,
): string {
  const fields = new Fields(documents, recursive);
  if (definition) fields.add(definition, 1, new Set([definition.key]));
  return fields.out === "" ? "" : `FIELDS:\n${fields.out}`;
}

class Fields {
  out = "";
  readonly #documents: Documents;
  readonly #recursive: boolean;

  constructor(documents: Documents, recursive: boolean) {
    this.#documents = documents;
    this.#recursive = recursive;
  }

  add(definition: Definition, level: number, above: ReadonlySet<string>): void {
    for (const field of sortedFields(definition)) {
      this.#field(definition, field, level);
      if (!this.#recursive) continue;
      const below = this.#documents.definition(inside(field.type));
      if (below && !above.has(below.key)) {
        this.add(below, level + 1, new Set([...above, below.key]));
      }
    }
  }

  #field(definition: Definition, field: Field, level: number): void {
    const margin = level * 2;
    const required = field.required ? " -required-" : "";
    this.out += `${indent(margin, field.name)}\t<${typeName(field.type)}>${required}`;
    this.out += `${values(plain(field.type), margin)}\n`;
    if (this.#recursive) return;
    const text = this.#documents.ofField(definition, field) || "<no description>";
    this.out += `${indent(margin + 2, wrap(78 - margin, text))}\n\n`;
  }
}

/** The first four values that a field can have. */
function values(type: Type, margin: number): string {
  const names = "values" in type ? type.values : undefined;
  if (!names) return "";
  const shown = names.slice(0, 4).map((each) => (each === "" ? '""' : each));
  return `\n${" ".repeat(margin)}enum: ${shown.join(", ")}${names.length > 4 ? ", ...." : ""}`;
}

function inside(type: Type): Type {
  return "of" in type ? inside(type.of) : type;
}

function typeName(type: Type): string {
  switch (type.is) {
    case "pointer":
      return typeName(type.of);
    case "list":
      return `[]${typeName(type.of)}`;
    case "map":
      return `map[string]${typeName(type.of)}`;
    case "struct":
      return type.key.slice(type.key.lastIndexOf(".") + 1);
    // These are objects, or several types at once: their own name says more.
    case "any":
    case "fields":
    case "quantity":
    case "int-or-string":
      return type.go.slice(type.go.lastIndexOf(".") + 1);
    default:
      return openApiType(type.is);
  }
}

function indent(amount: number, text: string): string {
  const margin = " ".repeat(amount);
  return margin + text.replaceAll("\n", `\n${margin}`);
}

/** Breaks between words only; a blank at which a line was broken is gone, all others stay. */
function wrap(limit: number, text: string): string {
  return text
    .split("\n")
    .map((line) => wrapLine(limit, line))
    .join("\n");
}

function wrapLine(limit: number, line: string): string {
  let out = "";
  let length = 0;
  for (const [, blanks = "", word = ""] of line.matchAll(/([^\S\u00a0]*)((?:\S|\u00a0)*)/g)) {
    const needed = length + blanks.length + word.length;
    if (word === "") {
      if (needed <= limit) out += blanks;
    } else if (needed > limit && length + blanks.length > 1) {
      out += `\n${word}`;
      length = word.length;
    } else {
      out += blanks + word;
      length = needed;
    }
  }
  return out;
}
