// kubectl rollout. pkg/cmd/rollout/rollout.go.

import { defineCommand } from "./cli/command.ts";
import { pause, restart, resume } from "./rollout/changes.ts";
import { history } from "./rollout/history.ts";
import { status } from "./rollout/status.ts";
import { undo } from "./rollout/undo.ts";

export const rollout = defineCommand({
  name: "rollout",
  usage: "SUBCOMMAND",
  short: "Manage the rollout of a resource",
  long: "Manage the rollout of a resource.\n\nValid resource types include:\n\n  *  deployments\n  *  daemonsets\n  *  statefulsets",
  examples: [
    "# Rollback to the previous deployment",
    "kubectl rollout undo deployment/abc",
    "",
    "# Check the rollout status of a daemonset",
    "kubectl rollout status daemonset/foo",
  ],
  commands: [history, pause, restart, resume, status, undo],
});
