// jq's formats: what `@base64`, `@csv` and the like make of a value.

import { decodeBase64, encodeBase64 } from "../../api/base64.ts";
import { CompileError } from "./jq-parser.ts";
import { brief, JqError, type Json, text, typeOf } from "./jq-values.ts";

/** The value in a format, `@csv`. Throws `CompileError` if there is none of that name. */
export function formatted(name: string, value: Json): string {
  const cells = (join: string, quote: (cell: Json) => string) => {
    if (!Array.isArray(value))
      throw new JqError(
        `${typeOf(value)} (${brief(value)}) cannot be ${name === "@csv" ? "csv" : "tsv"}-formatted, only an array can be`,
      );
    return value.map(quote).join(join);
  };
  switch (name) {
    case "@text":
      return text(value);
    case "@json":
      return JSON.stringify(value);
    case "@base64":
      return encodeBase64(text(value));
    case "@base64d": {
      const decoded = decodeBase64(text(value));
      if (decoded === undefined)
        throw new JqError(`${typeOf(value)} (${brief(value)}) is not valid base64 data`);
      return decoded;
    }
    case "@uri":
      return encodeURIComponent(text(value));
    case "@html":
      return text(value).replace(
        /[<>&'"]/g,
        (unit) =>
          ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&#39;", '"': "&quot;" })[unit] ?? unit,
      );
    case "@sh":
      return (Array.isArray(value) ? value : [value])
        .map((one) => (typeof one === "string" ? `'${one.replaceAll("'", "'\\''")}'` : text(one)))
        .join(" ");
    case "@csv":
      return cells(",", (cell) =>
        typeof cell === "string"
          ? `"${cell.replaceAll('"', '""')}"`
          : cell === null
            ? ""
            : text(cell),
      );
    case "@tsv":
      return cells("\t", (cell) =>
        cell === null
          ? ""
          : text(cell).replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n"),
      );
  }
  throw new CompileError(`${name.slice(1)} is not a valid format`);
}
