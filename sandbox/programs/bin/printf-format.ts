// printf's formats, for the shell's builtin and the program.

import { quoted } from "../shell/variables.ts";
import { unescapedUntilStop } from "./escapes.ts";
import { formatTime } from "./time-format.ts";

export interface Formatted {
  readonly text: string;
  /** What is wrong with the values: `abc: invalid number`. */
  readonly errors: readonly string[];
}

const directive = /%(?:%|([-+ #0]*)(\*|\d+)?(?:\.(\*|-?\d*))?(?:\((.*?)\)T|[hlLjzt]*([a-zA-Z])))/g;

/** Applies a format to values, again and again while there are any left. */
export function formatPrintf(format: string, values: readonly string[], now: number): Formatted {
  const errors: string[] = [];
  const rest = [...values];
  let text = "";
  for (;;) {
    const before = rest.length;
    const { out, stop } = once(format, rest, { errors, now });
    text += out;
    if (stop || rest.length === 0 || rest.length === before) return { text, errors };
  }
}

interface Context {
  readonly errors: string[];
  readonly now: number;
}

function once(format: string, rest: string[], context: Context): { out: string; stop: boolean } {
  let out = "";
  let at = 0;
  for (const match of format.matchAll(directive)) {
    const literal = unescapedUntilStop(format.slice(at, match.index));
    out += literal.text;
    if (literal.stop) return { out, stop: true };
    at = match.index + match[0].length;
    if (match[0] === "%%") out += "%";
    else {
      const piece = convert(match, rest, context);
      out += piece.text;
      if (piece.stop) return { out, stop: true };
    }
  }
  const literal = unescapedUntilStop(format.slice(at));
  return { out: out + literal.text, stop: literal.stop };
}

function convert(
  [whole, flags = "", widthText, precisionText, timeFormat, letter]: RegExpMatchArray,
  rest: string[],
  { errors, now }: Context,
): { text: string; stop: boolean } {
  const star = (text: string | undefined) => (text === "*" ? (rest.shift() ?? "0") : text);
  let width = Number(star(widthText) ?? 0);
  const precisionGiven = star(precisionText);
  const precision = precisionGiven === undefined ? undefined : Number(precisionGiven || 0);
  let left = flags.includes("-");
  if (width < 0) [left, width] = [true, -width];
  const pad = (text: string, zero = false) => {
    if (left) return text.padEnd(width);
    if (!zero || !flags.includes("0")) return text.padStart(width);
    const sign = /^([-+ ]|0x)?/i.exec(text)?.[0] ?? "";
    return sign + text.slice(sign.length).padStart(width - sign.length, "0");
  };
  const done = (text: string) => ({ text, stop: false });
  if (timeFormat !== undefined) {
    const at = Number(rest.shift() ?? -1);
    return done(pad(formatTime(timeFormat || "%X", at < 0 ? now : at * 1000)));
  }
  switch (letter) {
    case "s":
      return done(pad(clip(rest.shift() ?? "", precision)));
    case "c":
      return done(pad((rest.shift() ?? "").slice(0, 1)));
    case "q":
      return done(pad(backslashed(rest.shift() ?? "")));
    case "b": {
      const { text, stop } = unescapedUntilStop(rest.shift() ?? "");
      return { text: pad(clip(text, precision)), stop };
    }
    case "d":
    case "i":
    case "u":
    case "o":
    case "x":
    case "X":
      return done(
        pad(
          integer(rest.shift() ?? "0", { letter, flags, precision, errors }),
          precision === undefined,
        ),
      );
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
    case "a":
      return done(pad(real(rest.shift() ?? "0", { letter, flags, precision, errors }), true));
  }
  errors.push(`\`${whole.slice(-1)}': invalid format character`);
  return { text: "", stop: true };
}

/** `%q`: as the shell would have to read it. */
function backslashed(text: string): string {
  if (text === "" || /[\x00-\x1f\x7f]/.test(text)) return quoted(text);
  return text.replace(/[^\w@%+=:,./-]/gu, (unit, at: number) =>
    unit === "~" && at > 0 ? unit : /[^\x00-\x7f]/.test(unit) ? unit : `\\${unit}`,
  );
}

const clip = (text: string, length: number | undefined) =>
  length === undefined || length < 0 ? text : text.slice(0, length);

interface Numeric {
  readonly letter: string;
  readonly flags: string;
  readonly precision: number | undefined;
  readonly errors: string[];
}

function integer(text: string, { letter, flags, precision, errors }: Numeric): string {
  let value: bigint;
  const trimmed = text.trim();
  if (/^["']/.test(trimmed)) value = BigInt(trimmed.codePointAt(1) ?? 0);
  else {
    const match = /^([-+]?)(0[xX][\da-fA-F]+|0[0-7]*|\d+)?/.exec(trimmed);
    const digits = match?.[2] ?? "";
    const octal = /^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits;
    value = BigInt(octal || "0") * (match?.[1] === "-" ? -1n : 1n);
    if ((match?.[0] ?? "") !== trimmed || digits === "") {
      if (trimmed !== "") errors.push(`${text}: invalid number`);
    }
  }
  if (letter === "d" || letter === "i") {
    const digits = String(value < 0n ? -value : value).padStart(precision ?? 0, "0");
    return (value < 0n ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "") + digits;
  }
  const unsigned = BigInt.asUintN(64, value);
  const base = letter === "o" ? 8 : letter === "u" ? 10 : 16;
  const digits = unsigned.toString(base).padStart(precision ?? 0, "0");
  const prefix =
    flags.includes("#") && unsigned !== 0n ? (base === 16 ? "0x" : base === 8 ? "0" : "") : "";
  return letter === "X" ? (prefix + digits).toUpperCase() : prefix + digits;
}

function real(text: string, { letter, flags, precision = 6, errors }: Numeric): string {
  const value = Number(text.trim());
  if (Number.isNaN(value)) errors.push(`${text}: invalid number`);
  return formatReal(Number.isNaN(value) ? 0 : value, { letter, flags, precision });
}

/** A number as C's %f, %e and %g print it. */
export function formatReal(
  value: number,
  { letter, flags = "", precision = 6 }: { letter: string; flags?: string; precision?: number },
): string {
  const sign =
    value < 0 || Object.is(value, -0)
      ? "-"
      : flags.includes("+")
        ? "+"
        : flags.includes(" ")
          ? " "
          : "";
  const size = Math.abs(value);
  const upper = letter === letter.toUpperCase();
  let out: string;
  if (!Number.isFinite(size)) out = Number.isNaN(size) ? "nan" : "inf";
  else if (/f/i.test(letter)) out = size.toFixed(Math.min(precision, 100));
  else if (/e/i.test(letter)) out = exponent(size.toExponential(Math.min(precision, 100)));
  else out = general(size, precision || 1, flags.includes("#"));
  return sign + (upper ? out.toUpperCase() : out);
}

const exponent = (text: string) => text.replace(/e([-+])(\d)$/, "e$10$2");

function general(size: number, precision: number, keepZeros: boolean): string {
  if (size === 0) return "0";
  const power = Number(size.toExponential(precision - 1).split("e")[1]);
  const short = power < -4 || power >= precision;
  const text = short ? size.toExponential(precision - 1) : size.toFixed(precision - 1 - power);
  const trimmed = keepZeros
    ? text
    : text.replace(/(\.\d*?)0+(e|$)/, "$1$2").replace(/\.(e|$)/, "$1");
  return short ? exponent(trimmed) : trimmed;
}
