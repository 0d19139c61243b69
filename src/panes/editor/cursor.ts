// Where in a YAML document the cursor stands, by indentation alone: it works in documents that do
// not parse, as documents do not while they are written.

export interface Cursor {
  readonly kind: string | undefined;
  readonly apiVersion: string | undefined;
  /** Names of the fields around it, outermost first; lists have none. */
  readonly path: readonly string[];
  /** The field whose value is being written; undefined where a name of a field is. */
  readonly key: string | undefined;
  /** What of the word stands before the cursor. */
  readonly word: string;
  /** Fields that are there already. */
  readonly siblings: readonly string[];
}

interface Line {
  readonly indent: number;
  /** The column of the key, behind any dashes. */
  readonly column: number;
  readonly key: string;
  readonly value: string;
  readonly isItem: boolean;
}

const pattern = /^( *)((?:- +)*)(?:"?([\w./-]+)"?:(?:\s+(.*))?)?/;

function readLine(text: string): Line | undefined {
  if (/^\s*(?:#|$)/.test(text)) return undefined;
  const [, spaces = "", dashes = "", key = "", value = ""] = pattern.exec(text) ?? [];
  const indent = spaces.length;
  return { indent, column: indent + dashes.length, key, value, isItem: dashes !== "" };
}

/** `line` and `column` count from 0. */
export function cursorAt(text: string, line: number, column: number): Cursor {
  const all = text.split("\n");
  const [first, last] = documentAround(all, line);
  const before = (all[line] ?? "").slice(0, column);
  const [, spaces = "", dashes = "", key, typed = ""] =
    /^( *)((?:- +)*)(?:"?([\w./-]+)"?:\s+)?(\S*)$/.exec(before) ?? [];
  const head = (name: string): string | undefined =>
    all
      .slice(first, last)
      .map((one) => new RegExp(`^${name}:\\s*(\\S+)`).exec(one)?.[1])
      .find(Boolean);
  const document = all.slice(first, last);
  const isItem = dashes !== "";
  const place = { line: line - first, column: spaces.length + dashes.length, isItem };
  return {
    kind: head("kind"),
    apiVersion: head("apiVersion"),
    ...{ path: pathTo(document, place), siblings: siblingsOf(document, place), key, word: typed },
  };
}

/** First line of the document, and the one behind its last. */
function documentAround(lines: readonly string[], line: number): [number, number] {
  const start = lines.slice(0, line + 1).findLastIndex((one) => /^---/.test(one)) + 1;
  const end = lines.findIndex((one, index) => index > line && /^---/.test(one));
  return [Math.min(start, line), end < 0 ? lines.length : end];
}

interface Place {
  readonly line: number;
  readonly column: number;
  /** The line of the cursor begins an item of a list. */
  readonly isItem: boolean;
}

/** The fields in which the place is, from the outermost. */
function pathTo(lines: readonly string[], { line, column }: Place): string[] {
  const path: string[] = [];
  let limit = column;
  for (const read of linesAbove(lines, line)) {
    if (!read.key || read.column >= limit) continue;
    path.unshift(read.key);
    // The list that it is an item of may stand as far to the left as its dash.
    limit = read.isItem ? read.indent + 0.5 : read.column;
  }
  return path;
}

/** Those of the same object, before the place and behind it. */
function siblingsOf(lines: readonly string[], { line, column, isItem }: Place): string[] {
  const names: string[] = [];
  for (const read of isItem ? [] : linesAbove(lines, line)) {
    if (read.column < column) break;
    if (read.column === column && read.key) names.push(read.key);
    if (read.column === column && read.isItem) break;
  }
  for (const text of lines.slice(line + 1)) {
    const read = readLine(text);
    if (!read) continue;
    if (read.column < column || (read.column === column && read.isItem)) break;
    if (read.column === column && read.key) names.push(read.key);
  }
  return names;
}

const linesAbove = (lines: readonly string[], line: number): Line[] =>
  lines
    .slice(0, line)
    .reverse()
    .flatMap((text) => readLine(text) ?? []);
