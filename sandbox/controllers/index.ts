// What kube-controller-manager runs, in the order of their names upstream, and in which eras.

import type { Era } from "../api/era.ts";
import type { Controller } from "../client/controller.ts";
import { deployment } from "./deployment/deployment.ts";
import { garbageCollector } from "./garbage-collector.ts";
import { job } from "./job.ts";
import { namespace } from "./namespace.ts";
import { replicaSet } from "./replicaset.ts";
import { replicationController } from "./replicationcontroller.ts";
import { ttlAfterFinished } from "./ttl-after-finished.ts";

export interface Registered {
  readonly controller: Controller;
  /** In which eras it runs; in all, unless said. */
  runs?(era: Era): boolean;
}

export const controllers: readonly Registered[] = [
  { controller: deployment },
  { controller: garbageCollector, runs: ({ behaviors }) => behaviors.has("owner-references") },
  { controller: job },
  { controller: namespace },
  { controller: replicaSet },
  { controller: replicationController },
  { controller: ttlAfterFinished, runs: ({ gates }) => gates.has("TTLAfterFinished") },
];

/** The controllers of an era. */
export const controllersOf = (era: Era): readonly Controller[] =>
  controllers.filter(({ runs }) => runs?.(era) ?? true).map(({ controller }) => controller);
