// Plain values as Go prints them: `%v` in columns and templates, `%#v` in error texts.

import { isFields } from "../../../api/patch.ts";
import { byCodePoint, quoted } from "../../../api/schema/go-json.ts";
import { goNumber } from "../../../api/yaml/write.ts";

/** `%v`: `map[a:1 b:2]`, `[x y]`, `<nil>`. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (isFields(value)) {
    const keys = Object.keys(value).sort(byCodePoint);
    return `map[${keys.map((key) => `${key}:${goText(value[key])}`).join(" ")}]`;
  }
  return typeof value === "number" ? goNumber(value) : String(value);
}

/** `%#v` of what came out of JSON: `map[string]interface {}{"a":"b"}`. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return "interface {}(nil)";
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (isFields(value)) {
    const keys = Object.keys(value).sort(byCodePoint);
    const members = keys.map((key) => `${quoted(key)}:${goSyntax(value[key])}`);
    return `map[string]interface {}{${members.join(", ")}}`;
  }
  return typeof value === "string" ? quoted(value) : String(value);
}
