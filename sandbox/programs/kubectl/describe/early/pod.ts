// Pods as kubectl described them until 1.7.

import { makerText } from "../../../../api/maker.ts";
import type { Container, ContainerStatus, Pod, Volume } from "../../../../api/pod.ts";
import { qosClass } from "../../../../api/pod-qos.ts";
import { byCodePoint } from "../../../../api/schema/go-json.ts";
import { amounts, portsText, probes, states, variableLines, words } from "../containers.ts";
import { defineDescriber } from "../describer.ts";
import { date, indent, type Lines, labels } from "../lines.ts";
import { tolerations } from "../pod.ts";
import { type Source, sourceLines } from "../volume-sources.ts";

export const pod = defineDescriber<Pod>({
  kind: "Pod",
  describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    const { conditions = [], containerStatuses, initContainerStatuses } = status;
    const own = initContainersOf(object);
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      `Node:\t${spec.nodeName ?? ""}/${status.hostIP ?? ""}`,
      status.startTime && `Start Time:\t${date(status.startTime)}`,
      labels("Labels", metadata.labels),
      phase(object),
      status.reason && `Reason:\t${status.reason}`,
      status.message && `Message:\t${status.message}`,
      `IP:\t${status.podIP ?? ""}`,
      `Controllers:\t${makerText(object) ?? "<none>"}`,
      own.length > 0 && containers("Init Containers", own, { pod: object, initContainerStatuses }),
      containers("Containers", spec.containers, { pod: object, containerStatuses }),
      conditions.length > 0 && [
        "Conditions:",
        "  Type\tStatus",
        ...conditions.map((each) => `  ${each.type} \t${each.status} `),
      ],
      volumeLines(spec.volumes),
      `QoS Class:\t${status.qosClass ?? qosClass(object)}`,
      kubectl.era.behaviors.has("describe-tolerations") && tolerations(spec.tolerations),
      events,
    ];
  },
});

/** Until 1.5 they stand in an annotation. */
function initContainersOf({ metadata, spec }: Pod): readonly Container[] {
  const text = metadata.annotations?.["pod.beta.kubernetes.io/init-containers"];
  return text === undefined ? (spec.initContainers ?? []) : (JSON.parse(text) as Container[]);
}

function phase({ metadata, status }: Pod): Lines {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = metadata;
  if (!deletionTimestamp) return `Status:\t${status.phase ?? ""}`;
  return [
    `Status:\tTerminating (expires ${date(deletionTimestamp)})`,
    `Termination Grace Period:\t${deletionGracePeriodSeconds}s`,
  ];
}

interface Shown {
  readonly pod: Pod;
  readonly containerStatuses?: readonly ContainerStatus[] | undefined;
  readonly initContainerStatuses?: readonly ContainerStatus[] | undefined;
}

function containers(title: string, list: readonly Container[], shown: Shown): Lines {
  const { pod, containerStatuses = [], initContainerStatuses = [] } = shown;
  const statuses = [...containerStatuses, ...initContainerStatuses];
  return [
    `${title}:`,
    ...list.map((container): Lines => {
      const status = statuses.find(({ name }) => name === container.name);
      return [
        `  ${container.name}:`,
        indent(2, [
          status && `Container ID:\t${status.containerID ?? ""}`,
          `Image:\t${container.image ?? ""}`,
          status && `Image ID:\t${status.imageID}`,
          ports(container),
          words("Command", container.command),
          words("Args", container.args),
          amounts("Limits", container.resources?.limits),
          amounts("Requests", container.resources?.requests),
          status && states(status),
          probes(container),
          mounts(container),
          environment(container, pod),
        ]),
      ];
    }),
  ];
}

function ports({ ports: list = [] }: Container): string {
  return `Port${list.length > 1 ? "s" : ""}:\t${portsText(list).join(", ")}`;
}

function mounts({ volumeMounts = [] }: Container): Lines {
  if (volumeMounts.length === 0) return "Volume Mounts:\t<none>";
  const sorted = [...volumeMounts].sort((a, b) => byCodePoint(a.mountPath, b.mountPath));
  return [
    "Volume Mounts:",
    ...sorted.map(
      ({ mountPath, name, readOnly }) => `  ${mountPath} from ${name} (${readOnly ? "ro" : "rw"})`,
    ),
  ];
}

function environment(container: Container, pod: Pod): Lines {
  const { env = [] } = container;
  if (env.length === 0) return "Environment Variables:\t<none>";
  return ["Environment Variables:", indent(1, variableLines(container, pod))];
}

/** Not yet known, and so not told. */
const later = /^ *(HostPathType|Optional|SizeLimit|Keyring):/;

export function volumeLines(list: readonly Volume[] = []): Lines {
  if (list.length === 0) return "No volumes.";
  return [
    "Volumes:",
    ...list.map(({ name, ...sources }): Lines => {
      const [plugin = "", source = {}] = Object.entries(sources)[0] ?? [];
      return [`  ${name}:`, sourceOf(plugin, source as Source)];
    }),
  ];
}

export function sourceOf(plugin: string, source: Source): Lines {
  const lines = sourceLines(plugin, source, false);
  if (!Array.isArray(lines)) return "    <Volume Type Not Found>";
  return lines.filter((line) => typeof line !== "string" || !later.test(line));
}

/** What a workload has to say of its containers. */
export const imagesText = (list: readonly Container[]): string =>
  list.map(({ image = "" }) => image).join(",");
