// Which files and directories a container gets besides its image: volumes, /etc/hosts, the file for
// its last words. kubelet_pods.go makeMounts, kuberuntime_container.go makeMounts.

import type { Container as ContainerSpec, Pod, VolumeMount } from "../../api/pod.ts";
import { absolute, FileError, type FileSystem } from "../../machine/files.ts";
import type { MountConfig } from "../runtime/config.ts";
import type { Mounted } from "../volumes/plugin.ts";
import { ConfigError } from "./environment.ts";
import { expand } from "./expansion.ts";

export interface MountInput {
  readonly pod: Pod;
  readonly spec: ContainerSpec;
  readonly env: ReadonlyMap<string, string>;
  /** The node's. */
  readonly files: FileSystem;
  /** Of its pod, below /var/lib/kubelet. */
  readonly directory: string;
  readonly hosts: string;
  readonly attempt: number;
  mounted(volume: string): Mounted | undefined;
}

export interface ContainerMounts {
  readonly mounts: readonly MountConfig[];
  /** What the container left in the file for its last words. */
  readonly terminationMessage: () => string;
}

/** Of which the kubelet reads no more. */
const LAST_WORDS = 4096;

export function makeMounts(input: MountInput): ContainerMounts {
  const { spec, files, directory } = input;
  const mounts = (spec.volumeMounts ?? []).map((mount) => volumeMount(mount, input));
  if (!mounts.some(({ path }) => path === "/etc/hosts")) {
    const path = `${directory}/etc-hosts`;
    files.write(path, input.hosts);
    mounts.push({ path: "/etc/hosts", place: files.place(path), kind: "file", readOnly: false });
  }
  const words = `${directory}/containers/${spec.name}/${input.attempt.toString(16).padStart(8, "0")}`;
  files.makeDirectory(`${directory}/containers/${spec.name}`, { parents: true });
  files.write(words, "", { mode: 0o666 });
  const path = absolute("/", spec.terminationMessagePath ?? "/dev/termination-log");
  mounts.push({ path, place: files.place(words), kind: "file", readOnly: false });
  const terminationMessage = () =>
    files.kind(words) === "file" ? files.read(words).slice(-LAST_WORDS) : "";
  return { mounts, terminationMessage };
}

function volumeMount(mount: VolumeMount, input: MountInput): MountConfig {
  const { spec, files } = input;
  const { name, mountPath, readOnly = false } = mount;
  const mounted = input.mounted(name);
  if (!mounted) {
    throw new ConfigError(`cannot find volume "${name}" to mount into container "${spec.name}"`);
  }
  const path = absolute("/", mountPath);
  const isReadOnly = readOnly || mounted.readOnly;
  const subPath = subPathOf(mount, input);
  if (subPath === "") {
    return { path, place: mounted.place, kind: mounted.kind, readOnly: isReadOnly };
  }
  const below = absolute(mounted.path, subPath);
  try {
    if (!files.kind(below)) files.makeDirectory(below, { parents: true });
    const kind = files.kind(below) === "directory" ? "directory" : "file";
    return { path, place: files.place(below), kind, readOnly: isReadOnly };
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new ConfigError(
      `failed to create subPath directory for volumeMount "${name}" of container "${spec.name}"`,
    );
  }
}

function subPathOf({ subPath = "", subPathExpr }: VolumeMount, { env }: MountInput): string {
  let path = subPath;
  if (subPathExpr) {
    const missing = new Set<string>();
    path = expand(subPathExpr, (name) => {
      const value = env.get(name);
      if (!value) missing.add(name);
      return value;
    });
    if (missing.size > 0)
      throw new ConfigError(`missing value for ${[...missing].sort().join(", ")}`);
  }
  if (path.startsWith("/")) {
    throw new ConfigError(`error SubPath \`${path}\` must not be an absolute path`);
  }
  if (path.split("/").includes("..")) {
    throw new ConfigError(`unable to provision SubPath \`${path}\`: must not contain '..'`);
  }
  return path;
}
