// What of a pod may change once it is there, and what its status may become.
// pkg/apis/core/validation/validation.go ValidatePodUpdate, ValidatePodStatusUpdate.

import { validateOnlyAddedTolerations } from "./affinity-validation.ts";
import { equal } from "./clone.ts";
import { type FieldError, forbiddenField, invalid, invalids, required } from "./field-error.ts";
import { goDiff } from "./go-value.ts";
import { ipProblems } from "./ip.ts";
import { qualifiedNameProblems, rangeProblems, subdomainProblems } from "./names.ts";
import type { Container, ContainerStatus, Pod, PodSpec } from "./pod.ts";
import type { Context } from "./resource.ts";

const MAX = 2 ** 31 - 1;
export function validatePodUpdate(pod: Pod, old: Pod, { era }: Context): FieldError[] {
  const errors = validateAnnotationUpdate(pod, old);
  for (const list of ["containers", "initContainers"] as const) {
    const found = validateContainerUpdates(
      pod.spec[list] ?? [],
      old.spec[list] ?? [],
      `spec.${list}`,
    );
    errors.push(...found.errors);
    if (found.stop) return errors;
  }
  const deadline = validateDeadline(pod.spec, old.spec);
  errors.push(...deadline.errors);
  if (deadline.stop) return errors;
  errors.push(
    ...validateOnlyAddedTolerations(pod.spec.tolerations, old.spec.tolerations, {
      field: "spec.tolerations",
      era,
    }),
  );
  const munged = withOldFields(pod.spec, old.spec);
  if (!equal(munged, old.spec)) {
    const diff = goDiff("core.PodSpec", munged, old.spec);
    errors.push(
      forbiddenField(
        "spec",
        era.words.core.podFixed.replace("%v", () => diff),
      ),
    );
  }
  return errors;
}

function validateAnnotationUpdate({ metadata }: Pod, { metadata: old }: Pod): FieldError[] {
  const key = "kubernetes.io/config.mirror";
  const [now, before] = [metadata.annotations?.[key], old.annotations?.[key]];
  if (now === before) return [];
  const what = before === undefined ? "add" : "remove or update";
  return [forbiddenField(`metadata.annotations[${key}]`, `may not ${what} mirror pod annotation`)];
}

interface Found {
  readonly errors: FieldError[];
  /** Nothing more is looked at. */
  readonly stop: boolean;
}

function validateContainerUpdates(
  containers: readonly Container[],
  old: readonly Container[],
  field: string,
): Found {
  if (containers.length !== old.length) {
    const text = "pod updates may not add or remove containers";
    return { errors: [forbiddenField(field, text)], stop: true };
  }
  const errors = containers.flatMap(({ image = "" }, index) => {
    const path = `${field}[${index}].image`;
    if (!image) return [required(path)];
    if (image === image.trim()) return [];
    return [invalid(path, image, "must not have leading or trailing whitespace")];
  });
  return { errors, stop: false };
}

/** A deadline may be set and shortened, never lengthened or taken away. */
function validateDeadline(spec: PodSpec, old: PodSpec): Found {
  const field = "spec.activeDeadlineSeconds";
  const [now, before] = [spec.activeDeadlineSeconds, old.activeDeadlineSeconds];
  if (now === undefined) {
    if (before === undefined) return { errors: [], stop: false };
    const text = "must not update from a positive integer to nil value";
    return { errors: [invalid(field, undefined, text)], stop: false };
  }
  const errors = [...invalids(field, now, rangeProblems(now, 0, MAX))];
  if (errors.length === 0 && before !== undefined && before < now) {
    errors.push(invalid(field, now, "must be less than or equal to previous value"));
  }
  return { errors, stop: errors.length > 0 };
}

/** The new spec where only what may never change is new. */
function withOldFields(spec: PodSpec, old: PodSpec): PodSpec {
  const munged = { ...spec };
  for (const list of ["containers", "initContainers"] as const) {
    const containers = spec[list]?.map((container, index) => {
      const image = old[list]?.[index]?.image;
      return image === undefined ? container : { ...container, image };
    });
    if (containers) munged[list] = containers;
  }
  for (const field of ["activeDeadlineSeconds", "tolerations"] as const) {
    if (old[field] === undefined) delete munged[field];
    else Object.assign(munged, { [field]: old[field] });
  }
  return munged;
}

export function validatePodStatus(pod: Pod, old: Pod, { era }: Context): FieldError[] {
  const { status = {} } = pod;
  const errors: FieldError[] = [];
  for (const [index, { type }] of (status.conditions ?? []).entries()) {
    const field = `metadata.conditions[${index}].Type`;
    errors.push(...invalids(field, type, qualifiedNameProblems(type, era)));
  }
  const { nominatedNodeName } = status;
  if (nominatedNodeName && nominatedNodeName !== old.status?.nominatedNodeName) {
    const problems = subdomainProblems(nominatedNodeName, era);
    errors.push(...invalids("status.nominatedNodeName", nominatedNodeName, problems));
  }
  for (const list of ["containerStatuses", "initContainerStatuses"] as const) {
    errors.push(
      ...validateTransitions(status[list] ?? [], old.status?.[list] ?? [], {
        field: `status.${list}`,
        spec: old.spec,
      }),
    );
  }
  for (const [index, { ip }] of (status.podIPs ?? []).entries()) {
    errors.push(...invalids(`status.podIPs[${index}]`, ip, ipProblems(ip)));
  }
  return errors;
}

/** What has ended and is not restarted stays ended; a sidecar is always restarted. */
function validateTransitions(
  statuses: readonly ContainerStatus[],
  old: readonly ContainerStatus[],
  { field, spec: { restartPolicy, initContainers = [] } }: { field: string; spec: PodSpec },
): FieldError[] {
  if (restartPolicy === "Always") return [];
  return old.flatMap(({ name, state }, index) => {
    if (!state?.terminated) return [];
    const spec = initContainers.find((each) => each.name === name);
    if (spec?.restartPolicy === "Always") return [];
    if (state.terminated.exitCode !== 0 && restartPolicy === "OnFailure") return [];
    const now = statuses.find((each) => each.name === name);
    if (!now || now.state?.terminated) return [];
    const text = "may not be transitioned to non-terminated state";
    return [forbiddenField(`${field}[${index}].state`, text)];
  });
}
