// Kubernetes' own patch: lists of things with a key are merged by that key, and a patch may say
// `$patch: delete`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`, `$retainKeys`.
// apimachinery/pkg/util/strategicpatch/patch.go.

import { clone, equal } from "./clone.ts";
import { goText } from "./go-value.ts";
import { isFields } from "./patch.ts";
import { badRequest, plainFailure } from "./status.ts";

type Fields = Record<string, unknown>;

/** How a field of a type is to be merged. */
export interface PatchMeta {
  /** From the field's patchStrategy: merge lists, replace whole, keep only the named keys. */
  readonly merge: boolean;
  readonly replace: boolean;
  readonly retainKeys: boolean;
  readonly mergeKey?: string;
  /** The type of the field's value or, for lists and maps, of what is in it. */
  readonly type?: string;
}

/** What strategic merge must know of types; the era's schema does. */
export interface PatchSchema {
  patchMeta(type: string, field: string): PatchMeta | undefined;
}

const plain: PatchMeta = { merge: false, replace: false, retainKeys: false };
const DIRECTIVE = "$patch";
const RETAIN = "$retainKeys";
const ORDER = "$setElementOrder/";
const DELETE = "$deleteFromPrimitiveList/";

/** A new value: `target`, an object of `type`, with `patch` merged in. */
export function strategicMergePatch(
  target: Fields,
  patch: Fields,
  { schema, type }: { readonly schema: PatchSchema; readonly type: string },
): Fields {
  return mergeFields(target, patch, { schema, type });
}

interface Place {
  readonly schema: PatchSchema;
  /** Undefined where the schema knows nothing: lists are replaced there. */
  readonly type: string | undefined;
}

function metaOf({ schema, type }: Place, field: string): PatchMeta {
  return (type !== undefined && schema.patchMeta(type, field)) || plain;
}

function mergeFields(target: Fields, patch: Fields, place: Place): Fields {
  if (DIRECTIVE in patch) return direct(patch);
  const result: Fields = { ...target };
  retainKeys(result, patch);
  const done = mergeOrdered(result, patch, place);
  for (const key of Object.keys(patch)) {
    if (key === RETAIN || done.has(key)) continue;
    const value = patch[key];
    if (key.startsWith(DELETE)) removeFrom(result, key.slice(DELETE.length), value);
    else if (value === null) delete result[key];
    else {
      const merged = mergeValue(result[key], value, { place, field: key });
      if (merged === undefined) delete result[key];
      else result[key] = merged;
    }
  }
  return result;
}

/** What a whole map says of itself: that it replaces the old one, or that nothing is left. */
function direct(patch: Fields): Fields {
  const { [DIRECTIVE]: directive, ...rest } = patch;
  if (directive === "replace") return bare(rest) as Fields;
  if (directive === "delete") return {};
  throw unknownDirective(directive, patch);
}

const unknownDirective = (directive: unknown, patch: Fields) =>
  plainFailure(`unknown patch type: ${goText(directive)} in map: ${goText(patch)}`);

function retainKeys(result: Fields, patch: Fields): void {
  const keys = patch[RETAIN];
  if (keys === undefined) return;
  const isWrong = (key: string) =>
    key !== RETAIN &&
    patch[key] !== null &&
    !key.startsWith(DELETE) &&
    !key.startsWith(ORDER) &&
    !(keys as unknown[]).includes(key);
  if (!Array.isArray(keys) || Object.keys(patch).some(isWrong)) {
    throw badRequest("invalid patch format of retainKeys");
  }
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
}

/** Values that are in a list of plain values and shall not be. */
function removeFrom(result: Fields, field: string, gone: unknown): void {
  const list = result[field];
  if (!Array.isArray(list)) return;
  if (!Array.isArray(gone)) throw badRequest("invalid patch format of primitive list");
  result[field] = list.filter((each) => !includes(gone, each));
}

/** Undefined if nothing is left of the field. */
function mergeValue(
  old: unknown,
  value: unknown,
  { place, field }: { readonly place: Place; readonly field: string },
): unknown {
  const meta = metaOf(place, field);
  const below: Place = { schema: place.schema, type: meta.type };
  if (isFields(old) && isFields(value)) {
    return meta.replace ? bare(value) : mergeFields(old, value, below);
  }
  if (Array.isArray(old) && Array.isArray(value)) {
    return meta.merge ? mergeList(old, value, { meta, below }) : bare(value);
  }
  return added(value);
}

interface ListPlace {
  readonly meta: PatchMeta;
  readonly below: Place;
}

function mergeList(
  old: readonly unknown[],
  patch: readonly unknown[],
  place: ListPlace,
): readonly unknown[] {
  if (old.length === 0 && patch.length === 0) return old;
  if ([...old, ...patch].some(Array.isArray)) throw listOfLists();
  if (!isFields(old[0] ?? patch[0])) {
    const merged = [...new Set([...old, ...patch])];
    return inOrder(merged, patch, { key: undefined, old });
  }
  const key = place.meta.mergeKey;
  if (key === undefined) {
    throw plainFailure(`cannot merge lists without merge key for ${place.below.type ?? ""}`);
  }
  const { kept, items } = readDirectives(old as Fields[], patch as Fields[], key);
  const merged = [...kept];
  for (const item of items) {
    const id = idOf(item, key);
    const at = merged.findIndex((each) => equal(idOf(each, key), id));
    if (at >= 0) merged[at] = mergeFields(merged[at] as Fields, item, place.below);
    else merged.push(added(item) as Fields);
  }
  return inOrder(merged, items, { key, old: kept });
}

const listOfLists = () => plainFailure("lists of lists are not supported", 422);

