// kubectl auth: who may do what, and who one is. pkg/cmd/auth.

import { canI } from "./auth/can-i.ts";
import { whoAmI } from "./auth/who-am-i.ts";
import { defineCommand } from "./cli/command.ts";
import { notSimulated } from "./cli/errors.ts";

const reconcile = defineCommand({
  name: "reconcile",
  usage: "-f FILENAME",
  short:
    "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
  async run() {
    throw notSimulated("kubectl auth reconcile");
  },
});

export const auth = defineCommand({
  name: "auth",
  usage: "",
  short: "Inspect authorization",
  commands: [canI, reconcile, whoAmI],
});
