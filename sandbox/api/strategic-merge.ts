// Kubernetes' own patch: lists of things with a key are merged by that key, and a patch may say
// `$patch: delete`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`, `$retainKeys`.
// apimachinery/pkg/util/strategicpatch/patch.go.

import { clone, equal } from "./clone.ts";
import { isFields } from "./patch.ts";
import { badRequest } from "./status.ts";

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
const ORDER = "$setElementOrder/";
const DELETE = "$deleteFromPrimitiveList/";

/** A new value: `target`, an object of `type`, with `patch` merged in. */
export function strategicMergePatch(
  target: Fields,
  patch: Fields,
  { schema, type }: { schema: PatchSchema; type: string },
): Fields {
  return mergeFields(target, patch, { schema, type });
}

interface Place {
  readonly schema: PatchSchema;
  /** Undefined where the schema knows nothing: lists are replaced there. */
  readonly type: string | undefined;
}

function metaOf(place: Place, field: string): PatchMeta {
  return (place.type !== undefined && place.schema.patchMeta(place.type, field)) || plain;
}

function mergeFields(target: Fields, patch: Fields, place: Place): Fields {
  const directive = patch["$patch"];
  if (directive === "replace") return withoutDirectives(patch);
  if (directive === "delete") return {};
  if (directive !== undefined && directive !== "merge") {
    throw badRequest(`unknown patch type found: ${String(directive)}`);
  }
  const result: Fields = { ...target };
  retainKeys(result, patch);
  for (const key of Object.keys(patch)) {
    if (key === "$patch" || key === "$retainKeys" || key.startsWith(ORDER)) continue;
    if (key.startsWith(DELETE)) {
      const field = key.slice(DELETE.length);
      const gone = patch[key] as unknown[];
      const list = result[field];
      if (Array.isArray(list)) result[field] = list.filter((each) => !includes(gone, each));
      continue;
    }
    const value = patch[key];
    if (value === null) delete result[key];
    else result[key] = mergeValue(result[key], value, { place, field: key, order: patch[ORDER + key] });
  }
  orderUntouched(result, patch, place);
  return result;
}

function mergeValue(
  old: unknown,
  value: unknown,
  { place, field, order }: { place: Place; field: string; order: unknown },
): unknown {
  const meta = metaOf(place, field);
  const below: Place = { schema: place.schema, type: meta.type };
  if (isFields(value)) {
    if (meta.replace) return withoutDirectives(value);
    return mergeFields(isFields(old) ? old : {}, value, below);
  }
  if (!Array.isArray(value)) return value;
  if (!meta.merge) return value.map(strip);
  return mergeList(Array.isArray(old) ? old : [], value, { meta, below, order });
}

interface ListPlace {
  readonly meta: PatchMeta;
  readonly below: Place;
  readonly order: unknown;
}

function mergeList(old: readonly unknown[], patch: readonly unknown[], place: ListPlace): unknown[] {
  const { meta, below } = place;
  const key = meta.mergeKey;
  if (patch.some(isFields) ? key === undefined : true) {
    const added = patch.filter((each, index) => !includes(old, each) && patch.indexOf(each) === index);
    return ordered([...old, ...added], patch, { ...place, keyOf: (each) => each });
  }
  const mergeKey = key as string;
  const keyOf = (each: unknown) => (isFields(each) ? each[mergeKey] : undefined);
  if (patch.some((each) => isFields(each) && each["$patch"] === "replace")) {
    return patch.filter((each) => !(isFields(each) && "$patch" in each)).map(strip);
  }
  let result = [...old];
  for (const item of patch) {
    if (!isFields(item)) continue;
    const id = item[mergeKey];
    if (id === undefined) {
      throw badRequest(
        `map: ${goMap(item)} does not contain declared merge key: ${mergeKey}`,
      );
    }
    if (item["$patch"] === "delete") {
      result = result.filter((each) => !equal(keyOf(each), id));
      continue;
    }
    const at = result.findIndex((each) => equal(keyOf(each), id));
    if (at < 0) result.push(strip(mergeFields({}, item, below)));
    else result[at] = mergeFields(result[at] as Fields, item, below);
  }
  return ordered(result, patch, { ...place, keyOf });
}

/** Puts a merged list into the order the patch asks for; what only the server has keeps its place. */
function ordered(
  list: unknown[],
  patch: readonly unknown[],
  { order, keyOf, meta }: ListPlace & { keyOf: (each: unknown) => unknown },
): unknown[] {
  if (!Array.isArray(order)) return list;
  const wanted = order.map((each) => (isFields(each) && meta.mergeKey ? each[meta.mergeKey] : each));
  const rank = (each: unknown) => wanted.findIndex((id) => equal(id, keyOf(each)));
  const named = list.filter((each) => rank(each) >= 0).sort((a, b) => rank(a) - rank(b));
  const rest = list.filter((each) => rank(each) < 0);
  if (rest.length === 0) return named;
  // mergeSortedSlice: a server-only item goes before the first named one that it preceded.
  const place = (each: unknown) => list.indexOf(each);
  const merged: unknown[] = [];
  let next = 0;
  for (const item of named) {
    while (next < rest.length && place(rest[next]) < place(item) && !patch.includes(rest[next])) {
      merged.push(rest[next++]);
    }
    merged.push(item);
  }
  return [...merged, ...rest.slice(next)];
}

/** An order may be asked for a list that is otherwise left alone. */
function orderUntouched(result: Fields, patch: Fields, place: Place): void {
  for (const key of Object.keys(patch)) {
    if (!key.startsWith(ORDER)) continue;
    const field = key.slice(ORDER.length);
    const list = result[field];
    if (field in patch || !Array.isArray(list)) continue;
    const meta = metaOf(place, field);
    const keyOf = (each: unknown) =>
      meta.mergeKey && isFields(each) ? each[meta.mergeKey] : each;
    const below: Place = { schema: place.schema, type: meta.type };
    result[field] = ordered(list, [], { meta, below, order: patch[key], keyOf });
  }
}

function retainKeys(result: Fields, patch: Fields): void {
  const keys = patch["$retainKeys"];
  if (!Array.isArray(keys)) return;
  for (const key of Object.keys(result)) if (!keys.includes(key)) delete result[key];
}

const includes = (list: readonly unknown[], item: unknown) => list.some((each) => equal(each, item));

function withoutDirectives(patch: Fields): Fields {
  const { $patch: _, ...rest } = patch;
  return strip(rest) as Fields;
}

/** The value without directives and nulls, which mean nothing where there was nothing to change. */
function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (!isFields(value)) return clone(value);
  const result: Fields = {};
  for (const key in value) {
    if (key.startsWith("$patch") || key.startsWith("$retainKeys") || key.startsWith(ORDER)) continue;
    if (value[key] !== null) result[key] = strip(value[key]);
  }
  return result;
}

const goMap = (fields: Fields): string =>
  `map[${Object.keys(fields)
    .sort()
    .map((key) => `${key}:${String(fields[key])}`)
    .join(" ")}]`;
