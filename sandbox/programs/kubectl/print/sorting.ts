// `--sort-by`: rows and objects in the order of what a path finds in them.
// kubectl pkg/cmd/get/sorter.go, github.com/fvbommel/sortorder.

import { quoted } from "../../../api/schema/go-json.ts";
import { CommandError } from "../cli/errors.ts";
import { relaxed } from "./custom-columns.ts";
import { JsonPath } from "./jsonpath.ts";

/** The items in order; what has no such field comes first. Throws if nothing has it. */
export function sortBy<T>(items: readonly T[], field: string, objectOf: (item: T) => object): T[] {
  const path = relaxed(field);
  const parsed = new JsonPath(path, { allowMissingKeys: true });
  const keyed = items.map((item) => ({ item, found: parsed.find(objectOf(item))[0] ?? [] }));
  if (items.length > 0 && keyed.every(({ found }) => found.length === 0)) {
    throw new CommandError(
      `couldn't find any field with path ${quoted(path)} in the list of objects`,
    );
  }
  goSort(keyed, (a, b) => {
    if (a.found.length === 0) return true;
    if (b.found.length === 0) return false;
    return isLess(a.found[0], b.found[0]);
  });
  return keyed.map(({ item }) => item);
}

function isLess(a: unknown, b: unknown): boolean {
  if (a === null || b === null) return a === null && b !== null;
  if (typeof a === "number" && typeof b === "number") return a < b;
  if (typeof a === "string" && typeof b === "string") return naturalLess(a, b);
  throw new CommandError("unsortable type");
}

/** Runs of digits are compared as numbers. */
export function naturalLess(a: string, b: string): boolean {
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const [p, q] = [a.charAt(i), b.charAt(j)];
    const [pDigit, qDigit] = [/\d/.test(p), /\d/.test(q)];
    if (pDigit !== qDigit) return pDigit;
    if (!pDigit) {
      if (p !== q) return p < q;
      i++;
      j++;
      continue;
    }
    const zeros = (text: string, at: number) => /^0*/.exec(text.slice(at))?.[0].length ?? 0;
    const digits = (text: string, at: number) => /^\d*/.exec(text.slice(at))?.[0] ?? "";
    const [m, n] = [zeros(a, i), zeros(b, j)];
    const [x, y] = [digits(a, i + m), digits(b, j + n)];
    if (x.length !== y.length) return x.length < y.length;
    if (x !== y) return x < y;
    if (m !== n) return m < n;
    i += m + x.length;
    j += n + y.length;
  }
  return a.length - i < b.length - j;
}

/** Go's sort.Sort for few items, which is not stable where nothing has the field. */
export function goSort<T>(items: T[], less: (a: T, b: T) => boolean): void {
  const swap = (i: number, j: number) => {
    [items[i], items[j]] = [items[j] as T, items[i] as T];
  };
  const lessAt = (i: number, j: number) => less(items[i] as T, items[j] as T);
  // quickSort leaves 12 items or fewer to one pass of shell sort with gap 6, then insertion sort.
  if (items.length <= 12) {
    for (let i = 6; i < items.length; i++) if (lessAt(i, i - 6)) swap(i, i - 6);
    for (let i = 1; i < items.length; i++) {
      for (let j = i; j > 0 && lessAt(j, j - 1); j--) swap(j, j - 1);
    }
    return;
  }
  items.sort((a, b) => (less(a, b) ? -1 : less(b, a) ? 1 : 0));
}
