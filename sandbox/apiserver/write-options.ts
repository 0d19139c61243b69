// What a caller may say about a write beyond the object: dry runs, and how a deletion is meant.
// apimachinery/pkg/apis/meta/v1/validation/validation.go.

import { type FieldError, invalid, invalidObject, notSupported } from "../api/field-error.ts";
import { parameter, type Request } from "../api/http.ts";
import { isFields } from "../api/patch.ts";
import { parseBody } from "./decoding.ts";
import type { DeleteOptions } from "./deletion.ts";

type OptionsKind = "CreateOptions" | "UpdateOptions" | "PatchOptions" | "DeleteOptions";

const META = "meta.k8s.io";

function refuse(kind: OptionsKind, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidObject({ group: META, kind }, "", errors);
}

const dryRunErrors = (values: readonly string[]): FieldError[] =>
  values.filter((value) => value !== "All").map((value) => notSupported("dryRun", value, ["All"]));

/** Whether nothing is to be written. */
export function isDryRun(request: Request, kind: OptionsKind): boolean {
  const value = request.query["dryRun"];
  if (value === undefined) return false;
  const values = typeof value === "string" ? [value] : value;
  refuse(kind, dryRunErrors(values));
  return values.length > 0;
}

const policies = ["Foreground", "Background", "Orphan"];

/** From the query and from the body, which counts if both say something. */
export function deleteOptionsOf(request: Request): DeleteOptions {
  const body = request.body === undefined || request.body === "" ? {} : parseBody(request);
  const given = (isFields(body) ? body : {}) as DeleteOptions;
  const grace = parameter(request, "gracePeriodSeconds");
  const policy = parameter(request, "propagationPolicy") as DeleteOptions["propagationPolicy"];
  const orphan = parameter(request, "orphanDependents");
  const options: DeleteOptions = {
    ...(grace !== undefined && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== undefined && { propagationPolicy: policy }),
    ...(orphan !== undefined && { orphanDependents: orphan === "true" }),
    ...given,
  };
  refuse("DeleteOptions", optionErrors(options));
  return options;
}

function optionErrors(options: DeleteOptions): FieldError[] {
  const { propagationPolicy: policy, orphanDependents, dryRun } = options;
  const errors: FieldError[] = [];
  if (policy !== undefined && orphanDependents !== undefined) {
    const text = "orphanDependents and deletionPropagation cannot be both set";
    errors.push(invalid("propagationPolicy", policy, text));
  }
  if (policy !== undefined && !policies.includes(policy)) {
    errors.push(notSupported("propagationPolicy", policy, [...policies, "nil"]));
  }
  return [...errors, ...dryRunErrors(dryRun ?? [])];
}
