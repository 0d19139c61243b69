// Pods.

import { controllerOf } from "../../../api/meta.ts";
import type { Pod, Toleration, TopologySpreadConstraint } from "../../../api/pod.ts";
import { qosClass } from "../../../api/pod-qos.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { containers } from "./containers.ts";
import { defineDescriber } from "./describer.ts";
import {
  annotationSign,
  annotations,
  date,
  formatSelector,
  type Lines,
  labels,
  many,
} from "./lines.ts";
import { volumes } from "./volumes.ts";

export const pod = defineDescriber<Pod>({
  kind: "Pod",
  describe({ kubectl, object, events }) {
    const { spec, status } = object;
    const { behaviors } = kubectl.era;
    const detailed = behaviors.has("describe-details");
    const { initContainers = [], ephemeralContainers = [] } = spec;
    const { initContainerStatuses, containerStatuses } = status;
    const own = { pod: object, detailed };
    return [
      heading(kubectl, object),
      initContainers.length > 0 &&
        containers("Init Containers", initContainers, { ...own, statuses: initContainerStatuses }),
      containers("Containers", spec.containers, { ...own, statuses: containerStatuses }),
      ephemeralContainers.length > 0 &&
        containers("Ephemeral Containers", ephemeralContainers, own),
      conditions(object),
      volumes(spec.volumes, { plain: behaviors.has("describe-placement") }),
      `QoS Class:\t${status.qosClass ?? qosClass(object)}`,
      labels("Node-Selectors", spec.nodeSelector),
      tolerations(spec.tolerations, "", behaviors.has("describe-more")),
      detailed && spreading(spec.topologySpreadConstraints),
      events,
    ];
  },
});

function heading(kubectl: Kubectl, pod: Pod): Lines {
  const { metadata, spec, status } = pod;
  const detailed = kubectl.era.behaviors.has("describe-details");
  const controller = controllerOf(pod);
  const { hostIP = "", podIP = "", reason, message, nominatedNodeName } = status;
  return [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace ?? ""}`,
    spec.priority !== undefined && `Priority:\t${spec.priority}`,
    spec.priorityClassName && `Priority Class Name:\t${spec.priorityClassName}`,
    detailed && spec.runtimeClassName && `Runtime Class Name:\t${spec.runtimeClassName}`,
    detailed && spec.serviceAccountName && `Service Account:\t${spec.serviceAccountName}`,
    `Node:\t${spec.nodeName ? `${spec.nodeName}/${hostIP}` : "<none>"}`,
    status.startTime && `Start Time:\t${date(status.startTime)}`,
    labels("Labels", metadata.labels),
    annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
    phase(kubectl, pod),
    reason && `Reason:\t${reason}`,
    message && `Message:\t${message}`,
    detailed && seccomp(spec.securityContext?.["seccompProfile"]),
    `IP:\t${podIP}`,
    kubectl.era.behaviors.has("describe-more") && addresses(pod),
    controller && `Controlled By:\t${controller.kind}/${controller.name}`,
    nominatedNodeName && `NominatedNodeName:\t${nominatedNodeName}`,
  ];
}

/** A pod that has ended does not terminate any more, but older clients say so. */
function phase(kubectl: Kubectl, { metadata, status }: Pod): Lines {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata;
  const ended = status.phase === "Failed" || status.phase === "Succeeded";
  const terminates =
    deletionTimestamp && !(ended && kubectl.era.behaviors.has("finished-pods-not-terminating"));
  if (!terminates) return `Status:\t${status.phase ?? ""}`;
  return [
    `Status:\tTerminating (lasts ${kubectl.age(deletionTimestamp)})`,
    `Termination Grace Period:\t${deletionGracePeriodSeconds}s`,
  ];
}

function addresses({ status: { podIPs = [] } }: Pod): Lines {
  if (podIPs.length === 0) return "IPs:\t<none>";
  return ["IPs:", ...podIPs.map(({ ip }) => `  IP:\t${ip}`)];
}

function seccomp(profile: unknown): Lines {
  const { type, localhostProfile } = (profile ?? {}) as {
    readonly type?: string;
    readonly localhostProfile?: string;
  };
  return [
    type && `SeccompProfile:\t${type}`,
    type === "Localhost" && `LocalhostProfile:\t${localhostProfile ?? ""}`,
  ];
}

function conditions({ spec: { readinessGates = [] }, status }: Pod): Lines {
  const found = status.conditions ?? [];
  return [
    readinessGates.length > 0 && [
      "Readiness Gates:",
      "  Type\tStatus",
      ...readinessGates.map(({ conditionType }) => {
        const known = found.find(({ type }) => type === conditionType);
        return `  ${conditionType} \t${known?.status ?? "<none>"} `;
      }),
    ],
    found.length > 0 && [
      "Conditions:",
      "  Type\tStatus",
      ...found.map(({ type, status }) => `  ${type} \t${status} `),
    ],
  ];
}

/** `operators`: it is said if only the key counts. */
export function tolerations(
  list: readonly Toleration[] = [],
  before = "",
  operators = true,
): Lines {
  const sorted = [...list].sort((a, b) => byCodePoint(a.key ?? "", b.key ?? ""));
  const texts = sorted.map(tolerationText);
  const shown = operators ? texts : texts.map((text) => text.replace(/ ?op=Exists/, ""));
  return many(`${before}Tolerations`, shown);
}

/** `node.kubernetes.io/not-ready:NoExecute op=Exists for 300s`. */
function tolerationText({ key, value, effect, operator, tolerationSeconds }: Toleration): string {
  const subject = `${key ?? ""}${value ? `=${value}` : ""}${effect ? `:${effect}` : ""}`;
  const exists = operator === "Exists" && !value ? "op=Exists" : "";
  const what = [key || effect ? subject : subject + exists, key || effect ? exists : ""];
  const seconds = tolerationSeconds === undefined ? "" : ` for ${tolerationSeconds}s`;
  return what.filter((text) => text !== "").join(" ") + seconds;
}

export function spreading(list: readonly TopologySpreadConstraint[] = [], before = ""): Lines {
  if (list.length === 0) return undefined;
  const sorted = [...list].sort((a, b) => byCodePoint(a.topologyKey, b.topologyKey));
  return many(
    `${before}Topology Spread Constraints`,
    sorted.map(({ topologyKey, whenUnsatisfiable, maxSkew, labelSelector }) => {
      const pods = labelSelector ? ` for selector ${formatSelector(labelSelector)}` : "";
      return `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${pods}`;
    }),
  );
}
