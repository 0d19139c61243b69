// Every kind that the API server can serve; the era says which it does serve.

import { events } from "./event.ts";
import { nodes } from "./node.ts";
import { persistentVolumes } from "./persistentvolume.ts";
import { persistentVolumeClaims } from "./persistentvolumeclaim.ts";
import { pods } from "./pod.ts";
import type { Resource } from "./resource.ts";
import { services } from "./service.ts";
import { statefulSets } from "./statefulset.ts";
import { storageClasses } from "./storageclass.ts";

export const resources: readonly Resource[] = [
  events,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  services,
  statefulSets,
  storageClasses,
];
