// Numbers that may also be written as a share of a whole: `maxUnavailable: 25%`.
// apimachinery/pkg/util/intstr/intstr.go, pkg/apis/apps/validation/validation.go.

import type { Era } from "./era.ts";
import { type FieldError, GoValue, invalid, invalids, nonNegative } from "./field-error.ts";
import { percentProblems } from "./names.ts";

export type IntOrPercent = number | string;

const percentOf = (value: IntOrPercent | undefined): number | undefined =>
  typeof value === "string" && /^[0-9]+%$/.test(value) ? Number(value.slice(0, -1)) : undefined;

/** The number that is meant: of `total`, if it is a share. What is neither counts as 0. */
export function scaledValue(
  value: IntOrPercent | undefined,
  total: number,
  round: "up" | "down",
): number {
  if (typeof value === "number") return value;
  const share = ((percentOf(value) ?? 0) * total) / 100;
  return round === "up" ? Math.ceil(share) : Math.floor(share);
}

/** The bare number: 25 for `25%`. */
export const bareValue = (value: IntOrPercent | undefined): number =>
  typeof value === "string" ? (percentOf(value) ?? 0) : (value ?? 0);

/** `intstr.IntOrString{Type:1, IntVal:0, StrVal:"25%"}`. */
export function goIntOrString(value: IntOrPercent | undefined): GoValue {
  const [type, int, text] = typeof value === "string" ? [1, 0, value] : [0, value ?? 0, ""];
  return new GoValue(
    `intstr.IntOrString{Type:${type}, IntVal:${int}, StrVal:${JSON.stringify(text)}}`,
  );
}

export function positiveIntOrPercent(
  field: string,
  value: IntOrPercent | undefined,
  era: Era,
): readonly FieldError[] {
  if (typeof value !== "string") return nonNegative(field, value);
  return invalids(field, goIntOrString(value), percentProblems(value, era));
}

export function notMoreThanAll(field: string, value: IntOrPercent | undefined): FieldError[] {
  return (percentOf(value) ?? 0) > 100
    ? [invalid(field, goIntOrString(value), "must not be greater than 100%")]
    : [];
}
