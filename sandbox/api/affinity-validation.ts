// Where pods may and may not go: what must be right with affinity, selectors of nodes, taints,
// tolerations and spreading. pkg/apis/core/validation/validation.go.

import { equal } from "./clone.ts";
import type { Era } from "./era.ts";
import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalid,
  invalids,
  notSupported,
  oneOf,
  required,
} from "./field-error.ts";
import { goStruct } from "./go-value.ts";
import { validateLabelName, validateLabelSelector } from "./label-validation.ts";
import { labelProblems, labelValueProblems, subdomainProblems } from "./names.ts";
import type { Taint } from "./node.ts";
import type {
  Affinity,
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  Toleration,
  TopologySpreadConstraint,
} from "./pod.ts";

const REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

export function validateAffinity(
  affinity: Affinity | undefined,
  field: string,
  era: Era,
): FieldError[] {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity ?? {};
  const errors: FieldError[] = [];
  if (nodeAffinity?.[REQUIRED]) {
    errors.push(
      ...validateNodeSelector(nodeAffinity[REQUIRED], `${field}.nodeAffinity.${REQUIRED}`, era),
    );
  }
  for (const [index, { weight, preference }] of (nodeAffinity?.[PREFERRED] ?? []).entries()) {
    const path = `${field}.nodeAffinity.${PREFERRED}[${index}]`;
    errors.push(...validateWeight(weight, path));
    errors.push(...validateTerm(preference ?? {}, `${path}.preference`, era));
  }
  return [
    ...errors,
    ...validatePodAffinity(podAffinity, `${field}.podAffinity`, era),
    ...validatePodAffinity(podAntiAffinity, `${field}.podAntiAffinity`, era),
  ];
}

const validateWeight = (weight: number, field: string): FieldError[] =>
  weight > 0 && weight <= 100
    ? []
    : [invalid(`${field}.weight`, weight ?? 0, "must be in the range 1-100")];

function validatePodAffinity(
  affinity: PodAffinity | undefined,
  field: string,
  era: Era,
): FieldError[] {
  const hard = (affinity?.[REQUIRED] ?? []).flatMap((term, index) =>
    validatePodAffinityTerm(term, `${field}.${REQUIRED}[${index}]`, era),
  );
  const soft = (affinity?.[PREFERRED] ?? []).flatMap(({ weight, podAffinityTerm }, index) => {
    const path = `${field}.${PREFERRED}[${index}]`;
    return [
      ...validateWeight(weight, path),
      ...validatePodAffinityTerm(podAffinityTerm, `${path}.podAffinityTerm`, era),
    ];
  });
  return [...hard, ...soft];
}

function validatePodAffinityTerm(term: PodAffinityTerm, field: string, era: Era): FieldError[] {
  const { labelSelector, namespaces, topologyKey = "" } = term ?? {};
  return [
    // Upstream names the field like this.
    ...validateLabelSelector(labelSelector, `${field}.matchExpressions`, era),
    ...(namespaces ?? []).flatMap((name) =>
      invalids(`${field}.namespace`, name, labelProblems(name, era)),
    ),
    ...(topologyKey ? [] : [required(`${field}.topologyKey`, "can not be empty")]),
    ...validateLabelName(topologyKey, `${field}.topologyKey`, era),
  ];
}

/** Also a volume's: which nodes can reach it. */
export function validateNodeSelector(
  selector: NodeSelector,
  field: string,
  era: Era,
): FieldError[] {
  const path = `${field}.nodeSelectorTerms`;
  const terms = selector.nodeSelectorTerms ?? [];
  if (terms.length === 0) return [required(path, "must have at least one node selector term")];
  return terms.flatMap((term, index) => validateTerm(term, `${path}[${index}]`, era));
}

function validateTerm(term: NodeSelectorTerm, field: string, era: Era): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((each, index) =>
      validateExpression(each, `${field}.matchExpressions[${index}]`, era),
    ),
    ...(term.matchFields ?? []).flatMap((each, index) =>
      validateFieldExpression(each, `${field}.matchFields[${index}]`, era),
    ),
  ];
}

function validateExpression(
  { key = "", operator, values = [] }: NodeSelectorRequirement,
  field: string,
  era: Era,
): FieldError[] {
  const errors: FieldError[] = [];
  const path = `${field}.values`;
  switch (operator) {
    case "In":
    case "NotIn":
      if (values.length === 0) {
        errors.push(required(path, "must be specified when `operator` is 'In' or 'NotIn'"));
      }
      break;
    case "Exists":
    case "DoesNotExist":
      if (values.length > 0) {
        const text = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
        errors.push(forbiddenField(path, text));
      }
      break;
    case "Gt":
    case "Lt":
      if (values.length !== 1) {
        errors.push(
          required(path, "must be specified single value when `operator` is 'Lt' or 'Gt'"),
        );
      }
      break;
    default:
      errors.push(invalid(`${field}.operator`, operator ?? "", "not a valid selector operator"));
  }
  return [...errors, ...validateLabelName(key, `${field}.key`, era)];
}

