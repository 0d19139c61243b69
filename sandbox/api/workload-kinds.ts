// The kinds of workloads, of what scales and protects them, and of ways to them.

import { controllerRevisions } from "./controllerrevision.ts";
import { cronJobs } from "./cronjob.ts";
import { daemonSets } from "./daemonset.ts";
import { deployments } from "./deployment.ts";
import { horizontalPodAutoscalers } from "./horizontalpodautoscaler.ts";
import { ingresses } from "./ingress.ts";
import { ingressClasses } from "./ingressclass.ts";
import { jobs } from "./job.ts";
import { networkPolicies } from "./networkpolicy.ts";
import { podDisruptionBudgets } from "./poddisruptionbudget.ts";
import { replicaSets } from "./replicaset.ts";
import type { Resource } from "./resource.ts";
import { petSets, statefulSets } from "./statefulset.ts";

export const workloadKinds: readonly Resource[] = [
  controllerRevisions,
  cronJobs,
  daemonSets,
  deployments,
  horizontalPodAutoscalers,
  ingressClasses,
  ingresses,
  jobs,
  networkPolicies,
  petSets,
  podDisruptionBudgets,
  replicaSets,
  statefulSets,
];
