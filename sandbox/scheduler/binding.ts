// The end of a successful attempt: the pod's volumes are bound, then the pod itself.
// pkg/scheduler/framework/plugins/defaultbinder/default_binder.go.

import { type Pod, pods } from "../api/pod.ts";
import { SchedulingError } from "./framework.ts";
import { isOfTheWorld, type SchedulerTools } from "./tools.ts";
import type { PodVolumes } from "./volume-binder.ts";

interface Place {
  readonly node: string;
  /** What has been assumed for the pod's claims, if there are any to bind. */
  readonly volumes: PodVolumes | undefined;
}

export async function bind(
  pod: Pod,
  { node, volumes }: Place,
  tools: SchedulerTools,
): Promise<void> {
  const { client } = tools;
  if (volumes) await bindVolumes(pod, { node, volumes }, tools);
  const { name, namespace = "", uid } = pod.metadata;
  await client.send({
    method: "POST",
    path: `${client.path(pods, { namespace, name })}/binding`,
    body: {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name, namespace, uid },
      target: { kind: "Node", name: node },
    },
  });
}

async function bindVolumes(
  pod: Pod,
  { node, volumes }: { readonly node: string; readonly volumes: PodVolumes },
  tools: SchedulerTools,
): Promise<void> {
  try {
    await tools.volumes.bind(pod, node, volumes);
  } catch (error) {
    if (!isOfTheWorld(error)) throw error;
    const { scheduler } = tools.client.era.words;
    throw new SchedulingError(scheduler.bindFailed(pod.metadata.name, error.message));
  }
}
