// Objects for tests: complete enough to be taken by the server, with what a test cares for on top.

import type { Era } from "../api/era.ts";
import type { Node } from "../api/node.ts";
import type { PersistentVolume, PersistentVolumeSpec } from "../api/persistentvolume.ts";
import type {
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
} from "../api/persistentvolumeclaim.ts";
import type { Pod, PodSpec, PodTemplate } from "../api/pod.ts";
import type { StatefulSet, StatefulSetSpec } from "../api/statefulset.ts";
import type { StorageClass } from "../api/storageclass.ts";

/** The era without admission: what a test makes is what there is. */
export const withoutAdmission = (era: Era): Era => ({ ...era, admission: [] });

export const volume = (
  name: string,
  storage: string,
  { labels, ...spec }: Partial<PersistentVolumeSpec> & { labels?: Record<string, string> } = {},
): PersistentVolume => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name, ...(labels && { labels }) },
  spec: {
    capacity: { storage },
    accessModes: ["ReadWriteOnce"],
    ...(!spec.nfs && !spec.local && { hostPath: { path: `/tmp/${name}` } }),
    ...spec,
  },
  status: {},
});

/** A volume of one node. */
export const localVolume = (name: string, storage: string, node: string): PersistentVolume =>
  volume(name, storage, {
    storageClassName: "local",
    local: { path: `/mnt/${name}` },
    nodeAffinity: {
      required: {
        nodeSelectorTerms: [
          { matchExpressions: [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }] },
        ],
      },
    },
  });

export const claim = (
  name: string,
  storage: string,
  spec: Partial<PersistentVolumeClaimSpec> = {},
): PersistentVolumeClaim => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace: "default" },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage } }, ...spec },
  status: {},
});

export const storageClass = (
  name: string,
  provisioner: string,
  rest: Partial<StorageClass> = {},
): StorageClass => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name },
  provisioner,
  ...rest,
});

export const pod = (
  name: string,
  { labels, ...spec }: Partial<PodSpec> & { labels?: Record<string, string> } = {},
): Pod => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "default", ...(labels && { labels }) },
  spec: { containers: [{ name: "c", image: "nginx:1.19" }], ...spec },
  status: {},
});

/** The part of a pod that mounts claims. */
export const using = (...claims: string[]): Pick<PodSpec, "volumes"> => ({
  volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
});

export const node = (
  name: string,
  {
    labels,
    taints,
    unschedulable,
    ...allocatable
  }: {
    labels?: Record<string, string>;
    taints?: Node["spec"]["taints"];
    unschedulable?: boolean;
    cpu?: string;
    memory?: string;
    pods?: string;
  } = {},
): Node => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
  spec: { ...(taints && { taints }), ...(unschedulable && { unschedulable }) },
  status: { allocatable: { cpu: "1", memory: "3840Mi", pods: "110", ...allocatable } },
});

export const template = (
  labels: Record<string, string>,
  spec: Partial<PodSpec> = {},
): PodTemplate => ({
  metadata: { labels },
  spec: { containers: [{ name: "c", image: "nginx:1.18" }], ...spec },
});

export const statefulSet = (
  name: string,
  replicas: number,
  spec: Partial<StatefulSetSpec> = {},
): StatefulSet => ({
  apiVersion: "apps/v1",
  kind: "StatefulSet",
  metadata: { name, namespace: "default" },
  spec: {
    replicas,
    serviceName: name,
    selector: { matchLabels: { app: name } },
    template: template({ app: name }),
    ...spec,
  },
  status: { replicas: 0 },
});
