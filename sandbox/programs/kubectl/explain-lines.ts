// `kubectl explain` from 1.9 to 1.26: KIND and VERSION, then texts wrapped at 80 columns.
// kubectl/pkg/explain: model_printer.go, fields_printer.go, formatter.go, field_lookup.go.

import type { Definition, Field, Type } from "../../api/schema/field.ts";
import { openApiType } from "../../api/schema/openapi-names.ts";
import { type Answer, goLength, plain, type Subject, sortedFields } from "./explain-subject.ts";

/** A place found: its type, and the texts that led there. */
interface Found {
  readonly type: Type;
  readonly text: string;
}

export function explainLines(subject: Subject): Answer {
  const { path } = subject;
  const found = lookup(subject);
  if (typeof found === "string") return { output: "", error: found };
  return { output: new Printer(subject).model(path.at(-1) ?? "", found) };
}

/** Follows the path through lists and maps; it may go on behind a simple value, and means that. */
function lookup({ definition, documents, path }: Subject): Found | string {
  let found: Found = { type: { is: "struct", key: definition.key }, text: "" };
  for (const name of path) {
    let type = plain(found.type);
    while (type.is === "list" || type.is === "map") type = plain(type.of);
    const inside = documents.definition(type);
    if (!inside) return type === plain(found.type) ? found : { type, text: "" };
    const field = inside.fields.get(name);
    if (!field) return `field ${JSON.stringify(name)} does not exist`;
    found = { type: field.type, text: documents.ofField(inside, field) };
  }
  return found;
}

class Printer {
  readonly #subject: Subject;
  #out = "";

  constructor(subject: Subject) {
    this.#subject = subject;
  }

  model(name: string, { type, text }: Found): string {
    const { group, version, kind, documents, recursive } = this.#subject;
    this.#line(0, `KIND:     ${kind}`);
    this.#line(0, `VERSION:  ${group ? `${group}/` : ""}${version}\n`);
    const texts = [text];
    let inside = plain(type);
    while (inside.is === "list" || inside.is === "map") {
      inside = plain(inside.of);
      texts.push("");
    }
    texts.push(documents.ofReference(inside));
    const isAny = inside.is === "any" || inside.is === "fields";
    // An object of any fields is a map of anything, and both have the same text.
    if (isAny) texts.push(documents.ofReference(inside));
    const definition = documents.definition(inside);
    if (definition && name) this.#line(0, `RESOURCE: ${name} <${typeName(type)}>\n`);
    else if (!definition && !isAny) this.#line(0, `FIELD:    ${name} <${typeName(type)}>\n`);
    this.#description(name === "" ? texts.slice(-1) : texts);
    if (!definition) return this.#out;
    this.#line(0, "\nFIELDS:");
    if (recursive) this.#names(definition, 3, new Set([definition.key]));
    else for (const field of sortedFields(definition)) this.#field(definition, field);
    return this.#out;
  }

  #line(indent: number, text: string): void {
    this.#out += text === "" ? "\n" : `${" ".repeat(indent)}${text}\n`;
  }

  #wrapped(indent: number, text: string): void {
    const wrap = this.#subject.form === "until-1.18" ? wrapWords : wrapLines;
    for (const line of wrap(text, 80 - indent)) this.#line(indent, line);
  }

  #description(texts: readonly string[]): void {
    this.#line(0, "DESCRIPTION:");
    for (const [index, text] of texts.entries()) {
      if (text === "") continue;
      if (index > 0) this.#line(0, "");
      this.#wrapped(5, text);
    }
    if (texts.every((text) => text === "")) this.#wrapped(5, "<empty>");
  }

  #field(definition: Definition, field: Field): void {
    const { documents } = this.#subject;
    const required = field.required ? " -required-" : "";
    this.#line(3, `${field.name}\t<${typeName(field.type)}>${required}`);
    this.#wrapped(5, documents.ofField(definition, field));
    this.#line(0, "");
  }

  /** All fields below, by name only; a type within itself is not opened again. */
  #names(definition: Definition, indent: number, above: ReadonlySet<string>): void {
    for (const field of sortedFields(definition)) {
      this.#line(indent, `${field.name}\t<${typeName(field.type)}>`);
      let type = plain(field.type);
      while (type.is === "list" || type.is === "map") type = plain(type.of);
      const inside = this.#subject.documents.definition(type);
      if (inside && !above.has(inside.key)) {
        this.#names(inside, indent + 3, new Set([...above, inside.key]));
      }
    }
  }
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
      return "Object";
    case "any":
    case "fields":
      return "map[string]";
    default:
      return openApiType(type.is);
  }
}

/** Until 1.18 line breaks in a text meant nothing. */
function wrapWords(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (word === "") continue;
    if (line !== "" && goLength(`${line} ${word}`) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, line];
}

const bullet = /^(\d+\.?|-|\*)\s/;

/** Paragraphs, lists and what is indented by four blanks keep their lines. */
function wrapLines(text: string, width: number): string[] {
  const lines: string[] = [];
  let words: string[] = [];
  let last = "";
  const flush = () => {
    if (words.length === 0) return;
    last = "";
    lines.push(words.join(" "));
    words = [];
  };
  for (const line of text.split("\n")) {
    const isEmpty = line.trim() === "";
    if (line.startsWith("    ") || (lines.length > 0 && isEmpty)) {
      flush();
      lines.push(isEmpty && !line.startsWith("    ") ? "" : line);
      continue;
    }
    if (last.endsWith(":") || isEmpty || bullet.test(line.trim())) flush();
    for (const word of line.split(/\s+/)) {
      if (word === "") continue;
      if (words.length > 0 && goLength([...words, word].join(" ")) > width) flush();
      last = word;
      words.push(word);
    }
  }
  flush();
  return lines;
}
