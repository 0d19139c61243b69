// Which nodes a pod's affinity or a volume's means.
// component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go.

import { matches, type Requirement } from "./labels.ts";
import type { KubeObject } from "./meta.ts";
import type { NodeSelector, NodeSelectorRequirement, NodeSelectorTerm } from "./pod.ts";

const operators = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "!",
  Gt: "gt",
  Lt: "lt",
} as const;

const parsed = ({ key, operator, values }: NodeSelectorRequirement): Requirement => ({
  key,
  operator: operators[operator],
  values: values ?? [],
});

/** True if one of the terms holds. An empty term holds for no node. */
export function selectsNode(
  { nodeSelectorTerms }: NodeSelector,
  { metadata }: KubeObject,
): boolean {
  return nodeSelectorTerms.some((term) => termHolds(term, metadata));
}

/** True if all that one term asks for is so. */
export function termHolds(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  { name, labels }: KubeObject["metadata"],
): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  return (
    matches(matchExpressions.map(parsed), labels) &&
    matches(matchFields.map(parsed), { "metadata.name": name })
  );
}
