// Which nodes a pod's affinity or a volume's means: whether a node is one, and what is wrong with a
// selector. pkg/apis/core/validation/validation.go, component-helpers/scheduling/corev1/nodeaffinity.

import type { Era } from "./era.ts";
import { type FieldError, forbiddenField, invalid, required } from "./field-error.ts";
import { validateLabelName } from "./label-validation.ts";
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

export function validateNodeSelector(
  { nodeSelectorTerms = [] }: Partial<NodeSelector>,
  field: string,
  era: Era,
): FieldError[] {
  const terms = `${field}.nodeSelectorTerms`;
  if (nodeSelectorTerms.length === 0) {
    return [required(terms, "must have at least one node selector term")];
  }
  return nodeSelectorTerms.flatMap((term, index) =>
    validateNodeSelectorTerm(term, `${terms}[${index}]`, era),
  );
}

export function validateNodeSelectorTerm(
  { matchExpressions = [], matchFields = [] }: NodeSelectorTerm,
  field: string,
  era: Era,
): FieldError[] {
  return [
    ...matchExpressions.flatMap((requirement, index) =>
      validateLabelRequirement(requirement, `${field}.matchExpressions[${index}]`, era),
    ),
    ...matchFields.flatMap((requirement, index) =>
      validateFieldRequirement(requirement, `${field}.matchFields[${index}]`),
    ),
  ];
}

function validateLabelRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  field: string,
  era: Era,
): FieldError[] {
  const errors: FieldError[] = [];
  const at = `${field}.values`;
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0) {
      errors.push(required(at, "must be specified when `operator` is 'In' or 'NotIn'"));
    }
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0) {
      const text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
      errors.push(forbiddenField(at, text));
    }
  } else if (operator === "Gt" || operator === "Lt") {
    if (values.length !== 1) {
      const text = "must be specified single value when `operator` is 'Lt' or 'Gt'";
      errors.push(required(at, text));
    }
  } else errors.push(invalid(`${field}.operator`, operator, "not a valid selector operator"));
  return [...errors, ...validateLabelName(key, `${field}.key`, era)];
}

function validateFieldRequirement(
  { key, operator, values = [] }: NodeSelectorRequirement,
  field: string,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== "In" && operator !== "NotIn") {
    errors.push(invalid(`${field}.operator`, operator, "not a valid selector operator"));
  } else if (values.length !== 1) {
    const text =
      "must be only one value when `operator` is 'In' or 'NotIn' for node field selector";
    errors.push(required(`${field}.values`, text));
  }
  if (key !== "metadata.name") {
    errors.push(invalid(`${field}.key`, key, "not a valid field selector key"));
  }
  return errors;
}
