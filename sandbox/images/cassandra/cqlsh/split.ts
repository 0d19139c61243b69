// Where one statement ends and the next begins: at a semicolon outside of quotes and comments.

const piece =
  /'(?:[^']|'')*'|"(?:[^"]|"")*"|\$\$[\s\S]*?\$\$|--[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|;|[^;'"$/-]+|[\s\S]/y;

export interface Split {
  readonly statements: readonly { readonly statement: string; readonly line: number }[];
  /** Behind the last semicolon. */
  readonly rest: string;
}

export function splitStatements(text: string): Split {
  const statements: { statement: string; line: number }[] = [];
  let current = "";
  let line = 1;
  let isBatch = false;
  piece.lastIndex = 0;
  for (let found = piece.exec(text); found; found = piece.exec(text)) {
    const [part] = found;
    if (current.trim() === "") line += (current + part).match(/^\s*/)?.[0].split("\n").length ?? 1;
    if (current.trim() === "") line -= 1;
    isBatch = /^\s*begin\b/i.test(current) && !/\bapply\s+batch\s*$/i.test(current);
    if (part === ";" && !isBatch) {
      if (current.trim() !== "") statements.push({ statement: current.trim(), line });
      current = "";
    } else current += /^(?:--|\/\/)/.test(part) ? "" : part;
  }
  return { statements, rest: current };
}
