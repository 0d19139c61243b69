// How kubectl described things until 1.7: fewer of them, and laid out with tabs.
// pkg/kubectl/describe.go of 1.3.5 and 1.5.2.

import type { Describer } from "../describer.ts";
import { namespace, secret, serviceAccount } from "./accounts.ts";
import { node } from "./node.ts";
import { pod } from "./pod.ts";
import { service } from "./service.ts";
import { daemonSet, deployment, job, petSet, replicaSet, replicationController } from "./sets.ts";
import { claim, storageClass, volume } from "./storage.ts";

const { describe } = petSet;

export const earlyDescribers: readonly Describer[] = [
  claim,
  daemonSet,
  deployment,
  job,
  namespace,
  node,
  petSet,
  pod,
  replicaSet,
  replicationController,
  secret,
  service,
  serviceAccount,
  { kind: "StatefulSet", describe },
  storageClass,
  volume,
];
