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

/** The text with its escapes replaced; unknown ones stay as they are. */
export function unescaped(text: string): string {
  return text.replace(pattern, (_, code: string) => simple[code] ?? character(code));
}

function character(code: string): string {
  return /^[xuU]/.test(code)
    ? String.fromCodePoint(Number.parseInt(code.slice(1), 16))
    : String.fromCharCode(Number.parseInt(code, 8) & 255);
}

/** As `echo -e` and `%b` do: `\c` ends all output. */
export function unescapedUntilStop(text: string): { readonly text: string; readonly stop: boolean } {
  const stop = /^(?:[^\\]|\\[^c])*?(?=\\c)/.exec(text);
  return stop ? { text: unescaped(stop[0]), stop: true } : { text: unescaped(text), stop: false };
}
