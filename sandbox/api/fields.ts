// Field selectors: `status.phase=Running,metadata.name!=web-0`.
// apimachinery/pkg/fields/selector.go.

import { badRequest } from "./status.ts";

export interface FieldRequirement {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

export type FieldSelector = readonly FieldRequirement[];

/** Throws BadRequest in upstream's words where `text` cannot be read. */
export function parseFieldSelector(text: string): FieldSelector {
  const selector: FieldRequirement[] = [];
  for (const term of splitTerms(text)) {
    if (term === "") continue;
    const match = /^((?:[^\\=!]|\\.)*?)(==|!=|=)((?:[^\\]|\\.)*)$/s.exec(term);
    if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${term}'`);
    const [, field = "", operator, value = ""] = match;
    selector.push({ field, equal: operator !== "!=", value: value.replace(/\\([\\,=])/g, "$1") });
  }
  return selector;
}

function splitTerms(text: string): string[] {
  return text.match(/(?:[^\\,]|\\.)+/gs) ?? [];
}

/** `fields` are all that can be selected by; whoever calls has refused the rest. */
export function matchesFields(
  selector: FieldSelector,
  fields: Readonly<Record<string, string>>,
): boolean {
  return selector.every(({ field, equal, value }) => ((fields[field] ?? "") === value) === equal);
}
