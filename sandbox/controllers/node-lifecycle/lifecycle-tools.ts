// What the parts of the node controller share.

import type { Tools } from "../../client/controller.ts";
import type { EventRecorder } from "../../client/events.ts";
import type { NodeEvents } from "./conditions.ts";
import type { Health } from "./health.ts";
import type { Zones } from "./zones.ts";

export interface LifecycleState {
  /** By name, of every node that has been registered. */
  readonly health: Map<string, Health>;
  readonly zones: Zones;
  /** By name, since when pods are evicted because a node has not been ready for too long. */
  readonly evictions: Map<string, number>;
  readonly events: EventRecorder;
  readonly nodeEvents: NodeEvents;
}

export type LifecycleTools = Tools<LifecycleState>;
