// What must be right with the containers of a pod. pkg/apis/core/validation/validation.go
// validateContainers and what it calls, in its order.

import { validateEnv, validateEnvFrom } from "./environment-validation.ts";
import type { Era } from "./era.ts";
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalid,
  invalids,
  nonNegative,
  notFoundField,
  notSupported,
  oneOf,
  required,
} from "./field-error.ts";
import { goStruct } from "./go-value.ts";
import { headerProblems, labelProblems, portNameProblems, portProblems } from "./names.ts";
import type { Container, ContainerPort, LifecycleHandler, Probe, VolumeMount } from "./pod.ts";
import { validateResourceRequirements } from "./resource-validation.ts";
import { validateSecurityContext } from "./security-validation.ts";
import { noBacksteps, relativePath, type Volumes } from "./volume-validation.ts";

/** What the containers of one list are looked at with. */
export interface ContainerPlace {
  readonly field: string;
  readonly era: Era;
  readonly volumes: Volumes;
}

export function validateContainers(
  containers: readonly Container[] | undefined,
  place: ContainerPlace,
): FieldError[] {
  if (!containers || containers.length === 0) return [required(place.field)];
  const names = new Set<string>();
  const errors = containers.flatMap((container, index) =>
    validateContainer(container, { ...place, field: `${place.field}[${index}]` }, names),
  );
  return [...errors, ...hostPortConflicts(containers, place.field)];
}

export function validateInitContainers(
  containers: readonly Container[] | undefined,
  others: readonly Container[] | undefined,
  place: ContainerPlace,
): FieldError[] {
  if (!containers || containers.length === 0) return [];
  const own = new Set<string>();
  const errors = containers.flatMap((container, index) =>
    validateContainer(container, { ...place, field: `${place.field}[${index}]` }, own),
  );
  for (const container of containers) errors.push(...hostPortConflicts([container], place.field));
  const names = new Set((others ?? []).map(({ name }) => name));
  for (const [index, container] of containers.entries()) {
    const path = `${place.field}[${index}]`;
    if (names.has(container.name)) errors.push(duplicate(`${path}.name`, container.name));
    if (container.name) names.add(container.name);
    // What restarts on its own is a sidecar: it has a life to be probed.
    if (container.restartPolicy === "Always") continue;
    for (const name of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const) {
      const value = container[name];
      if (!value) continue;
      const type = name === "lifecycle" ? "core.Lifecycle" : "core.Probe";
      errors.push(
        invalid(`${path}.${name}`, goStruct(type, value), "must not be set for init containers"),
      );
    }
  }
  return errors;
}

