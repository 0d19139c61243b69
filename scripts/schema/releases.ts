// Which packages and kinds of each release are described, and where a checkout keeps them. A
// developer's tool, like read-go.ts: `node scripts/schema/extract.ts --help`.

import { join } from "node:path";
import type { Dialect } from "../../sandbox/api/schema/table.ts";
import type { GoPackage } from "./read-go.ts";

type Kinds = Readonly<Record<string, readonly string[]>>;

const rbac = ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"];
const reviews = [
  "LocalSubjectAccessReview",
  "SelfSubjectAccessReview",
  "SelfSubjectRulesReview",
  "SubjectAccessReview",
];
const apps = ["ControllerRevision", "DaemonSet", "Deployment", "ReplicaSet", "StatefulSet"];
const core = [
  "Binding",
  "ComponentStatus",
  "ConfigMap",
  "Endpoints",
  "Event",
  "LimitRange",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "Pod",
  "PodTemplate",
  "ReplicationController",
  "ResourceQuota",
  "Secret",
  "Service",
  "ServiceAccount",
];
const meta = ["DeleteOptions", "Status"];

/** How the programs of each release check objects. */
export const dialects: Readonly<Record<string, Dialect>> = {
  "v1.34": { validation: "server", json: "encoding/json", hasEnums: true },
  "v1.20": { validation: "openapi", json: "jsoniter", hasEnums: false },
  "v1.11": { validation: "openapi", json: "jsoniter", hasEnums: false },
  "v1.5": { validation: "swagger", json: "ugorji", hasEnums: false },
  "v1.3": {
    validation: "swagger",
    json: "ugorji",
    hasEnums: false,
    clientVersions: [
      "apps/v1alpha1",
      "authentication.k8s.io/v1beta1",
      "authorization.k8s.io/v1beta1",
      "autoscaling/v1",
      "batch/v1",
      "batch/v2alpha1",
      "certificates/v1alpha1",
      "componentconfig/v1alpha1",
      "extensions/v1beta1",
      "federation/v1beta1",
      "policy/v1alpha1",
      "rbac.authorization.k8s.io/v1alpha1",
      "v1",
    ],
  },
};

/** The next newer release, from which one is told apart. */
export function newerThan(era: string): string | undefined {
  const eras = Object.keys(kindsOf);
  return eras[eras.indexOf(era) - 1];
}

