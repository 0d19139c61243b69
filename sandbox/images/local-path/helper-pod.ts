// The pod that makes or removes a directory on a node: created, waited for, and taken away.

import { type Pod, pods } from "../../api/pod.ts";
import { quantityValue } from "../../api/quantity.ts";
import { isReason } from "../../api/status.ts";
import { parseTime } from "../../api/time.ts";
import type { Requeue, Tools } from "../../client/controller.ts";

export interface Settings {
  /** Where the provisioner and its helpers run. */
  readonly namespace: string;
  /** Of the node; a directory for each volume is made below it. */
  readonly path: string;
  /** The helper as the configuration describes it. */
  readonly helper: Pick<Pod, "spec">;
}

export interface Job {
  readonly action: "create" | "delete";
  readonly volume: string;
  readonly node: string;
  readonly path: string;
  readonly size: string;
}

export interface Work {
  readonly settings: Settings;
  readonly tools: Pick<Tools<undefined>, "client" | "clock">;
  /** Called when the pod has been created. */
  readonly begun: () => void;
}

const LOOK_MS = 1_000;
const LONGEST_MS = 120_000;

/** One step of the work: when to look again; nothing once the pod has done it and is gone. */
export async function workOn(
  job: Job,
  { settings, tools: { client, clock }, begun }: Work,
): Promise<Requeue | "failed" | undefined> {
  const key = { namespace: settings.namespace, name: `helper-pod-${job.action}-${job.volume}` };
  const again = { requeueAfter: LOOK_MS };
  let pod: Pod;
  try {
    pod = await client.get(pods, key);
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
    await client.create(pods, helperPod(key, job, settings));
    begun();
    return again;
  }
  const isDone = pod.status.phase === "Succeeded";
  const age = clock.now() - (parseTime(pod.metadata.creationTimestamp) ?? 0);
  if (!isDone && age < LONGEST_MS) return again;
  await client.delete(pods, key);
  return isDone ? undefined : "failed";
}

function helperPod(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  { action, node, path, size }: Job,
  { helper }: Settings,
): Pod {
  const parent = path.slice(0, path.lastIndexOf("/"));
  const [first, ...others] = helper.spec.containers;
  if (!first) throw new Error("the helper pod of the configuration has a container");
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace },
    spec: {
      ...helper.spec,
      containers: [
        {
          ...first,
          command: ["/bin/sh", action === "create" ? "/script/setup" : "/script/teardown"],
          env: [
            { name: "VOL_DIR", value: path },
            { name: "VOL_MODE", value: "Filesystem" },
            { name: "VOL_SIZE_BYTES", value: String(quantityValue(size)) },
          ],
          volumeMounts: [
            { name: "data", mountPath: parent },
            { name: "script", mountPath: "/script" },
          ],
        },
        ...others,
      ],
      nodeName: node,
      restartPolicy: "Never",
      tolerations: [{ operator: "Exists" }],
      volumes: [
        { name: "data", hostPath: { path: parent, type: "DirectoryOrCreate" } },
        {
          name: "script",
          configMap: {
            name: "local-path-config",
            items: ["setup", "teardown"].map((script) => ({ key: script, path: script })),
          },
        },
      ],
    },
    status: {},
  } as Pod;
}
