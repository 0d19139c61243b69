// Answers as JSON, as text for scripts, and as tables. Upstream: awscli/formatter.py, text.py,
// table.py.

import { isMap, type Json, UsageError } from "./options.ts";

export function printed(value: Json, format: string, title: string): string {
  if (format === "json")
    return value === null ? "null\n" : `${JSON.stringify(value, undefined, 4)}\n`;
  if (format === "text") return textOf(value, undefined);
  if (format === "table") return tableOf(value, title);
  throw new UsageError(`Unknown output type: ${format}`);
}

const isPlain = (value: Json): boolean => typeof value !== "object" || value === null;
const plain = (value: Json): string =>
  value === null ? "None" : typeof value === "boolean" ? (value ? "True" : "False") : String(value);

/** Plain values on one line, with tabs; what is within on lines of its own. */
function textOf(value: Json, name: string | undefined): string {
  if (isPlain(value))
    return `${name === undefined ? "" : `${name.toUpperCase()}\t`}${plain(value)}\n`;
  if (isMap(value)) {
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    const own = entries.filter(([, each]) => isPlain(each)).map(([, each]) => plain(each));
    const head =
      own.length > 0
        ? `${[...(name === undefined ? [] : [name.toUpperCase()]), ...own].join("\t")}\n`
        : "";
    const rest = entries.filter(([, each]) => !isPlain(each));
    return head + rest.map(([key, each]) => textOf(each, key)).join("");
  }
  const list = value as readonly Json[];
  if (list.every(isPlain)) {
    if (list.length === 0) return "";
    return name === undefined
      ? `${list.map(plain).join("\t")}\n`
      : list.map((each) => `${name.toUpperCase()}\t${plain(each)}\n`).join("");
  }
  return list.map((each) => textOf(each, name)).join("");
}

/** differs: of nested values only lists of rows become a table of their own. */
function tableOf(value: Json, title: string): string {
  const list = Array.isArray(value) ? (value as readonly Json[]) : undefined;
  if (!list) {
    const [first] = isMap(value) ? Object.entries(value) : [];
    if (first && Array.isArray(first[1])) return tableOf(first[1], title);
    return tableOf([value], title);
  }
  const isHash = list.some(isMap);
  const keys = isHash
    ? [...new Set(list.flatMap((each) => (isMap(each) ? Object.keys(each) : [])))]
        .filter((key) => list.every((each) => isMap(each) && isPlain(each[key] ?? null)))
        .sort()
    : [];
  const rows = list.map((each) =>
    isMap(each)
      ? keys.map((key) => plain(each[key] ?? null))
      : Array.isArray(each)
        ? (each as readonly Json[]).map((cell) =>
            isPlain(cell) ? plain(cell) : JSON.stringify(cell),
          )
        : [plain(each)],
  );
  const all = isHash ? [keys, ...rows] : rows;
  const count = Math.max(1, ...all.map(({ length }) => length));
  const widths = Array.from(
    { length: count },
    (_, index) => Math.max(...all.map((row) => (row[index] ?? "").length)) + 4,
  );
  const least = title.length + 4;
  const total = widths.reduce((sum, width) => sum + width, 0) + count - 1;
  if (total < least) widths[count - 1] = (widths[count - 1] ?? 0) + least - total;
  const inner = Math.max(total, least);
  const rule = `+${widths.map((width) => "-".repeat(width)).join("+")}+\n`;
  const row = (cells: readonly string[], isHead = false) =>
    `|${widths.map((width, index) => (isHead ? middle(cells[index] ?? "", width) : `  ${cells[index] ?? ""}`.padEnd(width))).join("|")}|\n`;
  const head = isHash ? row(keys, true) + rule : "";
  return `${"-".repeat(inner + 2)}\n|${middle(title, inner)}|\n${rule}${head}${rows.map((cells) => row(cells)).join("")}${rule}`;
}

function middle(text: string, width: number): string {
  const left = Math.floor((width - text.length) / 2);
  return (" ".repeat(left) + text).padEnd(width);
}
