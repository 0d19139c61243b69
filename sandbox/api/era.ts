// One release of Kubernetes as data. Code asks for a gate, a named behaviour, a word or a served
// group-version; nothing outside `sandbox/eras` compares versions.

import type { Schema } from "./schema.ts";
import type { CoreWords } from "./words/core.ts";
import type { KubectlWords } from "./words/kubectl.ts";
import type { KubeletWords } from "./words/kubelet.ts";
import type { NameWords } from "./words/names.ts";
import type { NodeWords } from "./words/nodes.ts";
import type { SchedulerWords } from "./words/scheduler.ts";
import type { StorageWords } from "./words/storage.ts";
import type { VolumeWords } from "./words/volumes.ts";
import type { WorkloadWords } from "./words/workloads.ts";

/** Upstream's own switches, by upstream's names. */
export type FeatureGate =
  | "EndpointSlice"
  | "StatefulSetAutoDeletePVC"
  | "StatefulSetMinReadySeconds"
  | "StatefulSetStartOrdinal"
  | "PodIndexLabel"
  | "RetroactiveDefaultStorageClass"
  | "ReadWriteOncePod"
  | "StorageObjectInUseProtection"
  | "TaintBasedEvictions"
  | "TaintNodesByCondition"
  | "NodeLease"
  | "NodeOutOfServiceVolumeDetach"
  | "HonorPVReclaimPolicy"
  | "VolumeScheduling"
  | "ServerSideFieldValidation"
  | "LegacyServiceAccountTokenNoAutoGeneration"
  | "BoundServiceAccountTokenVolume"
  | "SidecarContainers"
  | "PodReadyToStartContainersCondition"
  | "BlockVolume"
  | "IPv6DualStack"
  | "ServerSideApply"
  | "NamespaceDefaultLabelName"
  | "ServiceLBNodePortControl"
  | "ExpandPersistentVolumes"
  | "VolumeAttributesClass"
  | "CSIStorageCapacity"
  | "CSIVolumeFSGroupPolicy"
  | "TTLAfterFinished"
  | "DefaultPodTopologySpread"
  | "MaxSurgeDaemonSet"
  | "JobSuspend"
  | "IndexedJob"
  | "JobPodReplacementPolicy"
  | "CronJobControllerV2"
  | "CronJobsScheduledAnnotation"
  | "EndpointSliceTerminatingCondition"
  | "ScheduleDaemonSetPods"
  | "PodDeletionCost"
  | "StartupProbe"
  | "ExecProbeTimeout"
  | "PodObservedGenerationTracking"
  | "InPlacePodVerticalScaling"
  | "PodDisruptionConditions"
  | "OpenAPIV3"
  | "RecursiveReadOnlyMounts"
  | "SupplementalGroupsPolicy";

/**
 * Differences between releases that upstream never gave a gate. Ours to name; each is explained
 * here, once, and an era lists those that it has.
 */
export type Behavior = keyof typeof behaviors;

