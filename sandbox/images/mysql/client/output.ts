// Results as the client prints them: boxes on a terminal, tabs elsewhere, one column below the
// other with \G. client/mysql.cc print_table_data, print_tab_data, print_table_data_vertically.

import { widthOf } from "../../../programs/bin/columns.ts";
import type { Outcome } from "../engine/session.ts";

export type Style = "table" | "tabs" | "vertical";

type Rows = Extract<Outcome, { kind: "rows" }>;

export function resultText(result: Rows, style: Style, headings: boolean): string {
  if (result.rows.length === 0) return "";
  if (style === "vertical") return vertical(result);
  return style === "tabs" ? tabs(result, headings) : boxes(result, headings);
}

function boxes({ columns, rows }: Rows, headings: boolean): string {
  const widths = columns.map(({ name }, i) =>
    Math.max(headings ? widthOf(name) : 0, ...rows.map((row) => widthOf(cell(row[i])))),
  );
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+\n`;
  const pad = (text: string, width: number) => " ".repeat(Math.max(0, width - widthOf(text)));
  const line = (cells: readonly string[], right: (i: number) => boolean) =>
    `|${cells
      .map((text, i) => {
        const space = pad(text, widths[i] ?? 0);
        return right(i) ? ` ${space}${text} ` : ` ${text}${space} `;
      })
      .join("|")}|\n`;
  const head = headings
    ? rule +
      line(
        columns.map(({ name }) => name),
        () => false,
      )
    : "";
  const isRight = (i: number) => columns[i]?.numeric ?? false;
  return `${head}${rule}${rows.map((row) => line(row.map(cell), isRight)).join("")}${rule}`;
}

const cell = (value: string | null | undefined): string => value ?? "NULL";

function tabs({ columns, rows }: Rows, headings: boolean): string {
  const escaped = (text: string) =>
    text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\t", "\\t");
  const lines = rows.map((row) => row.map((value) => escaped(cell(value))).join("\t"));
  return [...(headings ? [columns.map(({ name }) => name).join("\t")] : []), ...lines]
    .map((line) => `${line}\n`)
    .join("");
}

function vertical({ columns, rows }: Rows): string {
  const width = Math.max(...columns.map(({ name }) => widthOf(name)));
  const stars = "*".repeat(27);
  return rows
    .map((row, number) => {
      const lines = columns.map(
        ({ name }, i) => `${" ".repeat(width - widthOf(name))}${name}: ${cell(row[i])}\n`,
      );
      return `${stars} ${number + 1}. row ${stars}\n${lines.join("")}`;
    })
    .join("");
}

const counted = (count: number, what: string, more = "s"): string =>
  `${count} ${what}${count === 1 ? "" : more}`;

/** What is said below a result on a terminal. */
export function closing(outcome: Outcome, seconds: string): string {
  if (outcome.kind === "done") {
    if (outcome.database !== undefined) return "Database changed\n";
    const info = outcome.info === undefined ? "" : `${outcome.info}\n`;
    return `Query OK, ${counted(outcome.affected, "row")} affected (${seconds} sec)\n${info}\n`;
  }
  if (outcome.rows.length === 0) return `Empty set (${seconds} sec)\n\n`;
  return `${counted(outcome.rows.length, "row")} in set (${seconds} sec)\n\n`;
}
