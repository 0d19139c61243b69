// fmt.Sprintf for what templates have: text, whole numbers (bigint), floats (number), truth values,
// lists and maps. Go fmt/print.go.

import { isFields } from "../../../api/patch.ts";
import { byCodePoint, quoted } from "../../../api/schema/go-json.ts";

const typeName = (value: unknown): string => {
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float64";
  if (typeof value === "boolean") return "bool";
  if (Array.isArray(value)) return "[]interface {}";
  return isFields(value) ? "map[string]interface {}" : "string";
};

/** `%v`. */
export function plain(value: unknown): string {
  if (value === undefined) return "<no value>";
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(plain).join(" ")}]`;
  if (isFields(value)) {
    const keys = Object.keys(value).sort(byCodePoint);
    return `map[${keys.map((key) => `${key}:${plain(value[key])}`).join(" ")}]`;
  }
  // Numbers of an object are floats here, as in Go's JSON.
  if (typeof value === "number") return floatText(value);
  return String(value);
}

function floatText(value: number): string {
  const size = Math.abs(value);
  if (value === 0 || (size >= 1e-4 && size < 1e6)) return String(value);
  return value.toExponential().replace(/e([-+])(\d)$/, "e$10$2");
}

export function sprintf(format: string, args: readonly unknown[]): string {
  let next = 0;
  const text = format.replace(
    /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?([A-Za-z%]|$)/g,
    (directive, ...parts: string[]) => {
      const [flags = "", width, precision, verb = ""] = parts;
      if (verb === "%") return "%";
      if (verb === "") return "%!(NOVERB)";
      const size = width === "*" ? Number(args[next++]) : Number(width ?? 0);
      const digits = precision === "*" ? Number(args[next++]) : precision;
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const hasPrecision = directive.includes(".");
      const shown = formatted(args[next++], {
        verb,
        flags,
        precision: hasPrecision ? Number(digits ?? 0) : undefined,
      });
      if (flags.includes("-")) return shown.padEnd(size);
      const zero = flags.includes("0") && /^[-+]?[\d.]+$/.test(shown);
      return zero
        ? shown.replace(
            /^([-+]?)(.*)$/,
            (_, sign: string, rest: string) => sign + rest.padStart(size - sign.length, "0"),
          )
        : shown.padStart(size);
    },
  );
  if (next >= args.length) return text;
  const extra = args.slice(next).map((arg) => `${typeName(arg)}=${plain(arg)}`);
  return `${text}%!(EXTRA ${extra.join(", ")})`;
}

interface Directive {
  readonly verb: string;
  readonly flags: string;
  readonly precision: number | undefined;
}

function formatted(value: unknown, { verb, flags, precision }: Directive): string {
  const bad = `%!${verb}(${value === undefined || value === null ? "<nil>" : `${typeName(value)}=${plain(value)}`})`;
  if (verb === "v") return plain(value === undefined ? null : value);
  if (verb === "T") return value === undefined || value === null ? "<nil>" : typeName(value);
  if (Array.isArray(value)) {
    return `[${value.map((each) => formatted(each, { verb, flags, precision })).join(" ")}]`;
  }
  if (typeof value === "string") return textVerb(value, { verb, flags, precision }) ?? bad;
  if (typeof value === "boolean") return verb === "t" ? String(value) : bad;
  if (typeof value === "bigint") return wholeVerb(value, verb, flags) ?? bad;
  if (typeof value === "number") return floatVerb(value, verb, precision) ?? bad;
  return bad;
}

function textVerb(value: string, { verb, precision }: Directive): string | undefined {
  const cut = precision === undefined ? value : [...value].slice(0, precision).join("");
  if (verb === "s") return cut;
  if (verb === "q") return quoted(cut);
  if (verb !== "x" && verb !== "X") return undefined;
  const hex = [...new TextEncoder().encode(cut)]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  return verb === "x" ? hex : hex.toUpperCase();
}

function wholeVerb(value: bigint, verb: string, flags: string): string | undefined {
  const bases: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, x: 16, X: 16 };
  if (verb === "c") return String.fromCodePoint(Number(value));
  if (verb === "q") return `'${String.fromCodePoint(Number(value))}'`;
  const base = bases[verb];
  if (base === undefined) return undefined;
  const digits = value.toString(base);
  const sign = flags.includes("+") && value >= 0n ? "+" : "";
  return sign + (verb === "X" ? digits.toUpperCase() : digits);
}

function floatVerb(value: number, verb: string, precision: number | undefined): string | undefined {
  const exponent = (text: string) => text.replace(/e([-+])(\d)$/, "e$10$2");
  if (verb === "f" || verb === "F") return value.toFixed(precision ?? 6);
  if (verb === "e") return exponent(value.toExponential(precision ?? 6));
  if (verb === "g")
    return precision === undefined
      ? floatText(value)
      : String(Number(value.toPrecision(precision || 1)));
  return undefined;
}
