// What volumes get of the kubelet: objects, tokens, and news of what is attached.

import { configMaps } from "../../api/configmap.ts";
import { Unreachable } from "../../api/http.ts";
import type { Node } from "../../api/node.ts";
import type { Pod } from "../../api/pod.ts";
import { secrets } from "../../api/secret.ts";
import { StatusError } from "../../api/status.ts";
import type { Client } from "../../client/client.ts";
import { MountError, type Mounted, type VolumeHost } from "../volumes/plugin.ts";
import type { VolumeTools } from "../volumes/pod-volumes.ts";
import type { KubeletConfig } from "./config.ts";
import { podField, resourceField } from "./own-fields.ts";
import type { KubeletTools } from "./tools.ts";

/** Waits until the node's status says that volumes are attached. */
export class AttachedVolumes {
  readonly #node: () => Node | undefined;
  /** The node's status must be told anew. */
  readonly changed: () => void;
  readonly #waiting = new Set<() => void>();

  constructor(node: () => Node | undefined, changed: () => void) {
    this.#node = node;
    this.changed = changed;
  }

  look(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  wait(uniqueName: string, signal: AbortSignal): Promise<void> {
    // The control plane must hear that we use it, too.
    this.changed();
    const isThere = () =>
      this.#node()?.status.volumesAttached?.some(({ name }) => name === uniqueName) &&
      this.#node()?.status.volumesInUse?.includes(uniqueName);
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!isThere()) return;
        done();
        resolve();
      };
      const stop = () => {
        done();
        reject(signal.reason);
      };
      const done = () => {
        this.#waiting.delete(look);
        signal.removeEventListener("abort", stop);
      };
      this.#waiting.add(look);
      signal.addEventListener("abort", stop, { once: true });
      look();
    });
  }
}

export function volumeTools(
  config: KubeletConfig,
  tools: KubeletTools,
  attached: AttachedVolumes,
): VolumeTools {
  const { client, clock, era, machine, objects, nodeName, hostIP } = tools;
  const place = (pod: Pod) => ({ hostIP, podIP: pod.status?.podIP ?? "" });
  const host: VolumeHost = {
    ...{ clock, era, nodeName, files: machine.files, node: tools.node },
    cloud: config.cloud,
    shares: config.shares,
    makesPaths: config.makesPaths,
    configMap: (key, { metadata }) => objects.get(configMaps, key, metadata.uid ?? ""),
    secret: (key, { metadata }) => objects.get(secrets, key, metadata.uid ?? ""),
    token: (pod, seconds, audience) => requestToken(client, pod, { seconds, audience }),
    field: (pod, path) => podField(pod, path, place(pod)) ?? "",
    resourceField(pod, selector) {
      const { containerName } = selector;
      const container = pod.spec.containers.find(({ name }) => name === containerName);
      const allocatable = tools.node()?.status.allocatable ?? {};
      return (container && resourceField(container, selector, allocatable)) ?? "";
    },
  };
  return {
    ...{ host, client, events: tools.events, timings: config.timings, plugins: config.plugins },
    attached: (name, signal) => attached.wait(name, signal),
    released: () => attached.changed(),
    kept(uid) {
      const kept = config.mounts.get(uid) ?? new Map<string, Mounted>();
      config.mounts.set(uid, kept);
      return kept;
    },
  };
}

async function requestToken(
  client: Client,
  { metadata, spec }: Pod,
  { seconds = 3600, audience }: { seconds: number | undefined; audience: string | undefined },
): Promise<string> {
  const { namespace, name, uid } = metadata;
  const account = spec.serviceAccountName ?? "default";
  const request = {
    method: "POST" as const,
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`,
    body: {
      ...{ apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {} },
      spec: {
        audiences: audience === undefined ? [] : [audience],
        expirationSeconds: seconds,
        boundObjectRef: { apiVersion: "v1", kind: "Pod", name, uid },
      },
    },
  };
  const { body } = await client.send(request).catch((error: unknown) => {
    // The server says no, or cannot be reached: the volume waits, and is tried again.
    const isItsWord = error instanceof StatusError || error instanceof Unreachable;
    throw isItsWord ? new MountError(`failed to fetch token: ${error.message}`) : error;
  });
  const { status } = body as { status?: { token?: string } };
  if (!status?.token) throw new MountError(`failed to fetch token for ${account}`);
  return status.token;
}
