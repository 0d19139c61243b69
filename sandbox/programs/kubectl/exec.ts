// kubectl exec. pkg/cmd/exec/exec.go.

import type { Pod } from "../../api/pod.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError, PlainError, usageError } from "./cli/errors.ts";
import { bool, duration, text } from "./cli/flags.ts";
import { fileFlags } from "./cli/shared-flags.ts";
import { hasFiles } from "./input/manifests.ts";
import {
  byActivity,
  defaultContainer,
  findContainer,
  hasEnded,
  podOf,
  tellFirstContainer,
} from "./pods-of.ts";
import { canBeTerminal, joinStreams } from "./server/join.ts";
import { pathOf } from "./server/rest.ts";

export const streamFlags = [
  duration(
    "pod-running-timeout",
    "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running",
    { value: "1m0s" },
  ),
  text("container c", "Container name. If omitted, the first container in the pod will be chosen"),
  bool("stdin i", "Pass stdin to the container"),
  bool("tty t", "Stdin is a TTY"),
  bool("quiet q", "Only print output from the remote session"),
];

export const exec = defineCommand({
  name: "exec",
  usage: "(POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...]",
  short: "Execute a command in a container",
  examples: [
    "# Get output from running 'date' command from pod mypod, using the first container by default",
    "kubectl exec mypod -- date",
    "",
    "# Switch to raw terminal mode, sends stdin to 'bash' in ruby-container from pod mypod",
    "# and sends stdout/stderr from 'bash' back to the client",
    "kubectl exec mypod -c ruby-container -i -t -- bash -il",
  ],
  completes: "pod",
  flags: [...fileFlags("to use to exec into the resource"), ...streamFlags],
  async run(call) {
    const { kubectl, flags } = call;
    const { resource, command } = await readWords(call);
    if (resource === undefined && !hasFiles(kubectl.files)) {
      throw new CommandError("pod, type/name or --filename must be specified");
    }
    if (command.length === 0) {
      throw new CommandError("you must specify at least one command for the container");
    }
    const pod = await podFrom(call, resource);
    if (hasEnded(pod)) {
      throw new CommandError(
        `cannot exec into a container in a completed pod; current phase is ${pod.status.phase}`,
      );
    }
    const container = await containerFrom(call, pod);
    const { process } = kubectl;
    const stdin = flags.bool("stdin");
    const tty = stdin && flags.bool("tty") && (await canBeTerminal(process));
    const { name, namespace = "" } = pod.metadata;
    const mapping = await kubectl.discovery.find("pods");
    const query = {
      command,
      container,
      stdout: "true",
      ...(tty ? { tty: "true" } : { stderr: "true" }),
      ...(stdin && { stdin: "true" }),
    };
    const ask = {
      method: "POST",
      path: pathOf({ mapping, namespace, name }, "exec"),
      query,
    } as const;
    const code = await joinStreams(process, kubectl.rest.connection, { ask, stdin, tty });
    if (code !== 0) throw new PlainError(`command terminated with exit code ${code}`, code);
  },
});

/** Which pod, and what to run there. */
async function readWords({ kubectl, args, dashAt, path }: Call): Promise<{
  resource: string | undefined;
  command: readonly string[];
}> {
  const resource = args.length > 0 && dashAt !== 0 ? args[0] : undefined;
  if (dashAt >= 0) return { resource, command: args.slice(dashAt) };
  const fromFile = hasFiles(kubectl.files) && args.length > 0;
  if (args.length <= 1 && !fromFile) return { resource, command: [] };
  if (kubectl.era.behaviors.has("default-containers")) {
    throw usageError(
      path,
      "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead",
    );
  }
  if (kubectl.words.execWantsDashes) {
    await kubectl.error(
      "kubectl exec [POD] [COMMAND] is DEPRECATED and will be removed in a future version. Use kubectl exec [POD] -- [COMMAND] instead.",
    );
  }
  return args.length > 1
    ? { resource, command: args.slice(1) }
    : { resource: undefined, command: args };
}

/** A pod by its name, or one of those of another object. */
async function podFrom({ kubectl, flags }: Call, resource: string | undefined): Promise<Pod> {
  const selection = await kubectl.select({
    files: kubectl.files,
    latest: true,
    ...(resource !== undefined && { args: [resource], defaultType: "pods", namesOnly: true }),
  });
  const { infos, error } = await selection.infos();
  if (error) throw error;
  const [info] = infos;
  if (infos.length !== 1 || !info?.object) {
    throw new CommandError("cannot exec into multiple objects at a time");
  }
  const timeoutMs = flags.duration("pod-running-timeout");
  return (
    await podOf(kubectl, info.object, { order: byActivity, timeoutMs, verb: "cannot attach to" })
  ).pod;
}

async function containerFrom({ kubectl, flags }: Call, pod: Pod): Promise<string> {
  const name = flags.string("container");
  if (!kubectl.era.behaviors.has("default-containers")) {
    if (name !== "") return name;
    if (pod.spec.containers.length > 1) await tellFirstContainer(kubectl, pod);
    return pod.spec.containers[0]?.name ?? "";
  }
  if (name === "") return (await defaultContainer(kubectl, pod, flags.bool("quiet"))).name;
  if (findContainer(pod, name)) return name;
  throw new CommandError(`container ${name} not found in pod ${pod.metadata.name}`);
}
