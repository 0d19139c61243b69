// Names of priority classes become numbers. plugin/pkg/admission/priority/admission.go.

import { hasField } from "../../api/era.ts";
import type { Pod } from "../../api/pod.ts";
import { type PriorityClass, priorityClasses } from "../../api/priorityclass.ts";
import { type AdmissionPlugin, type Attributes, forbiddenBy, type ServerView } from "./plugin.ts";

export const priority: AdmissionPlugin = {
  name: "Priority",
  about: ["pods", "priorityclasses"],
  admit(attributes, server) {
    if (attributes.resource.plural !== "pods") return;
    if (attributes.operation === "create") resolve(attributes, server);
    else if (attributes.operation === "update") keep(attributes);
  },
  validate(attributes, server) {
    const { resource, operation, object } = attributes;
    if (resource.plural !== "priorityclasses" || operation === "delete") return undefined;
    const { globalDefault, metadata } = object as PriorityClass;
    const standing = globalDefault ? defaultClass(server) : undefined;
    if (standing && (operation === "create" || standing.metadata.name !== metadata.name)) {
      const text = `PriorityClass ${standing.metadata.name} is already marked as default. Only one default can exist`;
      throw forbiddenBy(attributes, text);
    }
    return undefined;
  },
};

/** If there are several, the least of them. */
function defaultClass({ list }: ServerView): PriorityClass | undefined {
  const marked = list(priorityClasses).filter(({ globalDefault }) => globalDefault);
  return marked.reduce<PriorityClass | undefined>(
    (least, each) => (least && least.value <= each.value ? least : each),
    undefined,
  );
}

function resolve(attributes: Attributes, server: ServerView): void {
  const { spec } = attributes.object as Pod;
  const name = spec.priorityClassName ?? "";
  const found = name ? server.get(priorityClasses, { namespace: "", name }) : defaultClass(server);
  if (name && !found) {
    throw forbiddenBy(attributes, `no PriorityClass with name ${name} was found`);
  }
  if (found) spec.priorityClassName = found.metadata.name;
  const value = found?.value ?? 0;
  const computed = "priority admission controller computed";
  if (spec.priority !== undefined && spec.priority !== value) {
    const text = `the integer value of priority (${spec.priority}) must not be provided in pod spec; ${computed} ${value} from the given PriorityClass name`;
    throw forbiddenBy(attributes, text);
  }
  spec.priority = value;
  if (!hasField(server.era, "core/v1.PodSpec", "preemptionPolicy")) return;
  const policy = found?.preemptionPolicy ?? "PreemptLowerPriority";
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== policy) {
    const text = `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; ${computed} ${policy} from the given PriorityClass name`;
    throw forbiddenBy(attributes, text);
  }
  spec.preemptionPolicy = policy;
}

/** Whoever updates a pod need not repeat what was filled in. */
function keep({ object, old }: Attributes): void {
  const [now, before] = [(object as Pod).spec, (old as Pod).spec];
  if (before.priority !== undefined) now.priority ??= before.priority;
  if (before.preemptionPolicy !== undefined) now.preemptionPolicy ??= before.preemptionPolicy;
}
