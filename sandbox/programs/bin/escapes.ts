// Backslash escapes as `echo -e`, `printf`, `$'…'` and `tr` have them.

const simple: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  v: "\v",
  "\\": "\\",
};

const pattern =
  /\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|0[0-7]{0,3}|[0-7]{1,3}|[ntrabeEfv\\])/g;

/** Several bytes in a row may be one character of UTF-8. */
const bytes = /(?:\\(?:[2-3][0-7]{2}|0[2-3][0-7]{2}|x[89a-fA-F][0-9a-fA-F])){2,}/g;

/** The text with its escapes replaced; unknown ones stay as they are. */
export function unescaped(text: string): string {
  const joined = text.replace(bytes, (run) => {
    const codes = run
      .slice(1)
      .split("\\")
      .map((code) => character(code).charCodeAt(0));
    return new TextDecoder().decode(Uint8Array.from(codes));
  });
  return joined.replace(pattern, (_, code: string) => simple[code] ?? character(code));
}

function character(code: string): string {
  return /^[xuU]/.test(code)
    ? String.fromCodePoint(Number.parseInt(code.slice(1), 16))
    : String.fromCharCode(Number.parseInt(code, 8) & 255);
}

export interface Unescaped {
  readonly text: string;
  /** A `\c` was met, which ends all output. */
  readonly stop: boolean;
}

/** As printf's `%b` does. */
export function unescapedUntilStop(text: string): Unescaped {
  const stop = /^(?:[^\\]|\\[^c])*?(?=\\c)/.exec(text);
  return stop ? { text: unescaped(stop[0]), stop: true } : { text: unescaped(text), stop: false };
}

/** As `echo -e` does: octal digits only behind a zero. */
export function echoed(text: string): Unescaped {
  return unescapedUntilStop(
    text.replace(/\\(\\|[1-7])/g, (whole) => (whole === "\\\\" ? whole : `\\${whole}`)),
  );
}
