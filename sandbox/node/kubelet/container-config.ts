// What a container is made of: command, environment, mounts, user, out of the pod's spec and the
// image.
// kubelet_pods.go GenerateRunContainerOptions, kuberuntime/security_context.go.

import type { Container as ContainerSpec, Pod } from "../../api/pod.ts";
import type { Tagged } from "../../machine/image.ts";
import type { ContainerConfig } from "../runtime/config.ts";
import type { Sandbox } from "../runtime/sandbox.ts";
import type { PodVolumes } from "../volumes/pod-volumes.ts";
import { latest } from "./actions.ts";
import { ConfigError, makeEnvironment } from "./environment.ts";
import { expand } from "./expansion.ts";
import { makeMounts } from "./mounts.ts";
import { hostnameOf, hostsFile } from "./naming.ts";
import type { KubeletTools } from "./tools.ts";

export interface ContainerInput {
  readonly pod: Pod;
  readonly spec: ContainerSpec;
  readonly sandbox: Sandbox;
  readonly volumes: PodVolumes;
}

export const podDirectory = ({ metadata }: Pod): string => `/var/lib/kubelet/pods/${metadata.uid}`;

/** Rejects with `ConfigError`. */
export async function containerConfig(
  tools: KubeletTools,
  { pod, spec, sandbox, volumes }: ContainerInput,
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
    hosts: hostsFile(pod, { ...names, ip: sandbox.ip }, machine.files),
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
 * Who runs the container.
 * differs: groups that are given in addition, and fsGroup, have no effect.
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
