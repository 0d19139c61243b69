// Leases. pkg/registry/coordination/lease/strategy.go; types in api/coordination/v1/types.go.

import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import { type FieldError, invalid } from "./field-error.ts";
import type { KubeObject } from "./meta.ts";
import { defineResource } from "./resource.ts";

export interface Lease extends KubeObject {
  kind: "Lease";
  spec: {
    holderIdentity?: string;
    leaseDurationSeconds?: number;
    acquireTime?: string;
    renewTime?: string;
    leaseTransitions?: number;
  };
}

function validate({ spec }: Lease): FieldError[] {
  const { leaseDurationSeconds: seconds, leaseTransitions: transitions } = spec ?? {};
  const errors: FieldError[] = [];
  if (seconds !== undefined && seconds <= 0) {
    errors.push(invalid("spec.leaseDurationSeconds", seconds, "must be greater than 0"));
  }
  if (transitions !== undefined && transitions < 0) {
    const text = "must to greater or equal than 0";
    errors.push(invalid("spec.leaseTransitions", transitions, text));
  }
  return errors;
}

export const leases = defineResource<Lease>({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  singular: "lease",
  shortNames: [],
  namespaced: true,
  alsoIn: ["coordination.k8s.io/v1beta1"],
  createdByUpdate: true,
  needsVersion: true,
  validate,
  validateUpdate: validate,
  columns: [nameColumn, textColumn("Holder", ({ spec }) => spec?.holderIdentity ?? ""), ageColumn],
});
