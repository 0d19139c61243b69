// kubectl: the table of contents of its commands, in the order in which `kubectl help` lists them.
// kubectl pkg/cmd/cmd.go.

import type { Era } from "../../api/era.ts";
import type { Program } from "../../machine/process.ts";
import { apply } from "./apply.ts";
import { attach } from "./attach.ts";
import { autoscale } from "./autoscale.ts";
import type { Command } from "./cli/command.ts";
import { dispatch } from "./cli/dispatch.ts";
import { type CommandGroup, rootHelp } from "./cli/help.ts";
import { create } from "./create.ts";
import { deleteCommand } from "./delete.ts";
import { describe } from "./describe.ts";
import { cordon, drain, uncordon } from "./drain.ts";
import { exec } from "./exec.ts";
import { expose } from "./expose.ts";
import { get } from "./get.ts";
import { annotate, label } from "./label.ts";
import { logs } from "./logs.ts";
import { patch } from "./patch.ts";
import { replace } from "./replace.ts";
import { rollout } from "./rollout.ts";
import { run } from "./run.ts";
import { scale } from "./scale.ts";
import { set } from "./set.ts";
import { taint } from "./taint.ts";
import { wait } from "./wait.ts";

const groups: readonly CommandGroup[] = [
  { title: "Basic Commands (Beginner):", commands: [create, expose, run, set] },
  { title: "Basic Commands (Intermediate):", commands: [get, deleteCommand] },
  { title: "Deploy Commands:", commands: [rollout, scale, autoscale] },
  { title: "Advanced Commands:", commands: [apply, patch, replace, wait] },
  { title: "Cluster Management Commands:", commands: [cordon, uncordon, drain, taint] },
  { title: "Troubleshooting and Debugging Commands:", commands: [describe, logs, attach, exec] },
  { title: "Settings Commands:", commands: [label, annotate] },
];

export const commands: readonly Command[] = groups.flatMap((group) => group.commands);

/** How long it takes to start, in virtual milliseconds. */
const STARTUP_MS = 60;

/** The program as a release has it; the server may be of another one. */
export function kubectl(era: Era): Program {
  return async (process) => {
    await process.sleep(STARTUP_MS);
    return dispatch(process, era, { commands, help: () => rootHelp(groups) });
  };
}