export const behaviors = {
  "containers-ready-condition": "a pod's status has the condition ContainersReady (1.11)",
  "deleted-pods-finish": "a pod that is deleted is Succeeded or Failed before it goes (1.27)",
  "back-off-resync": "the kubelet looks at a pod again just when its back-off is over (1.34)",
  "server-tables": "the server makes the tables that `kubectl get` prints (1.11)",
  "human-durations": "ages are written 3m25s rather than 3m (1.12)",
  "wide-columns": "table cells are at least 6 wide, not 10 (1.12)",
  "qualified-names": 'kubectl says service/web created, not service "web" created (1.11)',
  "hides-finished-pods":
    "kubectl get shows no pods that have ended, unless they are named or --show-all is (until 1.9)",
  "hidden-pods-leave-heading":
    "of pods that are not shown there is still the heading; other formats show them (until 1.3)",
  "kinds-shown-if-found":
    "kubectl get says of which kind things are if it finds several, not if asked for (until 1.6)",
  "names-back-off":
    "a pod that could not be scheduled waits for as long as its name has failed before (until 1.10)",
  "sorted-events-v1": "the scheduler records its events through events.k8s.io (1.19)",
  "restart-ages": "RESTARTS says when the last restart was: 1 (5s ago) (1.22)",
  "prefilter-messages":
    "why a claim keeps a pod from being scheduled is said once, not per node (1.26)",
  "preemption-messages": "the scheduler's message ends with what preemption could do (1.24)",
  "kubectl-names-unmapped":
    "kubectl says the name of an object of which it does not know the kind (1.24)",
  "describe-tabs": "kubectl describe lays lines out with tabs, and says little (until 1.7)",
  "describe-tolerations": "kubectl describe says what pods tolerate and what nodes are for (1.5)",
  "describe-more":
    "kubectl describe says more: addresses of both families, leases, operators (1.12 to 1.20)",
  "describe-details":
    "kubectl describe says more: accounts of pods, modes of jobs, series of events (1.21 to 1.24)",
  "describe-placement":
    "kubectl describe says where pods of a template may run, and looks at EndpointSlices (1.30)",
  "default-containers":
    "kubectl says which of several containers it takes, and exec needs -- before the command (1.22)",
  "kubectl-compares-labels":
    "kubectl label says unlabeled, and does not mind a value that is there already (1.24)",
  "kubectl-wait-for-absent":
    "kubectl wait --for=delete is content if there is nothing to begin with (1.22)",
  "kubectl-wait-paths": "kubectl wait --for=jsonpath=... waits for a value (1.23)",
  "kubectl-short-versions": "kubectl version prints versions, not structs (1.28)",
  "kubectl-warns-of-skew": "kubectl version warns of a server that is too old or too new (1.23)",
  "tells-nothing-to-describe": "kubectl describe says if there is nothing to describe (1.14)",
  "tells-nothing-and-why":
    "kubectl get says that nothing was found, and then that something was not found (1.11)",
  "api-resources-show-versions": "kubectl api-resources shows versions, not only groups (1.20)",
  "namespace-in-deleted": "kubectl says from which namespace an object was deleted (1.34)",
  "self-links": "objects carry metadata.selfLink (until 1.19)",
  "used-by": "kubectl describe pvc says Used By, not Mounted By (1.20)",
  "nodes-as-external-ips": "a NodePort service shows <nodes> as its external address (until 1.7)",
  "plain-service-ports": "the ports of a service are shown without those of the nodes (until 1.4)",
  "services-drop-addresses":
    "a service whose type changes loses addresses that it does not need (1.20)",
  "services-keep-addresses": "an update of a service need not repeat what was allocated (1.22)",
  "newest-default-class": "of several default StorageClasses the newest counts (1.26)",
  "json-field-values": "errors show lists and structs as JSON, not as Go has them (1.34)",
  "plain-component-ports":
    "the scheduler and the controller manager say how they are without TLS (until 1.21)",
  "named-hpa-targets": "the targets of autoscalers say of which resource they are (1.30)",
  "liveness-pages": "the server says at /livez and /readyz whether it is well (1.16)",
  "evicts-unready-pods":
    "pods that are not ready are evicted although the budget allows nothing, if enough are (1.22)",
  "lost-pods-unknown": "a pod that is deleted while its node is lost shows as Unknown (1.5)",
  "running-beside-completed":
    "a pod shows as Running while one of its containers runs, even if others completed (1.11)",
  "unready-beside-completed": "such a pod shows as NotReady unless it is ready (1.18)",
  "finished-pods-not-terminating": "a pod that has ended never shows as Terminating (1.31)",
  "status-wakes-scheduler":
    "the scheduler takes a change of a waiting pod's status for a change of the pod, because its managed fields change, and tries again at once (1.18 to 1.23)",
  "topology-labels": "zones and regions are labels of topology.kubernetes.io (1.17)",
  "provisioned-node-affinity":
    "volumes that are made in a zone say by affinity that they are there (1.12)",
  "patient-scheduler":
    "pods that nothing has happened for are tried again after 5 minutes, not 1 (1.23)",
  "spread-without-zones": "pods are spread over nodes that have no zone, too (1.23)",
  "preference-weights": "what users prefer weighs more than the scheduler's own preferences (1.23)",
  "statefulset-counts-current-first":
    "a StatefulSet's pods of the current revision do not count as updated, even if it is the newest (until 1.16)",
  "statefulset-waits-for-claims":
    "a StatefulSet makes no pod while its claim is being deleted (1.20)",
  "statefulset-completes-claims":
    "a StatefulSet makes missing claims for pods that are pending (1.25)",
  "claims-name-resizers": "a claim that grows says in an annotation who makes it grow (1.17)",
  "healthy-nodes-keep-volumes":
    "volumes are taken by force only from nodes that are not ready (1.26)",
  "statefulset-replaces-finished":
    "a StatefulSet deletes pods that succeeded like those that failed, and says nothing (1.26)",
  "unbound-claims-change": "all of a claim may change until it is bound (until 1.3)",
  "host-path-types": "a hostPath volume says of which type it is (1.8)",
  "class-reclaim-policies": "a StorageClass says what becomes of its volumes (1.8)",
  "encoded-replica-set-names": "names of ReplicaSets end with letters, not with a number (1.9)",
  "encoded-template-hashes": "so does the label pod-template-hash (1.12)",
  "namespace-conditions": "a namespace that ends says what is left in it (1.16)",
  "job-success-criteria": "a Job first says that it will succeed or fail, then that it did (1.31)",
  "headless-label": "the Endpoints of a headless service have a label that says so (1.15)",
  "trigger-times": "Endpoints say when what changed them last has happened (1.14)",
  "hostnames-map": "Endpoints have the names of pods in an annotation (until 1.6)",
  "root-ca-published": "each namespace has a config map kube-root-ca.crt (1.20)",
  "described-root-ca": "the config map kube-root-ca.crt says what it is for (1.24)",
  "taint-manager": "pods leave nodes whose NoExecute taints they do not tolerate (1.6)",
  "nodes-known-by-name": "events of controllers about nodes have the name for a uid (until 1.4)",
  "evicted-pods-killed":
    "pods of lost nodes are taken away when their time to end is over, not kept as NodeLost (until 1.4)",
  "pods-told-of-lost-nodes": "a pod's events say that its node is not ready (1.18)",
  "orphan-quarantine": "pods of a missing node are left alone for forty seconds (1.19)",
  "owner-references": "what controllers make says who owns it, and goes with it (1.4)",
  "created-by": "pods say in an annotation who made them (until 1.8)",
  "workload-revisions": "StatefulSets and DaemonSets keep revisions and update their pods (1.7)",
  "typed-claim-templates": "claim templates of a StatefulSet say that they are claims (1.17)",
  "changeable-history-limits": "revisionHistoryLimit of a StatefulSet may change (1.33)",
  "prefixed-job-labels":
    "pods of a Job have labels with batch.kubernetes.io/ before their names (1.27)",
  "job-restart-policy-required":
    "a Job without a restart policy of its own is told to have one (1.19)",
  "job-backoff-limit": "a Job gives up after spec.backoffLimit failures (1.8)",
  "pet-sets":
    "sets make the claims of all ordinals at once and only ever change their size (until 1.6)",
  "random-scale-down":
    "a Pet Set looks at one pod of its own, whichever comes, and deletes that if it is one too many (1.3)",
  "pets-must-be-initialized":
    "a pet without the annotation that says it is initialized is not healthy (until 1.3)",
  "made-claims-told-missing":
    "a Pet Set says of the claims that it makes that they were not found (until 1.3.5)",
  "pets-that-wait-count": "a Pet Set counts pets that it has not made yet (until 1.3)",
  "claims-without-capacity": "claims that are bound do not say what they got (until 1.3.3)",
  "alpha-provisioning":
    "claims with the alpha annotation, whatever it says, get a volume made (until 1.5)",
  "two-namespaces": "there is no namespace kube-public (until 1.5)",
  "autoscalers-without-target": "autoscalers have no target that nobody gave them (until 1.5)",
  "taints-by-annotation": "the taints of nodes stand in an annotation (until 1.5)",
  "classes-by-annotation": "volumes and claims name their class in an annotation (until 1.5)",
} as const;

