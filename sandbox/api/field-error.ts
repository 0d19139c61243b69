// One thing that is wrong with one field, and how upstream says so.
// apimachinery/pkg/util/validation/field/errors.go, pkg/api/errors NewInvalid.

import { failure, type StatusError } from "./status.ts";

export type FieldErrorType =
  | "Required"
  | "Invalid"
  | "NotSupported"
  | "Duplicate"
  | "Forbidden"
  | "NotFound"
  | "TooLong"
  | "TooMany"
  | "InternalError";

/** Prints as `spec.replicas: Invalid value: -1: must be greater than or equal to 0`. */
export interface FieldError {
  readonly type: FieldErrorType;
  readonly field: string;
  readonly value?: unknown;
  readonly detail: string;
}

const words: Readonly<Record<FieldErrorType, string>> = {
  Required: "Required value",
  Invalid: "Invalid value",
  NotSupported: "Unsupported value",
  Duplicate: "Duplicate value",
  Forbidden: "Forbidden",
  NotFound: "Not found",
  TooLong: "Too long",
  TooMany: "Too many",
  InternalError: "Internal error",
};

const reasons: Readonly<Record<FieldErrorType, string>> = {
  Required: "FieldValueRequired",
  Invalid: "FieldValueInvalid",
  NotSupported: "FieldValueNotSupported",
  Duplicate: "FieldValueDuplicate",
  Forbidden: "FieldValueForbidden",
  NotFound: "FieldValueNotFound",
  TooLong: "FieldValueTooLong",
  TooMany: "FieldValueTooMany",
  InternalError: "InternalError",
};

const withoutValue: readonly FieldErrorType[] = [
  "Required",
  "Forbidden",
  "TooLong",
  "InternalError",
];

/** A value as Go prints it; used where JavaScript's own spelling would differ. */
export class GoValue {
  readonly text: string;
  /** The same as JSON, where there is such a form. */
  readonly json: string;
  constructor(text: string, json = text) {
    this.text = text;
    this.json = json;
  }
}

export const required = (field: string, detail = ""): FieldError => ({
  type: "Required",
  field,
  detail,
});

export const invalid = (field: string, value: unknown, detail: string): FieldError => ({
  type: "Invalid",
  field,
  value,
  detail,
});

export const forbiddenField = (field: string, detail: string): FieldError => ({
  type: "Forbidden",
  field,
  detail,
});

export const duplicate = (field: string, value: unknown): FieldError => ({
  type: "Duplicate",
  field,
  value,
  detail: "",
});

export const notSupported = (
  field: string,
  value: unknown,
  supported: readonly string[],
): FieldError => ({
  type: "NotSupported",
  field,
  value,
  detail:
    supported.length > 0
      ? `supported values: ${supported.map((each) => JSON.stringify(each)).join(", ")}`
      : "",
});

export const notFoundField = (field: string, value: unknown): FieldError => ({
  type: "NotFound",
  field,
  value,
  detail: "",
});

/** One error for each thing that is wrong with one value. */
export const invalids = (
  field: string,
  value: unknown,
  problems: readonly string[],
): readonly FieldError[] => problems.map((problem) => invalid(field, value, problem));

export const immutable = (field: string, value: unknown): FieldError =>
  invalid(field, value, "field is immutable");

/** What is counted cannot be less than nothing. */
export const nonNegative = (field: string, value: number | undefined): readonly FieldError[] =>
  value !== undefined && value < 0
    ? [invalid(field, value, "must be greater than or equal to 0")]
    : [];

/** Nothing if `value` is one of those; it must not be left out. */
export function oneOf(
  field: string,
  value: string | undefined,
  supported: readonly string[],
): readonly FieldError[] {
  if (!value) return [required(field)];
  return supported.includes(value) ? [] : [notSupported(field, value, supported)];
}

/** The errors as servers say them that show values as JSON. */
export const withJsonValues = (errors: readonly FieldError[]): readonly FieldError[] =>
  errors.map((error) => {
    if (error.value instanceof GoValue) return { ...error, value: new GoValue(error.value.json) };
    return error.value === null ? { ...error, value: new GoValue("null") } : error;
  });

/** The error without its field, as a cause carries it. */
export function errorBody({ type, value, detail }: FieldError): string {
  const text = withoutValue.includes(type) ? words[type] : `${words[type]}: ${goText(value)}`;
  return detail ? `${text}: ${detail}` : text;
}

export const errorText = (error: FieldError): string => `${error.field}: ${errorBody(error)}`;

/** How Go's `%v`-ish printing of a field value looks for the simple kinds of value. */
function goText(value: unknown): string {
  if (value instanceof GoValue) return value.text;
  if (typeof value === "string") return JSON.stringify(value).replace(/\\"/g, '\\"');
  if (value === undefined || value === null) return '"null"';
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** All that is wrong with one object, as one answer of the server. */
export function invalidObject(
  kind: { readonly group: string; readonly kind: string },
  name: string,
  errors: readonly FieldError[],
): StatusError {
  const texts = errors.map(errorText).filter((text, index, all) => all.indexOf(text) === index);
  const list = texts.length === 1 ? texts[0] : `[${texts.join(", ")}]`;
  const qualified = kind.group ? `${kind.kind}.${kind.group}` : kind.kind;
  return failure("Invalid", `${qualified} "${name}" is invalid: ${list}`, {
    name,
    ...(kind.group && { group: kind.group }),
    kind: kind.kind,
    causes: errors.map((error) => ({
      reason: reasons[error.type],
      message: errorBody(error),
      field: error.field,
    })),
  });
}
