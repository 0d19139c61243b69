// What kinds of workloads and volumes refuse, in the words of real servers.

import { expect, test } from "vitest";
import { v1_20 } from "../eras/v1.20.ts";
import { clone } from "./clone.ts";
import { cronJobs } from "./cronjob.ts";
import { daemonSets } from "./daemonset.ts";
import { deployments } from "./deployment.ts";
import { errorText, type FieldError, immutable } from "./field-error.ts";
import { jobs } from "./job.ts";
import type { KubeObject } from "./meta.ts";
import { persistentVolumes } from "./persistentvolume.ts";
import { persistentVolumeClaims } from "./persistentvolumeclaim.ts";
import { type Context, type Resource, servedVersions } from "./resource.ts";
import { statefulSets } from "./statefulset.ts";
import { storageClasses } from "./storageclass.ts";

const contextOf = (resource: Resource<never>): Context => ({
  era: v1_20,
  groupVersion: servedVersions(resource as Resource, v1_20)[0] ?? "",
  now: Date.UTC(2021, 0, 13),
});

/** What a manifest becomes before it is validated. */
function drafted<T extends KubeObject>(resource: Resource<T>, manifest: object): T {
  const context = contextOf(resource as Resource<never>);
  const whole = { metadata: {}, ...manifest };
  const { value } = v1_20.schema.decode(context.groupVersion, resource.kind, whole);
  const draft = { ...value, kind: resource.kind, apiVersion: context.groupVersion } as never as T;
  draft.metadata = { ...draft.metadata, name: draft.metadata.name ?? "x", uid: "u-1" };
  resource.default?.(draft, context);
  resource.prepareForCreate?.(draft, context);
  return draft;
}

const texts = (errors: readonly FieldError[] | undefined) => (errors ?? []).map(errorText);

function refusals<T extends KubeObject>(resource: Resource<T>, manifest: object): string[] {
  const context = contextOf(resource as Resource<never>);
  return texts(resource.validate?.(drafted(resource, manifest), context));
}

function changeRefusals<T extends KubeObject>(
  resource: Resource<T>,
  manifest: object,
  change: (draft: T) => void,
): string[] {
  const old = drafted(resource, manifest);
  const draft = clone(old);
  change(draft);
  return texts(resource.validateUpdate?.(draft, old, contextOf(resource as Resource<never>)));
}

const template = {
  metadata: { labels: { app: "web" } },
  spec: { containers: [{ name: "c", image: "nginx" }] },
};
const workload = { selector: { matchLabels: { app: "web" } }, template };
const volume = {
  capacity: { storage: "1Gi" },
  accessModes: ["ReadWriteOnce"],
  hostPath: { path: "/mnt/ok" },
};
const claim = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "5Gi" } } };

test("a volume must have a source, modes and a capacity", () => {
  const { hostPath: _source, ...without } = volume;
  expect(refusals(persistentVolumes, { spec: without })).toEqual([
    "spec: Required value: must specify a volume type",
  ]);
  expect(refusals(persistentVolumes, { spec: { ...volume, capacity: undefined } })).toEqual([
    "spec.capacity: Required value",
    'spec.capacity: Unsupported value: core.ResourceList(nil): supported values: "storage"',
  ]);
  expect(
    refusals(persistentVolumes, { spec: { ...volume, capacity: { storage: "-1Gi" } } }),
  ).toEqual([
    "spec.capacity[storage]: Invalid value: -1073741824: must be a valid resource quantity",
    'spec.capacity[storage]: Invalid value: "-1Gi": must be greater than zero',
  ]);
  expect(refusals(persistentVolumes, { spec: { ...volume, accessModes: [] } })).toEqual([
    "spec.accessModes: Required value",
  ]);
});

test("a volume has one source, and paths do not lead upwards", () => {
  const nfs = { server: "nfs.example.com", path: "/x" };
  expect(refusals(persistentVolumes, { spec: { ...volume, nfs } })).toEqual([
    "spec.nfs: Forbidden: may not specify more than 1 volume type",
  ]);
  const hostPath = { path: "/mnt/../etc" };
  expect(refusals(persistentVolumes, { spec: { ...volume, hostPath } })).toEqual([
    `spec.hostPath.path: Invalid value: "/mnt/../etc": must not contain '..'`,
  ]);
  const { hostPath: local, ...rest } = volume;
  expect(refusals(persistentVolumes, { spec: { ...rest, local } })).toEqual([
    "spec.nodeAffinity: Required value: Local volume requires node affinity",
  ]);
});

