// What must be right with labels, annotations and selectors, wherever they are.
// apimachinery/pkg/apis/meta/v1/validation, pkg/api/validation/objectmeta.go.

import type { Era } from "./era.ts";
import { type FieldError, forbiddenField, invalid, invalids, required } from "./field-error.ts";
import type { LabelSelector, LabelSelectorRequirement } from "./meta.ts";
import { labelValueProblems, qualifiedNameProblems } from "./names.ts";

type Texts = Readonly<Record<string, string>>;

export const validateLabelName = (key: string, field: string, era: Era): readonly FieldError[] =>
  invalids(field, key, qualifiedNameProblems(key, era));

export function validateLabels(labels: Texts | undefined, field: string, era: Era): FieldError[] {
  const errors: FieldError[] = [];
  for (const key in labels) {
    const value = labels[key] as string;
    errors.push(...validateLabelName(key, field, era));
    errors.push(...invalids(field, value, labelValueProblems(value, era)));
  }
  return errors;
}

const ANNOTATIONS_LIMIT = 256 * 1024;

export function validateAnnotations(
  annotations: Texts | undefined,
  field: string,
  era: Era,
): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const key in annotations) {
    errors.push(...invalids(field, key, qualifiedNameProblems(key.toLowerCase(), era)));
    size += key.length + (annotations[key] as string).length;
  }
  if (size > ANNOTATIONS_LIMIT) {
    errors.push({ type: "TooLong", field, detail: `must have at most ${ANNOTATIONS_LIMIT} bytes` });
  }
  return errors;
}

export function validateLabelSelector(
  selector: LabelSelector | undefined,
  field: string,
  era: Era,
): FieldError[] {
  if (!selector) return [];
  return [
    ...validateLabels(selector.matchLabels, `${field}.matchLabels`, era),
    ...(selector.matchExpressions ?? []).flatMap((each, index) =>
      validateRequirement(each, `${field}.matchExpressions[${index}]`, era),
    ),
  ];
}

function validateRequirement(
  { key = "", operator, values }: LabelSelectorRequirement,
  field: string,
  era: Era,
): FieldError[] {
  const errors: FieldError[] = [];
  const given = (values?.length ?? 0) > 0;
  if (operator === "In" || operator === "NotIn") {
    if (!given) {
      errors.push(
        required(`${field}.values`, "must be specified when `operator` is 'In' or 'NotIn'"),
      );
    }
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (given) {
      errors.push(
        forbiddenField(
          `${field}.values`,
          "may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        ),
      );
    }
  } else {
    errors.push(invalid(`${field}.operator`, operator ?? "", "not a valid selector operator"));
  }
  return [...errors, ...validateLabelName(key, `${field}.key`, era)];
}
