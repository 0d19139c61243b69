// What jq does with values: order, paths, arithmetic.

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Path = Json[];

/** An error of a filter; `try` catches it. */
export class JqError extends Error {
  readonly value: Json;
  constructor(value: Json) {
    super(typeof value === "string" ? value : `${JSON.stringify(value)} (not a string)`);
    this.value = value;
  }
}

export const typeOf = (value: Json): string =>
  value === null
    ? "null"
    : Array.isArray(value)
      ? "array"
      : typeof value === "object"
        ? "object"
        : typeof value;

export const isTrue = (value: Json): boolean => value !== null && value !== false;

export const brief = (value: Json): string => {
  const text = JSON.stringify(value);
  return text.length > 11 ? `${text.slice(0, 10)}...` : text;
};

export const order = ["null", "boolean", "number", "string", "array", "object"];

export function compare(a: Json, b: Json): number {
  const kinds = order.indexOf(typeOf(a)) - order.indexOf(typeOf(b));
  if (kinds !== 0) return kinds;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.min(a.length, b.length); i++) {
      const one = compare(a[i] as Json, b[i] as Json);
      if (one !== 0) return one;
    }
    return a.length - b.length;
  }
  if (typeof a === "object" && typeof b === "object" && a !== null && b !== null) {
    const [left, right] = [Object.keys(a).sort(), Object.keys(b).sort()];
    const keys = compare(left, right);
    if (keys !== 0) return keys;
    for (const key of left) {
      const one = compare(
        (a as { [key: string]: Json })[key] as Json,
        (b as { [key: string]: Json })[key] as Json,
      );
      if (one !== 0) return one;
    }
    return 0;
  }
  if (a === b) return 0;
  return (a as number) < (b as number) ? -1 : 1;
}

export interface Located {
  readonly value: Json;
  /** Where it is; undefined if it is nowhere in the input. */
  readonly path: Path | undefined;
}

export const text = (value: Json): string =>
  typeof value === "string" ? value : JSON.stringify(value);

export function list(value: Json, name: string): Json[] {
  if (!Array.isArray(value))
    throw new JqError(
      `Cannot ${name.replace(/_.*/, "")} ${typeOf(value)} (${brief(value)})`.replace(
        "Cannot sort",
        "Cannot index",
      ),
    );
  return value;
}

/** One step down: a key, a number, or a slice. */
export function step({ value, path }: Located, key: Json): Located {
  return { value: at(value, key), path: path && [...path, key] };
}

export function at(value: Json, key: Json): Json {
  if (value === null && typeof key !== "boolean" && !Array.isArray(key)) return null;
  if (typeof key === "string") {
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return Object.hasOwn(value, key) ? (value[key] as Json) : null;
    const noun = Array.isArray(value) ? "string " : "";
    throw new JqError(`Cannot index ${typeOf(value)} with ${noun}"${key}"`);
  }
  if (typeof key === "number") {
    if (Array.isArray(value)) return value.at(Math.floor(key)) ?? null;
    throw new JqError(`Cannot index ${typeOf(value)} with number`);
  }
  if (key !== null && typeof key === "object" && !Array.isArray(key)) {
    const [from, to] = [key["start"] ?? null, key["end"] ?? null];
    if (Array.isArray(value) || typeof value === "string")
      return value.slice(
        from === null ? undefined : Number(from),
        to === null ? undefined : Number(to),
      );
    throw new JqError(`Cannot index ${typeOf(value)} with object`);
  }
  throw new JqError(`Cannot index ${typeOf(value)} with ${typeOf(key)}`);
}

export function* each({ value, path }: Located): Generator<Located> {
  if (Array.isArray(value))
    for (const [i, item] of value.entries()) yield { value: item, path: path && [...path, i] };
  else if (value !== null && typeof value === "object")
    for (const [key, item] of Object.entries(value))
      yield { value: item, path: path && [...path, key] };
  else
    throw new JqError(
      `Cannot iterate over ${typeOf(value)}${value === null ? "" : ` (${brief(value)})`}`,
    );
}

export function getPath(value: Json, path: Path): Json {
  return path.reduce<Json>((inner, key) => (inner === null ? null : at(inner, key)), value);
}

export function setPath(value: Json, path: Path, next: Json): Json {
  const [key, ...rest] = path;
  if (key === undefined) return next;
  if (typeof key === "number") {
    if (value !== null && !Array.isArray(value))
      throw new JqError(`Cannot index ${typeOf(value)} with number`);
    const copy = [...(value ?? [])];
    const index = key < 0 ? copy.length + key : key;
    while (copy.length < index) copy.push(null);
    copy[index] = setPath(copy[index] ?? null, rest, next);
    return copy;
  }
  if (typeof key === "string") {
    if (value !== null && (typeof value !== "object" || Array.isArray(value)))
      throw new JqError(`Cannot index ${typeOf(value)} with "${key}"`);
    const inner = value === null ? null : Object.hasOwn(value, key) ? (value[key] as Json) : null;
    return { ...value, [key]: setPath(inner, rest, next) };
  }
  throw new JqError("Invalid path component");
}

