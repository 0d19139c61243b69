// What must be right with the spec of a pod, and with the templates that pods are made from.
// pkg/apis/core/validation/validation.go ValidatePodSpec, ValidatePodTemplateSpec, in their order.

import {
  validateAffinity,
  validateTolerations,
  validateTopologySpread,
} from "./affinity-validation.ts";
import { validateContainers, validateInitContainers } from "./container-validation.ts";
import type { Era } from "./era.ts";
import {
  type FieldError,
  forbiddenField,
  invalid,
  invalids,
  oneOf,
  required,
} from "./field-error.ts";
import { goList } from "./go-value.ts";
import { isIP } from "./ip.ts";
import { validateAnnotations, validateLabels } from "./label-validation.ts";
import { labelProblems, qualifiedNameProblems, rangeProblems, subdomainProblems } from "./names.ts";
import type { Container, Pod, PodSpec, PodTemplate } from "./pod.ts";
import type { Context } from "./resource.ts";
import { validateResourceRequirements } from "./resource-validation.ts";
import { validatePodSecurityContext } from "./security-validation.ts";
import { validateVolumes } from "./volume-validation.ts";

/** A pod itself is looked at a little more closely than a template. */
export function validatePod(pod: Pod, context: Context): FieldError[] {
  const { metadata, spec } = pod;
  const mirror = "kubernetes.io/config.mirror";
  const errors: FieldError[] = [];
  const mirrored = metadata.annotations?.[mirror];
  if (mirrored !== undefined && !spec.nodeName) {
    const text = "must set spec.nodeName if mirror pod annotation is set";
    errors.push(invalid(`metadata.annotations[${mirror}]`, mirrored, text));
  }
  errors.push(...validatePodSpec(spec, "spec", context));
  for (const list of ["containers", "initContainers"] as const) {
    for (const [index, { image = "" }] of (spec[list] ?? []).entries()) {
      if (image === image.trim()) continue;
      const text = "must not have leading or trailing whitespace";
      errors.push(invalid(`spec.${list}[${index}].image`, image, text));
    }
  }
  return errors;
}

/** What is wrong with a template at `field`: `spec.template`. */
export function validatePodTemplateSpec(
  template: PodTemplate | undefined,
  field: string,
  context: Context,
): FieldError[] {
  const { era } = context;
  const { labels, annotations } = template?.metadata ?? {};
  const spec = template?.spec ?? { containers: [] };
  const errors = [
    ...validateLabels(labels, `${field}.labels`, era),
    ...validateAnnotations(annotations, `${field}.annotations`, era),
    ...validatePodSpec(spec, `${field}.spec`, context),
  ];
  if (spec.ephemeralContainers?.length) {
    const text = "ephemeral containers not allowed in pod template";
    errors.push(forbiddenField(`${field}.spec.ephemeralContainers`, text));
  }
  return errors;
}

const MAX = 2 ** 31 - 1;

export function validatePodSpec(spec: PodSpec, field: string, { era }: Context): FieldError[] {
  const volumes = validateVolumes(spec.volumes, `${field}.volumes`, era);
  const place = { era, volumes: volumes.known };
  const at = { field, era };
  const deadline = spec.activeDeadlineSeconds;
  return [
    ...volumes.errors,
    ...validateContainers(spec.containers, { ...place, field: `${field}.containers` }),
    ...validateInitContainers(spec.initContainers, spec.containers, {
      ...place,
      field: `${field}.initContainers`,
    }),
    ...oneOf(`${field}.restartPolicy`, spec.restartPolicy, ["Always", "OnFailure", "Never"]),
    ...oneOf(`${field}.dnsPolicy`, spec.dnsPolicy, dnsPolicies),
    ...validateLabels(spec.nodeSelector, `${field}.nodeSelector`, era),
    ...(spec.hostNetwork ? validateHostPorts(spec.containers ?? [], `${field}.containers`) : []),
    ...validatePodSecurityContext(spec.securityContext ?? {}, `${field}.securityContext`, spec),
    ...validateAffinity(spec.affinity, `${field}.affinity`, era),
    ...validateDnsConfig(spec, `${field}.dnsConfig`, era),
    ...validateReadinessGates(spec, `${field}.readinessGates`, era),
    ...validateTopologySpread(spec.topologySpreadConstraints, `${field}.topologySpreadConstraints`),
    ...validateNames(spec, ["serviceAccountName", "nodeName"], at),
    ...(deadline === undefined
      ? []
      : invalids(`${field}.activeDeadlineSeconds`, deadline, rangeProblems(deadline, 1, MAX))),
    ...validateNames(spec, ["hostname", "subdomain"], at),
    ...validateTolerations(spec.tolerations, `${field}.tolerations`, era),
    ...validateHostAliases(spec, `${field}.hostAliases`, era),
    ...validateNames(spec, ["priorityClassName", "runtimeClassName"], at),
    ...(spec.preemptionPolicy === undefined
      ? []
      : oneOf(`${field}.preemptionPolicy`, spec.preemptionPolicy, preemptionPolicies)),
    ...(spec.overhead
      ? validateResourceRequirements({ limits: spec.overhead }, `${field}.overhead`, era)
      : []),
  ];
}

