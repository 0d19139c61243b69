// The containers of a pod or of its template. kubectl pkg/describe/describe.go describeContainers.

import type {
  Container,
  ContainerState,
  ContainerStatus,
  EnvVar,
  Pod,
  Probe,
} from "../../../api/pod.ts";
import { quantityMilli, quantityValue } from "../../../api/quantity.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import { goText } from "../print/go-text.ts";
import { date, indent, type Lines, type Pairs, truth } from "./lines.ts";

export interface ContainersOptions {
  readonly statuses?: readonly ContainerStatus[] | undefined;
  /** Whose fields variables may take; a template has none. */
  readonly pod?: Pod;
  /** Before everything, in a template. */
  readonly before?: string;
  /** With security profiles. */
  readonly detailed: boolean;
}

export function containers(
  title: string,
  list: readonly Container[],
  { statuses = [], pod, before = "", detailed }: ContainersOptions,
): Lines {
  const blank = before === "" ? "" : " ";
  return [
    `${before}${title}:${list.length === 0 ? " <none>" : ""}`,
    list.map((container) => {
      const status = statuses.find(({ name }) => name === container.name);
      return [
        `  ${blank}${container.name}:`,
        indent(2, [
          basics(container, status, detailed),
          words("Command", container.command),
          words("Args", container.args),
          status && states(status),
          amounts("Limits", container.resources?.limits),
          amounts("Requests", container.resources?.requests),
          probes(container),
          sources(container),
          environment(container, pod),
          mounts(container),
        ]),
      ];
    }),
  ];
}

function basics(
  container: Container,
  status: ContainerStatus | undefined,
  detailed: boolean,
): Lines {
  const { image = "", ports = [], securityContext } = container;
  const shown = portsText(ports);
  const onHost = ports.map(({ hostPort = 0, protocol = "TCP" }) => `${hostPort}/${protocol}`);
  const profile = securityContext?.["seccompProfile"] as { type?: string } | undefined;
  return [
    status && `Container ID:\t${status.containerID ?? ""}`,
    `Image:\t${image}`,
    status && `Image ID:\t${status.imageID}`,
    plural("Port", shown),
    plural("Host Port", onHost),
    detailed && profile && `SeccompProfile:\t${profile.type ?? ""}`,
  ];
}

export const portsText = (ports: NonNullable<Container["ports"]>): string[] =>
  ports.map(({ containerPort, protocol = "TCP" }) => `${containerPort}/${protocol}`);

const plural = (title: string, values: readonly string[]): string =>
  `${title}${values.length > 1 ? "s" : ""}:\t${values.join(", ") || "<none>"}`;

export const words = (title: string, list: readonly string[] = []): Lines =>
  list.length > 0 && [
    `${title}:`,
    indent(
      1,
      list.flatMap((word) => word.split("\n")),
    ),
  ];

export function states({ state = {}, lastState, ready, restartCount }: ContainerStatus): Lines {
  return [
    stateLines("State", state),
    lastState?.terminated && stateLines("Last State", lastState),
    `Ready:\t${truth(ready)}`,
    `Restart Count:\t${restartCount}`,
  ];
}

function stateLines(title: string, { running, waiting, terminated }: ContainerState): Lines {
  if (running) return [`${title}:\tRunning`, `  Started:\t${date(running.startedAt)}`];
  if (!terminated) {
    return [`${title}:\tWaiting`, waiting?.reason && `  Reason:\t${waiting.reason}`];
  }
  const { reason, message, exitCode, signal, startedAt, finishedAt } = terminated;
  return [
    `${title}:\tTerminated`,
    indent(1, [
      reason && `Reason:\t${reason}`,
      message && `Message:\t${message}`,
      `Exit Code:\t${exitCode}`,
      signal !== undefined && signal > 0 && `Signal:\t${signal}`,
      `Started:\t${date(startedAt)}`,
      `Finished:\t${date(finishedAt)}`,
    ]),
  ];
}

/** Resources by name, and how much of each. */
export function amounts(title: string, list: Pairs): Lines {
  const names = Object.keys(list ?? {}).sort(byCodePoint);
  return names.length > 0 && [`${title}:`, ...names.map((name) => `  ${name}:\t${list?.[name]}`)];
}

export const probes = ({ livenessProbe, readinessProbe, startupProbe }: Container): Lines => [
  livenessProbe && `Liveness:\t${probeText(livenessProbe)}`,
  readinessProbe && `Readiness:\t${probeText(readinessProbe)}`,
  startupProbe && `Startup:\t${probeText(startupProbe)}`,
];

