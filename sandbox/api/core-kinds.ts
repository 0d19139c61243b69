// Kinds of the core group, without those of storage; part of the list in index.ts.

import { bindings } from "./binding.ts";
import { componentStatuses } from "./componentstatus.ts";
import { configMaps } from "./configmap.ts";
import { endpoints } from "./endpoints.ts";
import { events } from "./event.ts";
import { limitRanges } from "./limitrange.ts";
import { namespaces } from "./namespace.ts";
import { nodes } from "./node.ts";
import { pods } from "./pod.ts";
import { podTemplates } from "./podtemplate.ts";
import { replicationControllers } from "./replicationcontroller.ts";
import type { Resource } from "./resource.ts";
import { resourceQuotas } from "./resourcequota.ts";
import { secrets } from "./secret.ts";
import { services } from "./service.ts";
import { serviceAccounts } from "./serviceaccount.ts";

export const coreKinds: readonly Resource[] = [
  bindings,
  componentStatuses,
  configMaps,
  endpoints,
  events,
  limitRanges,
  namespaces,
  nodes,
  podTemplates,
  pods,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
];
