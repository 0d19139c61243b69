// Where people look for logs on the node itself: /var/log/pods and /var/log/containers.
// kuberuntime/helpers.go BuildPodLogsDirectory, legacy.go.

import type { FileSystem } from "../../machine/files.ts";
import type { Container } from "../runtime/container.ts";

interface Paths {
  readonly pod: string;
  readonly directory: string;
  readonly log: string;
  readonly link: string;
}

function pathsOf({ config, id, sandbox }: Container): Paths {
  const { name, namespace, uid } = sandbox.pod;
  const pod = `/var/log/pods/${namespace}_${name}_${uid}`;
  const directory = `${pod}/${config.name}`;
  const link = `/var/log/containers/${name}_${namespace}_${config.name}-${id}.log`;
  return { pod, directory, log: `${directory}/${config.attempt}.log`, link };
}

export function showLog(files: FileSystem, container: Container): void {
  const { directory, log, link } = pathsOf(container);
  files.makeDirectory(directory, { parents: true });
  files.makeDirectory("/var/log/containers", { parents: true });
  files.compute(log, () => container.log.asFile());
  files.symlink(log, link);
}

/** Takes the log of a removed container away; with the last one goes the pod's directory. */
export function hideLog(files: FileSystem, container: Container): void {
  const { pod, directory, log, link } = pathsOf(container);
  if (files.kind(log) !== "file") return;
  files.remove(link);
  files.remove(log);
  if (files.list(directory).length > 0) return;
  files.removeDirectory(directory);
  if (files.list(pod).length === 0) files.removeDirectory(pod);
}
