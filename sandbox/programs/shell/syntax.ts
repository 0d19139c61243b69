// From text to a syntax tree, by unbash; what is wrong with it is said in the shell's own words.

import { type ParsedScript, parse, type Statement } from "unbash";

export interface Parsed {
  readonly script: ParsedScript;
  readonly text: string;
  readonly error: Mistake | undefined;
}

/** Why a text is no script. */
export interface Mistake {
  /** Counted from 1. */
  readonly line: number;
  /** The token that should not be there; or what a missing quote or bracket looks like. */
  readonly kind: "token" | "quote" | "end";
  readonly token: string;
  /** The keyword that would have ended what is open: `done`. */
  readonly expecting: string | undefined;
  readonly pos: number;
}

const closers: Readonly<Record<string, string>> = {
  "ANSI-C quote": "'",
  "single quote": "'",
  "double quote": '"',
  backtick: "`",
  "parameter expansion": "}",
};

export function parseScript(text: string): Parsed {
  const script = parse(text);
  return { script, text, error: script.errors?.length ? mistakeIn(script, text) : undefined };
}

function mistakeIn(script: ParsedScript, text: string): Mistake {
  const errors = [...(script.errors ?? [])].sort((a, b) => a.pos - b.pos);
  const end = text.trimEnd().length;
  const lineAt = (pos: number) => text.slice(0, pos).split("\n").length;
  const expecting = errors
    .map(({ message }) => /^expected '(\S+)'/.exec(message)?.[1])
    .find(Boolean);
  const unterminated = errors.find(({ message }) => message.startsWith("unterminated"));
  if (unterminated) {
    const { pos, message } = unterminated;
    const token = closers[message.slice("unterminated ".length)] ?? ")";
    return { line: lineAt(pos), kind: "quote", token, expecting, pos };
  }
  const named = errors.find(({ message }) => message.startsWith("unexpected token"));
  const first = errors[0] ?? { message: "", pos: 0 };
  const open = errors.some(
    ({ message, pos }) => pos >= end && /to close|^expected c/.test(message),
  );
  if (!named && open) {
    const line = lineAt(text.length) + (text.endsWith("\n") ? 0 : 1);
    return { line, kind: "end", token: "", expecting, pos: first.pos };
  }
  const at = named?.pos ?? first.pos;
  const quoted = /^unexpected token '([\s\S]+)'$/.exec(named?.message ?? "")?.[1];
  const found = /^\s*([;&|()<>]+|[^\s;&|()<>]+)/.exec(text.slice(at))?.[1];
  return {
    line: lineAt(at),
    kind: "token",
    token: quoted ?? found ?? "newline",
    expecting,
    pos: at,
  };
}

/** True if more lines could make a script of it: an open quote, loop, or here-document. */
export function isIncomplete(text: string): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\\n?$/.test(text)) return true;
  const { script, error } = parseScript(text);
  if (error) return error.kind !== "token";
  return hasOpenHereDoc(script);
}

/** Looks through the whole tree: a here-document may hang on any command. */
function hasOpenHereDoc(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("type" in node && node.type === "HereDoc" && "closing" in node && !node.closing) return true;
  return Object.values(node).some(hasOpenHereDoc);
}

/**
 * The statements that end before the line of a mistake: a shell reads line by line and runs them.
 */
export function before(parsed: Parsed): readonly Statement[] {
  const { script, text, error } = parsed;
  if (!error) return script.commands;
  const start = text.lastIndexOf("\n", error.pos - 1) + 1;
  const cut = parse(text.slice(0, start));
  return cut.errors?.length ? [] : cut.commands;
}
