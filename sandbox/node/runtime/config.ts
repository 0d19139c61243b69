// What the kubelet asks the runtime for. The names are those of the container runtime interface
// (CRI).

import type { Container as ContainerSpec, Pod } from "../../api/pod.ts";
import type { Place } from "../../machine/files.ts";
import type { Tagged } from "../../machine/image.ts";

export interface SandboxConfig {
  readonly pod: PodName;
  /** How many there were before it for the same pod. */
  readonly attempt: number;
  readonly hostname: string;
  readonly hostNetwork: boolean;
  /** The text of /etc/resolv.conf. */
  readonly resolvConf: string;
  readonly ports: readonly PortMapping[];
}

export interface PodName {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
}

/** A port of the node that leads to the pod. */
export interface PortMapping {
  readonly hostIP: string;
  readonly hostPort: number;
  readonly containerPort: number;
}

export interface ContainerConfig {
  readonly name: string;
  /** How often it was restarted. */
  readonly attempt: number;
  readonly image: Tagged;
  /** The reference as the pod gives it. */
  readonly imageName: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** Without the image's own. */
  readonly env: ReadonlyMap<string, string>;
  readonly workingDir: string | undefined;
  /** `uid` or `uid:gid`; the image's if undefined. */
  readonly user: string | undefined;
  readonly mounts: readonly MountConfig[];
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  /** Nothing of its own files can be written. */
  readonly readOnlyRoot: boolean;
  /** Kept with the container, so that a kubelet that starts anew can end it properly. */
  readonly labels: ContainerLabels;
}

export interface MountConfig {
  readonly path: string;
  readonly place: Place;
  readonly kind: "file" | "directory";
  readonly readOnly: boolean;
}

export interface ContainerLabels {
  readonly pod: Pod;
  readonly spec: ContainerSpec;
  /** Reads what it left in its termination message file. */
  readonly terminationMessage: () => string;
}
