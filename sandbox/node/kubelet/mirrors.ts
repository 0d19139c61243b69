// The copies of static pods in the API, where they can be seen but not changed.
// pkg/kubelet/pod/mirror_client.go.

import { keyOf } from "../../api/meta.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { isReason } from "../../api/status.ts";
import type { Client } from "../../client/client.ts";

/** What the API is told of a static pod. */
function mirrorOf(pod: Pod): Pod {
  const { uid: hash = "", resourceVersion: _version, ...metadata } = pod.metadata;
  return {
    ...{ apiVersion: "v1", kind: "Pod", spec: pod.spec, status: {} },
    metadata: {
      ...metadata,
      annotations: { ...metadata.annotations, "kubernetes.io/config.mirror": hash },
    },
  };
}

/** The uid of the static pod that this is the mirror of. */
export const mirrored = ({ metadata }: Pod): string | undefined =>
  metadata.annotations?.["kubernetes.io/config.mirror"];

export class MirrorPods {
  readonly #client: Client;
  /** As the API has them, by the uid of the original. */
  readonly #known = new Map<string, Pod>();

  constructor(client: Client) {
    this.#client = client;
  }

  get(original: string): Pod | undefined {
    return this.#known.get(original);
  }

  note(original: string, mirror: Pod): void {
    this.#known.set(original, mirror);
  }

  /** One is gone; false if it was not the last that was heard of. */
  lose(original: string, { metadata }: Pod): boolean {
    if (this.#known.get(original)?.metadata.uid !== metadata.uid) return false;
    return this.#known.delete(original);
  }

  async make(pod: Pod): Promise<void> {
    try {
      await this.#client.create(pods, mirrorOf(pod));
    } catch (error) {
      // An outdated one is in the way; it is deleted when it is heard of.
      if (!isReason(error, "AlreadyExists", "Forbidden", "Invalid", "NotFound")) throw error;
    }
  }

  async remove(mirror: Pod): Promise<void> {
    const preconditions = { uid: mirror.metadata.uid ?? "" };
    try {
      await this.#client.delete(pods, keyOf(mirror), { gracePeriodSeconds: 0, preconditions });
    } catch (error) {
      if (!isReason(error, "NotFound", "Conflict")) throw error;
    }
  }
}
