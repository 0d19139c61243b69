// Empties a volume by a pod that removes everything in it, like any other pod of the cluster.
// pkg/volume/util/recyclerclient/recycler_client.go; pkg/volume/plugins.go
// NewPersistentVolumeRecyclerPodTemplate.

import { type Event, events as eventResource } from "../../api/event.ts";
import type { KubeObject } from "../../api/meta.ts";
import type { PersistentVolume } from "../../api/persistentvolume.ts";
import { type Pod, pods } from "../../api/pod.ts";
import type { Resource } from "../../api/resource.ts";
import { isReason } from "../../api/status.ts";
import type { Client, WatchEvent } from "../../client/client.ts";
import { isRefusal, VolumeError } from "../operations.ts";
import type { Binder } from "./binder.ts";
import type { RecyclePlan } from "./volume-plugin.ts";

const namespace = "default";

const script =
  'test -e /scrub && rm -rf /scrub/..?* /scrub/.[!.]* /scrub/*  && test -z "$(ls -A /scrub)" || exit 1';

function recyclerPod(name: string, { source, timeoutSeconds }: RecyclePlan, image: string): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      activeDeadlineSeconds: timeoutSeconds,
      restartPolicy: "Never",
      volumes: [{ name: "vol", ...source }],
      containers: [
        {
          name: "pv-recycler",
          image,
          command: ["/bin/sh"],
          args: ["-c", script],
          volumeMounts: [{ name: "vol", mountPath: "/scrub" }],
        },
      ],
    },
    status: {},
  };
}

/** Returns when the volume is empty. Throws VolumeError if it could not be emptied. */
export async function runRecycler(
  volume: PersistentVolume,
  plan: RecyclePlan,
  binder: Binder,
): Promise<void> {
  const { client, events, signal, state } = binder;
  const name = `recycler-for-${volume.metadata.name}`;
  const stopping = new AbortController();
  const stop = () => stopping.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  const watch = <T extends KubeObject>(resource: Resource<T>, fields: string) =>
    client.watch(resource, { namespace, fields, resourceVersion: "0", signal: stopping.signal });
  try {
    const seen = await watch(pods, `metadata.name=${name}`);
    const said = await watch(eventResource, `involvedObject.name=${name}`);
    const listening = listen(said, ({ type, message = "" }) => {
      const text = `Recycler pod: ${message}`;
      if (!state.words.recyclerEvents) return;
      if (type === "Warning") events.warning(volume, "RecyclerPod", text);
      else events.normal(volume, "RecyclerPod", text);
    });
    await create(recyclerPod(name, plan, state.words.recyclerImage), client);
    try {
      await finished(seen);
    } finally {
      await remove(name, client);
      stopping.abort();
      await listening;
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stopping.abort();
  }
}

async function create(pod: Pod, client: Client): Promise<void> {
  try {
    await client.create(pods, pod);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (!isReason(error, "AlreadyExists")) {
      throw new VolumeError(`unexpected error creating recycler pod:  ${error.message}`);
    }
    await remove(pod.metadata.name, client);
    throw new VolumeError("old recycler pod found, will retry later");
  }
}

async function remove(name: string, client: Client): Promise<void> {
  try {
    await client.delete(pods, { namespace, name });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}

async function finished(seen: AsyncIterable<WatchEvent<Pod>>): Promise<void> {
  const failed = (why: string) => new VolumeError(`failed to recycle volume: ${why}`);
  for await (const { type, object } of seen) {
    if (type === "DELETED") throw failed("recycler pod was deleted");
    if (object.status?.phase === "Succeeded") return;
    if (object.status?.phase !== "Failed") continue;
    throw failed(object.status.message || "pod failed, pod.Status.Message unknown");
  }
  throw failed("recycler pod watch channel had been closed");
}

/** Hears what is said as long as it can; nothing depends on it. */
async function listen(
  said: AsyncIterable<WatchEvent<Event>>,
  tell: (event: Event) => void,
): Promise<void> {
  try {
    for await (const { type, object } of said) if (type === "ADDED") tell(object);
  } catch (error) {
    // So a watch over the network ends that is not wanted any more, or whose server is gone.
    if (!isRefusal(error)) throw error;
  }
}
