// What may differ in the rows of a table: ages, the chosen node, the order of generated names; and
// events, which are a set.

import {
  generatedNames,
  isAge,
  isEventAge,
  isGenerated,
  isHash,
  isName,
  normaliseTokens,
  type TokenOptions,
} from "./tokens.ts";

export interface RowOptions extends TokenOptions {
  /** `kubectl get`: rows without a header may be rows of its table. */
  readonly gets: boolean;
  /** `kubectl get events`: every row is an event. */
  readonly getsEvents: boolean;
  readonly describes: boolean;
  /** YAML or JSON: no line of it is a row. */
  readonly isDocument: boolean;
  /** The headers of custom columns and their paths, in their order. */
  readonly columns: readonly (readonly [header: string, path: string])[];
}

interface Cell {
  readonly text: string;
  readonly start: number;
}

interface Row {
  readonly text: string;
  /**
   * Fixed rows keep their order, generated ones come in any, and what happened to an object counts
   * once.
   */
  readonly kind: "fixed" | "generated" | "event";
  /** Of an event: equal for what happened to the same object. */
  readonly key?: string;
}

/** Rows that may come in any order stand sorted behind the others of their table. */
export function normaliseRows(lines: readonly string[], options: RowOptions): string[] {
  const result: string[] = [];
  let header: readonly Cell[] | undefined;
  let group: Row[] = [];
  const endGroup = (): void => {
    result.push(...ordered(group));
    group = [];
  };
  const add = (row: Row): void => {
    // Outside of a table only neighbours of one kind belong together.
    if (!header && row.kind !== group[0]?.kind) endGroup();
    group.push(row);
  };
  for (const [at, line] of lines.entries()) {
    const cells = cellsOf(line);
    if (header && endsTable(header, cells)) {
      endGroup();
      header = undefined;
    }
    if (options.isDocument || cells.length === 0) {
      add({ text: normaliseLine(cells, options), kind: "fixed" });
    } else if (isRuled(cells, lines[at + 1]) || (!header && isHeader(cells, options))) {
      endGroup();
      header = cells;
      result.push(textOf(cells));
    } else {
      const row = normaliseRow(cells, header, options);
      if (row) add(row);
    }
  }
  endGroup();
  return result;
}

function ordered(rows: readonly Row[]): string[] {
  const texts = (kind: Row["kind"]): string[] =>
    rows.filter((row) => row.kind === kind).map(({ text }) => text);
  const events = new Map(rows.flatMap(({ key, text }) => (key === undefined ? [] : [[key, text]])));
  return [...texts("fixed"), ...texts("generated").sort(), ...[...events.values()].sort()];
}

function cellsOf(line: string): Cell[] {
  // A single space at the end of a line is text; more of them are the width of a column.
  const text = line.replace(/ {2,}$/, "");
  return Array.from(text.matchAll(/[^ ](?: ?[^ ])* ?$|[^ ](?: ?[^ ])*/g), (match) => ({
    text: match[0],
    start: match.index,
  }));
}

/** Indentation of up to eight spaces counts; what is further in is the width of a column. */
function textOf(cells: readonly Cell[]): string {
  const indent = " ".repeat(Math.min(cells[0]?.start ?? 0, 9));
  return indent + cells.map(({ text }) => text).join("  ");
}

function normaliseLine(cells: readonly Cell[], options: RowOptions): string {
  const text = textOf(cells);
  const indent = text.search(/[^ ]|$/);
  return text.slice(0, indent) + normaliseTokens(text.slice(indent), options);
}

/** The header of a table of `get`: capitals in every cell, or the custom columns' own. */
function isHeader(cells: readonly Cell[], { columns }: RowOptions): boolean {
  const isOwn =
    cells.length === columns.length && cells.every(({ text }, at) => text === columns[at]?.[0]);
  return (
    isOwn ||
    (cells[0]?.start === 0 && cells.every(({ text }) => /^[A-Z][A-Z0-9 ()/_-]+$/.test(text)))
  );
}

/** The header of a table of `describe`: a row of dashes below it. */
function isRuled(cells: readonly Cell[], below: string | undefined): boolean {
  const dashes = cellsOf(below ?? "");
  return cells.length > 1 && dashes.length > 1 && dashes.every(({ text }) => /^-+$/.test(text));
}