function validateContainer(
  container: Container,
  place: ContainerPlace,
  names: Set<string>,
): FieldError[] {
  const { name, image, lifecycle } = container;
  const { field, era } = place;
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${field}.name`));
  else errors.push(...invalids(`${field}.name`, name, labelProblems(name, era)));
  if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
  names.add(name);
  if (!image) errors.push(required(`${field}.image`));
  for (const hook of ["postStart", "preStop"] as const) {
    const handler = lifecycle?.[hook];
    if (handler) errors.push(...validateHandler(handler, `${field}.lifecycle.${hook}`, era));
  }
  for (const probe of ["livenessProbe", "startupProbe"] as const) {
    errors.push(...validateProbe(container[probe], `${field}.${probe}`, era));
    const threshold = container[probe]?.successThreshold;
    if (threshold !== undefined && threshold !== 1) {
      errors.push(invalid(`${field}.${probe}.successThreshold`, threshold, "must be 1"));
    }
  }
  errors.push(...validateMessagePolicy(container.terminationMessagePolicy, field));
  errors.push(...validateProbe(container.readinessProbe, `${field}.readinessProbe`, era));
  if (container.ports) errors.push(...validatePorts(container.ports, `${field}.ports`));
  if (container.env) errors.push(...validateEnv(container.env, `${field}.env`, era));
  if (container.envFrom)
    errors.push(...validateEnvFrom(container.envFrom, `${field}.envFrom`, era));
  errors.push(...validateMounts(container, place), ...validateDevices(container, place));
  const policies = ["Always", "IfNotPresent", "Never"];
  errors.push(...oneOf(`${field}.imagePullPolicy`, container.imagePullPolicy, policies));
  errors.push(...validateResourceRequirements(container.resources, `${field}.resources`, era));
  const { securityContext } = container;
  if (securityContext) {
    errors.push(...validateSecurityContext(securityContext, `${field}.securityContext`));
  }
  return errors;
}

/** Absent where the release does not have the field. */
function validateMessagePolicy(policy: string | undefined, field: string): FieldError[] {
  if (policy === undefined || policy === "File" || policy === "FallbackToLogsOnError") return [];
  const text = "must be 'File' or 'FallbackToLogsOnError'";
  return [invalid(`${field}.terminationMessagePolicy`, policy, text)];
}

function validateProbe(probe: Probe | undefined, field: string, era: Era): FieldError[] {
  if (!probe) return [];
  return [
    ...validateHandler(probe, field, era),
    ...nonNegative(`${field}.initialDelaySeconds`, probe.initialDelaySeconds),
    ...nonNegative(`${field}.timeoutSeconds`, probe.timeoutSeconds),
    ...nonNegative(`${field}.periodSeconds`, probe.periodSeconds),
    ...nonNegative(`${field}.successThreshold`, probe.successThreshold),
    ...nonNegative(`${field}.failureThreshold`, probe.failureThreshold),
  ];
}

function validateHandler(handler: LifecycleHandler, field: string, era: Era): FieldError[] {
  const given = (["exec", "httpGet", "tcpSocket"] as const).filter((each) => handler[each]);
  const errors: FieldError[] = [];
  switch (given[0]) {
    case "exec":
      if (!handler.exec?.command?.length) errors.push(required(`${field}.exec.command`));
      break;
    case "httpGet": {
      const { path, port, scheme, httpHeaders } = handler.httpGet ?? { port: 0 };
      if (!path) errors.push(required(`${field}.httpGet.path`));
      errors.push(...validatePortOrName(port, `${field}.httpGet.port`));
      const schemes = ["HTTP", "HTTPS"];
      if (!schemes.includes(scheme ?? "")) {
        errors.push(notSupported(`${field}.httpGet.scheme`, scheme ?? "", schemes));
      }
      for (const { name } of httpHeaders ?? []) {
        errors.push(...invalids(`${field}.httpGet.httpHeaders`, name, headerProblems(name, era)));
      }
      break;
    }
    case "tcpSocket":
      errors.push(...validatePortOrName(handler.tcpSocket?.port, `${field}.tcpSocket.port`));
      break;
    default:
      // What came later (gRPC, sleep) is known to the schema of its release.
      if (!("grpc" in handler) && !("sleep" in handler)) {
        errors.push(required(field, "must specify a handler type"));
      }
  }
  for (const other of given.slice(1)) {
    errors.push(forbiddenField(`${field}.${other}`, "may not specify more than 1 handler type"));
  }
  return errors;
}

export function validatePortOrName(
  port: number | string | undefined,
  field: string,
): readonly FieldError[] {
  return typeof port === "string"
    ? invalids(field, port, portNameProblems(port))
    : invalids(field, port ?? 0, portProblems(port ?? 0));
}

export const protocols = ["SCTP", "TCP", "UDP"];

function validatePorts(ports: readonly ContainerPort[], field: string): FieldError[] {
  const names = new Set<string>();
  return ports.flatMap(({ name, containerPort, hostPort, protocol }, index) => {
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (name) {
      const problems = portNameProblems(name);
      errors.push(...invalids(`${path}.name`, name, problems));
      if (problems.length === 0 && names.has(name)) errors.push(duplicate(`${path}.name`, name));
      names.add(name);
    }
    if (!containerPort) errors.push(required(`${path}.containerPort`));
    else
      errors.push(...invalids(`${path}.containerPort`, containerPort, portProblems(containerPort)));
    if (hostPort) errors.push(...invalids(`${path}.hostPort`, hostPort, portProblems(hostPort)));
    return [...errors, ...oneOf(`${path}.protocol`, protocol, protocols)];
  });
}

function hostPortConflicts(containers: readonly Container[], field: string): FieldError[] {
  const taken = new Set<string>();
  const errors: FieldError[] = [];
  for (const [index, { ports }] of containers.entries()) {
    for (const [at, { protocol, hostIP = "", hostPort }] of (ports ?? []).entries()) {
      if (!hostPort) continue;
      const id = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(id)) errors.push(duplicate(`${field}[${index}].ports[${at}].hostPort`, id));
      taken.add(id);
    }
  }
  return errors;
}

interface VolumeDevice {
  readonly name: string;
  readonly devicePath: string;
}

const devicesOf = (container: Container): readonly VolumeDevice[] =>
  (container as { volumeDevices?: VolumeDevice[] }).volumeDevices ?? [];

function validateMounts(
  container: Container,
  { field, era: _, volumes }: ContainerPlace,
): FieldError[] {
  const seen = new Set<string>();
  const devices = devicesOf(container);
  return (container.volumeMounts ?? []).flatMap((mount, index) => {
    const { name, mountPath } = mount;
    const path = `${field}.volumeMounts[${index}]`;
    const errors: FieldError[] = [];
    if (!name) errors.push(required(`${path}.name`));
    if (!volumes.has(name)) errors.push(notFoundField(`${path}.name`, name ?? ""));
    if (!mountPath) errors.push(required(`${path}.mountPath`));
    if (seen.has(mountPath)) errors.push(invalid(`${path}.mountPath`, mountPath, "must be unique"));
    seen.add(mountPath);
    if (devices.some((each) => each.name === name)) {
      errors.push(invalid(`${path}.name`, name, "must not already exist in volumeDevices"));
    }
    if (devices.some((each) => each.devicePath === mountPath)) {
      const text = "must not already exist as a path in volumeDevices";
      errors.push(invalid(`${path}.mountPath`, mountPath, text));
    }
    return [
      ...errors,
      ...validateSubPath(mount, { path, field }),
      ...validatePropagation(mount, container, field),
    ];
  });
}

function validateSubPath(
  { subPath, subPathExpr }: VolumeMount,
  { path, field }: { readonly path: string; readonly field: string },
): FieldError[] {
  // Upstream leaves the index out of these two.
  const errors = subPath ? relativePath(subPath, `${field}.volumeMounts.subPath`) : [];
  if (!subPathExpr) return errors;
  if (subPath) {
    const text = "subPathExpr and subPath are mutually exclusive";
    errors.push(invalid(`${path}.subPathExpr`, subPathExpr, text));
  }
  return [...errors, ...relativePath(subPathExpr, `${field}.volumeMounts.subPathExpr`)];
}

function validatePropagation(
  { mountPropagation }: VolumeMount,
  { securityContext }: Container,
  field: string,
): readonly FieldError[] {
  if (mountPropagation === undefined) return [];
  const path = `${field}.volumeMounts.mountPropagation`;
  if (mountPropagation === "Bidirectional" && !securityContext?.privileged) {
    const text = "Bidirectional mount propagation is available only to privileged containers";
    return [forbiddenField(path, text)];
  }
  return oneOf(path, mountPropagation, ["Bidirectional", "HostToContainer", "None"]);
}

function validateDevices(container: Container, { field, volumes }: ContainerPlace): FieldError[] {
  const mounts = container.volumeMounts ?? [];
  return devicesOf(container).flatMap(({ name, devicePath }, index, all) => {
    const path = `${field}.volumeDevices[${index}]`;
    const earlier = all.slice(0, index);
    const type = volumes.get(name);
    const block = type === undefined || type === "persistentVolumeClaim" || type === "ephemeral";
    const onName: readonly (readonly [boolean, string])[] = [
      [earlier.some((each) => each.name === name), "must be unique"],
      [!block, "can only use volume source type of PersistentVolumeClaim for block mode"],
      [mounts.some((each) => each.name === name), "must not already exist in volumeMounts"],
    ];
    const onPath: readonly (readonly [boolean, string])[] = [
      [earlier.some((each) => each.devicePath === devicePath), "must be unique"],
      [noBacksteps(devicePath ?? "", "").length > 0, "can not contain backsteps ('..')"],
      [
        mounts.some((each) => each.mountPath === devicePath),
        "must not already exist as a path in volumeMounts",
      ],
    ];
    const wrong = (checks: typeof onName) => checks.filter(([is]) => is).map(([, text]) => text);
    return [
      ...(name ? [] : [required(`${path}.name`)]),
      ...invalids(`${path}.name`, name, wrong(onName)),
      ...(type === undefined ? [notFoundField(`${path}.name`, name)] : []),
      ...(devicePath ? [] : [required(`${path}.devicePath`)]),
      ...invalids(`${path}.devicePath`, devicePath, wrong(onPath)),
    ];
  });
}
