// ServiceAccounts. pkg/registry/core/serviceaccount/strategy.go; types in api/core/v1/types.go.

import { ageColumn, countColumn, nameColumn } from "./columns.ts";
import type { KubeObject, ObjectReference } from "./meta.ts";
import { defineResource } from "./resource.ts";

export interface ServiceAccount extends KubeObject {
  kind: "ServiceAccount";
  secrets?: ObjectReference[];
  imagePullSecrets?: { name: string }[];
  automountServiceAccountToken?: boolean;
}

export const serviceAccounts = defineResource<ServiceAccount>({
  group: "",
  version: "v1",
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  singular: "serviceaccount",
  shortNames: ["sa"],
  namespaced: true,
  subresources: ["token"],
  returnsDeleted: true,
  prepareForCreate: onlyNames,
  prepareForUpdate: onlyNames,
  columns: [nameColumn, countColumn("Secrets", ({ secrets }) => secrets?.length), ageColumn],
});

/** Of the secrets only the names are kept. */
function onlyNames(account: ServiceAccount): void {
  if (account.secrets) account.secrets = account.secrets.map(({ name = "" }) => ({ name }));
}

/** `system:serviceaccount:default:robot`. */
export const accountUser = (namespace: string, name: string): string =>
  `system:serviceaccount:${namespace}:${name}`;

export const accountGroups = (namespace: string): readonly string[] => [
  "system:serviceaccounts",
  `system:serviceaccounts:${namespace}`,
];
