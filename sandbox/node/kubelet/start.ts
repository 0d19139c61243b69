// Starts one container: image, surroundings, process, hook. Each step can fail in its own way, and
// the reason stands in the container's status. kuberuntime_container.go startContainer.

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
import { showLog } from "./log-files.ts";
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
  const { pod, spec, images, signal } = input;
  const { runtime, words, events } = tools;
  const path = fieldPathOf(pod, spec);
  const image = await images.ensure(pod, spec, signal);
  const container = await create(tools, input, image);
  const values = { container: spec.name, id: container.id.slice(0, 12) };
  events.normal(pod, "Created", fill(words.created, values), path);
  try {
    runtime.startContainer(container);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
    const reason = new StartError("RunContainerError", error.message);
    throw failed(tools, input, { reason, words: words.startFailed, id: container.id });
  }
  events.normal(pod, "Started", fill(words.started, values), path);
  showLog(tools.machine.files, container);
  await afterStart(tools, pod, container);
}

async function create(tools: KubeletTools, input: StartInput, image: Tagged): Promise<Container> {
  try {
    const config = await configOf(tools, input, image);
    return await tools.runtime.createContainer(input.sandbox, config, input.signal);
  } catch (error) {
    const { createFailed: words } = tools.words;
    if (error instanceof ConfigError) {
      const reason = new StartError("CreateContainerConfigError", error.message);
      throw failed(tools, input, { reason, words });
    }
    if (!(error instanceof RuntimeError)) throw error;
    const reason = new StartError("CreateContainerError", error.message);
    throw failed(tools, input, { reason, words });
  }
}

/** Tells of a failure; names stand in for ids, so that equal events are counted as one. */
function failed(
  { events }: KubeletTools,
  { pod, spec }: StartInput,
  { reason, words, id = "" }: { reason: StartError; words: string; id?: string },
): StartError {
  const error = id === "" ? reason.message : reason.message.replaceAll(id, spec.name);
  const values = { error, container: spec.name, pod: podText(pod), id: id.slice(0, 12) };
  events.warning(pod, "Failed", fill(words, values), fieldPathOf(pod, spec));
  return reason;
}

async function afterStart(tools: KubeletTools, pod: Pod, container: Container): Promise<void> {
  const { spec } = container.config.labels;
  const hook = spec.lifecycle?.postStart;
  if (!hook) return;
  const limitMs = Number.POSITIVE_INFINITY;
  const failure = await runHook(tools, { hook, container, pod, limitMs });
  if (failure === undefined) return;
  const { words, events } = tools;
  const { message, error } = failure;
  events.warning(
    pod,
    "FailedPostStartHook",
    words.postStartFailed ?? message,
    fieldPathOf(pod, spec),
  );
  const graceMs = (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000;
  await killContainer(tools, { container, pod, graceMs, words: words.killingHook, error });
  const reason = words.postStartFailed ? "" : `: ${error}`;
  throw new StartError(`PostStartHookError${reason}`, message);
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

/**
 * Who runs the container. differs: groups that are given in addition, and fsGroup, have no effect.
 */
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
