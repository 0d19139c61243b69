// Values as Go prints them (`%#v`), and the difference of two: error texts of real servers show
// them.
// differs: in a struct the fields that are not set are left out.

import { equal } from "./clone.ts";
import { GoValue } from "./field-error.ts";
import { isFields } from "./patch.ts";
import { usualGoName } from "./schema/go-names.ts";

/** `core.Taint{Key:"a", Effect:"NoSchedule"}`. */
export const goStruct = (type: string, value: object): GoValue =>
  new GoValue(struct(type, value), JSON.stringify(capitalized(value)));

/** `[]string{"a", "b"}`; `[]string(nil)` if there is none. */
export function goList(type: string, list: readonly unknown[] | undefined): GoValue {
  if (!list || list.length === 0) return new GoValue(`[]${type}(nil)`, "null");
  const items = list.map((each) => text(each, type)).join(", ");
  return new GoValue(`[]${type}{${items}}`, JSON.stringify(capitalized(list)));
}

/** `map[string]string{"a":"b"}`. */
export const goMap = (map: Readonly<Record<string, string>> | undefined): GoValue =>
  new GoValue(mapText(map), JSON.stringify(map ?? null));

/** With its fields as Go calls them: the server's own types do not know what JSON calls them. */
function capitalized(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(capitalized);
  if (!isFields(value)) return value;
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(fields.map(([key, each]) => [usualGoName(key), capitalized(each)]));
}

const mapText = (map: Readonly<Record<string, unknown>> | undefined): string =>
  map
    ? `map[string]string{${Object.keys(map)
        .sort()
        .map((key) => `${JSON.stringify(key)}:${text(map[key], "string")}`)
        .join(", ")}}`
    : "map[string]string(nil)";

function struct(type: string, value: object): string {
  const fields = Object.entries(value).filter(([, each]) => each !== undefined);
  return `${type}{${fields.map(([key, each]) => `${usualGoName(key)}:${text(each, usualGoName(key))}`).join(", ")}}`;
}

function text(value: unknown, type: string): string {
  if (value === undefined || value === null) return "nil";
  if (Array.isArray(value)) return goList(type, value).text;
  return isFields(value) ? struct(type, value) : JSON.stringify(value);
}

/** What makes `now` different from `before`, in the form of Go's cmp.Diff. */
export function goDiff(type: string, now: object, before: object): string {
  return `${difference([now, before], type, 0).join("\n")}\n`;
}

function difference(pair: readonly [unknown, unknown], type: string, depth: number): string[] {
  const [now, before] = pair.map((each) => (each ?? {}) as Record<string, unknown>) as [
    Record<string, unknown>,
    Record<string, unknown>,
  ];
  const indent = `  ${"\t".repeat(depth)}`;
  const lines: string[] = [`${indent}${type}{`];
  let same = 0;
  const skip = () => {
    if (same > 0) lines.push(`${indent}\t... // ${same} identical fields`);
    same = 0;
  };
  for (const key of new Set([...Object.keys(now), ...Object.keys(before)])) {
    const [is, was] = [now[key], before[key]];
    if (equal(is, was)) {
      same++;
      continue;
    }
    skip();
    const name = Array.isArray(now) ? "" : `${usualGoName(key)}: `;
    if (nested(is) && nested(was)) {
      const inner = difference([is, was], `${name}${Array.isArray(is) ? "[]" : ""}`, depth + 1);
      lines.push(...inner);
    } else {
      const rest = indent.slice(1);
      lines.push(
        `-${rest}\t${name}${text(is, "string")},`,
        `+${rest}\t${name}${text(was, "string")},`,
      );
    }
  }
  skip();
  lines.push(`${indent}}${depth > 0 ? "," : ""}`);
  return lines;
}

const nested = (value: unknown): boolean => typeof value === "object" && value !== null;

/** `%v` of what JSON can say: `map[spec:map[replicas:two]]`. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (!isFields(value)) return String(value);
  const members = Object.keys(value)
    .sort()
    .map((key) => `${key}:${goText(value[key])}`);
  return `map[${members.join(" ")}]`;
}