const endsTable = (header: readonly Cell[], cells: readonly Cell[]): boolean =>
  cells.length === 0 || (cells[0]?.start ?? 0) < (header[0]?.start ?? 0);

/** Undefined for the row of an event that does not count. */
function normaliseRow(
  cells: readonly Cell[],
  header: readonly Cell[] | undefined,
  options: RowOptions,
): Row | undefined {
  const names = cells.map((cell, at) => columnOf(cell, at, { cells, header, options }));
  const isEvent =
    options.getsEvents ||
    isDescribedEvent(cells, options) ||
    ["LAST SEEN", "REASON"].every((name) => header?.some(({ text }) => text === name));
  if (isEvent && cells.some(({ text }) => /^Pulling$|^Pulling image /.test(text))) return undefined;

  const changed = cells
    .map((cell, at) => ({ ...cell, text: normaliseCell(cell.text, names[at] ?? "", options) }))
    .filter((_, at) => !isEvent || !countsNot(names[at] ?? ""));
  // The first cell may be gone with its indentation.
  const [first, ...others] = changed;
  const start = cells[0]?.start ?? 0;
  const text = normaliseLine(first ? [{ ...first, start }, ...others] : [], options);
  if (isEvent) return { text, kind: "event", key: `${text} ${generatedNames(textOf(cells))}` };
  return { text, kind: hasGeneratedName(text, names, { header, options }) ? "generated" : "fixed" };
}

/** Of an event, its ages and its count. */
const countsNot = (column: string): boolean => /^(?:LAST SEEN|FIRST SEEN|COUNT|AGE)$/.test(column);

const isDescribedEvent = (cells: readonly Cell[], { describes }: RowOptions): boolean =>
  describes &&
  (cells[0]?.start ?? 0) > 0 &&
  /^(?:Normal|Warning)$/.test(cells[0]?.text ?? "") &&
  isEventAge(cells[2]?.text ?? "");

interface Surroundings {
  readonly cells: readonly Cell[];
  readonly header: readonly Cell[] | undefined;
  readonly options: RowOptions;
}

/** The name of the column that a cell stands in, in capitals; empty if that cannot be told. */
function columnOf(cell: Cell, at: number, { cells, header, options }: Surroundings): string {
  const { columns, gets, getsEvents } = options;
  if (isDescribedEvent(cells, options)) return at === 2 ? "AGE" : "";
  const byHeader = header?.find(({ start }) => start === cell.start)?.text;
  const path = byHeader
    ? columns.find(([name]) => name === byHeader)?.[1]
    : columns.length === cells.length && columns[at]?.[1];
  if (path && /(?:^|\.)nodeName$/.test(path)) return "NODE";
  if (path && /(?:^|\.)resourceVersion$/.test(path)) return "RESOURCE VERSION";
  if (byHeader) return byHeader.toUpperCase();
  if (header || columns.length > 0 || !gets || cells.length < 3) return "";
  // A row whose header was left out, or lost in a pipe.
  if (isAge(cell.text)) return getsEvents && at === 0 ? "LAST SEEN" : "AGE";
  return /^(?:\d+\.){3}\d+$|^<none>$/.test(cells[at - 1]?.text ?? "") &&
    isAge(cells[at - 2]?.text ?? "")
    ? "NODE"
    : "";
}

function normaliseCell(text: string, column: string, { nodesExact }: RowOptions): string {
  if (/^(?:AGE|DURATION)$/.test(column) && isAge(text)) return "<age>";
  if (column === "NODE" && !nodesExact && isName(text)) return "<node>";
  if (column === "RESOURCE VERSION" && /^\d+$/.test(text)) return "<version>";
  if (/-HASH$/.test(column) && isHash(text)) return "<hash>";
  return text;
}

/** In a table the name has a column; a line outside of one is taken for the row of its name. */
function hasGeneratedName(
  text: string,
  names: readonly string[],
  { header, options }: Omit<Surroundings, "cells">,
): boolean {
  if (!header) return !options.describes && !text.startsWith(" ") && isGenerated(text);
  const at = names.indexOf("NAME");
  return isGenerated(text.trimStart().split("  ")[Math.max(at, 0)] ?? "");
}
