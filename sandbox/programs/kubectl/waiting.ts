// Waiting until an object is as it should be, or gone: what `wait`, `delete` and others share.
// kubectl pkg/cmd/wait/wait.go.

import type { KubeObject } from "../../api/meta.ts";
import { type Status, StatusError } from "../../api/status.ts";
import { CommandError } from "./cli/errors.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import { itemsOf } from "./input/info.ts";
import type { Target } from "./server/rest.ts";

/** A week: what waiting for ever means. */
export const FOREVER_MS = 168 * 3_600_000;

export interface WaitOptions {
  readonly timeoutMs: number;
  /** Another object of the same name counts as none. */
  readonly uid?: string | undefined;
  /** Called with the object as it is, undefined if there is none; true ends the waiting. */
  done(object: KubeObject | undefined): boolean | Promise<boolean>;
  /** What is said if it takes too long, if not that of `kubectl wait`. */
  readonly tooLate?: string;
}

/** Resolves with the object when it is done. Throws if that takes too long. */
export async function waitFor(
  kubectl: Kubectl,
  target: Target,
  { timeoutMs, uid, done, tooLate: words }: WaitOptions,
): Promise<KubeObject | undefined> {
  const { mapping, namespace, name } = target;
  if (name === "") throw new CommandError("resource name must be provided");
  const { rest, process } = kubectl;
  const query = { fieldSelector: `metadata.name=${name}` };
  const end = process.clock.now() + timeoutMs;
  const tooLate = new CommandError(
    words ?? `timed out waiting for the condition on ${mapping.plural}/${name}`,
  );
  const own = (object: KubeObject | undefined) =>
    uid !== undefined && object?.metadata.uid !== uid ? undefined : object;
  for (;;) {
    const list = await rest.list<KubeObject>(mapping, namespace, { query });
    const found = own(itemsOf(list)?.[0]);
    if (await done(found)) return found;
    const left = end - process.clock.now();
    if (left <= 0) throw tooLate;
    const stopping = new AbortController();
    let late = false;
    const timer = process.clock.after(left, () => {
      late = true;
      stopping.abort();
    });
    try {
      const { resourceVersion = "" } = list.metadata as { resourceVersion?: string };
      const more = { ...query, resourceVersion };
      for await (const event of await rest.watch(mapping, namespace, {
        query: more,
        signal: stopping.signal,
      })) {
        if (event.type === "BOOKMARK") continue;
        if (event.type === "ERROR") throw new StatusError(event.object as Status);
        const object = event.type === "DELETED" ? undefined : own(event.object as KubeObject);
        if (await done(object)) return object;
      }
    } catch (error) {
      if (!late) throw error;
    } finally {
      timer.cancel();
      stopping.abort();
    }
    if (late) throw tooLate;
  }
}