/** The kinds of each release by package, newest release first. */
export const kindsOf: Readonly<Record<string, Kinds>> = {
  "v1.34": {
    "meta/v1": meta,
    "core/v1": core,
    "apps/v1": apps,
    "batch/v1": ["CronJob", "Job"],
    "autoscaling/v1": ["HorizontalPodAutoscaler", "Scale"],
    "autoscaling/v2": ["HorizontalPodAutoscaler"],
    "policy/v1": ["Eviction", "PodDisruptionBudget"],
    "storage/v1": [
      "CSIDriver",
      "CSINode",
      "CSIStorageCapacity",
      "StorageClass",
      "VolumeAttachment",
      "VolumeAttributesClass",
    ],
    "coordination/v1": ["Lease"],
    "discovery/v1": ["EndpointSlice"],
    "events/v1": ["Event"],
    "networking/v1": ["Ingress", "IngressClass", "NetworkPolicy"],
    "node/v1": ["RuntimeClass"],
    "rbac/v1": rbac,
    "scheduling/v1": ["PriorityClass"],
    "authorization/v1": reviews,
    "authentication/v1": ["SelfSubjectReview", "TokenRequest", "TokenReview"],
  },
  "v1.20": {
    "meta/v1": meta,
    "core/v1": core,
    "apps/v1": apps,
    "batch/v1": ["Job"],
    "batch/v1beta1": ["CronJob"],
    "autoscaling/v1": ["HorizontalPodAutoscaler", "Scale"],
    "autoscaling/v2beta2": ["HorizontalPodAutoscaler"],
    "policy/v1beta1": ["Eviction", "PodDisruptionBudget"],
    "storage/v1": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
    "storage/v1beta1": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"],
    "coordination/v1": ["Lease"],
    "coordination/v1beta1": ["Lease"],
    "discovery/v1beta1": ["EndpointSlice"],
    "events/v1": ["Event"],
    "events/v1beta1": ["Event"],
    "extensions/v1beta1": ["Ingress"],
    "networking/v1": ["Ingress", "IngressClass", "NetworkPolicy"],
    "networking/v1beta1": ["Ingress", "IngressClass"],
    "node/v1": ["RuntimeClass"],
    "rbac/v1": rbac,
    "rbac/v1beta1": rbac,
    "scheduling/v1": ["PriorityClass"],
    "scheduling/v1beta1": ["PriorityClass"],
    "authorization/v1": reviews,
    "authentication/v1": ["TokenRequest", "TokenReview"],
  },
  "v1.11": {
    "meta/v1": meta,
    "core/v1": core,
    "apps/v1": apps,
    "apps/v1beta1": ["ControllerRevision", "Deployment", "Scale", "StatefulSet"],
    "apps/v1beta2": [...apps, "Scale"],
    "batch/v1": ["Job"],
    "batch/v1beta1": ["CronJob"],
    "autoscaling/v1": ["HorizontalPodAutoscaler", "Scale"],
    "autoscaling/v2beta1": ["HorizontalPodAutoscaler"],
    "policy/v1beta1": ["Eviction", "PodDisruptionBudget"],
    "storage/v1": ["StorageClass"],
    "storage/v1beta1": ["StorageClass", "VolumeAttachment"],
    "events/v1beta1": ["Event"],
    "extensions/v1beta1": [
      "DaemonSet",
      "Deployment",
      "Ingress",
      "NetworkPolicy",
      "ReplicaSet",
      "Scale",
    ],
    "networking/v1": ["NetworkPolicy"],
    "rbac/v1": rbac,
    "rbac/v1beta1": rbac,
    "scheduling/v1beta1": ["PriorityClass"],
    "authorization/v1": reviews,
    "authentication/v1": ["TokenRequest", "TokenReview"],
  },
  "v1.5": {
    "meta/v1": meta,
    "core/v1": core,
    "apps/v1beta1": ["StatefulSet"],
    "batch/v1": ["Job"],
    "autoscaling/v1": ["HorizontalPodAutoscaler", "Scale"],
    "policy/v1beta1": ["Eviction", "PodDisruptionBudget"],
    "storage/v1beta1": ["StorageClass"],
    "extensions/v1beta1": [
      "DaemonSet",
      "Deployment",
      "DeploymentRollback",
      "HorizontalPodAutoscaler",
      "Ingress",
      "Job",
      "NetworkPolicy",
      "ReplicaSet",
      "Scale",
    ],
    "rbac/v1alpha1": rbac,
    "authorization/v1beta1": reviews.filter((kind) => kind !== "SelfSubjectRulesReview"),
    "authentication/v1beta1": ["TokenReview"],
  },
  "v1.3": {
    "meta/v1": meta,
    "core/v1": core,
    "apps/v1alpha1": ["PetSet"],
    "batch/v1": ["Job"],
    "autoscaling/v1": ["HorizontalPodAutoscaler", "Scale"],
    "policy/v1alpha1": ["PodDisruptionBudget"],
    "extensions/v1beta1": [
      "DaemonSet",
      "Deployment",
      "DeploymentRollback",
      "HorizontalPodAutoscaler",
      "Ingress",
      "Job",
      "NetworkPolicy",
      "ReplicaSet",
      "Scale",
    ],
    "rbac/v1alpha1": rbac,
    "authorization/v1beta1": ["SelfSubjectAccessReview", "SubjectAccessReview"],
  },
};

/** Where a checkout of k8s.io/api (and apimachinery) keeps each package. */
export function packagesIn(api: string, apimachinery: string, ids: readonly string[]): GoPackage[] {
  return ids.map((id) => ({
    id,
    folder: id === "meta/v1" ? join(apimachinery, "pkg/apis/meta/v1") : join(api, id),
  }));
}

/** The same in one vendored kubernetes tree of the time before k8s.io/api. */
export function packagesInTree(root: string, ids: readonly string[]): GoPackage[] {
  return ids.map((id) => ({
    id,
    folder: join(
      root,
      id === "core/v1" ? "api/v1" : id === "meta/v1" ? "api/unversioned" : join("apis", id),
    ),
  }));
}
