// What a pod has where its author said nothing. A field that the release does not know is not
// filled in. Only absent fields are written: what is frozen has them all.
// pkg/apis/core/v1/defaults.go.

import { type Era, hasField } from "./era.ts";
import { imageTag } from "./image-name.ts";
import type {
  Container,
  DownwardFile,
  LifecycleHandler,
  Pod,
  PodSpec,
  Probe,
  ResourceRequirements,
  Volume,
} from "./pod.ts";
import type { Context } from "./resource.ts";

/** Gives `target` those of `values` that it has none for. */
export function fillIn<T extends object>(target: T, values: Partial<T>): void {
  for (const key in values) {
    if (target[key] === undefined || target[key] === "") target[key] = values[key] as T[typeof key];
  }
}

/** For pods and for templates alike. */
export function defaultPodSpec(spec: PodSpec, { era }: Context): void {
  fillIn<PodSpec>(spec, {
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    ...(spec.terminationGracePeriodSeconds === undefined && { terminationGracePeriodSeconds: 30 }),
    ...(spec.securityContext === undefined && { securityContext: {} }),
    ...(hasField(era, "core/v1.PodSpec", "schedulerName") && {
      schedulerName: "default-scheduler",
    }),
  });
  if (spec.serviceAccountName && !spec.serviceAccount)
    spec.serviceAccount = spec.serviceAccountName;
  if (spec.serviceAccount && !spec.serviceAccountName)
    spec.serviceAccountName = spec.serviceAccount;
  for (const volume of spec.volumes ?? []) defaultVolume(volume, era);
  for (const list of [spec.containers, spec.initContainers]) {
    for (const container of list ?? []) {
      defaultContainer(container, era);
      if (spec.hostNetwork) {
        for (const port of container.ports ?? []) port.hostPort ??= port.containerPort;
      }
    }
  }
}

/** What a pod has beyond what a template has. */
export function defaultPod(pod: Pod, context: Context): void {
  pod.spec ??= { containers: [] };
  defaultPodSpec(pod.spec, context);
  for (const list of [pod.spec.containers, pod.spec.initContainers]) {
    for (const { resources } of list ?? []) requestLimits(resources);
  }
  if (hasField(context.era, "core/v1.PodSpec", "enableServiceLinks"))
    pod.spec.enableServiceLinks ??= true;
}

/** What is limited and not requested is requested. */
function requestLimits(resources: ResourceRequirements | undefined): void {
  if (!resources?.limits) return;
  const missing = Object.entries(resources.limits).filter(([name]) => !resources.requests?.[name]);
  if (missing.length === 0) return;
  resources.requests = { ...resources.requests, ...Object.fromEntries(missing) };
}

function defaultContainer(container: Container, era: Era): void {
  const always = imageTag(container.image ?? "") === "latest";
  fillIn<Container>(container, {
    imagePullPolicy: always ? "Always" : "IfNotPresent",
    terminationMessagePath: "/dev/termination-log",
    ...(hasField(era, "core/v1.Container", "terminationMessagePolicy") && {
      terminationMessagePolicy: "File",
    }),
  });
  for (const port of container.ports ?? []) port.protocol ??= "TCP";
  for (const { valueFrom } of container.env ?? []) {
    if (valueFrom?.fieldRef) valueFrom.fieldRef.apiVersion ??= "v1";
  }
  for (const probe of [container.livenessProbe, container.readinessProbe, container.startupProbe]) {
    if (probe) defaultProbe(probe);
  }
  for (const hook of [container.lifecycle?.postStart, container.lifecycle?.preStop]) {
    if (hook) defaultHandler(hook);
  }
}

function defaultProbe(probe: Probe): void {
  defaultHandler(probe);
  const defaults = {
    timeoutSeconds: 1,
    periodSeconds: 10,
    successThreshold: 1,
    failureThreshold: 3,
  };
  for (const [name, value] of Object.entries(defaults)) {
    if (!probe[name as "timeoutSeconds"]) probe[name as "timeoutSeconds"] = value;
  }
}

function defaultHandler({ httpGet }: LifecycleHandler): void {
  if (httpGet) fillIn(httpGet, { path: "/", scheme: "HTTP" });
}

const MODE = 0o644;

function defaultVolume(volume: Volume, era: Era): void {
  if (Object.keys(volume).every((key) => key === "name")) volume.emptyDir = {};
  const { secret, configMap, downwardAPI, projected, hostPath } = volume;
  for (const files of [secret, configMap, downwardAPI, projected]) {
    if (files && hasField(era, "core/v1.SecretVolumeSource", "defaultMode")) {
      files.defaultMode ??= MODE;
    }
  }
  if (hostPath && hasField(era, "core/v1.HostPathVolumeSource", "type")) hostPath.type ??= "";
  defaultFiles(downwardAPI?.items);
  for (const { serviceAccountToken, downwardAPI } of projected?.sources ?? []) {
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600;
    defaultFiles(downwardAPI?.items);
  }
  for (const [name, values] of Object.entries(sourceDefaults)) {
    const source = volume[name] as Record<string, unknown> | undefined;
    if (source) fillIn(source, values);
  }
}

function defaultFiles(files: readonly DownwardFile[] | undefined): void {
  for (const { fieldRef } of files ?? []) {
    if (fieldRef) fieldRef.apiVersion ??= "v1";
  }
}

/** Of types of volumes with nothing else to say; those of persistent volumes are the same. */
export const sourceDefaults: Readonly<Record<string, Record<string, unknown>>> = {
  rbd: { pool: "rbd", user: "admin", keyring: "/etc/ceph/keyring" },
  iscsi: { iscsiInterface: "default" },
  azureDisk: { cachingMode: "ReadWrite", kind: "Shared", fsType: "ext4", readOnly: false },
  scaleIO: { storageMode: "ThinProvisioned", fsType: "xfs" },
};