export function deletePaths(value: Json, paths: readonly Path[]): Json {
  const sorted = [...paths].sort((a, b) => compare(b, a));
  return sorted.reduce((result, path) => deletePath(result, path), value);
}

export function deletePath(value: Json, [key, ...rest]: Path): Json {
  if (key === undefined) return null;
  if (value === null) return null;
  if (rest.length > 0) {
    const inner = at(value, key);
    return inner === null ? value : setPath(value, [key], deletePath(inner, rest));
  }
  if (Array.isArray(value)) {
    if (typeof key === "number")
      return value.filter((_, i) => i !== (key < 0 ? value.length + key : key));
    const gone = new Set(
      at(
        value.map((_, i) => i),
        key,
      ) as number[],
    );
    return value.filter((_, i) => !gone.has(i));
  }
  if (typeof value === "object" && typeof key === "string")
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  throw new JqError(
    `Cannot delete field at ${typeof key === "string" ? "object" : "array"} index of ${typeOf(value)}`,
  );
}

export function calculate(operator: string, a: Json, b: Json): Json {
  const numbers = typeof a === "number" && typeof b === "number";
  const wrong = (verb: string): never => {
    throw new JqError(
      `${typeOf(a)} (${brief(a)}) and ${typeOf(b)} (${brief(b)}) cannot be ${verb}`,
    );
  };
  switch (operator) {
    case "==":
      return compare(a, b) === 0;
    case "!=":
      return compare(a, b) !== 0;
    case "<":
      return compare(a, b) < 0;
    case "<=":
      return compare(a, b) <= 0;
    case ">":
      return compare(a, b) > 0;
    case ">=":
      return compare(a, b) >= 0;
    case "+":
      if (a === null) return b;
      if (b === null) return a;
      if (numbers) return a + b;
      if (typeof a === "string" && typeof b === "string") return a + b;
      if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
      if (typeOf(a) === "object" && typeOf(b) === "object")
        return { ...(a as object), ...(b as object) };
      return wrong("added");
    case "-":
      if (numbers) return a - b;
      if (Array.isArray(a) && Array.isArray(b))
        return a.filter((item) => !b.some((other) => compare(item, other) === 0));
      return wrong("subtracted");
    case "*":
      if (numbers) return a * b;
      if (typeof a === "string" && typeof b === "number")
        return b > 0 ? a.repeat(Math.max(1, Math.ceil(b))) : null;
      if (typeOf(a) === "object" && typeOf(b) === "object")
        return merge(a as Record<string, Json>, b as Record<string, Json>);
      return wrong("multiplied");
    case "/":
      if (numbers) return b === 0 ? wrong("divided because the divisor is zero") : a / b;
      if (typeof a === "string" && typeof b === "string") return a === "" ? [] : a.split(b);
      return wrong("divided");
    default:
      if (!numbers) return wrong("divided");
      return Math.trunc(b) === 0
        ? wrong("divided because the divisor is zero")
        : Math.trunc(a) % Math.trunc(b);
  }
}

export function merge(a: Record<string, Json>, b: Record<string, Json>): Json {
  const out: Record<string, Json> = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const old = out[key];
    const both = old !== undefined && typeOf(old) === "object" && typeOf(value) === "object";
    out[key] = both ? merge(old as Record<string, Json>, value as Record<string, Json>) : value;
  }
  return out;
}

export function contains(a: Json, b: Json): boolean {
  if (typeof a === "string" && typeof b === "string") return a.includes(b);
  if (Array.isArray(a) && Array.isArray(b))
    return b.every((item) => a.some((other) => contains(other, item)));
  if (typeOf(a) === "object" && typeOf(b) === "object") {
    return Object.entries(b as object).every(
      ([key, value]) =>
        Object.hasOwn(a as object, key) &&
        contains((a as Record<string, Json>)[key] as Json, value as Json),
    );
  }
  if (typeOf(a) !== typeOf(b))
    throw new JqError(
      `${typeOf(a)} (${brief(a)}) and ${typeOf(b)} (${brief(b)}) cannot have their containment checked`,
    );
  return compare(a, b) === 0;
}

/** A builtin: what it gives for a value and its arguments. Several share one by their names. */
export type Builtin = (value: Json, args: readonly Json[], name: string) => Json[];

export function wrong(value: Json, what: string): never {
  throw new JqError(`${typeOf(value)} (${brief(value)}) ${what}`);
}

export const numberOf = (value: Json): number =>
  typeof value === "number" ? value : wrong(value, "number required");
