// Secrets. pkg/registry/core/secret/strategy.go; types in api/core/v1/types.go.

import { decodeBase64, encodeBase64 } from "./base64.ts";
import { ageColumn, countColumn, nameColumn, textColumn } from "./columns.ts";
import { validateImmutable } from "./configmap.ts";
import { type FieldError, immutable, invalid, invalids, required } from "./field-error.ts";
import type { KubeObject } from "./meta.ts";
import { configKeyProblems } from "./names.ts";
import { type Context, defineResource } from "./resource.ts";

export interface Secret extends KubeObject {
  kind: "Secret";
  type?: string;
  /** In base64. */
  data?: Record<string, string>;
  /** As written by people; becomes data. */
  stringData?: Record<string, string>;
  immutable?: boolean;
}

export const serviceAccountToken = "kubernetes.io/service-account-token";

/** What a secret of some type must contain: all of the keys, or one of them. */
const contents: Readonly<
  Record<string, { readonly keys: readonly string[]; readonly any?: true }>
> = {
  "kubernetes.io/dockercfg": { keys: [".dockercfg"] },
  "kubernetes.io/dockerconfigjson": { keys: [".dockerconfigjson"] },
  "kubernetes.io/basic-auth": { keys: ["username", "password"], any: true },
  "kubernetes.io/ssh-auth": { keys: ["ssh-privatekey"] },
  "kubernetes.io/tls": { keys: ["tls.crt", "tls.key"] },
};

const LIMIT = 1024 * 1024;

function validate({ type = "", data = {}, metadata }: Secret, { era }: Context): FieldError[] {
  const errors: FieldError[] = [];
  let size = 0;
  for (const key of Object.keys(data).sort()) {
    errors.push(...invalids(`data[${key}]`, key, configKeyProblems(key, era)));
    size += ((data[key]?.length ?? 0) * 3) / 4;
  }
  if (size > LIMIT) {
    errors.push({ type: "TooLong", field: "data", detail: `must have at most ${LIMIT} bytes` });
  }
  const account = "kubernetes.io/service-account.name";
  if (type === serviceAccountToken && !metadata.annotations?.[account]) {
    errors.push(required(`metadata.annotations[${account}]`));
  }
  return [...errors, ...validateContents(type, data)];
}

function validateContents(type: string, data: Readonly<Record<string, string>>): FieldError[] {
  const { keys = [], any = false } = contents[type] ?? {};
  const missing = keys.filter((key) => !(key in data));
  if (any && missing.length < keys.length) return [];
  // Upstream forgot to fill in the name of the field in two of them.
  const odd = any || type === "kubernetes.io/ssh-auth";
  const errors = missing.map((key) => required(`${odd ? "data[%s]" : "data"}[${key}]`));
  const docker = keys.find((key) => key.startsWith(".docker"));
  if (docker !== undefined && docker in data && !isJson(decodeBase64(data[docker] ?? "") ?? "")) {
    const text = "invalid character looking for beginning of value";
    errors.push(invalid(`data[${docker}]`, "<secret contents redacted>", text));
  }
  return errors;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

export const secrets = defineResource<Secret>({
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  singular: "secret",
  shortNames: [],
  namespaced: true,
  default(secret) {
    secret.type ??= "Opaque";
    if (!secret.stringData) return;
    const added = Object.entries(secret.stringData).map(([key, text]) => [key, encodeBase64(text)]);
    secret.data = { ...secret.data, ...Object.fromEntries(added) };
    delete secret.stringData;
  },
  validate,
  validateUpdate(secret, old, context) {
    const type = secret.type === old.type ? [] : [immutable("type", secret.type)];
    return [...type, ...validateImmutable(secret, old, ["data"]), ...validate(secret, context)];
  },
  fields: ({ type }) => ({ type: type ?? "" }),
  columns: [
    nameColumn,
    textColumn("Type", ({ type }) => type ?? ""),
    countColumn("Data", ({ data }) => Object.keys(data ?? {}).length),
    ageColumn,
  ],
});
