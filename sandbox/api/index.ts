// Every kind that the API server can serve; the era says which it does serve.

import { events } from "./event.ts";
import { nodes } from "./node.ts";
import { pods } from "./pod.ts";
import type { Resource } from "./resource.ts";
import { services } from "./service.ts";
import { storageKinds } from "./storage-kinds.ts";
import { workloadKinds } from "./workload-kinds.ts";

export const resources: readonly Resource[] = [
  events,
  nodes,
  pods,
  services,
  ...storageKinds,
  ...workloadKinds,
];
