// Names in columns, down first, as ls and completion lists show them.

/** How many cells a text takes on a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const unit of text) {
    const code = unit.codePointAt(0) ?? 0;
    const isWide =
      (code >= 0x1100 && code <= 0x115f) ||
      (code >= 0x2e80 && code <= 0xa4cf) ||
      (code >= 0xac00 && code <= 0xd7a3) ||
      (code >= 0xf900 && code <= 0xfaff) ||
      (code >= 0xfe30 && code <= 0xfe6f) ||
      (code >= 0xff00 && code <= 0xff60) ||
      (code >= 0x1f300 && code <= 0x1faff);
    if (code >= 0x300 && code <= 0x36f) continue;
    width += isWide ? 2 : 1;
  }
  return width;
}

/** As few rows as fit into `width`, two spaces between columns. */
export function inColumns(names: readonly string[], width: number): string {
  if (names.length === 0) return "";
  const widths = names.map(widthOf);
  for (let rows = 1; rows <= names.length; rows++) {
    const columns: number[] = [];
    for (let i = 0; i < names.length; i += rows)
      columns.push(Math.max(...widths.slice(i, i + rows)));
    const total = columns.reduce((sum, one) => sum + one, 0) + 2 * (columns.length - 1);
    if (total > width && rows < names.length) continue;
    let text = "";
    for (let row = 0; row < rows; row++) {
      let line = "";
      for (let i = row, column = 0; i < names.length; i += rows, column++) {
        const last = i + rows >= names.length;
        const gap = (columns[column] ?? 0) - (widths[i] ?? 0) + 2;
        line += names[i] + (last ? "" : " ".repeat(gap));
      }
      text += `${line}\n`;
    }
    return text;
  }
  return "";
}
