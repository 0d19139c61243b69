// kubectl attach. pkg/cmd/attach/attach.go.

import type { Container, Pod } from "../../api/pod.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError, PlainError } from "./cli/errors.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import { streamFlags } from "./exec.ts";
import {
  byActivity,
  defaultContainer,
  findContainer,
  hasEnded,
  podOf,
  tellFirstContainer,
} from "./pods-of.ts";
import { canBeTerminal, joinStreams, type Streams } from "./server/join.ts";
import { pathOf } from "./server/rest.ts";

export const attach = defineCommand({
  name: "attach",
  usage: "(POD | TYPE/NAME) -c CONTAINER",
  short: "Attach to a running container",
  long: "Attach to a process that is already running inside an existing container.",
  examples: [
    "# Get output from running pod mypod, using the first container by default",
    "kubectl attach mypod",
    "",
    "# Get output from ruby-container from pod mypod",
    "kubectl attach mypod -c ruby-container",
  ],
  completes: "pod",
  flags: streamFlags,
  async run(call) {
    const { kubectl, flags, args } = call;
    const pod = await podFrom(call);
    if (hasEnded(pod)) {
      throw new CommandError(
        `cannot attach a container in a completed pod; current phase is ${pod.status.phase}`,
      );
    }
    const container = await containerFrom(call, pod);
    const code = await attachTo(kubectl, pod, {
      container,
      stdin: flags.bool("stdin"),
      tty: flags.bool("tty"),
      quiet: flags.bool("quiet"),
    });
    if (code !== 0) throw new PlainError(`command terminated with exit code ${code}`, code);
    const again = flags.bool("stdin") && flags.bool("tty") && container.tty;
    if (again && pod.spec.restartPolicy === "Always") {
      await kubectl.out(
        `Session ended, resume using 'kubectl attach ${args[0]} -c ${container.name} -i -t' command when the pod is running\n`,
      );
    }
  },
});

async function podFrom({ kubectl, flags, args }: Call): Promise<Pod> {
  if (args.length === 0) throw new CommandError("at least 1 argument is required for attach");
  if (args.length > 2) {
    throw new CommandError(
      `expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${args.length}: [${args.join(" ")}]`,
    );
  }
  const timeoutMs = flags.duration("pod-running-timeout");
  if (timeoutMs <= 0) throw new CommandError("--pod-running-timeout must be higher than zero");
  const [first = "", second] = args;
  const selection = await kubectl.select({
    args: [second === undefined ? first : `${first}/${second}`],
    defaultType: "pods",
    namesOnly: true,
    latest: true,
  });
  const { infos, error } = await selection.infos();
  if (error) throw error;
  const object = infos[0]?.object;
  if (!object) throw new CommandError("no pod was found");
  return (await podOf(kubectl, object, { order: byActivity, timeoutMs, verb: "cannot attach to" }))
    .pod;
}

async function containerFrom({ kubectl, flags }: Call, pod: Pod): Promise<Container> {
  const name = flags.string("container");
  const modern = kubectl.era.behaviors.has("default-containers");
  if (name !== "") {
    const found = findContainer(pod, name);
    if (found) return found;
    const why = modern
      ? `container ${name} not found in pod ${pod.metadata.name}`
      : `container not found (${name})`;
    throw new CommandError(`cannot attach to the container: ${why}`);
  }
  if (!modern) await tellFirstContainer(kubectl, pod);
  return modern
    ? defaultContainer(kubectl, pod, flags.bool("quiet"))
    : (pod.spec.containers[0] as Container);
}

export interface Attachment extends Streams {
  readonly container: Container;
  readonly quiet: boolean;
}

/** Joins the process of a container; resolves to its exit code. */
export async function attachTo(
  kubectl: Kubectl,
  { metadata }: Pod,
  { container, stdin, tty, quiet }: Attachment,
): Promise<number> {
  const { process } = kubectl;
  if (tty && !container.tty) {
    await kubectl.error(
      `${kubectl.words.noTerminal} - container ${container.name} did not allocate one`,
    );
  }
  const terminal = stdin && (container.tty ?? false) && (await canBeTerminal(process));
  if (!quiet) await kubectl.error("If you don't see a command prompt, try pressing enter.");
  const mapping = await kubectl.discovery.find("pods");
  const { name, namespace = "" } = metadata;
  const query = {
    container: container.name,
    stdout: "true",
    ...(terminal ? { tty: "true" } : { stderr: "true" }),
    ...(stdin && { stdin: "true" }),
  };
  const ask = {
    method: "POST",
    path: pathOf({ mapping, namespace, name }, "attach"),
    query,
  } as const;
  return joinStreams(process, kubectl.rest.connection, { ask, stdin, tty: terminal });
}
