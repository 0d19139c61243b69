// `kubectl explain` until 1.8, from the server's swagger 1.2. pkg/kubectl/explain.go.

import type { Definition, Field, Type } from "../../api/schema/field.ts";
import { openApiType } from "../../api/schema/openapi-names.ts";
import { type Answer, goLength, plain, type Subject } from "./explain-subject.ts";

export function explainSwagger(subject: Subject): Answer {
  const { documents, path } = subject;
  let definition: Definition | undefined = subject.definition;
  let last: { readonly field: Field; readonly text: string } | undefined;
  for (const name of path) {
    // Any value may be in a list of named strings: a model without fields.
    const field: Field | undefined = definition?.fields.get(name);
    if (!field) return { output: "", error: `field: ${name} doesn't exist` };
    last = { field, text: definition ? documents.ofField(definition, field) : "" };
    if (!isModel(field.type)) return { output: primitive(last) };
    definition = documents.definition(inside(field.type));
  }
  if (!last) {
    const head = `DESCRIPTION:\n${documents.ofType(subject.definition.key)}\n`;
    return { output: head + fields(subject, subject.definition) };
  }
  const text = definition ? documents.ofType(definition.key) : "";
  const indented = text.replace(/^/gm, "    ");
  const head = `RESOURCE: ${last.field.name} <${typeName(last.field.type)}>\n\n`;
  const description = `DESCRIPTION:\n${wrap(last.text)}\n\n${indented}\n`;
  return { output: head + description + fields(subject, definition) };
}

function primitive({ field, text }: { readonly field: Field; readonly text: string }): string {
  return `FIELD: ${field.name} <${typeName(field.type)}>\n\nDESCRIPTION:\n${wrap(text)}\n`;
}

function fields({ documents, recursive }: Subject, definition: Definition | undefined): string {
  let out = "\nFIELDS:\n";
  for (const field of definition?.fields.values() ?? []) {
    out += `   ${field.name}\t<${typeName(field.type)}>${field.required ? " -required-" : ""}\n`;
    if (!recursive) {
      out += `${wrap(definition ? documents.ofField(definition, field) : "")}\n\n`;
      continue;
    }
    // One level deeper, and no further.
    const below = documents.definition(inside(field.type));
    for (const { name, type } of below?.fields.values() ?? []) {
      out += `       ${name}\t<${typeName(type)}>\n`;
    }
  }
  return `${out}\n`;
}

/** What swagger has a model of: structs, and lists of anything but plain values. */
function isModel(type: Type): boolean {
  const value = plain(type);
  if (value.is === "struct") return true;
  return value.is === "list" && (isModel(value.of) || isNamed(value.of));
}

const isNamed = (type: Type) => type.is === "string" && type.go !== "string";

function inside(type: Type): Type {
  const value = plain(type);
  return value.is === "list" ? inside(value.of) : value;
}

function typeName(type: Type): string {
  const value = plain(type);
  switch (value.is) {
    case "struct":
      return "Object";
    case "map":
      return "object";
    case "list":
      return isModel(value) ? "[]Object" : `[]${typeName(value.of)}`;
    case "any":
      return "string";
    default:
      return openApiType(value.is);
  }
}

const INDENT = "    ";
const LIMIT = 80;

/**
 * Upstream's wrapping: each line begins with the indent and a blank; long links break at slashes.
 */
function wrap(text: string): string {
  const words = text
    .trim()
    .replace(/\n/g, " ")
    .split(" ")
    .flatMap((word) =>
      goLength(word) > LIMIT ? word.split("/").map((part) => `${part}/`) : [word],
    );
  const lines: string[] = [];
  let line = [INDENT];
  let length = INDENT.length;
  for (const [index, original] of words.entries()) {
    let word = original;
    const previous = line.at(-1) ?? "";
    if (word.endsWith("/") && previous.endsWith("/") && length + goLength(word) - 1 < LIMIT) {
      const next = words[index + 1];
      if (next !== undefined && index + 1 < words.length - 1 && !next.endsWith("/")) {
        word = word.slice(0, -1);
      }
      line[line.length - 1] = previous + word;
      length += goLength(word);
    } else if (
      length + goLength(word) < LIMIT ||
      (word.endsWith("/") && length + goLength(word) - 1 < LIMIT)
    ) {
      line.push(word);
      length += goLength(word) + 1;
    } else {
      lines.push(line.join(" "));
      line = [INDENT, word];
      length = INDENT.length + goLength(word);
    }
  }
  return [...lines, line.join(" ")].join("\n");
}
