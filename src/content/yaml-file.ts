// Reads YAML that people wrote by hand and holds it against a shape. What is wrong is said with the
// line and column at which it stands. Knows nothing of what the files mean.

import type { z } from "astro/zod";
import { isMap, isScalar, LineCounter, type Node, parseDocument } from "yaml";
import { ContentMistake, shown } from "./mistake.ts";

export interface YamlText {
  /** Named in messages. */
  readonly file: string;
  readonly text: string;
  /** Lines of the file before the text begins: of frontmatter, one. */
  readonly offset?: number;
}

/**
 * The value of a document that has this shape. Throws a ContentMistake about the first thing wrong.
 */
export function readYaml<T>({ file, text, offset = 0 }: YamlText, shape: z.ZodType<T>): T {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const placeOf = (position: number) => {
    const { line, col } = lines.linePos(position);
    return { file, line: line + offset, column: col };
  };
  const [error] = document.errors;
  if (error) {
    throw new ContentMistake(placeOf(error.pos[0]), { expected: "YAML", found: error.message });
  }
  const value: unknown = document.toJS() ?? {};
  const judged = shape.safeParse(value);
  if (judged.success) return judged.data;
  const [issue] = judged.error.issues;
  const path = (issue?.path ?? []) as (string | number)[];
  const where = placeOf(positionOf(document.contents, path, issueKey(issue)));
  const name = path.length > 0 ? `${path.join(".")}: ` : "";
  throw new ContentMistake(where, {
    expected: `${name}${expectationOf(issue)}`,
    found: shown(issueKey(issue) ?? valueAt(value, path)),
  });
}

type Issue = z.core.$ZodIssue | undefined;

/** The name that should not be there. */
function issueKey(issue: Issue): string | undefined {
  return issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
}

function expectationOf(issue: Issue): string {
  switch (issue?.code) {
    case "unrecognized_keys":
      return "a name that is known here";
    case "invalid_value":
      return `one of ${issue.values.map(shown).join(", ")}`;
    case "invalid_type":
      return `a ${issue.expected}`;
    default:
      return issue?.message.replace(/^Invalid input: expected /, "") ?? "something else";
  }
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (inner as Record<string | number, unknown> | undefined)?.[key],
    value,
  );
}

/** Where the value of a path stands; where it is missing, what should hold it. */
function positionOf(root: Node | null, path: readonly (string | number)[], key?: string): number {
  let node: unknown = root;
  let position = root?.range?.[0] ?? 0;
  for (const step of key === undefined ? path : [...path, key]) {
    const pair = isMap(node)
      ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step))
      : undefined;
    const child =
      pair?.key ?? (node as { get?(key: unknown, keep: true): unknown } | null)?.get?.(step, true);
    const range = (child as Node | undefined)?.range;
    if (!range) break;
    position = range[0];
    node = pair ? pair.value : child;
  }
  return position;
}
