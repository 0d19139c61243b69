// What kube-controller-manager runs, in the order of their names upstream, and in which eras. What
// needs to be told of the cluster it runs in (the binder of volumes) is not here.

import type { Era } from "../api/era.ts";
import type { Controller } from "../client/controller.ts";
import { cronJob } from "./cronjob.ts";
import { daemonSet } from "./daemonset/daemonset.ts";
import { deployment } from "./deployment/deployment.ts";
import { disruption } from "./disruption.ts";
import { endpoints } from "./endpoints/endpoints.ts";
import { endpointSlice } from "./endpoints/endpointslice.ts";
import { garbageCollector } from "./garbage-collector.ts";
import { job } from "./job/job.ts";
import { namespace } from "./namespace.ts";
import { nodeIpam } from "./node-ipam.ts";
import { nodeLifecycle } from "./node-lifecycle/node-lifecycle.ts";
import { podGarbageCollector } from "./pod-garbage-collector.ts";
import { replicaSet } from "./replicaset.ts";
import { replicationController } from "./replicationcontroller.ts";
import { resourceQuota } from "./resourcequota.ts";
import { rootCa } from "./root-ca.ts";
import { serviceAccount } from "./serviceaccount.ts";
import { taintManager } from "./taint-manager.ts";
import { tokens } from "./tokens.ts";
import { ttlAfterFinished } from "./ttl-after-finished.ts";

export interface Registered {
  readonly controller: Controller;
  /** In which eras it runs; in all that serve what it is about, unless said. */
  runs?(era: Era): boolean;
}

export const controllers: readonly Registered[] = [
  { controller: cronJob },
  { controller: daemonSet },
  { controller: deployment },
  { controller: disruption },
  { controller: endpoints },
  { controller: endpointSlice, runs: ({ gates }) => gates.has("EndpointSlice") },
  { controller: garbageCollector, runs: ({ behaviors }) => behaviors.has("owner-references") },
  { controller: job },
  { controller: namespace },
  { controller: nodeIpam },
  { controller: nodeLifecycle },
  { controller: podGarbageCollector },
  { controller: replicaSet },
  { controller: replicationController },
  { controller: resourceQuota },
  { controller: rootCa, runs: ({ behaviors }) => behaviors.has("root-ca-published") },
  { controller: serviceAccount },
  { controller: taintManager, runs: ({ behaviors }) => behaviors.has("taint-manager") },
  { controller: tokens },
  { controller: ttlAfterFinished, runs: ({ gates }) => gates.has("TTLAfterFinished") },
];

/** The controllers of an era. */
export const controllersOf = (era: Era): readonly Controller[] =>
  controllers.filter(({ runs }) => runs?.(era) ?? true).map(({ controller }) => controller);
