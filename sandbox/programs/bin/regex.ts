// POSIX regular expressions, basic and extended with GNU's additions, as JavaScript ones.
// differs: alternatives are tried from left to right; POSIX takes the longest.

import { posixClass } from "../shell/pattern.ts";

export interface RegexOptions {
  readonly extended?: boolean;
  readonly ignoreCase?: boolean;
  readonly global?: boolean;
  /** `^` and `$` at newlines: sed's M flag. */
  readonly multiline?: boolean;
}

/** The expression makes no sense; the message is that of the C library. */
export class RegexError extends Error {
  override readonly name = "RegexError";
}

export function regex(source: string, options: RegexOptions = {}): RegExp {
  const flags = `su${options.ignoreCase ? "i" : ""}${options.global ? "g" : ""}${options.multiline ? "m" : ""}`;
  const translated = translate(source, options.extended ?? false);
  try {
    return new RegExp(translated, flags);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RegexError("Invalid preceding regular expression");
    throw error;
  }
}

const escapes: Readonly<Record<string, string>> = {
  w: "[A-Za-z0-9_]",
  W: "[^A-Za-z0-9_]",
  s: "\\s",
  S: "\\S",
  b: "\\b",
  B: "\\B",
  "<": "\\b(?=\\w)",
  ">": "\\b(?<=\\w)",
  "`": "(?<![\\s\\S])",
  "'": "(?![\\s\\S])",
  n: "\\n",
  t: "\\t",
  r: "\\r",
  f: "\\f",
  v: "\\v",
};

const literal = (unit: string) => unit.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");

/** The source of a JavaScript expression that means the same. */
export function translate(source: string, extended: boolean): string {
  let out = "";
  let depth = 0;
  /** Nothing yet that a repetition could apply to. */
  let start: boolean = true;
  for (let i = 0; i < source.length; i++) {
    const unit = String.fromCodePoint(source.codePointAt(i) as number);
    i += unit.length - 1;
    const atStart: boolean = start;
    start = false;
    if (unit === "[") {
      const end = bracketEnd(source, i);
      out += bracket(source.slice(i + 1, end));
      i = end;
      continue;
    }
    let operator = unit;
    let escaped = false;
    if (unit === "\\") {
      operator = source[++i] ?? "";
      if (operator === "") throw new RegexError("Trailing backslash");
      escaped = true;
    }
    const special = escaped !== extended && "(){}|+?".includes(operator);
    if (special && operator === "(") {
      out += "(";
      depth++;
      start = true;
    } else if (special && operator === ")") {
      if (depth === 0) {
        if (!extended) throw new RegexError("Unmatched ( or \\(");
        out += "\\)";
      } else {
        out += ")";
        depth--;
      }
    } else if (special && operator === "|") {
      out += "|";
      start = true;
    } else if (special && operator === "{") {
      const close = extended ? "}" : "\\}";
      const end = source.indexOf(close, i);
      const range = end < 0 ? "" : source.slice(i + 1, end);
      if (/^(\d+(,\d*)?|,\d+)$/.test(range) && !atStart) {
        out += `{${range.startsWith(",") ? `0${range}` : range}}`;
        i = end + close.length - 1;
      } else if (extended) out += "\\{";
      else throw new RegexError(end < 0 ? "Unmatched \\{" : "Invalid content of \\{\\}");
    } else if (special && (operator === "+" || operator === "?")) {
      out += atStart ? `\\${operator}` : operator;
    } else if (special) out += `\\${operator}`;
    else if (escaped && /[1-9]/.test(operator)) out += `(?:\\${operator})`;
    else if (escaped) out += escapes[operator] ?? literal(operator);
    else if (unit === "*")
      out += atStart ? "\\*" : /[*+?}]$/.test(out) && !/\\.$/.test(out) ? "" : "*";
    else if (unit === "^") {
      const anchor: boolean = extended || atStart;
      out += anchor ? "^" : "\\^";
      start = anchor;
    } else if (unit === "$") {
      const rest = source.slice(i + 1);
      out += extended || rest === "" || /^\\[)|]/.test(rest) ? "$" : "\\$";
    } else out += unit === "." ? "." : literal(unit);
  }
  if (depth > 0) throw new RegexError("Unmatched ( or \\(");
  return out;
}

function bracketEnd(source: string, start: number): number {
  let i = start + 1;
  if (source[i] === "^") i++;
  if (source[i] === "]") i++;
  for (; i < source.length; i++) {
    const inner = /^\[([:.=]).*?\1\]/.exec(source.slice(i));
    if (inner) i += inner[0].length - 1;
    else if (source[i] === "]") return i;
  }
  throw new RegexError("Unmatched [, [^, [:, [., or [=");
}

function bracket(body: string): string {
  const negated = body.startsWith("^");
  const inside = (negated ? body.slice(1) : body).replace(
    /\[:(\w+):\]|\[[.=](.)[.=]\]|\\([nt\]\\])?|[[\]^]/g,
    (whole, ...[name, one, escaped]: (string | undefined)[]) => {
      if (name !== undefined) {
        const known = posixClass(name);
        if (known === undefined) throw new RegexError("Invalid character class name");
        return known;
      }
      if (one !== undefined) return literal(one);
      // sed and awk know \n and \t between brackets; otherwise a backslash is itself.
      if (escaped === "n" || escaped === "t") return `\\${escaped}`;
      if (whole.startsWith("\\"))
        return `\\\\${escaped ? literal(escaped) : ""}`.replace(/^\\\\\\\\$/, "\\\\");
      return `\\${whole}`;
    },
  );
  return `[${negated ? "^" : ""}${escapeDashes(inside)}]`;
}

/** A dash at either end is itself. */
function escapeDashes(inside: string): string {
  const tail = /[^\\]-$/.test(inside) || inside === "-" ? `${inside.slice(0, -1)}\\-` : inside;
  return tail.startsWith("-") && tail.length > 1 ? `\\${tail}` : tail;
}

/** A text that is to be found as it is. */
export function fixed(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
