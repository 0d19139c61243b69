// What `kubectl why` has found out, and how it is laid out for people.

import type { About, Decision, Option } from "../../sim/trace.ts";

export interface Answer {
  readonly about: About;
  /** What was decided about it, the latest first. */
  readonly decisions: readonly Decision[];
  /** What its own status says, as sentences. */
  readonly reasons: readonly string[];
  /** What it waits for. */
  readonly involved: readonly Answer[];
}

export interface Layout {
  /** Virtual milliseconds. */
  readonly now: number;
  span(ms: number): string;
}

/** Lines for a terminal; those of what it waits for are set in. */
export function answerText(answer: Answer, layout: Layout): string {
  return linesOf(answer, layout)
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function linesOf({ about, decisions, reasons, involved }: Answer, layout: Layout): string[] {
  const own = [
    ...reasons.map((reason) => `  ${reason}`),
    ...decisions.flatMap((decision) => decisionLines(decision, layout)),
  ];
  const silent = own.length === 0 && involved.length === 0;
  return [
    subjectOf(about),
    ...(silent ? ["  Nobody has had to decide anything about it."] : own),
    ...involved.flatMap((each) => linesOf(each, layout).map((line) => `  ${line}`)),
  ];
}

const subjectOf = ({ kind, namespace, name }: About): string =>
  `${kind} ${name}${namespace && namespace !== "default" ? ` in ${namespace}` : ""}`;

function decisionLines(decision: Decision, { now, span }: Layout): string[] {
  const { by, at, verdict, rule, options, remedy } = decision;
  return [
    `  ${verdict}`,
    `    decided by ${by}, ${span(now - at)} ago; the rule: ${rule}`,
    ...optionLines(options),
    ...(remedy ? [`    what would help: ${remedy}`] : []),
  ];
}

/** One line for each thing that was considered; equal advice is given once. */
function optionLines(options: readonly Option[]): string[] {
  const names = options.map(({ about }) => `${about.kind} ${about.name}`);
  const width = Math.max(0, ...names.map((name) => name.length));
  const ruleWidth = Math.max(0, ...options.map(({ rule = "" }) => rule.length));
  const lines = options.map(({ taken, rule = "", why = "" }, index) => {
    const name = (names[index] ?? "").padEnd(width);
    return `    ${taken ? "+" : "-"} ${name}  ${rule.padEnd(ruleWidth)}${ruleWidth > 0 ? "  " : ""}${why}`;
  });
  const remedies = [...new Set(options.flatMap(({ remedy }) => (remedy ? [remedy] : [])))];
  return [...lines, ...remedies.map((remedy) => `    what would help: ${remedy}`)];
}