test("a volume's size and class may change, its source may not", () => {
  const manifest = { spec: volume };
  const change = (spec: object) =>
    changeRefusals(persistentVolumes, manifest, (draft) => Object.assign(draft.spec, spec));
  expect(change({ capacity: { storage: "9Gi" }, storageClassName: "fast" })).toEqual([]);
  expect(change({ volumeMode: "Block" })).toEqual([
    'volumeMode: Invalid value: "Block": field is immutable',
  ]);
  const [first = ""] = change({ hostPath: { path: "/mnt/other", type: "" } });
  expect(first.split("\n")[0]).toBe(
    "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation",
  );
});

test("of a claim only the volume may be named, once, and the size may grow when it is bound", () => {
  const manifest = { spec: claim };
  expect(
    changeRefusals(persistentVolumeClaims, manifest, ({ spec }) => {
      spec.volumeName = "vol";
    }),
  ).toEqual([]);
  const [first = ""] = changeRefusals(persistentVolumeClaims, manifest, ({ spec }) => {
    spec.storageClassName = "fast";
  });
  expect(first.split("\n")).toContain('- \tStorageClassName: "fast",');
  expect(first.split("\n")[0]).toBe(
    "spec: Forbidden: spec is immutable after creation except resources.requests for bound claims",
  );
  const grown = (storage: string) =>
    changeRefusals(persistentVolumeClaims, manifest, (draft) => {
      draft.status = { phase: "Bound" };
      draft.spec.resources = { requests: { storage } };
    });
  expect(grown("6Gi")).toEqual([]);
  expect(grown("1Gi")).toEqual([
    "spec.resources.requests.storage: Forbidden: field can not be less than previous value",
  ]);
});

test("a class may not change", () => {
  const manifest = { provisioner: "example.com/slow" };
  expect(refusals(storageClasses, { ...manifest, reclaimPolicy: "Recycle" })).toEqual([
    'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
  ]);
  expect(
    changeRefusals(storageClasses, manifest, (draft) => {
      draft.provisioner = "example.com/fast";
      draft.volumeBindingMode = "WaitForFirstConsumer";
    }),
  ).toEqual([
    "provisioner: Forbidden: updates to provisioner are forbidden.",
    'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
  ]);
});

test("a StatefulSet's selector matches its template, whose pods run for ever", () => {
  const { metadata: _metadata, ...bare } = template;
  expect(refusals(statefulSets, { spec: { ...workload, template: bare } })).toEqual([
    "spec.template.metadata.labels: Invalid value: map[string]string(nil): `selector` does not match template `labels`",
  ]);
  const never = { ...template, spec: { ...template.spec, restartPolicy: "Never" } };
  expect(refusals(statefulSets, { spec: { ...workload, template: never, replicas: -2 } })).toEqual([
    "spec.replicas: Invalid value: -2: must be greater than or equal to 0",
    'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
  ]);
  expect(
    refusals(statefulSets, { spec: { ...workload, updateStrategy: { type: "Sometimes" } } }),
  ).toEqual([
    `spec.updateStrategy: Invalid value: apps.StatefulSetUpdateStrategy{Type:"Sometimes", RollingUpdate:(*apps.RollingUpdateStatefulSetStrategy)(nil)}: must be 'RollingUpdate' or 'OnDelete'`,
  ]);
});

test("of a StatefulSet only replicas, template and strategy may change", () => {
  const manifest = { spec: workload };
  const forbidden =
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'template', and 'updateStrategy' are forbidden";
  const change = (spec: object) =>
    changeRefusals(statefulSets, manifest, (draft) => Object.assign(draft.spec, spec));
  expect(change({ replicas: 3, updateStrategy: { type: "OnDelete" } })).toEqual([]);
  expect(change({ serviceName: "other" })).toEqual([forbidden]);
  expect(change({ podManagementPolicy: "Parallel" })).toEqual([forbidden]);
  expect(change({ revisionHistoryLimit: 3 })).toEqual([forbidden]);
});

