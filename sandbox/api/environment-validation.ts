// What must be right with the environment of a container: variables and where they come from.
// pkg/apis/core/validation/validation.go ValidateEnv, ValidateEnvFrom.

import {
  environmentFieldPaths,
  validateFieldRef,
  validateResourceFieldRef,
} from "./downward-validation.ts";
import type { Era } from "./era.ts";
import { type FieldError, invalid, invalids, required } from "./field-error.ts";
import { configKeyProblems, environmentNameProblems, subdomainProblems } from "./names.ts";
import type { EnvFromSource, EnvVar, KeyReference } from "./pod.ts";

export function validateEnv(variables: readonly EnvVar[], field: string, era: Era): FieldError[] {
  return variables.flatMap((variable, index) => {
    const path = `${field}[${index}]`;
    const { name } = variable;
    const errors = name
      ? invalids(`${path}.name`, name, environmentNameProblems(name, era))
      : [required(`${path}.name`)];
    return [...errors, ...validateValueFrom(variable, `${path}.valueFrom`, era)];
  });
}

function validateValueFrom({ value, valueFrom }: EnvVar, field: string, era: Era): FieldError[] {
  if (!valueFrom) return [];
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  const errors: FieldError[] = [];
  if (fieldRef) {
    const paths = environmentFieldPaths;
    errors.push(...validateFieldRef(fieldRef, `${field}.fieldRef`, { era, paths }));
  }
  if (resourceFieldRef) {
    const where = { inVolume: false };
    errors.push(...validateResourceFieldRef(resourceFieldRef, `${field}.resourceFieldRef`, where));
  }
  if (configMapKeyRef)
    errors.push(...validateKey(configMapKeyRef, `${field}.configMapKeyRef`, era));
  if (secretKeyRef) errors.push(...validateKey(secretKeyRef, `${field}.secretKeyRef`, era));
  const given = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef].filter(Boolean).length;
  const wrong = sourcesProblem(given, value);
  if (wrong) errors.push(invalid(field, "", wrong));
  return errors;
}

function sourcesProblem(given: number, value: string | undefined): string | undefined {
  if (given === 0) {
    return "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`";
  }
  if (value) return "may not be specified when `value` is not empty";
  return given > 1 ? "may not have more than one field specified at a time" : undefined;
}

function validateKey({ name = "", key }: KeyReference, field: string, era: Era): FieldError[] {
  return [
    ...invalids(`${field}.name`, name, subdomainProblems(name, era)),
    ...(key
      ? invalids(`${field}.key`, key, configKeyProblems(key, era))
      : [required(`${field}.key`)]),
  ];
}

export function validateEnvFrom(
  sources: readonly EnvFromSource[],
  field: string,
  era: Era,
): FieldError[] {
  return sources.flatMap(({ prefix, configMapRef, secretRef }, index) => {
    const path = `${field}[${index}]`;
    const errors = prefix
      ? [...invalids(`${path}.prefix`, prefix, environmentNameProblems(prefix, era))]
      : [];
    for (const [name, reference] of Object.entries({ configMapRef, secretRef })) {
      if (!reference) continue;
      const at = `${path}.${name}.name`;
      if (!reference.name) errors.push(required(at));
      else errors.push(...invalids(at, reference.name, subdomainProblems(reference.name, era)));
    }
    if (!configMapRef && !secretRef) {
      errors.push(invalid(field, "", "must specify one of: `configMapRef` or `secretRef`"));
    } else if (configMapRef && secretRef) {
      errors.push(invalid(field, "", "may not have more than one field specified at a time"));
    }
    return errors;
  });
}
