// Words of CQL. Upstream: src/antlr/Lexer.g.

export interface Token {
  readonly kind: "word" | "quoted" | "string" | "number" | "uuid" | "blob" | "sign" | "end";
  /** Without quotes; words in lower case. */
  readonly text: string;
  readonly raw: string;
  readonly line: number;
  readonly column: number;
}

/** The database refuses what was asked of it. */
export class CqlError extends Error {
  override readonly name = "CqlError";
  readonly kind: "SyntaxException" | "InvalidRequest" | "ConfigurationException" | "AlreadyExists";
  constructor(message: string, kind: CqlError["kind"] = "InvalidRequest") {
    super(message);
    this.kind = kind;
  }
}

const UUID = /[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}/y;
const patterns: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /\s+|--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//y],
  ["uuid", UUID],
  ["blob", /0[xX][0-9a-fA-F]*/y],
  ["number", /-?\d+(?:\.\d*)?(?:[eE][+-]?\d+)?/y],
  ["word", /[A-Za-z][A-Za-z0-9_]*/y],
  ["string", /'(?:[^']|'')*'/y],
  ["string", /\$\$[\s\S]*?\$\$/y],
  ["quoted", /"(?:[^"]|"")*"/y],
  ["sign", /<=|>=|!=|\+=|-=|[-+*/(){}[\],.;:=<>?]/y],
];

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const place = (index: number) => {
    const before = text.slice(0, index).split("\n");
    return { line: before.length, column: before.at(-1)?.length ?? 0 };
  };
  while (at < text.length) {
    const found = match(text, at);
    if (!found) {
      const { line, column } = place(at);
      throw new CqlError(
        `line ${line}:${column} no viable alternative at character '${text[at]}'`,
        "SyntaxException",
      );
    }
    const { kind, raw } = found;
    if (kind !== "space") tokens.push({ kind, raw, text: plain(kind, raw), ...place(at) });
    at += raw.length;
  }
  tokens.push({ kind: "end", raw: "<EOF>", text: "", ...place(text.length) });
  return tokens;
}

function match(
  text: string,
  at: number,
): { kind: Token["kind"] | "space"; raw: string } | undefined {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const raw = pattern.exec(text)?.[0];
    if (raw) return { kind, raw };
  }
  return undefined;
}

function plain(kind: Token["kind"], raw: string): string {
  if (kind === "word" || kind === "uuid") return raw.toLowerCase();
  if (kind === "quoted") return raw.slice(1, -1).replaceAll('""', '"');
  if (kind !== "string") return raw;
  return raw.startsWith("$$") ? raw.slice(2, -2) : raw.slice(1, -1).replaceAll("''", "'");
}
