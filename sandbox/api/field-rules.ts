// Rules for the counts that workloads keep, and a selector as error texts show it.
// pkg/apis/core/validation/validation.go, pkg/apis/apps/validation/validation.go.

import { type FieldError, GoValue, invalid, nonNegative } from "./field-error.ts";
import { goList, goMap } from "./go-value.ts";
import type { LabelSelector } from "./meta.ts";

/** Several counts of one object: `nonNegatives("status", status, ["replicas"])`. */
export function nonNegatives<T extends object>(
  field: string,
  object: T,
  names: readonly (keyof T & string)[],
): FieldError[] {
  return names.flatMap((name) =>
    nonNegative(`${field}.${name}`, object[name] as number | undefined),
  );
}

/** A counter in a status may only grow. */
export const notDecremented = (
  field: string,
  now: number | undefined,
  before: number | undefined,
): FieldError[] =>
  before !== undefined && (now ?? 0) < before
    ? [invalid(field, now ?? 0, "cannot be decremented")]
    : [];

/** Parts of a status that may not exceed the whole. */
export function notGreater<T extends object>(
  field: string,
  status: T,
  { parts, whole, than }: { parts: readonly (keyof T & string)[]; whole: keyof T; than: string },
): FieldError[] {
  const limit = Number(status[whole] ?? 0);
  return parts
    .filter((part) => Number(status[part] ?? 0) > limit)
    .map((part) => invalid(`${field}.${part}`, status[part], `cannot be greater than ${than}`));
}

/** `v1.LabelSelector{MatchLabels:map[string]string{"app":"web"}, MatchExpressions:…(nil)}`. */
export function goSelector(selector: LabelSelector | undefined): unknown {
  if (!selector) return undefined;
  const labels = goMap(selector.matchLabels).text;
  const type = "v1.LabelSelectorRequirement";
  const list = selector.matchExpressions?.map(
    ({ key, operator, values }) =>
      `${type}{Key:${JSON.stringify(key)}, Operator:"${operator}", Values:${goList("string", values).text}}`,
  );
  const expressions = list ? `[]${type}{${list.join(", ")}}` : `[]${type}(nil)`;
  return new GoValue(`v1.LabelSelector{MatchLabels:${labels}, MatchExpressions:${expressions}}`);
}
