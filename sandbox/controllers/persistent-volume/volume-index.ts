// The volumes as the binder knows them, its own writes included, found by what a claim can ask for.
// pkg/controller/volume/persistentvolume/index.go.

import type { AccessMode, PersistentVolume } from "../../api/persistentvolume.ts";
import type { PersistentVolumeClaim } from "../../api/persistentvolumeclaim.ts";
import { bestVolume, classOf } from "../../api/volume-binding.ts";

/** So many volumes are named with a verdict; of more, only those that are free. */
const TOLD = 200;

/** Volumes that offer the same access modes. */
interface Group {
  readonly modes: readonly AccessMode[];
  /** Without a claimRef, by class. */
  readonly free: Map<string, Map<string, PersistentVolume>>;
  /** By the claim that the claimRef names. */
  readonly reserved: Map<string, Map<string, PersistentVolume>>;
}

const claimOf = (volume: PersistentVolume): string =>
  `${volume.spec.claimRef?.namespace}/${volume.spec.claimRef?.name}`;

export class VolumeIndex {
  readonly #volumes = new Map<string, PersistentVolume>();
  readonly #groups = new Map<string, Group>();
  #considered: readonly PersistentVolume[] | undefined;

  get(name: string): PersistentVolume | undefined {
    return this.#volumes.get(name);
  }

  /** What a claim could be offered, for telling; the same list until a volume changes. */
  considered(): readonly PersistentVolume[] {
    if (!this.#considered) {
      const all = [...this.#volumes.values()];
      const free = all.length > TOLD ? all.filter(({ spec }) => !spec.claimRef) : all;
      this.#considered = free.slice(0, TOLD);
    }
    return this.#considered;
  }

  put(volume: PersistentVolume): void {
    const { name } = volume.metadata;
    const before = this.#volumes.get(name);
    const place = this.#placeOf(volume);
    if (before && this.#placeOf(before) !== place) this.#placeOf(before).delete(name);
    place.set(name, volume);
    this.#volumes.set(name, volume);
    this.#considered = undefined;
  }

  delete(volume: PersistentVolume): void {
    const { name } = volume.metadata;
    const before = this.#volumes.get(name);
    if (before) this.#placeOf(before).delete(name);
    this.#volumes.delete(name);
    this.#considered = undefined;
  }

  /**
   * What suits the claim best. Volumes with few access modes are asked first, so that a claim for
   * one mode does not use up a volume that offers all of them.
   */
  find(claim: PersistentVolumeClaim, delayed: boolean): PersistentVolume | undefined {
    const wanted = claim.spec.accessModes ?? [];
    const groups = [...this.#groups.values()]
      .filter(({ modes }) => wanted.every((mode) => modes.includes(mode)))
      .sort((a, b) => a.modes.length - b.modes.length);
    const key = `${claim.metadata.namespace}/${claim.metadata.name}`;
    for (const { reserved, free } of groups) {
      const kept = reserved.get(key);
      const volume =
        (kept && bestVolume(claim, kept.values(), { delayed })) ??
        bestVolume(claim, free.get(classOf(claim))?.values() ?? [], { delayed });
      if (volume) return volume;
    }
    return undefined;
  }

  #placeOf(volume: PersistentVolume): Map<string, PersistentVolume> {
    const modes = [...new Set(volume.spec.accessModes)].sort();
    const key = modes.join();
    const group = at(this.#groups, key, () => ({ modes, free: new Map(), reserved: new Map() }));
    return volume.spec.claimRef
      ? at(group.reserved, claimOf(volume), () => new Map())
      : at(group.free, classOf(volume), () => new Map());
  }
}

/** What is there under the key; `make` puts it there. */
function at<V>(map: Map<string, V>, key: string, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
