// The kubelet and the scheduler in tests of controllers, as far as controllers see them: pods come
// to run on a node and to be ready, and go when they are told to.

import { keyOf } from "../api/meta.ts";
import { type Pod, pods } from "../api/pod.ts";
import { timestamp } from "../api/time.ts";
import { type Controller, defineController } from "../client/controller.ts";

export interface TestKubeletOptions {
  /** Which pods become ready; all unless said. */
  ready?(pod: Pod): boolean;
  /** How long a pod takes to end after it was told to. */
  readonly terminationMs?: number;
}

/** Runs as a controller of the test's cluster. Pods without a node run nowhere in particular. */
export function testKubelet(options: TestKubeletOptions = {}): Controller {
  return defineController<undefined>({
    name: "kubelet",
    for: pods,
    async reconcile(key, { cache, client, clock }) {
      const pod = cache.get(pods, key);
      if (!pod) return undefined;
      const { deletionTimestamp, uid } = pod.metadata;
      if (deletionTimestamp) {
        if (options.terminationMs) await clock.sleep(options.terminationMs);
        const preconditions = uid ? { uid } : {};
        await client.delete(pods, keyOf(pod), { gracePeriodSeconds: 0, preconditions });
        return undefined;
      }
      const ready = options.ready?.(pod) ?? true;
      const was = pod.status.conditions?.find(({ type }) => type === "Ready")?.status === "True";
      if (pod.status.phase === "Running" && was === ready) return undefined;
      if (pod.status.phase === "Succeeded" || pod.status.phase === "Failed") return undefined;
      await client.updateStatus(pods, running(pod, ready, clock.now()));
      return undefined;
    },
  });
}

/** The pod as it is when it runs. */
export function running(pod: Pod, ready: boolean, now: number): Pod {
  const at = timestamp(now);
  return {
    ...pod,
    status: {
      ...pod.status,
      phase: "Running",
      conditions: [{ type: "Ready", status: ready ? "True" : "False", lastTransitionTime: at }],
      podIP: `10.244.0.${(pod.metadata.uid ?? "").charCodeAt(0)}`,
      startTime: at,
    },
  };
}

/** The pod as it is when its containers have ended. */
export function ended(pod: Pod, phase: "Succeeded" | "Failed", restarts = 0): Pod {
  const terminated = { exitCode: phase === "Failed" ? 1 : 0 };
  const containerStatuses = pod.spec.containers.map(({ name, image = "" }) => ({
    name,
    image,
    imageID: "",
    ready: false,
    restartCount: restarts,
    state: { terminated },
  }));
  return { ...pod, status: { ...pod.status, phase, containerStatuses } };
}
