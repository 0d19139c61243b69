// kubectl: the table of contents of its commands, in the order in which `kubectl help` lists them.
// kubectl pkg/cmd/cmd.go.

import type { Era } from "../../api/era.ts";
import type { Program } from "../../machine/process.ts";
import { apiResources } from "./api-resources.ts";
import { apiVersions, options } from "./api-versions.ts";
import { apply } from "./apply.ts";
import { attach } from "./attach.ts";
import { auth } from "./auth.ts";
import { autoscale } from "./autoscale.ts";
import type { Command } from "./cli/command.ts";
import { dispatch } from "./cli/dispatch.ts";
import { type CommandGroup, rootHelp } from "./cli/help.ts";
import { clusterInfo } from "./cluster-info.ts";
import { completion } from "./completion.ts";
import { config } from "./config.ts";
import { cp } from "./cp.ts";
import { create } from "./create.ts";
import { deleteCommand } from "./delete.ts";
import { describe } from "./describe.ts";
import { diff } from "./diff.ts";
import { cordon, drain, uncordon } from "./drain.ts";
import { edit } from "./edit.ts";
import { exec } from "./exec.ts";
import { explainCommand, type LoadTexts } from "./explain.ts";
import { expose } from "./expose.ts";
import { get } from "./get.ts";
import { annotate, label } from "./label.ts";
import { logs } from "./logs.ts";
import { alpha, certificate, debug, kustomize, proxy } from "./not-simulated.ts";
import { patch } from "./patch.ts";
import { plugin } from "./plugin.ts";
import { portForward } from "./port-forward.ts";
import { replace } from "./replace.ts";
import { rollout } from "./rollout.ts";
import { run } from "./run.ts";
import { scale } from "./scale.ts";
import { set } from "./set.ts";
import { taint } from "./taint.ts";
import { top } from "./top.ts";
import { version } from "./version.ts";
import { wait } from "./wait.ts";

const groupsOf = (load: LoadTexts): readonly CommandGroup[] => [
  { title: "Basic Commands (Beginner):", commands: [create, expose, run, set] },
  {
    title: "Basic Commands (Intermediate):",
    commands: [explainCommand(load), get, edit, deleteCommand],
  },
  { title: "Deploy Commands:", commands: [rollout, scale, autoscale] },
  {
    title: "Cluster Management Commands:",
    commands: [certificate, clusterInfo, top, cordon, uncordon, drain, taint],
  },
  {
    title: "Troubleshooting and Debugging Commands:",
    commands: [describe, logs, attach, exec, portForward, proxy, cp, auth, debug],
  },
  { title: "Advanced Commands:", commands: [diff, apply, patch, replace, wait, kustomize] },
  { title: "Settings Commands:", commands: [label, annotate, completion] },
  {
    title: "Other Commands:",
    commands: [alpha, apiResources, apiVersions, config, plugin, version, options],
  },
];

const noTexts: LoadTexts = async () => ({});

/** All commands there are, with nothing to explain. */
export const commands: readonly Command[] = groupsOf(noTexts).flatMap((group) => group.commands);

/** How long it takes to start, in virtual milliseconds. */
const STARTUP_MS = 60;

/** The program as a release has it; the server may be of another one. */
export function kubectl(era: Era, load: LoadTexts = noTexts): Program {
  const groups = groupsOf(load);
  const own = groups.flatMap((group) => group.commands);
  return async (process) => {
    await process.sleep(STARTUP_MS);
    return dispatch(process, era, { commands: own, help: () => rootHelp(groups) });
  };
}
