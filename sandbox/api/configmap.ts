// ConfigMaps. pkg/registry/core/configmap/strategy.go; types in api/core/v1/types.go.

import { equal } from "./clone.ts";
import { ageColumn, countColumn, nameColumn } from "./columns.ts";
import { type FieldError, forbiddenField, invalid, invalids } from "./field-error.ts";
import type { KubeObject } from "./meta.ts";
import { configKeyProblems } from "./names.ts";
import { type Context, defineResource } from "./resource.ts";

export interface ConfigMap extends KubeObject {
  kind: "ConfigMap";
  data?: Record<string, string>;
  /** In base64. */
  binaryData?: Record<string, string>;
  immutable?: boolean;
}

const LIMIT = 1024 * 1024;

function validate({ data = {}, binaryData = {} }: ConfigMap, { era }: Context): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    errors.push(...invalids(`data[${key}]`, key, configKeyProblems(key, era)));
    if (key in binaryData) {
      errors.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
    }
    size += data[key]?.length ?? 0;
  }
  for (const key of Object.keys(binaryData).sort()) {
    errors.push(...invalids(`binaryData[${key}]`, key, configKeyProblems(key, era)));
    size += ((binaryData[key]?.length ?? 0) * 3) / 4;
  }
  if (size > LIMIT) {
    errors.push({ type: "TooLong", field: "[]", detail: `must have at most ${LIMIT} bytes` });
  }
  return errors;
}

/** What was declared never to change does not; also for secrets. */
export function validateImmutable<T extends { immutable?: boolean }>(
  object: T,
  old: T,
  fields: readonly (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return [];
  const changed = fields.filter((field) => !equal(object[field] ?? {}, old[field] ?? {}));
  return [...(object.immutable ? [] : ["immutable"]), ...changed].map((field) =>
    forbiddenField(field, "field is immutable when `immutable` is set"),
  );
}

export const configMaps = defineResource<ConfigMap>({
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  singular: "configmap",
  shortNames: ["cm"],
  namespaced: true,
  validate,
  validateUpdate: (configMap, old, context) => [
    ...validateImmutable(configMap, old, ["data", "binaryData"]),
    ...validate(configMap, context),
  ],
  columns: [
    nameColumn,
    countColumn("Data", ({ data, binaryData }) => Object.keys({ ...data, ...binaryData }).length),
    ageColumn,
  ],
});