function validateFieldExpression(
  { key = "", operator, values = [] }: NodeSelectorRequirement,
  field: string,
  era: Era,
): FieldError[] {
  const errors: FieldError[] = [];
  if (operator !== "In" && operator !== "NotIn") {
    errors.push(invalid(`${field}.operator`, operator ?? "", "not a valid selector operator"));
  } else if (values.length !== 1) {
    errors.push(
      required(
        `${field}.values`,
        "must be only one value when `operator` is 'In' or 'NotIn' for node field selector",
      ),
    );
  }
  if (key !== "metadata.name") {
    return [...errors, invalid(`${field}.key`, key, "not a valid field selector key")];
  }
  const names = values.flatMap((value, index) =>
    invalids(`${field}.values[${index}]`, value, subdomainProblems(value, era)),
  );
  return [...errors, ...names];
}

export const taintEffects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

export function validateTaints(taints: readonly Taint[], field: string, era: Era): FieldError[] {
  const seen = new Set<string>();
  return taints.flatMap((taint, index) => {
    const { key = "", value = "", effect = "" } = taint;
    const path = `${field}[${index}]`;
    const errors = [...validateLabelName(key, `${path}.key`, era)];
    const problems = labelValueProblems(value, era);
    if (problems.length > 0) errors.push(invalid(`${path}.value`, value, problems.join(";")));
    errors.push(...oneOf(`${path}.effect`, effect, taintEffects));
    const id = `${effect} ${key}`;
    if (seen.has(id)) {
      const text = "taints must be unique by key and effect pair";
      errors.push({ ...duplicate(path, goStruct("core.Taint", taint)), detail: text });
    }
    seen.add(id);
    return errors;
  });
}

export function validateTolerations(
  tolerations: readonly Toleration[] | undefined,
  field: string,
  era: Era,
): FieldError[] {
  return (tolerations ?? []).flatMap((each, index) =>
    validateToleration(each, `${field}[${index}]`, era),
  );
}

function validateToleration(toleration: Toleration, field: string, era: Era): FieldError[] {
  const { key, operator = "", value = "", effect, tolerationSeconds } = toleration;
  const errors: FieldError[] = key ? [...validateLabelName(key, `${field}.key`, era)] : [];
  if (!key && operator !== "Exists") {
    const text =
      'operator must be Exists when `key` is empty, which means "match all values and all keys"';
    errors.push(invalid(`${field}.operator`, operator, text));
  }
  if (tolerationSeconds !== undefined && effect !== "NoExecute") {
    const text = "effect must be 'NoExecute' when `tolerationSeconds` is set";
    errors.push(invalid(`${field}.effect`, effect ?? "", text));
  }
  if (operator === "" || operator === "Equal") {
    const problems = labelValueProblems(value, era);
    if (problems.length > 0) errors.push(invalid(`${field}.operator`, value, problems.join(";")));
  } else if (operator === "Exists") {
    if (value) {
      const text = "value must be empty when `operator` is 'Exists'";
      errors.push(invalid(`${field}.operator`, goStruct("core.Toleration", toleration), text));
    }
  } else errors.push(notSupported(`${field}.operator`, operator, ["Equal", "Exists"]));
  return effect ? [...errors, ...oneOf(`${field}.effect`, effect, taintEffects)] : errors;
}

/** A pod may come to tolerate more, or for another time; never less. */
export function validateOnlyAddedTolerations(
  tolerations: readonly Toleration[] | undefined,
  old: readonly Toleration[] | undefined,
  { field, era }: { readonly field: string; readonly era: Era },
): FieldError[] {
  const bare = ({ tolerationSeconds: _, ...rest }: Toleration) => rest;
  const kept = (each: Toleration) =>
    (tolerations ?? []).some((other) => equal(bare(each), bare(other)));
  if (!(old ?? []).every(kept)) {
    const text = "existing toleration can not be modified except its tolerationSeconds";
    return [forbiddenField(field, text)];
  }
  return validateTolerations(tolerations, field, era);
}

export function validateTopologySpread(
  constraints: readonly TopologySpreadConstraint[] | undefined,
  field: string,
): FieldError[] {
  return (constraints ?? []).flatMap((constraint, index, all) => {
    const { maxSkew = 0, topologyKey, whenUnsatisfiable = "" } = constraint;
    const path = `${field}[${index}]`;
    const errors: FieldError[] = [];
    if (maxSkew <= 0) errors.push(invalid(`${path}.maxSkew`, maxSkew, "must be greater than zero"));
    if (!topologyKey) errors.push(required(`${path}.topologyKey`, "can not be empty"));
    const actions = ["DoNotSchedule", "ScheduleAnyway"];
    if (!actions.includes(whenUnsatisfiable)) {
      errors.push(notSupported(`${path}.whenUnsatisfiable`, whenUnsatisfiable, actions));
    }
    const again = all
      .slice(index + 1)
      .some(
        (each) => each.topologyKey === topologyKey && each.whenUnsatisfiable === whenUnsatisfiable,
      );
    if (again) {
      errors.push(
        duplicate(
          `${path}.{topologyKey, whenUnsatisfiable}`,
          `{${topologyKey}, ${whenUnsatisfiable}}`,
        ),
      );
    }
    return errors;
  });
}
