// What must be right with a StatefulSet, and the little of it that may change.
// pkg/apis/apps/validation/validation.go ValidateStatefulSetSpec, ValidateStatefulSetUpdate.

import { equal } from "./clone.ts";
import type { Era } from "./era.ts";
import {
  type FieldError,
  forbiddenField,
  GoValue,
  invalid,
  nonNegative,
  notSupported,
} from "./field-error.ts";
import { validateAnnotations, validateLabels } from "./label-validation.ts";
import type { StatefulSet, StatefulSetSpec } from "./statefulset.ts";
import { goStrategy, validateLasting, validateSelector } from "./workload-rules.ts";

export function validateStatefulSet(set: StatefulSet, era: Era): FieldError[] {
  const { spec } = set;
  const errors = era.behaviors.has("workload-revisions") ? validatePolicies(spec) : [];
  errors.push(...nonNegative("spec.replicas", spec.replicas));
  errors.push(...nonNegative("spec.minReadySeconds", spec.minReadySeconds));
  errors.push(...nonNegative("spec.ordinals.start", spec.ordinals?.start));
  errors.push(...validateSelector(set, era));
  // The pods' spec is not looked at: the volumes of the claims are not in it.
  const { labels, annotations } = spec.template.metadata ?? {};
  return [
    ...errors,
    ...validateLabels(labels, "spec.template.labels", era),
    ...validateAnnotations(annotations, "spec.template.annotations", era),
    ...validateLasting(spec.template, set.kind),
  ];
}

function validatePolicies(spec: StatefulSetSpec): FieldError[] {
  const errors: FieldError[] = [];
  const policy = spec.podManagementPolicy as string;
  if (policy !== "OrderedReady" && policy !== "Parallel") {
    errors.push(
      invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"),
    );
  }
  errors.push(...validateStrategy(spec.updateStrategy));
  const kept = spec.persistentVolumeClaimRetentionPolicy;
  for (const when of ["whenDeleted", "whenScaled"] as const) {
    const what = kept?.[when];
    if (what === undefined || what === "Retain" || what === "Delete") continue;
    const field = `spec.persistentVolumeClaimRetentionPolicy.${when}`;
    errors.push(notSupported(field, what, ["Retain", "Delete"]));
  }
  return errors;
}

function validateStrategy(strategy: StatefulSetSpec["updateStrategy"]): FieldError[] {
  const field = "spec.updateStrategy";
  const rolling = strategy?.rollingUpdate;
  switch (strategy?.type) {
    case "RollingUpdate":
      return [...nonNegative(`${field}.rollingUpdate.partition`, rolling?.partition)];
    case "OnDelete":
      if (!rolling) return [];
      return [
        invalid(
          `${field}.rollingUpdate`,
          new GoValue(`apps.RollingUpdateStatefulSetStrategy{Partition:${rolling.partition ?? 0}}`),
          "only allowed for updateStrategy 'RollingUpdate'",
        ),
      ];
    default: {
      const shown = goStrategy(
        "StatefulSetUpdateStrategy",
        "RollingUpdateStatefulSetStrategy",
        strategy,
      );
      return [invalid(field, shown, "must be 'RollingUpdate' or 'OnDelete'")];
    }
  }
}

export function validateStatefulSetUpdate(
  set: StatefulSet,
  old: StatefulSet,
  era: Era,
): FieldError[] {
  const errors = validateStatefulSet(set, era);
  if (equal(fixedPart(set, era), fixedPart(old, era))) return errors;
  return [...errors, forbiddenField("spec", era.words.workloads.statefulSetImmutable)];
}

/** All that may not change. */
function fixedPart({ kind, metadata, spec }: StatefulSet, era: Era): object {
  const { replicas: _replicas, ...rest } = spec;
  // A PetSet compares all of itself, labels too.
  if (kind === "PetSet") return { ...rest, metadata: { ...metadata, generation: 0 } };
  if (!era.behaviors.has("workload-revisions")) {
    const template = { ...spec.template, spec: { ...spec.template.spec, containers: [] } };
    return { ...rest, template };
  }
  const { template: _template, updateStrategy: _strategy, ...fixed } = rest;
  if (era.gates.has("StatefulSetMinReadySeconds")) delete fixed.minReadySeconds;
  if (era.gates.has("StatefulSetAutoDeletePVC")) delete fixed.persistentVolumeClaimRetentionPolicy;
  if (era.gates.has("StatefulSetStartOrdinal")) delete fixed.ordinals;
  if (era.behaviors.has("changeable-history-limits")) delete fixed.revisionHistoryLimit;
  return fixed;
}
