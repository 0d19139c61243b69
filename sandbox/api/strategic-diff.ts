// The strategic patch that `kubectl apply` sends: what the manifest changes, and what the last
// manifest had and this one has not, while all that others have set stays.
// apimachinery pkg/util/strategicpatch/patch.go CreateThreeWayMergePatch.

import { equal } from "./clone.ts";
import { isFields } from "./patch.ts";
import type { PatchMeta, PatchSchema } from "./strategic-merge.ts";

type Fields = Record<string, unknown>;

const ORDER = "$setElementOrder/";
const DELETE = "$deleteFromPrimitiveList/";

interface Place {
  readonly schema: PatchSchema;
  /** Undefined where the schema knows nothing. */
  readonly type: string | undefined;
  readonly wants: "changes" | "deletions" | "both";
  readonly retainKeys: boolean;
}

const plain: PatchMeta = { merge: false, replace: false, retainKeys: false };

const metaOf = ({ schema, type }: Place, field: string): PatchMeta =>
  (type !== undefined && schema.patchMeta(type, field)) || plain;

/** The patch that makes `modified` of `original`. */
export function strategicDiff(
  original: Fields,
  modified: Fields,
  { schema, type }: { readonly schema: PatchSchema; readonly type: string | undefined },
): Fields {
  return diffFields(original, modified, { schema, type, wants: "both", retainKeys: false });
}

/**
 * The patch that makes of `current` what `modified` says, as far as `original` did not say it
 * before.
 */
export function threeWayDiff(
  versions: { readonly original: Fields; readonly modified: Fields; readonly current: Fields },
  { schema, type }: { readonly schema: PatchSchema; readonly type: string | undefined },
): Fields {
  const { original, modified, current } = versions;
  const place = { schema, type, retainKeys: false };
  const changes = diffFields(current, modified, { ...place, wants: "changes" });
  const deletions = diffFields(original, modified, { ...place, wants: "deletions" });
  return joinFields(deletions, changes, { ...place, wants: "both" });
}

function diffFields(original: Fields, modified: Fields, place: Place): Fields {
  const patch: Fields = {};
  const changes = place.wants !== "deletions";
  for (const key of Object.keys(modified)) {
    const value = modified[key];
    if (!Object.hasOwn(original, key)) {
      if (changes) patch[key] = value;
      continue;
    }
    const old = original[key];
    if (isFields(old) && isFields(value)) diffMap(key, [old, value], { patch, place });
    else if (Array.isArray(old) && Array.isArray(value))
      diffList(key, [old, value], { patch, place });
    else if (changes && !equal(old, value)) patch[key] = value;
  }
  if (place.wants !== "changes") {
    for (const key of Object.keys(original)) if (!Object.hasOwn(modified, key)) patch[key] = null;
  }
  if (place.retainKeys) addRetainKeys(patch, original, modified);
  return patch;
}

function addRetainKeys(patch: Fields, original: Fields, modified: Fields): void {
  const kept = Object.keys(modified).filter((key) => modified[key] !== null);
  const isMore = Object.keys(original).some((key) => !Object.hasOwn(modified, key));
  if (kept.length > 0 && (Object.keys(patch).length > 0 || isMore))
    patch["$retainKeys"] = kept.sort();
}

interface Target {
  readonly patch: Fields;
  readonly place: Place;
}

function diffMap(
  key: string,
  [old, value]: readonly [Fields, Fields],
  { patch, place }: Target,
): void {
  const { replace, retainKeys, type } = metaOf(place, key);
  if (replace) {
    if (place.wants !== "deletions" && !equal(old, value)) patch[key] = value;
    return;
  }
  const below = diffFields(old, value, { ...place, type, retainKeys });
  if (Object.keys(below).length > 0) patch[key] = below;
}

type Lists = readonly [old: readonly unknown[], value: readonly unknown[]];

function diffList(key: string, [old, value]: Lists, { patch, place }: Target): void {
  const { merge, mergeKey, retainKeys, type } = metaOf(place, key);
  if (!merge) {
    if (place.wants !== "deletions" && !equal(old, value)) patch[key] = value;
    return;
  }
  if (old.length === 0) {
    if (place.wants !== "deletions" && value.length > 0) patch[key] = value;
    return;
  }
  const isMaps = mergeKey !== undefined && [...old, ...value].every(isFields);
  if (!isMaps) {
    diffScalars(key, [old, value], { patch, place });
    return;
  }
  const items = diffMaps([old as Fields[], value as Fields[]], mergeKey, {
    ...place,
    type,
    retainKeys,
  });
  const keys = (list: readonly unknown[]) => list.map((item) => (item as Fields)[mergeKey]);
  const kept = keys(value).filter((id) => keys(old).includes(id));
  const orderSame = equal(
    kept,
    keys(old).filter((id) => keys(value).includes(id)),
  );
  if (items.length > 0) patch[key] = items;
  if (items.length > 0 || !orderSame) {
    patch[ORDER + key] = value.map((item) => ({ [mergeKey]: (item as Fields)[mergeKey] }));
  }
}

function diffScalars(key: string, [old, value]: Lists, { patch, place }: Target): void {
  const has = (list: readonly unknown[], item: unknown) => list.some((each) => equal(each, item));
  const added = place.wants === "deletions" ? [] : value.filter((item) => !has(old, item));
  const gone = place.wants === "changes" ? [] : old.filter((item) => !has(value, item));
  if (added.length > 0) patch[key] = added;
  if (gone.length > 0) patch[DELETE + key] = gone;
  if (added.length > 0 || gone.length > 0 || !equal(old, value)) patch[ORDER + key] = value;
}

/** What is new or different, in the new order; then what is gone. */
function diffMaps(
  [old, value]: readonly [readonly Fields[], readonly Fields[]],
  mergeKey: string,
  place: Place,
): Fields[] {
  const find = (list: readonly Fields[], id: unknown) =>
    list.find((item) => equal(item[mergeKey], id));
  const changed = value.flatMap((item): Fields[] => {
    const before = find(old, item[mergeKey]);
    if (!before) return place.wants === "deletions" ? [] : [item];
    const below = diffFields(before, item, place);
    return Object.keys(below).length > 0 ? [{ ...below, [mergeKey]: item[mergeKey] }] : [];
  });
  if (place.wants === "changes") return changed;
  const gone = old.filter((item) => !find(value, item[mergeKey]));
  return [...changed, ...gone.map((item) => ({ [mergeKey]: item[mergeKey], $patch: "delete" }))];
}

/** One patch of two; the second has the last word. */
function joinFields(first: Fields, second: Fields, place: Place): Fields {
  const joined: Fields = { ...first };
  for (const key of Object.keys(second)) {
    const [a, b] = [joined[key], second[key]];
    const { mergeKey, type } = metaOf(place, key);
    const below: Place = { ...place, type };
    if (isFields(a) && isFields(b)) joined[key] = joinFields(a, b, below);
    else if (Array.isArray(a) && Array.isArray(b) && !key.startsWith("$")) {
      joined[key] = joinLists([a, b], mergeKey, below);
    } else joined[key] = b;
  }
  return joined;
}

function joinLists([first, second]: Lists, mergeKey: string | undefined, place: Place): unknown[] {
  if (mergeKey === undefined) return [...first, ...second];
  const idOf = (item: unknown) => (item as Fields)[mergeKey];
  const same = (item: unknown) => (other: unknown) => equal(idOf(item), idOf(other));
  const merged = second.map((item) => {
    const before = first.find(same(item));
    return before ? joinFields(before as Fields, item as Fields, place) : item;
  });
  return [...merged, ...first.filter((item) => !second.some(same(item)))];
}
