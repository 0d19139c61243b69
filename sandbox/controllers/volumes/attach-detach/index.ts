// Attaches volumes to the nodes whose pods want them, and detaches them when none does any more.
// Keys are names of volumes as nodes list them; names without a slash are nodes. Upstream looks
// around ten times a second; here it is woken.
// pkg/controller/volume/attachdetach/attach_detach_controller.go.

import { csiDrivers } from "../../../api/csidriver.ts";
import { keyOf, keyText, type NamespacedName, parseKey } from "../../../api/meta.ts";
import { type Node, nodes } from "../../../api/node.ts";
import { persistentVolumes } from "../../../api/persistentvolume.ts";
import { persistentVolumeClaims } from "../../../api/persistentvolumeclaim.ts";
import { pods } from "../../../api/pod.ts";
import { volumeAttachments } from "../../../api/volumeattachment.ts";
import {
  type Controller,
  defineController,
  indexOn,
  type Tools,
  wakeOn,
} from "../../../client/controller.ts";
import type { Cloud } from "../../../machine/cloud.ts";
import { Operations } from "../../operations.ts";
import { byNode, indexByNode } from "../../pods-by-node.ts";
import { claimsOf } from "../pods-by-claim.ts";
import { isTerminated } from "../terminated.ts";
import { Attachments } from "./actual.ts";
import { claimOf, disksOf, nameOfVolume, volumeOfClaim, volumesOf } from "./names.ts";
import { type AttachState, putRight } from "./reconcile.ts";

/** Keys of VolumeAttachments begin with it. */
const attachment = "attachment";

export const attachDetach = (cloud?: Cloud): Controller<AttachState> =>
  defineController<AttachState>({
    name: "attachdetach-controller",
    watches: [
      wakeOn(pods, ({ now, before }, cache) => {
        const pod = now ?? before;
        const wants = (each: typeof now) => each?.spec.nodeName && !isTerminated(each);
        if (!pod?.spec.nodeName || (wants(now) && wants(before))) return [];
        const keys = volumesOf(pod, cache).map(parseKey);
        // Its claims may have gone before it.
        return now ? keys : [...keys, { namespace: "", name: pod.spec.nodeName }];
      }),
      wakeOn(persistentVolumeClaims, ({ now, before }, cache) => {
        if (now?.status.phase === before?.status.phase) return [];
        const volume = now && volumeOfClaim(keyOf(now), cache);
        return keysOf(volume && nameOfVolume(volume));
      }),
      wakeOn(persistentVolumes, ({ now, before }) => {
        const volume = now ?? before;
        if (now && before && claimOf(now) === claimOf(before)) return [];
        return keysOf(volume && nameOfVolume(volume));
      }),
      wakeOn(nodes, ({ now, before }) => {
        const node = now ?? before;
        if (!node || (now && before && matters(now) === matters(before))) return [];
        return [keyOf(node)];
      }),
      wakeOn(volumeAttachments, ({ now, before }) => {
        const name = (now ?? before)?.metadata.name ?? "";
        return [{ namespace: attachment, name }];
      }),
      // These are only looked at.
      wakeOn(csiDrivers, () => []),
    ],
    indexes: [
      indexOn(pods, "claim", claimsOf),
      indexOn(pods, "disk", disksOf),
      indexOn(persistentVolumes, "disk", (volume) => {
        const name = nameOfVolume(volume);
        return name === undefined ? [] : [name];
      }),
      indexByNode,
    ],

    state({ cache, clock, signal, wake }) {
      const operations = new Operations({
        clock,
        signal,
        onBug(error) {
          state.bug = error;
          wake({ namespace: "", name: "" });
        },
        // Operations on shared volumes have the node in their names, too.
        onEnd: (name) => wake(parseKey(name.split(" ")[0] ?? "")),
      });
      const state: AttachState = {
        cloud,
        operations,
        attachments: new Attachments(cache),
        complained: new Set(),
        waiting: new Map(),
        told: new Map(),
        bug: undefined,
      };
      return state;
    },

    async reconcile(key, tools) {
      const { state } = tools;
      if (state.bug) throw state.bug;
      if (key.namespace === attachment) {
        state.waiting.get(key.name)?.();
        return undefined;
      }
      if (key.namespace === "") return lookAtNode(key, tools);
      return putRight(keyText(key), tools);
    },
  });

const keysOf = (name: string | undefined): NamespacedName[] =>
  name === undefined ? [] : [parseKey(name)];

/** What of a node is of interest, as text. */
function matters({ metadata, spec, status }: Node): string {
  const ready = status.conditions?.find(({ type }) => type === "Ready")?.status;
  const inUse = status.volumesInUse?.join();
  const attached = status.volumesAttached?.map(({ name }) => name).join();
  const taints = spec.taints?.map(({ key }) => key).join();
  return [metadata.uid, ready, inUse, attached, taints].join(" ");
}

/** All that is on a node, or should be, may be touched by its change. */
async function lookAtNode(key: NamespacedName, tools: Tools<AttachState>): Promise<undefined> {
  const { cache, client, state, wake } = tools;
  const node = cache.get(nodes, key);
  const names = new Set(state.attachments.on(key.name));
  if (node) {
    state.attachments.hear(node);
    for (const pod of cache.by(pods, byNode, key.name)) {
      for (const name of volumesOf(pod, cache)) names.add(name);
    }
  }
  for (const name of names) wake(parseKey(name));
  await state.attachments.tell(client);
}
