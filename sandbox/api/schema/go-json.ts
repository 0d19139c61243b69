// JSON as Go writes it: keys in the order of their bytes, `<`, `>` and `&` escaped. It is what the
// servers' error texts quote.

/** The text of a plain value. */
export function goJson(value: unknown): string {
  if (typeof value === "string") return goString(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(goJson).join(",")}]`;
  const fields = value as Readonly<Record<string, unknown>>;
  const members = Object.keys(fields)
    .filter((key) => fields[key] !== undefined)
    .sort(byCodePoint)
    .map((key) => `${goString(key)}:${goJson(fields[key])}`);
  return `{${members.join(",")}}`;
}

const goString = (text: string): string =>
  JSON.stringify(text).replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** The order of Go's strings, which compares bytes. */
export const byCodePoint = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** A string as `%q` prints it. */
export const quoted = (text: string): string => JSON.stringify(text);
