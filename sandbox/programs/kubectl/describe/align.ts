// Text with tabs as Go's tabwriter lays it out: cells of neighbouring lines form columns, each as
// wide as its widest cell. A cell counts if a tab ends it. text/tabwriter.

/** What is between columns, at least. */
const PADDING = 2;

/** Each line ends with a line break. */
export function align(lines: readonly string[]): string {
  const rows = lines.flatMap((line) => line.split("\n")).map((line) => line.split("\t"));
  const widths = rows.map((row) => row.map(() => 0));
  const columns = rows.reduce((most, { length }) => Math.max(most, length - 1), 0);
  for (let column = 0; column < columns; column++) {
    for (let start = 0; start < rows.length; ) {
      let end = start;
      let width = 0;
      for (; (rows[end]?.length ?? 0) - 1 > column; end++) {
        width = Math.max(width, [...(rows[end]?.[column] ?? "")].length + PADDING);
      }
      for (const row of widths.slice(start, end)) row[column] = width;
      start = Math.max(end, start + 1);
    }
  }
  return rows.map((row, at) => `${pad(row, widths[at] ?? [])}\n`).join("");
}

function pad(row: readonly string[], widths: readonly number[]): string {
  const last = row.length - 1;
  return row
    .map((cell, at) => (at < last ? cell + " ".repeat((widths[at] ?? 0) - [...cell].length) : cell))
    .join("");
}
