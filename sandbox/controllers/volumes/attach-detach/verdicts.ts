// Tells the trace where a volume is and what it waits for.

import { nodes } from "../../../api/node.ts";
import type { Tools } from "../../../client/controller.ts";
import type { Desired } from "./desired.ts";
import type { AttachState } from "./reconcile.ts";

/** Says it once: again only when it has changed. */
export function tell(
  name: string,
  { title, users, volume, shared }: Desired,
  { cache, state, trace }: Tools<AttachState>,
): void {
  const places = state.attachments.of(name);
  const lines: string[] = [];
  for (const [node, { confirmed, mounted, unwantedSince }] of places) {
    if (unwantedSince === undefined) {
      if (confirmed) lines.push(`it is attached to ${node}`);
      continue;
    }
    const gone = !cache.get(nodes, { namespace: "", name: node });
    const says = gone ? "which is gone, has not said that it has let go of it" : "still uses it";
    if (mounted)
      lines.push(`no pod on ${node} wants it, but ${node} ${says}: by force in 6 minutes`);
    else lines.push(`it is being detached from ${node}`);
  }
  for (const node of users.keys()) {
    if (places.get(node)?.confirmed) continue;
    const taken = !shared && places.size > 0;
    lines.push(taken ? `${node} waits for it` : `it is being attached to ${node}`);
  }
  const verdict = lines.join("; ");
  if ((state.told.get(name) ?? "") === verdict) return;
  if (verdict === "") state.told.delete(name);
  else state.told.set(name, verdict);
  trace.decide({
    by: "attachdetach-controller",
    about: { kind: volume ? "PersistentVolume" : "Disk", name: title },
    verdict: verdict || "it is attached nowhere, and no pod on a node wants it",
    rule: "pkg/controller/volume/attachdetach/reconciler reconcile",
    options: [],
  });
}
