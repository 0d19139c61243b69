// How volumes can be mounted. pkg/apis/core/v1/helper/helpers.go,
// pkg/apis/core/validation/validation.go.

import type { Era } from "./era.ts";
import { type FieldError, forbiddenField, notSupported } from "./field-error.ts";

export type AccessMode = "ReadWriteOnce" | "ReadOnlyMany" | "ReadWriteMany" | "ReadWriteOncePod";

const short: Readonly<Record<AccessMode, string>> = {
  ReadWriteOnce: "RWO",
  ReadOnlyMany: "ROX",
  ReadWriteMany: "RWX",
  ReadWriteOncePod: "RWOP",
};

/** `RWO,RWX`: always in the same order, and each once. */
export const accessModesText = (modes: readonly AccessMode[] = []): string =>
  (Object.keys(short) as AccessMode[])
    .filter((mode) => modes.includes(mode))
    .map((mode) => short[mode])
    .join(",");

export function validateAccessModes(
  modes: readonly AccessMode[],
  field: string,
  era: Era,
): FieldError[] {
  const oncePod = era.gates.has("ReadWriteOncePod");
  const supported = Object.keys(short)
    .filter((mode) => oncePod || mode !== "ReadWriteOncePod")
    .sort();
  const errors: FieldError[] = modes
    .filter((mode) => !supported.includes(mode))
    .map((mode) => notSupported(field, mode, supported));
  if (oncePod && modes.includes("ReadWriteOncePod") && modes.length > 1) {
    const text = "may not use ReadWriteOncePod with other access modes";
    errors.push(forbiddenField(field, text));
  }
  return errors;
}
