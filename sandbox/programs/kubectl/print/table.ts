// Tables with elastic columns: what `kubectl get` prints of the Tables that the server makes.
// Widths are remembered while it watches, so later rows stay in line. cli-runtime
// pkg/printers/tableprinter.go.

import type { ObjectMeta } from "../../../api/meta.ts";

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly priority: number;
}

export interface TableRow {
  readonly cells: readonly unknown[];
  readonly object: { readonly metadata?: ObjectMeta };
}

export interface Table {
  readonly kind: "Table";
  readonly columnDefinitions: readonly TableColumn[] | null;
  readonly rows: readonly TableRow[];
}

export const isTable = (object: object): object is Table =>
  (object as { kind?: unknown }).kind === "Table";

/** How columns are laid out; the releases differ. */
export interface TableLayout {
  readonly minWidth: number;
  readonly padding: number;
  /** Widths of earlier rows hold for later ones. */
  readonly remembers: boolean;
}

/** Rows in, aligned lines out. */
export class TableWriter {
  readonly #layout: TableLayout;
  #widths: number[] = [];

  constructor(layout: TableLayout) {
    this.#layout = layout;
  }

  /** Starts anew. */
  forget(): void {
    this.#widths = [];
  }

  /**
   * A column is as wide as the widest cell of the lines around it that have something behind it.
   */
  lines(table: readonly (readonly string[])[]): string {
    const rows = table.flatMap(broken);
    const remembered = this.#layout.remembers ? this.#widths : [];
    const widths = rows.map((row) => row.map((cell) => cell.length));
    const final = rows.map((row) => [...row].map(() => 0));
    const columns = Math.max(0, ...rows.map((row) => row.length - 1));
    for (let column = 0; column < columns; column++) {
      this.#align(column, { widths, final, remembered });
    }
    return rows
      .map((row, index) => {
        const last = row.length - 1;
        const padded = row.map((cell, i) =>
          i < last ? cell.padEnd(final[index]?.[i] ?? 0) : cell,
        );
        return `${padded.join("")}\n`;
      })
      .join("");
  }

  #align(
    column: number,
    { widths, final, remembered }: { widths: number[][]; final: number[][]; remembered: number[] },
  ): void {
    const { minWidth, padding } = this.#layout;
    let start = 0;
    while (start < widths.length) {
      const has = (index: number) => (widths[index]?.length ?? 0) - 1 > column;
      if (!has(start)) {
        start++;
        continue;
      }
      let end = start;
      let width = Math.max(minWidth, remembered[column] ?? 0);
      for (; end < widths.length && has(end); end++) {
        width = Math.max(width, (widths[end]?.[column] ?? 0) + padding);
      }
      for (let index = start; index < end; index++) (final[index] as number[])[column] = width;
      this.#widths[column] = Math.max(this.#widths[column] ?? 0, width);
      start = end;
    }
  }
}

/** Line breaks and tabs in a cell break the row, as they do for Go's tabwriter. */
function broken(row: readonly string[]): readonly (readonly string[])[] {
  if (!row.some((cell) => /[\n\t]/.test(cell))) return [row];
  return row
    .join("\t")
    .split("\n")
    .map((line) => line.split("\t"));
}

export interface TableOptions {
  readonly wide: boolean;
  readonly headers: boolean;
  readonly withNamespace: boolean;
  /** `statefulset.apps`: put before names. */
  readonly kindPrefix: string;
  readonly labelColumns: readonly string[];
  /** In the column of a label that an object does not have. */
  readonly noLabel?: string;
  readonly showLabels: boolean;
}

/** Prints tables one after the other, the heading once. */
export class TablePrinter {
  readonly #options: TableOptions;
  readonly #writer: TableWriter;
  #columns: readonly TableColumn[] = [];
  #hasHeaders = false;

  constructor(options: TableOptions, writer: TableWriter) {
    this.#options = options;
    this.#writer = writer;
  }

  /** `event` is what a watch said of it: `ADDED`. */
  print(table: Table, event?: string): string {
    // A watch describes its columns once: later tables have none.
    const described = table.columnDefinitions ?? [];
    if (described.length > 0 && !sameColumns(described, this.#columns)) {
      this.#columns = described;
      this.#hasHeaders = false;
    }
    if (table.rows.length === 0) return "";
    const rows = table.rows.map((row) => this.#cells(row, event));
    const withHeaders = this.#options.headers && !this.#hasHeaders;
    this.#hasHeaders = true;
    return this.#writer.lines(withHeaders ? [this.#heading(event), ...rows] : rows);
  }

  /** The heading alone. */
  heading({ columnDefinitions }: Table): string {
    this.#columns = columnDefinitions ?? [];
    this.#hasHeaders = true;
    return this.#options.headers ? this.#writer.lines([this.#heading(undefined)]) : "";
  }

  #heading(event: string | undefined): string[] {
    const { withNamespace, labelColumns, showLabels, wide } = this.#options;
    const own = this.#columns
      .filter(({ priority }) => wide || priority === 0)
      .map(({ name }) => name.toUpperCase());
    // The wide columns of Pet Sets had no headings.
    while (own.at(-1) === "") own.pop();
    return [
      ...(event === undefined ? [] : ["EVENT"]),
      ...(withNamespace ? ["NAMESPACE"] : []),
      ...own,
      ...labelColumns.map((label) => label.slice(label.lastIndexOf("/") + 1).toUpperCase()),
      ...(showLabels ? ["LABELS"] : []),
    ];
  }

  #cells({ cells, object }: TableRow, event: string | undefined): string[] {
    const {
      withNamespace,
      kindPrefix,
      labelColumns,
      showLabels,
      wide,
      noLabel = "",
    } = this.#options;
    const { namespace = "", labels = {} } = object.metadata ?? {};
    const nameAt = this.#columns.findIndex(
      ({ format, type }) => format === "name" && type === "string",
    );
    const shown = cells.flatMap((cell, index) => {
      const column = this.#columns[index];
      if (!column || (!wide && column.priority !== 0)) return [];
      const text = cell === null || cell === undefined ? "" : String(cell);
      return [index === nameAt && kindPrefix !== "" ? `${kindPrefix}/${text}` : text];
    });
    return [
      ...(event === undefined ? [] : [event.padEnd(8)]),
      ...(withNamespace ? [namespace] : []),
      ...shown,
      ...labelColumns.map((label) => labels[label] ?? noLabel),
      ...(showLabels ? [labelsText(labels)] : []),
    ];
  }
}

/** `a=b,c=d`, or `<none>`. */
export function labelsText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`);
  return pairs.join(",") || "<none>";
}

const sameColumns = (a: readonly TableColumn[], b: readonly TableColumn[]): boolean =>
  a.length === b.length && a.every(({ name }, index) => name === b[index]?.name);
