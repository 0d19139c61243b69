// The controller of PersistentVolumes and their claims, which binds them to each other. Keys with a
// namespace are claims, the others volumes. The rules are in claims.ts and volumes.ts.
// pkg/controller/volume/persistentvolume/pv_controller_base.go.

import { keyOf, keyText, type NamespacedName } from "../../api/meta.ts";
import { nodes } from "../../api/node.ts";
import { type PersistentVolume, persistentVolumes } from "../../api/persistentvolume.ts";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaims,
} from "../../api/persistentvolumeclaim.ts";
import { pods } from "../../api/pod.ts";
import { storageClasses } from "../../api/storageclass.ts";
import { type Controller, defineController, indexOn, wakeOn } from "../../client/controller.ts";
import { isRefusal, Operations } from "../operations.ts";
import { claimsOf } from "../volumes/pods-by-claim.ts";
import { type Binder, type BinderState, rememberClaim, rememberVolume } from "./binder.ts";
import { syncClaim } from "./claims.ts";
import { isDeletedElsewhere } from "./reclaiming.ts";
import { Resync } from "./resync.ts";
import { VolumeIndex } from "./volume-index.ts";
import type { VolumePlugin } from "./volume-plugin.ts";
import { syncVolume } from "./volumes.ts";

export interface BinderOptions {
  readonly plugins: readonly VolumePlugin[];
  /** What makes volumes for claims without a class, where an era has that. */
  readonly alphaProvisioner?: string | undefined;
  /** How often waiting claims are looked at again; 15 s if not given. */
  readonly resyncMs?: number;
  /** How long one of its writes takes; 5 ms if not given. */
  readonly writeMs?: number;
}

export const persistentVolumeController = (options: BinderOptions): Controller<BinderState> =>
  defineController<BinderState>({
    name: "persistentvolume-controller",
    watches: [
      wakeOn(persistentVolumeClaims, ({ now, before }) => keysOf(now ?? before)),
      wakeOn(persistentVolumes, ({ now, before }) => keysOf(now ?? before)),
      // These are only looked at: a new class or node wakes nobody.
      wakeOn(storageClasses, () => []),
      wakeOn(nodes, () => []),
      wakeOn(pods, () => []),
    ],
    indexes: [indexOn(pods, "claim", claimsOf)],

    state({ clock, signal, wake, era }) {
      const operations = new Operations({
        clock,
        signal,
        onBug(error) {
          state.bug = error;
          wake({ namespace: "", name: "" });
        },
      });
      const { plugins, resyncMs = 15_000, writeMs = 5 } = options;
      const state: BinderState = {
        volumes: new VolumeIndex(),
        claims: new Map(),
        operations,
        resync: new Resync({ clock, signal, wake, periodMs: resyncMs }),
        plugins,
        alphaProvisioner: options.alphaProvisioner,
        words: era.words.volumes,
        writeMs,
        told: new Map(),
        bug: undefined,
      };
      return state;
    },

    async reconcile(key, binder) {
      if (binder.state.bug) throw binder.state.bug;
      try {
        await (key.namespace ? lookAtClaim(key, binder) : lookAtVolume(key, binder));
      } catch (error) {
        if (!isRefusal(error)) throw error;
        // As upstream: nothing is retried at once, all is looked at again before long.
        binder.state.resync.mark(key, false);
      }
      return undefined;
    },
  });

const keysOf = (object: PersistentVolume | PersistentVolumeClaim | undefined): NamespacedName[] =>
  object ? [keyOf(object)] : [];

async function lookAtClaim(key: NamespacedName, binder: Binder): Promise<void> {
  const { cache, state, wake } = binder;
  const heard = cache.get(persistentVolumeClaims, key);
  const known = state.claims.get(keyText(key));
  if (heard) {
    if (!rememberClaim(heard, binder)) return;
    if (known && known.metadata.uid !== heard.metadata.uid) doubtVolumesOf(key, binder);
    await syncClaim(heard, binder);
    const phase = state.claims.get(keyText(key))?.status.phase;
    state.resync.mark(key, phase === "Bound");
    return;
  }
  state.resync.mark(key, true);
  if (!known) return;
  state.claims.delete(keyText(key));
  state.told.delete(keyText(key));
  // Its volume is to learn that it is alone.
  if (known.spec.volumeName) wake({ namespace: "", name: known.spec.volumeName });
}

/** Their claim went and another one has its name: they do not hear of it, but look before long. */
function doubtVolumesOf(key: NamespacedName, { state }: Binder): void {
  for (const volume of state.volumes.considered()) {
    if (keyText(reservedFor(volume) ?? noClaim) !== keyText(key)) continue;
    state.resync.mark({ namespace: "", name: volume.metadata.name }, false);
  }
}

async function lookAtVolume(key: NamespacedName, binder: Binder): Promise<void> {
  const { cache, state, wake } = binder;
  const heard = cache.get(persistentVolumes, key);
  const known = state.volumes.get(key.name);
  if (heard) {
    if (!rememberVolume(heard, binder)) return;
    const was = known && reservedFor(known);
    // Whoever loses its volume does not hear of it, but looks before long.
    if (was && keyText(was) !== keyText(reservedFor(heard) ?? noClaim))
      state.resync.mark(was, false);
    await syncVolume(heard, binder);
    const volume = state.volumes.get(key.name);
    state.resync.mark(key, !volume || isSettled(volume));
    return;
  }
  state.resync.mark(key, true);
  if (!known) return;
  state.volumes.delete(known);
  const left = reservedFor(known);
  if (left) wake(left);
}

const noClaim: NamespacedName = { namespace: "", name: "" };

function reservedFor({ spec: { claimRef } }: PersistentVolume): NamespacedName | undefined {
  const { namespace, name } = claimRef ?? {};
  return namespace && name ? { namespace, name } : undefined;
}

/** A volume that is left needs us until it is deleted or emptied. */
function isSettled(volume: PersistentVolume): boolean {
  const { phase } = volume.status;
  if (phase !== "Released" && phase !== "Failed") return phase !== undefined && phase !== "Pending";
  return volume.spec.persistentVolumeReclaimPolicy === "Retain" || isDeletedElsewhere(volume);
}
