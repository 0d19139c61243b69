// Shell patterns (globs) as regular expressions. In a pattern a backslash makes the next character
// literal; that is how quoted parts of a word arrive here.

const classes: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
  blank: " \\t",
  punct: "!-/:-@\\[-`{-~",
  print: " -~",
  graph: "!-~",
  cntrl: "\\x00-\\x1f\\x7f",
  xdigit: "0-9A-Fa-f",
  word: "\\w",
};

/** `[:alpha:]` inside a bracket expression. */
export function posixClass(name: string): string | undefined {
  return classes[name];
}

export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** Makes every character of a text literal in a pattern. */
export function literalPattern(text: string): string {
  return text.replace(/[\\*?[\]!+@()|]/g, "\\$&");
}

/** Undoes the backslashes of a pattern in which nothing is special. */
export function plainText(pattern: string): string {
  return pattern.replace(/\\([\s\S])/g, "$1");
}

export function hasMagic(pattern: string): boolean {
  return /[*?[]/.test(pattern.replace(/\\[\s\S]/g, ""));
}

/** The end of a bracket expression that begins at `start`, or -1 if it is none. */
function bracketEnd(pattern: string, start: number): number {
  let i = start + 1;
  if (pattern[i] === "!" || pattern[i] === "^") i++;
  if (pattern[i] === "]") i++;
  for (; i < pattern.length; i++) {
    if (pattern[i] === "\\") i++;
    else if (pattern.startsWith("[:", i)) {
      const end = pattern.indexOf(":]", i);
      if (end > 0) i = end + 1;
    } else if (pattern[i] === "]") return i;
  }
  return -1;
}

/** The inside of a bracket expression as JavaScript writes it. */
export function bracketBody(body: string): string {
  const negated = /^[!^]/.test(body);
  const rest = negated ? body.slice(1) : body;
  let out = "";
  for (let i = 0; i < rest.length; i++) {
    const name = /^\[:(\w+):\]/.exec(rest.slice(i))?.[1];
    const unit = rest[i] as string;
    if (name !== undefined) {
      out += classes[name] ?? "";
      i += name.length + 3;
    } else if (unit === "\\") out += (rest[++i] ?? "\\").replace(/[\]\\[^-]/, "\\$&");
    else if (/[\]\\[^]/.test(unit)) out += `\\${unit}`;
    else out += unit;
  }
  return `[${negated ? "^" : ""}${out}]`;
}

/** The matching parenthesis of the one at `start`. */
function groupEnd(pattern: string, start: number): number {
  let depth = 0;
  for (let i = start; i < pattern.length; i++) {
    if (pattern[i] === "\\") i++;
    else if (pattern[i] === "(") depth++;
    else if (pattern[i] === ")" && --depth === 0) return i;
  }
  return -1;
}

function alternatives(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "(") depth++;
    else if (text[i] === ")") depth--;
    else if (text[i] === "|" && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}

export interface PatternOptions {
  /** `?(a|b)` and its like. */
  readonly extended?: boolean;
  /** What `*` and `?` stand for: a path's part must not reach over a slash. */
  readonly any?: string;
  /** As little as possible, for `${x#*y}`. */
  readonly lazy?: boolean;
}

/** The source of a regular expression that matches what the pattern matches. */
export function patternSource(pattern: string, options: PatternOptions = {}): string {
  const { extended = false, any = "[\\s\\S]", lazy = false } = options;
  let out = "";
  for (let i = 0; i < pattern.length; i++) {
    const unit = pattern[i] as string;
    if (extended && "?*+@!".includes(unit) && pattern[i + 1] === "(") {
      const end = groupEnd(pattern, i + 1);
      if (end > 0) {
        const inner = alternatives(pattern.slice(i + 2, end));
        const group = inner.map((part) => patternSource(part, options)).join("|");
        if (unit === "!") out += `(?:(?!(?:${group})$)${any}*)`;
        else out += `(?:${group})${unit === "@" ? "" : unit}`;
        i = end;
        continue;
      }
    }
    if (unit === "\\") out += escapeRegExp(pattern[++i] ?? "\\");
    else if (unit === "*") out += `${any}*${lazy ? "?" : ""}`;
    else if (unit === "?") out += any;
    else if (unit === "[") {
      const end = bracketEnd(pattern, i);
      if (end < 0) out += "\\[";
      else {
        out += bracketBody(pattern.slice(i + 1, end));
        i = end;
      }
    } else out += escapeRegExp(unit);
  }
  return out;
}

/** Matches whole texts. */
export function patternRegExp(pattern: string, options?: PatternOptions): RegExp {
  return new RegExp(`^(?:${patternSource(pattern, options)})$`, "u");
}
