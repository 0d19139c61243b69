// How OpenAPI calls the types of the API, and which of its few types the simple ones are.

import type { Scalar } from "./field.ts";

const META = "io.k8s.apimachinery.pkg.apis.meta.v1.";

/** `core/v1.Container` → `io.k8s.api.core.v1.Container`. */
export function openApiName(key: string): string {
  return key.startsWith("meta/v1.") ? META + key.slice(8) : `io.k8s.api.${key.replace("/", ".")}`;
}

/** The other way round; undefined for what is no such name. */
export function keyOfName(name: string): string | undefined {
  if (name.startsWith(META)) return `meta/v1.${name.slice(META.length)}`;
  const match = /^io\.k8s\.api\.(\w+)\.(\w+)\.(\w+)$/.exec(name);
  return match ? `${match[1]}/${match[2]}.${match[3]}` : undefined;
}

/** The definition of types that are simple values, and yet have one. */
export function scalarName(is: Scalar): string | undefined {
  return names[is];
}

const names: Readonly<Partial<Record<Scalar, string>>> = {
  quantity: "io.k8s.apimachinery.pkg.api.resource.Quantity",
  "int-or-string": "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
  time: `${META}Time`,
  microtime: `${META}MicroTime`,
  any: "io.k8s.apimachinery.pkg.runtime.RawExtension",
  fields: `${META}FieldsV1`,
};

export function openApiType(is: Scalar): "string" | "integer" | "boolean" | "object" {
  if (is === "int32" || is === "int64") return "integer";
  if (is === "bool") return "boolean";
  return is === "any" || is === "fields" ? "object" : "string";
}

/** The `format` beside the type. */
export function openApiFormat(is: Scalar): string | undefined {
  return formats[is];
}

const formats: Readonly<Partial<Record<Scalar, string>>> = {
  int32: "int32",
  int64: "int64",
  "int-or-string": "int-or-string",
  time: "date-time",
  microtime: "date-time",
  bytes: "byte",
};
