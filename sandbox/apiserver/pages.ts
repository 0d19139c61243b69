// A long list in pages: `limit` and `continue`. The mark says after which object to go on.
// differs: a later page shows the state of its own time, not that of the first page.

import { decodeBase64, encodeBase64 } from "../api/base64.ts";
import { type KubeObject, keyOf, keyText, type ListMeta } from "../api/meta.ts";
import { badRequest } from "../api/status.ts";

export interface PageOptions {
  readonly limit: number;
  readonly continue: string;
}

/** The part of `all`, which is in the order of its keys, that was asked for. */
export function page<T extends KubeObject>(
  all: readonly T[],
  { limit, continue: mark }: PageOptions,
): { items: readonly T[]; metadata: ListMeta } {
  let items = all;
  if (mark) {
    const after = decodeBase64(mark);
    if (!after) throw badRequest("continue key is not valid: illegal base64 data at input byte 0");
    items = items.filter((object) => keyText(keyOf(object)) > after);
  }
  if (limit <= 0 || items.length <= limit) return { items, metadata: {} };
  const part = items.slice(0, limit);
  const last = part.at(-1) as T;
  return {
    items: part,
    metadata: {
      continue: encodeBase64(keyText(keyOf(last))),
      remainingItemCount: items.length - limit,
    },
  };
}
