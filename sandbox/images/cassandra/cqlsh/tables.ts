// Rows as a table. Upstream: bin/cqlsh.py print_formatted_result,
// print_formatted_result_vertically.

import type { ResultRows } from "../cql/select.ts";
import { formatValue } from "../values.ts";

export function resultText({ columns, rows }: ResultRows, isExpanded: boolean): string {
  const names = columns.map(({ name }) => name);
  const cells = rows.map((row) =>
    columns.map(({ type }, index) => formatValue(row[index] ?? null, type)),
  );
  const count = `(${rows.length} rows)`;
  if (isExpanded && rows.length > 0) return `\n${expanded(names, cells)}\n\n${count}`;
  const widths = names.map((name, index) =>
    Math.max(wide(name), ...cells.map((row) => wide(row[index] ?? ""))),
  );
  const fill = (text: string, index: number) => " ".repeat((widths[index] ?? 0) - wide(text));
  const head = ` ${names.map((name, index) => name + fill(name, index)).join(" | ")}`.trimEnd();
  const rule = `-${widths.map((width) => "-".repeat(width)).join("-+-")}-`;
  const lines = cells.map(
    (row) => ` ${row.map((cell, index) => fill(cell, index) + cell).join(" | ")}`,
  );
  return ["", head, rule, ...lines, "", count].join("\n");
}

/** Letters of East Asia take two columns. */
const wide = (text: string): number =>
  [...text].reduce(
    (sum, letter) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(
        letter,
      )
        ? 2
        : 1),
    0,
  );

function expanded(names: readonly string[], cells: readonly (readonly string[])[]): string {
  const nameWidth = Math.max(...names.map(wide));
  const valueWidth = Math.max(...cells.flat().map(wide));
  const blocks = cells.map((row, index) =>
    [
      `@ Row ${index + 1}`,
      `-${"-".repeat(nameWidth)}-+-${"-".repeat(valueWidth)}-`,
      ...names.map((name, column) => ` ${name.padEnd(nameWidth)} | ${row[column] ?? ""}`),
    ].join("\n"),
  );
  return blocks.join("\n\n");
}
