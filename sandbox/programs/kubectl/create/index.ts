// The kinds that `kubectl create` can make from flags.

import type { Command } from "../cli/command.ts";
import { clusterRole, clusterRoleBinding, role, roleBinding } from "./access.ts";
import { configMap, secret } from "./data.ts";
import { ingress } from "./ingress.ts";
import { disruptionBudget, namespace, priorityClass, quota, serviceAccount } from "./policies.ts";
import { service } from "./services.ts";
import { cronJob, deployment, job } from "./workloads.ts";

export const createSubcommands: readonly Command[] = [
  clusterRole,
  clusterRoleBinding,
  configMap,
  cronJob,
  deployment,
  ingress,
  job,
  namespace,
  disruptionBudget,
  priorityClass,
  quota,
  role,
  roleBinding,
  secret,
  service,
  serviceAccount,
];