function idOf(item: Fields, key: string): unknown {
  if (key in item) return item[key];
  throw plainFailure(`map: ${goText(item)} does not contain declared merge key: ${key}`);
}

/** What the directives in a list leave of the old one, and what else is in the patch. */
function readDirectives(old: readonly Fields[], patch: readonly Fields[], key: string) {
  let kept = [...old];
  let replaced = false;
  const items: Fields[] = [];
  for (const item of patch) {
    const directive = item[DIRECTIVE];
    if (directive === undefined) items.push(item);
    else if (directive === "replace") replaced = true;
    else if (directive === "delete") {
      const id = idOf(item, key);
      kept = kept.filter((each) => !equal(idOf(each, key), id));
    } else if (directive === "merge") {
      throw plainFailure("merging lists cannot yet be specified in the patch");
    } else throw unknownDirective(directive, item);
  }
  return replaced ? { kept: bare(items) as Fields[], items: [] } : { kept, items };
}

interface Ordering {
  readonly key: string | undefined;
  /** The list as it was: what only it has stays where it was. */
  readonly old: readonly unknown[];
}

/** The list with what `wanted` names in that order. normalizeElementOrder. */
function inOrder(
  list: readonly unknown[],
  wanted: readonly unknown[],
  { key, old }: Ordering,
): unknown[] {
  const id = (each: unknown) => (key !== undefined && isFields(each) ? idOf(each, key) : each);
  const rankIn = (order: readonly unknown[]) => {
    const ids = order.map(id);
    return (each: unknown) => ids.findIndex((other) => equal(other, id(each)));
  };
  const [rank, place] = [rankIn(wanted), rankIn(old)];
  const named = list.filter((each) => rank(each) >= 0).sort((a, b) => rank(a) - rank(b));
  const others = list.filter((each) => rank(each) < 0).sort((a, b) => place(a) - place(b));
  const result: unknown[] = [];
  for (const item of named) {
    const at = place(item);
    while (others.length > 0 && at >= 0) {
      const before = place(others[0]);
      if (before < 0 || before >= at) break;
      result.push(others.shift());
    }
    result.push(item);
  }
  return [...result, ...others];
}

/**
 * Lists for which the patch says an order, with what it says of them; gives the keys that were
 * read.
 */
function mergeOrdered(result: Fields, patch: Fields, place: Place): ReadonlySet<string> {
  const done = new Set<string>();
  for (const name of Object.keys(patch)) {
    if (!name.startsWith(ORDER)) continue;
    const field = name.slice(ORDER.length);
    done.add(name);
    const [order, old, value] = [patch[name], result[field], patch[field]];
    const lists = [order, old ?? [], value ?? []];
    if (!lists.every(Array.isArray)) {
      throw badRequest("invalid patch format of setElementOrder list");
    }
    if (old === undefined && value === undefined) continue;
    const meta = metaOf(place, field);
    checkOrder(lists[2] as unknown[], order as unknown[], meta.mergeKey);
    const merged = (
      value === undefined ? old : mergeValue(old, value, { place, field })
    ) as unknown[];
    const key = meta.mergeKey;
    const places = withPlacesTaken(lists[1] as unknown[], merged, key);
    result[field] = inOrder(merged, order as unknown[], { key, old: places });
    done.add(field);
  }
  return done;
}

/**
 * The old list as upstream finds it when it orders the new one: what was added has moved into the
 * places of what was deleted, and counts as if it had been there.
 */
function withPlacesTaken(
  old: readonly unknown[],
  merged: readonly unknown[],
  key: string | undefined,
): readonly unknown[] {
  const id = (each: unknown) => (key !== undefined && isFields(each) ? each[key] : each);
  const [before, after] = [old.map(id), merged.map(id)];
  const kept = old.filter((each) => includes(after, id(each)));
  const appended = merged.filter((each) => !includes(before, id(each)));
  return [...kept, ...appended.slice(0, old.length - kept.length)];
}

/** What a list says must be in the order that the patch gives for it. */
function checkOrder(
  value: readonly unknown[],
  order: readonly unknown[],
  key: string | undefined,
): void {
  const id = (each: unknown) => (key !== undefined && isFields(each) ? each[key] : each);
  const said = value.filter((each) => !(isFields(each) && DIRECTIVE in each));
  if (order.length === 0 || said.length === 0) return;
  let next = 0;
  for (const each of order) {
    if (next < said.length && equal(id(said[next]), id(each))) next++;
  }
  if (next === said.length) return;
  throw plainFailure(
    `The order in patch list:\n${goText(value)}\n doesn't match ${ORDER.slice(0, -1)} list:\n${goText(order)}\n`,
  );
}

const includes = (list: readonly unknown[], item: unknown) =>
  list.some((each) => equal(each, item));

/** What is new: without nulls, and without whatever bears a directive. */
function added(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.filter((each) => !(isFields(each) && DIRECTIVE in each)).map(added);
  }
  if (!isFields(value)) return clone(value);
  if (DIRECTIVE in value) return undefined;
  const result: Fields = {};
  for (const key of Object.keys(value)) {
    if (isDirective(key) || value[key] === null) continue;
    const made = added(value[key]);
    if (made !== undefined) result[key] = made;
  }
  return result;
}

/** What takes the place of the old value as it is; directives are no fields of any kind. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (!isFields(value)) return clone(value);
  const kept = Object.keys(value).filter((key) => !isDirective(key) && value[key] !== null);
  return Object.fromEntries(kept.map((key) => [key, bare(value[key])]));
}

const isDirective = (key: string): boolean =>
  key === DIRECTIVE || key === RETAIN || key.startsWith(ORDER) || key.startsWith(DELETE);
