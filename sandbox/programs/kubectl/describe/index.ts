// What describes which kind. Others are described by their fields.

import type { KubeObject } from "../../../api/meta.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import type { Target } from "../server/rest.ts";
import { access } from "./access.ts";
import { align } from "./align.ts";
import { claim } from "./claim.ts";
import { configMap, secret, serviceAccount } from "./config.ts";
import { daemonSet } from "./daemonset.ts";
import { deployment, replicaSet, replicationController } from "./deployment.ts";
import type { Describer } from "./describer.ts";
import { earlyDescribers } from "./early/index.ts";
import { endpointSlice, endpoints } from "./endpoints.ts";
import { eventsOf } from "./events.ts";
import { generic } from "./generic.ts";
import { ingress } from "./ingress.ts";
import { cronJob, job } from "./job.ts";
import { flat } from "./lines.ts";
import { networkPolicy } from "./networkpolicy.ts";
import { node } from "./node.ts";
import { pod } from "./pod.ts";
import { autoscaler, disruptionBudget, priorityClass } from "./policies.ts";
import { limitRange, namespace, quota } from "./quota.ts";
import { service } from "./service.ts";
import { statefulSet } from "./statefulset.ts";
import { csiNode, storageClass } from "./storage.ts";
import { volume } from "./volume.ts";

const describers: readonly Describer[] = [
  ...access,
  autoscaler,
  claim,
  configMap,
  cronJob,
  csiNode,
  daemonSet,
  deployment,
  disruptionBudget,
  endpointSlice,
  endpoints,
  ingress,
  job,
  limitRange,
  namespace,
  networkPolicy,
  node,
  pod,
  priorityClass,
  quota,
  replicaSet,
  replicationController,
  secret,
  service,
  serviceAccount,
  statefulSet,
  storageClass,
  volume,
];

/** All that there is to say of an object, as text. */
export async function description(
  kubectl: Kubectl,
  target: Target,
  showEvents: boolean,
): Promise<string> {
  const { mapping } = target;
  const object = await kubectl.rest.get<KubeObject>(target);
  const early = kubectl.era.behaviors.has("describe-tabs");
  const known = early ? [...earlyDescribers, ...describers] : describers;
  const describer = known.find(({ kind }) => kind === mapping.kind) ?? generic;
  // Claims were once described with their events, whatever the user wanted.
  const always =
    mapping.kind === "PersistentVolumeClaim" && !kubectl.era.behaviors.has("describe-details");
  const events = (showEvents || always) && (await eventsOf(kubectl, mapping, object));
  return align(flat(await describer.describe({ kubectl, target, object, events })), early);
}
