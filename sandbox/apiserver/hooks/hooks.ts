// What a kind needs of the server beyond its Resource: addresses to be allocated, ends to be delayed.
// One file a kind in this folder.

import type { KubeObject } from "../../api/meta.ts";
import type { Context } from "../../api/resource.ts";
import type { ServerView } from "../admission/plugin.ts";
import type { DeleteOptions } from "../deletion.ts";

export interface Hooks<T extends KubeObject = KubeObject> {
  /** After validation, before the write; gives a function that takes back what it did. */
  beforeCreate?(draft: T, context: Context, server: ServerView): Undo | undefined;
  beforeUpdate?(draft: T, old: T, context: Context, server: ServerView): Undo | undefined;
  afterDelete?(last: T, server: ServerView): void;
  /** Instead of the usual rules of deletion. */
  planDeletion?(old: T, asked: DeleteOptions, context: Context): T | "remove" | "wait";
}

export type Undo = () => void;