const dnsPolicies = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
const preemptionPolicies = ["PreemptLowerPriority", "Never"];

type Named =
  | "serviceAccountName"
  | "nodeName"
  | "hostname"
  | "subdomain"
  | "priorityClassName"
  | "runtimeClassName";

function validateNames(
  spec: PodSpec,
  names: readonly Named[],
  { field, era }: { readonly field: string; readonly era: Era },
): FieldError[] {
  return names.flatMap((name) => {
    const value = spec[name];
    if (!value) return [];
    const label = name === "hostname" || name === "subdomain";
    const problems = label ? labelProblems(value, era) : subdomainProblems(value, era);
    return invalids(`${field}.${name}`, value, problems);
  });
}

/** On the network of its node a container has no port of its own. */
function validateHostPorts(containers: readonly Container[], field: string): FieldError[] {
  return containers.flatMap(({ ports }, index) =>
    (ports ?? []).flatMap(({ containerPort, hostPort }, at) =>
      hostPort === containerPort
        ? []
        : [
            invalid(
              `${field}[${index}].ports[${at}].containerPort`,
              containerPort,
              "must match `hostPort` when `hostNetwork` is true",
            ),
          ],
    ),
  );
}

function validateDnsConfig(
  { dnsConfig, dnsPolicy }: PodSpec,
  field: string,
  era: Era,
): FieldError[] {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === "None" && !dnsConfig) {
    return [required(field, "must provide `dnsConfig` when `dnsPolicy` is None")];
  }
  if (dnsPolicy === "None" && nameservers.length === 0) {
    const text = "must provide at least one DNS nameserver when `dnsPolicy` is None";
    return [required(`${field}.nameservers`, text)];
  }
  const errors: FieldError[] = [];
  const tooMany = (name: string, list: readonly string[], text: string) =>
    errors.push(invalid(`${field}.${name}`, goList("string", list), text));
  if (nameservers.length > 3)
    tooMany("nameservers", nameservers, "must not have more than 3 nameservers");
  for (const [index, address] of nameservers.entries()) {
    if (isIP(address)) continue;
    errors.push(invalid(`${field}.nameservers[${index}]`, address, "must be valid IP address"));
  }
  if (searches.length > 6) tooMany("searches", searches, "must not have more than 6 search paths");
  if (searches.join(" ").length > 256) {
    const text = "must not have more than 256 characters (including spaces) in the search list";
    tooMany("searches", searches, text);
  }
  for (const [index, search] of searches.entries()) {
    const name = search.replace(/\.$/, "");
    errors.push(...invalids(`${field}.searches[${index}]`, name, subdomainProblems(name, era)));
  }
  for (const [index, { name }] of options.entries()) {
    if (!name) errors.push(required(`${field}.options[${index}]`, "must not be empty"));
  }
  return errors;
}

function validateReadinessGates(
  { readinessGates }: PodSpec,
  field: string,
  era: Era,
): FieldError[] {
  return (readinessGates ?? []).flatMap(({ conditionType }, index) =>
    invalids(
      `${field}[${index}].conditionType`,
      conditionType,
      qualifiedNameProblems(conditionType, era),
    ),
  );
}

function validateHostAliases({ hostAliases }: PodSpec, field: string, era: Era): FieldError[] {
  return (hostAliases ?? []).flatMap(({ ip, hostnames }) => [
    ...(isIP(ip ?? "") ? [] : [invalid(`${field}.ip`, ip ?? "", "must be valid IP address")]),
    ...(hostnames ?? []).flatMap((name) =>
      invalids(`${field}.hostnames`, name, subdomainProblems(name, era)),
    ),
  ]);
}