function probeText(probe: Probe): string {
  const { exec, httpGet, tcpSocket } = probe;
  const { initialDelaySeconds = 0, timeoutSeconds = 0, periodSeconds = 0 } = probe;
  const { successThreshold = 0, failureThreshold = 0 } = probe;
  const rest = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`;
  if (exec) return `exec ${goText(exec.command ?? [])} ${rest}`;
  if (httpGet) {
    const { scheme = "HTTP", host = "", port, path = "" } = httpGet;
    const rooted = path === "" || path.startsWith("/") ? path : `/${path}`;
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${rooted} ${rest}`;
  }
  if (tcpSocket) return `tcp-socket ${tcpSocket.host ?? ""}:${tcpSocket.port} ${rest}`;
  return `unknown ${rest}`;
}

/** Config maps and secrets of which all keys become variables. */
function sources({ envFrom = [] }: Container): Lines {
  return (
    envFrom.length > 0 && [
      "Environment Variables from:",
      ...envFrom.map(({ configMapRef, secretRef, prefix }) => {
        const { name = "", optional = false } = configMapRef ?? secretRef ?? {};
        const from = configMapRef ? "ConfigMap" : secretRef ? "Secret" : "";
        const prefixed = prefix ? ` with prefix '${prefix}'` : "";
        return `  ${name}\t${from}${prefixed}\tOptional: ${optional}`;
      }),
    ]
  );
}

function environment(container: Container, pod: Pod | undefined): Lines {
  if ((container.env ?? []).length === 0) return "Environment:\t<none>";
  return ["Environment:", indent(1, variableLines(container, pod))];
}

export const variableLines = (container: Container, pod: Pod | undefined): Lines =>
  (container.env ?? []).map((each) => variable(each, container, pod));

function variable({ name, value = "", valueFrom }: EnvVar, container: Container, pod?: Pod): Lines {
  if (!valueFrom) {
    const [first = "", ...more] = value.split("\n");
    return [`${name}:\t${first}`, ...more.map((line) => `\t${line}`)];
  }
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef) {
    const { apiVersion = "v1", fieldPath } = fieldRef;
    return `${name}:\t${fieldText(fieldPath, pod)} (${apiVersion}:${fieldPath})`;
  }
  if (resourceFieldRef) {
    const { resource } = resourceFieldRef;
    const text = resourceText(container, resource, resourceFieldRef.divisor);
    const isAll = text === "0" && (resource === "limits.cpu" || resource === "limits.memory");
    return `${name}:\t${isAll ? "node allocatable" : text} (${resource})`;
  }
  const reference = secretKeyRef ?? configMapKeyRef;
  if (!reference) return undefined;
  const of = secretKeyRef ? "in secret" : "of config map";
  return `${name}:\t<set to the key '${reference.key}' ${of} '${reference.name}'>\tOptional: ${reference.optional ?? false}`;
}

/** The client can say two fields only. */
function fieldText(path: string, pod: Pod | undefined): string {
  if (path === "metadata.name") return pod?.metadata.name ?? "";
  return path === "metadata.namespace" ? (pod?.metadata.namespace ?? "") : "";
}

function resourceText({ resources = {} }: Container, path: string, divisor = "0"): string {
  const [list = "", resource = ""] = path.split(".");
  const amount = (list === "limits" ? resources.limits : resources.requests)?.[resource];
  const unit = divisor === "0" ? "1" : divisor;
  const value = resource === "cpu" ? quantityMilli : quantityValue;
  return String(Math.ceil(value(amount) / value(unit)));
}

function mounts({ volumeMounts = [], ...container }: Container): Lines {
  const devices = container["volumeDevices" as keyof typeof container] as
    | readonly { readonly name: string; readonly devicePath: string }[]
    | undefined;
  const none = volumeMounts.length === 0 ? "\t<none>" : "";
  const sorted = [...volumeMounts].sort((a, b) => byCodePoint(a.mountPath, b.mountPath));
  return [
    `Mounts:${none}`,
    ...sorted.map(({ mountPath, name, readOnly, subPath }) => {
      const flags = [
        readOnly ? "ro" : "rw",
        ...(subPath ? [`path=${JSON.stringify(subPath)}`] : []),
      ];
      return `  ${mountPath} from ${name} (${flags.join(",")})`;
    }),
    devices && `Devices:${none}`,
    [...(devices ?? [])]
      .sort((a, b) => byCodePoint(a.devicePath, b.devicePath))
      .map(({ devicePath, name }) => `  ${devicePath} from ${name}`),
  ];
}
