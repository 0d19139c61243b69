// ComponentStatuses: how the parts of the control plane say that they are. They are found out when
// they are asked for: apiserver/subresources/component-statuses.ts.
// pkg/registry/core/componentstatus.

import { nameColumn, textColumn } from "./columns.ts";
import { condition, type KubeObject } from "./meta.ts";
import { defineResource } from "./resource.ts";

export interface ComponentStatus extends KubeObject {
  kind: "ComponentStatus";
  conditions?: { type: string; status: string; message?: string; error?: string }[];
}

const healthy = ({ conditions }: ComponentStatus) => condition(conditions, "Healthy");

export const componentStatuses = defineResource<ComponentStatus>({
  group: "",
  version: "v1",
  kind: "ComponentStatus",
  plural: "componentstatuses",
  singular: "componentstatus",
  shortNames: ["cs"],
  namespaced: false,
  verbs: ["get", "list"],
  columns: [
    nameColumn,
    textColumn("Status", (component) => {
      const { status } = healthy(component) ?? {};
      if (status === undefined) return "Unknown";
      return status === "True" ? "Healthy" : "Unhealthy";
    }),
    textColumn("Message", (component) => healthy(component)?.message ?? ""),
    textColumn("Error", (component) => healthy(component)?.error ?? ""),
  ],
});
