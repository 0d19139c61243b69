// Namespaces. pkg/registry/core/namespace/strategy.go; types in api/core/v1/types.go. How they end
// is in apiserver/hooks/namespaces.ts.

import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import { type FieldError, invalid } from "./field-error.ts";
import type { Condition, KubeObject } from "./meta.ts";
import { defineResource } from "./resource.ts";

export interface Namespace extends KubeObject {
  kind: "Namespace";
  spec: { finalizers?: string[] };
  status: { phase?: "Active" | "Terminating"; conditions?: Condition[] };
}

export const namespaces = defineResource<Namespace>({
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  singular: "namespace",
  shortNames: ["ns"],
  namespaced: false,
  nameRule: "label",
  // Nobody deletes all of them at once.
  verbs: ["create", "delete", "get", "list", "patch", "update", "watch"],
  subresources: ["finalize", "status"],
  returnsDeleted: true,

  default(namespace, { era }) {
    if (!era.gates.has("NamespaceDefaultLabelName") || !namespace.metadata.name) return;
    namespace.metadata.labels = {
      ...namespace.metadata.labels,
      "kubernetes.io/metadata.name": namespace.metadata.name,
    };
  },
  prepareForCreate(namespace) {
    namespace.status = { phase: "Active" };
    const finalizers = namespace.spec?.finalizers ?? [];
    namespace.spec = {
      ...namespace.spec,
      finalizers: finalizers.includes("kubernetes") ? finalizers : [...finalizers, "kubernetes"],
    };
  },
  prepareForUpdate(namespace, old, { subresource }) {
    if (subresource === "finalize") return;
    namespace.spec = { ...namespace.spec, finalizers: old.spec.finalizers ?? [] };
  },
  validateStatus({ status, metadata }, old): FieldError[] {
    const ending = old.metadata.deletionTimestamp ?? metadata.deletionTimestamp;
    const phase = ending ? "Terminating" : "Active";
    if (status?.phase === phase) return [];
    const text = `may only be '${phase}' if \`deletionTimestamp\` is ${ending ? "not " : ""}empty`;
    return [invalid("status.Phase", status?.phase ?? "", text)];
  },
  fields: ({ metadata, status }) => ({ name: metadata.name, "status.phase": status?.phase ?? "" }),
  columns: [nameColumn, textColumn("Status", ({ status }) => status.phase ?? ""), ageColumn],
});
