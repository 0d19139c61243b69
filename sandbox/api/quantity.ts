// Amounts of things: `500m`, `1Gi`, `2e3`. Exact, in thousandths of a thousandth (nano), as
// upstream. apimachinery/pkg/api/resource/quantity.go, suffix.go.

const NANO = 1_000_000_000n;

const scales: Readonly<Record<string, bigint>> = {
  n: 1n,
  u: 1_000n,
  m: 1_000_000n,
  "": NANO,
  k: NANO * 1_000n,
  M: NANO * 1_000_000n,
  G: NANO * NANO,
  T: NANO * 1_000_000_000_000n,
  P: NANO * 1_000_000_000_000_000n,
  E: NANO * NANO * NANO,
  Ki: NANO << 10n,
  Mi: NANO << 20n,
  Gi: NANO << 30n,
  Ti: NANO << 40n,
  Pi: NANO << 50n,
  Ei: NANO << 60n,
};

const binarySuffixes = ["Ei", "Pi", "Ti", "Gi", "Mi", "Ki"] as const;
const decimalSuffixes = ["E", "P", "T", "G", "M", "k", "", "m", "u", "n"] as const;

/** The answer of Kubernetes to what is not a quantity. */
export const quantityRule =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

export type QuantityFormat = "binary" | "decimal" | "exponent";

export interface Quantity {
  /** In billionths; rounded up, as upstream does with what is finer. */
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

/** The quantity that `text` spells, or undefined if it spells none. */
export function parseQuantity(text: string | number): Quantity | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?((?:[eE][+-]?\d+)|[numkMGTPE]|[KMGTPE]i)?$/.exec(
    String(text),
  );
  if (!match) return undefined;
  const [, sign, whole = "", fraction = "", suffix = ""] = match;
  if (whole === "" && fraction === "") return undefined;
  const exponent = /^[eE][+-]?\d+$/.test(suffix);
  const digits = BigInt(whole + fraction || "0");
  const power = (exponent ? Number(suffix.slice(1)) : 0) - fraction.length;
  const scale = exponent ? NANO : scales[suffix];
  if (scale === undefined) return undefined;
  let nano = digits * scale;
  if (power > 0) nano *= 10n ** BigInt(power);
  else if (power < 0) nano = ceilDivide(nano, 10n ** BigInt(-power));
  return {
    nano: sign === "-" ? -nano : nano,
    format: exponent ? "exponent" : suffix.endsWith("i") ? "binary" : "decimal",
  };
}

/**
 * The one spelling Kubernetes gives back for what was written: `1024Mi` → `1Gi`, `0.5` → `500m`.
 */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return "0";
  const negative = nano < 0n ? "-" : "";
  const size = nano < 0n ? -nano : nano;
  if (format === "exponent") return negative + exponentText(size);
  // Below 1024 a binary quantity is written in decimal, as upstream does.
  const suffixes =
    format === "binary" && size >= NANO * 1024n && size % NANO === 0n
      ? [...binarySuffixes, ""]
      : decimalSuffixes;
  for (const suffix of suffixes) {
    const scale = scales[suffix] as bigint;
    if (size % scale === 0n) return `${negative}${size / scale}${suffix}`;
  }
  return `${negative}${size}n`;
}

function exponentText(size: bigint): string {
  let power = -9;
  let digits = size;
  while (digits % 1_000n === 0n) {
    digits /= 1_000n;
    power += 3;
  }
  return power === 0 ? String(digits) : `${digits}e${power}`;
}

/** The canonical spelling; what is no quantity stays as it is. */
export function canonicalQuantity(text: string | number): string {
  const quantity = parseQuantity(text);
  return quantity ? formatQuantity(quantity) : String(text);
}

/**
 * Negative, zero or positive as `a` is less than, equal to or more than `b`; no quantity counts as
 * 0.
 */
export function compareQuantities(a: string | undefined, b: string | undefined): number {
  const x = nanoOf(a);
  const y = nanoOf(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

const nanoOf = (text: string | undefined): bigint =>
  text === undefined ? 0n : (parseQuantity(text)?.nano ?? 0n);

/** Whole units, rounded up: bytes of a memory quantity. */
export const quantityValue = (text: string | number | undefined): number =>
  text === undefined ? 0 : Number(ceilDivide(parseQuantity(text)?.nano ?? 0n, NANO));

/** Thousandths, rounded up: millicores of a cpu quantity. */
export const quantityMilli = (text: string | number | undefined): number =>
  text === undefined ? 0 : Number(ceilDivide(parseQuantity(text)?.nano ?? 0n, 1_000_000n));

/** The sum, written in the format of the first one that is not zero. */
export function addQuantities(...texts: readonly (string | undefined)[]): string {
  let sum: Quantity = { nano: 0n, format: "decimal" };
  for (const text of texts) {
    const next = text === undefined ? undefined : parseQuantity(text);
    if (!next) continue;
    sum = { nano: sum.nano + next.nano, format: sum.nano === 0n ? next.format : sum.format };
  }
  return formatQuantity(sum);
}

function ceilDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b > 0n ? quotient + 1n : quotient;
}

/** `a` without `b`, in the format of `a`; never less than nothing. */
export function subtractQuantities(a: string | undefined, b: string | undefined): string {
  const from = parseQuantity(a ?? "0") ?? { nano: 0n, format: "decimal" as const };
  const left = from.nano - nanoOf(b);
  return formatQuantity({ nano: left < 0n ? 0n : left, format: from.format });
}

export const maxQuantity = (a: string | undefined, b: string): string =>
  a !== undefined && compareQuantities(a, b) >= 0 ? a : b;