test("a Deployment can neither surge nor miss a pod by nothing", () => {
  const rollingUpdate = { maxSurge: 0, maxUnavailable: "0%" };
  expect(refusals(deployments, { spec: { ...workload, strategy: { rollingUpdate } } })).toEqual([
    'spec.strategy.rollingUpdate.maxUnavailable: Invalid value: intstr.IntOrString{Type:1, IntVal:0, StrVal:"0%"}: may not be 0 when `maxSurge` is 0',
  ]);
  expect(
    changeRefusals(deployments, { spec: workload }, ({ spec }) => {
      spec.selector = { matchLabels: { app: "other" } };
    }),
  ).toEqual([
    'spec.template.metadata.labels: Invalid value: map[string]string{"app":"web"}: `selector` does not match template `labels`',
    'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{"app":"other"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable',
  ]);
});

test("a DaemonSet counts the changes of its template", () => {
  const old = drafted(daemonSets, { spec: workload });
  const draft = clone(old);
  draft.spec.template.spec.containers = [{ name: "c", image: "nginx:1.19" }];
  daemonSets.prepareForUpdate?.(draft, old, contextOf(daemonSets as Resource<never>));
  expect(draft.metadata.annotations).toEqual({ "deprecated.daemonset.template.generation": "2" });
});

test("a Job's pods are told apart by its uid, and it does not restart them for ever", () => {
  const spec = { template: { spec: { ...template.spec, restartPolicy: "Never" } } };
  const job = drafted(jobs, { metadata: { name: "once" }, spec });
  expect(job.spec.selector).toEqual({ matchLabels: { "controller-uid": "u-1" } });
  expect(job.metadata.labels).toEqual({ "controller-uid": "u-1", "job-name": "once" });
  expect(refusals(jobs, { spec: { template: { spec: template.spec } } })).toEqual([
    'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  ]);
});

test("a CronJob's schedule must be one", () => {
  const jobTemplate = {
    spec: { template: { spec: { ...template.spec, restartPolicy: "Never" } } },
  };
  const refusal = (schedule: string) => refusals(cronJobs, { spec: { schedule, jobTemplate } });
  expect(refusal("*/5 * * * *")).toEqual([]);
  expect(refusal("* * * *")).toEqual([
    'spec.schedule: Invalid value: "* * * *": Expected exactly 5 fields, found 4: [* * * *]',
  ]);
  expect(refusal("61 * * * *")).toEqual([
    'spec.schedule: Invalid value: "61 * * * *": End of range (61) above maximum (59): 61',
  ]);
});

test("a StatefulSet that replaces no pods by itself has no say in how it would", () => {
  const updateStrategy = { type: "OnDelete", rollingUpdate: { partition: 1 } };
  expect(refusals(statefulSets, { spec: { ...workload, updateStrategy } })).toEqual([
    "spec.updateStrategy.rollingUpdate: Invalid value: apps.RollingUpdateStatefulSetStrategy{Partition:1}: only allowed for updateStrategy 'RollingUpdate'",
  ]);
});

test("a selector that cannot be asked is refused once more as a whole", () => {
  const selector = { matchExpressions: [{ key: "app", operator: "Is", values: ["web"] }] };
  const operator =
    'spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator';
  const whole =
    'spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement{v1.LabelSelectorRequirement{Key:"app", Operator:"Is", Values:[]string{"web"}}}}';
  const spec = { ...workload, selector };
  expect(refusals(statefulSets, { spec })).toEqual([operator, whole]);
  expect(refusals(deployments, { spec })).toEqual([operator, `${whole}: invalid label selector`]);
  expect(refusals(daemonSets, { spec })).toEqual([operator]);
});

test("a volume's capacity is of storage, and nothing else", () => {
  const spec = {
    accessModes: ["ReadWriteOnce"],
    hostPath: { path: "/mnt" },
    capacity: { memory: "1Gi" },
  };
  expect(refusals(persistentVolumes, { spec })).toEqual([
    'spec.capacity: Unsupported value: core.ResourceList{"memory":resource.Quantity{i:resource.int64Amount{value:1073741824, scale:0}, d:resource.infDecAmount{Dec:(*inf.Dec)(nil)}, s:"1Gi", Format:"BinarySI"}}: supported values: "storage"',
  ]);
});

test("what has no value is shown as the word for it", () => {
  expect(errorText(immutable("nodeAffinity", null))).toBe(
    'nodeAffinity: Invalid value: "null": field is immutable',
  );
});
