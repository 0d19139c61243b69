// Where bash, dash and BusyBox's ash differ before a reader's eyes: what errors look like, and
// which of bash's extensions there are.

import type { Shell } from "./state.ts";
import type { Mistake } from "./syntax.ts";

export interface Dialect {
  readonly name: "bash" | "dash" | "ash";
  /** Arrays, `[[`, `{a,b}`, `$'…'` and the rest. */
  readonly extended: boolean;
  /** Before every message: `bash: line 1: `. */
  prefix(shell: Shell): string;
  notFound(name: string): string;
  /** A file that cannot be opened for a redirection. */
  cannotOpen(path: string, why: string, writing: boolean): string;
  cannotEnter(path: string, why: string): string;
  unbound(name: string): string;
  /** What bash says otherwise, in this shell's words; the empty string for nothing. */
  readonly wording: readonly (readonly [bash: RegExp, own: string])[];
  syntax(mistake: Mistake, text: string, shell: Shell): string;
  /** Exit status of a script that cannot be parsed, or whose builtin cannot be redirected. */
  readonly prompts: { readonly user: string; readonly root: string };
  readonly redirectFailure: number;
}

function lineOf(text: string, line: number): string {
  return text.split("\n")[line - 1] ?? "";
}

export const bash: Dialect = {
  name: "bash",
  extended: true,
  prefix(shell) {
    const name = shell.script ?? shell.name;
    return shell.mode === "interactive" && !shell.sourced
      ? `${name.replace(/^-|^.*\//, "")}: `
      : `${name}: line ${shell.line}: `;
  },
  notFound: (name) => `${name}: command not found`,
  cannotOpen: (path, why) => `${path}: ${why}`,
  cannotEnter: (path, why) => `cd: ${path}: ${why}`,
  unbound: (name) => `${name}: unbound variable`,
  wording: [],
  syntax({ kind, token, line }, text, shell) {
    const inside = shell.mode === "interactive" && !shell.sourced;
    const from = shell.mode === "command" && shell.script === undefined ? "-c: " : "";
    const at = shell.firstLine - 1 + line;
    const head = inside ? "" : `${from}line ${at}: `;
    if (kind === "quote") return `${head}unexpected EOF while looking for matching \`${token}'`;
    if (kind === "end") return `${head}syntax error: unexpected end of file`;
    const message = `${head}syntax error near unexpected token \`${token}'`;
    if (inside) return message;
    const name = shell.script ?? shell.name;
    return `${message}\n${name}: ${head}\`${lineOf(text, line)}'`;
  },
  prompts: { user: "$ ", root: "# " },
  redirectFailure: 1,
};

const posixReason = (why: string, writing: boolean): string =>
  why !== "No such file or directory" ? why : writing ? "Directory nonexistent" : "No such file";

export const dash: Dialect = {
  name: "dash",
  extended: false,
  prefix: (shell) => `${shell.script ?? shell.name}: ${shell.line}: `,
  notFound: (name) => `${name}: not found`,
  cannotOpen: (path, why, writing) =>
    `cannot ${writing ? "create" : "open"} ${path}: ${posixReason(why, writing)}`,
  cannotEnter: (path) => `cd: can't cd to ${path}`,
  unbound: (name) => `${name}: parameter not set`,
  wording: [
    [/^(test|\[): (.*): integer expression expected$/s, "$1: Illegal number: $2"],
    [/^(test|\[): (.*): (?:unary|binary) operator expected$/s, "$1: $2: unexpected operator"],
    [/^\[: missing `\]'$/, "[: missing ]"],
    [/^printf: (.*): invalid number$/s, "printf: $1: expected numeric value"],
    [/^wait: pid .* is not a child of this shell$/, ""],
    [/^kill: \(.*\) - No such process$/, "kill: No such process\n"],
    [/^(.*): division by 0 .*$/s, 'arithmetic expression: division by zero: "$1"'],
    [/^(.*): syntax error: .*$/s, 'arithmetic expression: expecting primary: "$1"'],
    [/^local: can only be used in a function$/, "local: not in a function"],
  ],
  syntax({ kind, token, line, expecting }, text, shell) {
    const at = kind === "end" && !text.endsWith("\n") ? line - 1 : line;
    const head = `${shell.script ?? shell.name}: ${shell.firstLine - 1 + at}: Syntax error: `;
    const hint = expecting ? ` (expecting "${expecting}")` : "";
    if (kind === "quote") {
      const what =
        token === ")" || token === "}" ? `Missing '${token}'` : "Unterminated quoted string";
      return head + what;
    }
    if (kind === "end") return `${head}end of file unexpected${hint}`;
    return `${head}${token === "newline" ? token : `"${token}"`} unexpected${hint}`;
  },
  prompts: { user: "$ ", root: "# " },
  redirectFailure: 2,
};

export const ash: Dialect = {
  ...dash,
  name: "ash",
  extended: true,
  wording: [
    [/^(?:test|\[): (.*): integer expression expected$/s, "$1: bad number"],
    [/^(?:test|\[): (.*): (?:unary|binary) operator expected$/s, "$1: unknown operand"],
    [/^\[: missing `\]'$/, "missing ]"],
    [/^printf: (.*): invalid number$/s, "invalid number '$1'"],
    [/^wait: pid .* is not a child of this shell$/, ""],
    [/^kill: \((.*)\) - No such process$/, "can't kill pid $1: No such process"],
    [/^.*: division by 0 .*$/s, "divide by zero"],
    [/^.*: syntax error: .*$/s, "arithmetic syntax error"],
    [/^local: can only be used in a function$/, "local: not in a function"],
  ],
  prefix(shell) {
    if (shell.mode === "file") return `${shell.script ?? shell.name}: line ${shell.line}: `;
    return `${shell.name}: `;
  },
  cannotOpen(path, why, writing) {
    const reason =
      why !== "No such file or directory"
        ? why
        : writing
          ? "nonexistent directory"
          : "no such file";
    return `can't ${writing ? "create" : "open"} ${path}: ${reason}`;
  },
  cannotEnter: (path, why) => `cd: can't cd to ${path}: ${why}`,
  syntax({ kind, token, expecting }, _text, shell) {
    const head = `${bare(shell)}: syntax error: `;
    const hint = expecting ? ` (expecting "${expecting}")` : "";
    if (kind === "quote") return `${head}unterminated quoted string`;
    if (kind === "end") return `${head}unexpected end of file${hint}`;
    return `${head}unexpected ${token === "newline" ? token : `"${token}"`}${hint}`;
  },
  prompts: { user: "\\w $ ", root: "\\w # " },
  redirectFailure: 1,
};

const bare = (shell: Shell): string => shell.script ?? shell.name;
