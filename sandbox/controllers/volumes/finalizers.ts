// The finalizers that keep claims and volumes while they are used.
// pkg/controller/volume/protectionutil.

import { clone } from "../../api/clone.ts";
import type { KubeObject } from "../../api/meta.ts";
import type { Resource } from "../../api/resource.ts";
import { isReason } from "../../api/status.ts";
import type { Client } from "../../client/client.ts";

/** What is left to do about the finalizer: give it, or see whether it may go. */
export function finalizerTask(
  { metadata }: KubeObject,
  finalizer: string,
): "add" | "remove" | undefined {
  const has = metadata.finalizers?.includes(finalizer) ?? false;
  if (metadata.deletionTimestamp) return has ? "remove" : undefined;
  return has ? undefined : "add";
}

/** An object that is gone needs no finalizer. */
export async function setFinalizer<T extends KubeObject>(
  client: Client,
  resource: Resource<T>,
  { object, finalizer, wanted }: { object: T; finalizer: string; wanted: boolean },
): Promise<void> {
  const draft = clone(object);
  const others = (draft.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  draft.metadata.finalizers = wanted ? [...others, finalizer] : others;
  try {
    await client.update(resource, draft);
  } catch (error) {
    if (wanted || !isReason(error, "NotFound")) throw error;
  }
}
