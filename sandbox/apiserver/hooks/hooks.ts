// What a kind needs of the server beyond its Resource: addresses to be allocated, ends to be
// delayed. One file a kind in this folder.

import type { KubeObject } from "../../api/meta.ts";
import type { Context } from "../../api/resource.ts";
import type { ServerView } from "../admission/plugin.ts";
import type { DeleteOptions } from "../deletion.ts";

export interface HookContext extends Context {
  /** Nothing will be written: what is asked of others must be taken back, too. */
  readonly dryRun: boolean;
}

export interface Hooks<T extends KubeObject = KubeObject> {
  /** After validation, before the write; gives a function that takes back what it did. */
  beforeCreate?(draft: T, context: HookContext, server: ServerView): Undo | undefined;
  /** Not for updates of the status. */
  beforeUpdate?(
    draft: T,
    old: T,
    place: { readonly context: HookContext; readonly server: ServerView },
  ): Undo | undefined;
  afterDelete?(last: T, server: ServerView): void;
  /** True if more than its finalizers keeps an object from going. */
  holds?(object: T): boolean;
  /** Instead of the usual rules of deletion. */
  planDeletion?(old: T, asked: DeleteOptions, context: Context): T | "remove" | "wait";
}

export type Undo = () => void;
