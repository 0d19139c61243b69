// Text with tabs as Go's tabwriter lays it out: cells of neighbouring lines form columns, each as
// wide as its widest cell. A cell counts if a tab ends it. text/tabwriter.

/** What is between columns, at least. */
const PADDING = 2;

/** How wide a tab is. */
const TAB = 8;

/** Each line ends with a line break. With tabs, columns end at multiples of eight. */
export function align(lines: readonly string[], tabs = false): string {
  const rows = lines.flatMap((line) => line.split("\n")).map((line) => line.split("\t"));
  const widths = rows.map((row) => row.map(() => 0));
  const columns = rows.reduce((most, { length }) => Math.max(most, length - 1), 0);
  for (let column = 0; column < columns; column++) {
    for (let start = 0; start < rows.length; ) {
      let end = start;
      let width = 0;
      for (; (rows[end]?.length ?? 0) - 1 > column; end++) {
        const length = [...(rows[end]?.[column] ?? "")].length;
        width = Math.max(width, length + (tabs ? 1 : PADDING));
      }
      if (tabs) width = Math.ceil(width / TAB) * TAB;
      for (const row of widths.slice(start, end)) row[column] = width;
      start = Math.max(end, start + 1);
    }
  }
  const fill = tabs ? tabsFor : (count: number) => " ".repeat(count);
  return rows.map((row, at) => `${pad(row, widths[at] ?? [], fill)}\n`).join("");
}

const tabsFor = (count: number): string => "\t".repeat(Math.ceil(count / TAB));

function pad(
  row: readonly string[],
  widths: readonly number[],
  fill: (count: number) => string,
): string {
  const last = row.length - 1;
  return row
    .map((cell, at) => (at < last ? cell + fill((widths[at] ?? 0) - [...cell].length) : cell))
    .join("");
}
