// Values and what may be done with them: whole numbers and floats are numbers, DECIMAL is exact,
// dates are text in MySQL's form.
// differs: whole numbers beyond 2^53 lose their last digits.

/** A number with so many digits behind its point. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

export type Value = null | number | string | Decimal;

export const isDecimal = (value: Value): value is Decimal =>
  typeof value === "object" && value !== null;

/** `12.50`; undefined if it is no number. */
export function decimalOf(text: string): Decimal | undefined {
  const [, sign = "", whole = "", part = ""] = /^\s*([-+]?)(\d*)\.?(\d*)\s*$/.exec(text) ?? [];
  if (whole === "" && part === "") return undefined;
  const units = BigInt(whole + part);
  return { units: sign === "-" ? -units : units, scale: part.length };
}

/** With `scale` digits behind the point, rounded half away from zero. */
export function rescaled({ units, scale }: Decimal, to: number): Decimal {
  if (to >= scale) return { units: units * 10n ** BigInt(to - scale), scale: to };
  const divisor = 10n ** BigInt(scale - to);
  const half = divisor / 2n;
  const rounded = units < 0n ? -((-units + half) / divisor) : (units + half) / divisor;
  return { units: rounded, scale: to };
}

export function decimalText({ units, scale }: Decimal): string {
  const sign = units < 0n ? "-" : "";
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  if (scale === 0) return sign + digits;
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** As the client prints it; NULL is for whoever prints. */
export function textOf(value: Exclude<Value, null>): string {
  if (typeof value === "string") return value;
  if (isDecimal(value)) return decimalText(value);
  return floatText(value);
}

function floatText(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  return String(value).replace("e+", "e");
}

/** The number that a text begins with; 0 if it begins with none. */
export const numberIn = (text: string): number =>
  Number(/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text)?.[0] ?? 0);

export function numberOf(value: Exclude<Value, null>): number {
  if (typeof value === "number") return value;
  return isDecimal(value) ? Number(decimalText(value)) : numberIn(value);
}

export const isTrue = (value: Value): boolean => value !== null && numberOf(value) !== 0;

/** Texts are equal without regard to case and blanks at the end, as latin1 and utf8 compare. */
export const folded = (text: string): string => text.toLowerCase().replace(/ +$/, "");

/** Less than, equal, greater than: -1, 0, 1. */
export function compare(a: Exclude<Value, null>, b: Exclude<Value, null>): number {
  if (typeof a === "string" && typeof b === "string") {
    const [x, y] = [folded(a), folded(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (isDecimal(a) && isDecimal(b)) {
    const scale = Math.max(a.scale, b.scale);
    const difference = rescaled(a, scale).units - rescaled(b, scale).units;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  const difference = numberOf(a) - numberOf(b);
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

/** NULL comes first. */
export function order(a: Value, b: Value): number {
  if (a === null || b === null) return (a === null ? 0 : 1) - (b === null ? 0 : 1);
  return compare(a, b);
}

/** The same text for what counts as the same in a key, in GROUP BY and in DISTINCT. */
export function identityText(value: Value): string {
  if (value === null) return "n";
  if (typeof value === "string") return `s${folded(value)}`;
  return `d${numberOf(value)}`;
}

const exact = (value: Value): Decimal | undefined => {
  if (value === null || typeof value === "string") return undefined;
  if (typeof value === "object") return value;
  return Number.isInteger(value) && Number.isSafeInteger(value)
    ? { units: BigInt(value), scale: 0 }
    : undefined;
};

const plain = (value: Decimal): Value =>
  value.scale === 0 && value.units <= 9007199254740991n && value.units >= -9007199254740991n
    ? Number(value.units)
    : value;

/** `div_precision_increment` */
const MORE_DIGITS = 4;

/** NULL with anything is NULL; division by zero is NULL. */
export function arithmetic(op: string, left: Value, right: Value): Value {
  if (left === null || right === null) return null;
  const [a, b] = [exact(left), exact(right)];
  if (a && b) return exactly(op, a, b);
  const [x, y] = [numberOf(left), numberOf(right)];
  switch (op) {
    case "+":
      return x + y;
    case "-":
      return x - y;
    case "*":
      return x * y;
    case "DIV":
      return y === 0 ? null : Math.trunc(x / y);
    case "%":
      return y === 0 ? null : x % y;
    default:
      return y === 0 ? null : x / y;
  }
}

function exactly(op: string, a: Decimal, b: Decimal): Value {
  const scale = Math.max(a.scale, b.scale);
  const [x, y] = [rescaled(a, scale).units, rescaled(b, scale).units];
  switch (op) {
    case "+":
      return plain({ units: x + y, scale });
    case "-":
      return plain({ units: x - y, scale });
    case "*":
      return plain({ units: a.units * b.units, scale: a.scale + b.scale });
    case "DIV":
      return y === 0n ? null : Number(x / y);
    case "%":
      return y === 0n ? null : plain({ units: x % y, scale });
    default: {
      if (y === 0n) return null;
      const digits = a.scale + MORE_DIGITS;
      const shifted = rescaled(a, digits + b.scale + 1).units;
      return rescaled({ units: shifted / b.units, scale: digits + 1 }, digits);
    }
  }
}

/** LIKE: `%` is anything, `_` one character, a backslash protects. */
export function likePattern(pattern: string): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const letter = pattern.charAt(i);
    if (letter === "%") source += "[\\s\\S]*";
    else if (letter === "_") source += "[\\s\\S]";
    else {
      const literal = letter === "\\" && i + 1 < pattern.length ? pattern.charAt(++i) : letter;
      source += literal.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    }
  }
  return new RegExp(`^${source}$`, "iu");
}