export interface Era {
  /** `v1.20`. */
  readonly name: string;
  /** What `kubectl version` says. */
  readonly build: Build;
  /** Served group-versions, most preferred first within a group, and the plurals in each. */
  readonly serves: Readonly<Record<string, readonly string[]>>;
  readonly gates: ReadonlySet<FeatureGate>;
  readonly behaviors: ReadonlySet<Behavior>;
  /** Admission plugins in the order in which they are asked. */
  readonly admission: readonly string[];
  /** Messages whose wording changed between releases. */
  readonly words: Words;
  /** Columns of `kubectl get` by plural, where they differ from what the kind lists. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /**
   * What the server warns of when such objects are asked for:
   * `policy/v1beta1/poddisruptionbudgets`.
   */
  readonly deprecations?: Readonly<Record<string, string>>;
  readonly schema: Schema;
  /** The release whose texts say what the schema's fields mean. */
  readonly texts: string;
  /** Heartbeats and the like, in milliseconds. */
  readonly timing: Timing;
}

export interface Build {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly buildDate: string;
  readonly goVersion: string;
  readonly compiler: string;
  readonly platform: string;
}

export interface Timing {
  /** How long a node may be silent before it counts as lost. */
  readonly nodeMonitorGracePeriod: number;
}

/**
 * Messages that changed their wording between releases, by who says them. Each era gives all of
 * them. One file for each speaker: the type in `api/words`, what each era says in `eras/words`.
 */
export interface Words {
  readonly kubectl: KubectlWords;
  readonly kubelet: KubeletWords;
  readonly core: CoreWords;
  readonly names: NameWords;
  readonly nodes: NodeWords;
  readonly scheduler: SchedulerWords;
  readonly volumes: VolumeWords;
  readonly storage: StorageWords;
  readonly workloads: WorkloadWords;
}

/** True if the era serves this kind at all, under any group-version. */
export function serves(era: Era, groupVersion: string, plural: string): boolean {
  return era.serves[groupVersion]?.includes(plural) ?? false;
}

/** True if structs of a type have this field in an era: `core/v1.PodStatus`, `qosClass`. */
export const hasField = (era: Era, type: string, field: string): boolean =>
  era.schema.definitions.get(type)?.fields.has(field) ?? false;
