// Pods that a file on the node asks for: they run without the API, which only gets a copy to see.
// pkg/kubelet/config/file.go, common.go.

import { freeze } from "../../api/clone.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { groupVersionOf } from "../../api/resource.ts";
import { parseYaml } from "../../api/yaml/parser.ts";
import { YamlError } from "../../api/yaml/yaml-error.ts";
import { fingerprint } from "../../sim/hash.ts";
import type { KubeletTools } from "./tools.ts";

const directory = "/etc/kubernetes/manifests";

/**
 * Reads the directory now and whenever something in it changes; gives all pods that it asks for.
 */
export function watchStaticPods(
  tools: KubeletTools,
  changed: (pods: ReadonlyMap<string, Pod>) => void,
): void {
  const { files } = tools.machine;
  const read = new Map<string, { text: string; pod: Pod | undefined }>();
  let asked = false;
  const readAll = () => {
    asked = false;
    const found = new Map<string, Pod>();
    const names = files.kind(directory) === "directory" ? files.list(directory) : [];
    for (const name of names) {
      const path = `${directory}/${name}`;
      if (name.startsWith(".") || files.kind(path) !== "file") continue;
      const text = files.read(path);
      let known = read.get(path);
      if (known?.text !== text) known = { text, pod: podOf(tools, path, text) };
      read.set(path, known);
      if (known.pod) found.set(known.pod.metadata.uid ?? "", known.pod);
    }
    changed(found);
  };
  const stop = files.watch(directory, () => {
    if (!asked && !tools.signal.aborted) tools.clock.soon(readAll);
    asked = true;
  });
  tools.signal.addEventListener("abort", stop, { once: true });
  readAll();
}

/** The pod that a file describes; undefined, with a line in the journal, if it describes none. */
function podOf(tools: KubeletTools, path: string, text: string): Pod | undefined {
  const { clock, era, nodeName } = tools;
  try {
    const pod = parseYaml(text) as Pod;
    if (pod?.kind !== "Pod" || !pod.metadata?.name || !pod.spec?.containers) {
      throw new YamlError(`invalid pod: ${pod?.kind ?? "nothing"}`, 0);
    }
    const uid = fingerprint(`${nodeName} ${path} ${text}`) + fingerprint(text);
    pod.metadata = {
      ...pod.metadata,
      ...{ name: `${pod.metadata.name}-${nodeName}`, uid },
      namespace: pod.metadata.namespace ?? "default",
      annotations: {
        ...pod.metadata.annotations,
        "kubernetes.io/config.hash": uid,
        "kubernetes.io/config.seen": new Date(clock.now()).toISOString().replace("Z", "000000Z"),
        "kubernetes.io/config.source": "file",
      },
    };
    pod.spec.nodeName = nodeName;
    pod.status = { phase: "Pending" };
    // Whatever taint the node has, its own pods stay.
    pod.spec.tolerations = [
      ...(pod.spec.tolerations ?? []),
      { operator: "Exists", effect: "NoExecute" },
    ];
    pods.default?.(pod, { era, groupVersion: groupVersionOf(pods), now: clock.now() });
    return freeze(pod);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    tools.log(`Can't process manifest file ${JSON.stringify(path)}: ${error.message}`);
    return undefined;
  }
}
