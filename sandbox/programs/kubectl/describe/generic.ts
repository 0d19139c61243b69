// Kinds that nobody describes better: all of their fields, with titles made of the fields' names.
// kubectl pkg/describe/describe.go printUnstructuredContent.

import { isFields } from "../../../api/patch.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import { goText } from "../print/go-text.ts";
import { defineDescriber } from "./describer.ts";
import { annotations, indent, type Lines, labels } from "./lines.ts";

/** Told at the top, or not at all. */
const skipped = new Set([
  ".metadata.name",
  ".metadata.namespace",
  ".metadata.labels",
  ".metadata.annotations",
  ".metadata.managedFields",
]);

export const generic = defineDescriber({
  kind: "",
  describe: ({ object, events }) => [
    `Name:\t${object.metadata.name}`,
    `Namespace:\t${object.metadata.namespace ?? ""}`,
    labels("Labels", object.metadata.labels),
    annotations("Annotations", object.metadata.annotations),
    content({ ...object }, ""),
    events,
  ],
});

function content(fields: Readonly<Record<string, unknown>>, path: string): Lines {
  return Object.keys(fields)
    .sort(byCodePoint)
    .filter((field) => !skipped.has(`${path}.${field}`))
    .map((field) => {
      const value = fields[field];
      const title = titleOf(field);
      if (isFields(value)) return [`${title}:`, indent(1, content(value, `${path}.${field}`))];
      if (!Array.isArray(value)) return `${title}:\t${goText(value)}`;
      const members = value.map((member) =>
        isFields(member) ? content(member, `${path}.${field}`) : goText(member),
      );
      return [`${title}:`, indent(1, members)];
    });
}

const acronyms = new Set(["API", "URL", "UID", "OSB", "GUID"]);

/** `storageClassName` → `Storage Class Name`. */
function titleOf(field: string): string {
  if (!/^[\p{L}-]*$/u.test(field)) return field;
  const words = field.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|-+/gu) ?? [];
  return words
    .map((word) =>
      acronyms.has(word.toUpperCase())
        ? word.toUpperCase()
        : word.charAt(0).toUpperCase() + word.slice(1),
    )
    .join(" ");
}
