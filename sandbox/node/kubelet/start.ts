// Starts one container: image, surroundings, process, hook. Each step can fail in its own way, and the
// reason stands in the container's status. kuberuntime_container.go startContainer.

import type { Container as ContainerSpec, Pod } from "../../api/pod.ts";
import type { Tagged } from "../../machine/image.ts";
import { fill } from "../fill.ts";
import type { ContainerConfig } from "../runtime/config.ts";
import type { Container } from "../runtime/container.ts";
import { RuntimeError } from "../runtime/runtime.ts";
import type { Sandbox } from "../runtime/sandbox.ts";
import type { PodVolumes } from "../volumes/pod-volumes.ts";
import { latest } from "./actions.ts";
import { ConfigError, makeEnvironment } from "./environment.ts";
import { expand } from "./expansion.ts";
import { type ImageManager, StartError } from "./images.ts";
import { killContainer, runHook } from "./kill.ts";
import { makeMounts } from "./mounts.ts";
import { hostnameOf, hostsFile } from "./naming.ts";
import { fieldPathOf, type KubeletTools, podText } from "./tools.ts";

export interface StartInput {
  readonly pod: Pod;
  readonly spec: ContainerSpec;
  readonly sandbox: Sandbox;
  readonly volumes: PodVolumes;
  readonly images: ImageManager;
  readonly signal: AbortSignal;
}

export const podDirectory = ({ metadata }: Pod): string => `/var/lib/kubelet/pods/${metadata.uid}`;

/** Rejects with `StartError`. */
export async function startContainer(tools: KubeletTools, input: StartInput): Promise<void> {
  const { pod, spec, sandbox, images, signal } = input;
  const { runtime, words, events } = tools;
  const path = fieldPathOf(pod, spec);
  const image = await images.ensure(pod, spec, signal);
  const fails = (reason: string, message: string, said = words.createFailed, id = "") => {
    const values = { error: message, container: spec.name, pod: podText(pod), id: id.slice(0, 12) };
    events.warning(pod, "Failed", fill(said, values), path);
    return new StartError(reason, message);
  };
  let container: Container;
  try {
    const config = await configOf(tools, input, image);
    container = await runtime.createContainer(sandbox, config, signal);
  } catch (error) {
    if (error instanceof ConfigError) throw fails("CreateContainerConfigError", error.message);
    if (error instanceof RuntimeError) throw fails("CreateContainerError", error.message);
    throw error;
  }
  const values = { container: spec.name, id: container.id.slice(0, 12) };
  events.normal(pod, "Created", fill(words.created, values), path);
  try {
    runtime.startContainer(container);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    throw fails("RunContainerError", error.message, words.startFailed, container.id);
  }
  events.normal(pod, "Started", fill(words.started, values), path);
  showLog(tools, pod, container);
  const hook = spec.lifecycle?.postStart;
  if (!hook) return;
  const failure = await runHook(tools, { hook, container, pod, limitMs: Number.POSITIVE_INFINITY });
  if (failure === undefined) return;
  const said = words.postStartFailed ?? failure;
  events.warning(pod, "FailedPostStartHook", said, path);
  const grace = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  await killContainer(tools, {
    container,
    pod,
    graceMs: grace,
    words: words.killingHook,
    error: failure,
  });
  throw new StartError("PostStartHookError", said);
}

async function configOf(
  tools: KubeletTools,
  { pod, spec, sandbox, volumes }: StartInput,
  image: Tagged,
): Promise<ContainerConfig> {
  const { runtime, machine, hostIP, clusterDomain } = tools;
  const { uid = "" } = pod.metadata;
  const before = latest(runtime.pod(uid), spec.name);
  const attempt = before ? before.config.attempt + 1 : 0;
  const place = { hostIP, podIP: sandbox.ip };
  const env = await makeEnvironment(tools, { pod, container: spec, place });
  const names = hostnameOf(pod, clusterDomain);
  const directory = podDirectory(pod);
  machine.files.makeDirectory(directory, { parents: true });
  const { mounts, terminationMessage } = makeMounts({
    ...{ pod, spec, env, files: machine.files, directory, attempt },
    hosts: hostsFile(pod, sandbox.ip, names, machine.files),
    mounted: (name) => volumes.mounted(name),
  });
  const words = (list: readonly string[] | undefined) =>
    (list ?? []).map((word) => expand(word, (name) => env.get(name)));
  const { security, user } = securityOf(pod, spec, image);
  return {
    ...{ name: spec.name, attempt, image, imageName: spec.image ?? "", env, mounts, user },
    command: words(spec.command),
    args: words(spec.args),
    workingDir: spec.workingDir || undefined,
    stdin: spec.stdin ?? false,
    stdinOnce: spec.stdinOnce ?? false,
    tty: spec.tty ?? false,
    readOnlyRoot: security["readOnlyRootFilesystem"] === true,
    labels: { pod, spec, terminationMessage },
  };
}

/** Who runs the container. differs: groups that are given in addition, and fsGroup, have no effect. */
function securityOf(pod: Pod, spec: ContainerSpec, image: Tagged) {
  const security: Readonly<Record<string, unknown>> = {
    ...pod.spec.securityContext,
    ...spec.securityContext,
  };
  const { runAsUser, runAsGroup, runAsNonRoot } = security;
  const own = image.image.config.user;
  if (runAsNonRoot === true) {
    if (runAsUser === 0) throw new ConfigError("container's runAsUser breaks non-root policy");
    if (runAsUser === undefined && own !== undefined && !/^\d+(:|$)/.test(own)) {
      throw new ConfigError(
        `container has runAsNonRoot and image has non-numeric user (${own}), cannot verify user is non-root`,
      );
    }
    if (runAsUser === undefined && (own === undefined || /^0+(:|$)/.test(own))) {
      throw new ConfigError("container has runAsNonRoot and image will run as root");
    }
  }
  if (runAsUser === undefined) return { security, user: undefined };
  return {
    security,
    user: runAsGroup === undefined ? `${runAsUser}` : `${runAsUser}:${runAsGroup}`,
  };
}

/** Where people look for logs on the node itself. */
function showLog({ machine: { files } }: KubeletTools, pod: Pod, container: Container): void {
  const { name, namespace = "", uid = "" } = pod.metadata;
  const { config, id, log } = container;
  const directory = `/var/log/pods/${namespace}_${name}_${uid}/${config.name}`;
  const path = `${directory}/${config.attempt}.log`;
  files.makeDirectory(directory, { parents: true });
  files.makeDirectory("/var/log/containers", { parents: true });
  files.compute(path, () => log.asFile());
  files.symlink(path, `/var/log/containers/${name}_${namespace}_${config.name}-${id}.log`);
}
