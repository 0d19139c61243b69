// Nodes. pkg/registry/core/node/strategy.go; types in api/core/v1/types.go.

import { ageColumn, nameColumn, textColumn } from "./columns.ts";
import { type Condition, condition, type KubeObject } from "./meta.ts";
import { validateNode, validateNodeUpdate } from "./node-validation.ts";
import { defineResource } from "./resource.ts";

export interface Node extends KubeObject {
  kind: "Node";
  spec: NodeSpec;
  status: NodeStatus;
}

export interface NodeSpec {
  podCIDR?: string;
  podCIDRs?: string[];
  providerID?: string;
  unschedulable?: boolean;
  taints?: Taint[];
  externalID?: string;
}

export interface Taint {
  key: string;
  value?: string;
  effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
  timeAdded?: string;
}

export interface NodeStatus {
  capacity?: Record<string, string>;
  allocatable?: Record<string, string>;
  phase?: string;
  conditions?: Condition[];
  addresses?: { type: string; address: string }[];
  daemonEndpoints?: { kubeletEndpoint?: { Port: number } };
  nodeInfo?: NodeSystemInfo;
  images?: { names: string[]; sizeBytes?: number }[];
  volumesInUse?: string[];
  volumesAttached?: { name: string; devicePath: string }[];
}

export interface NodeSystemInfo {
  machineID: string;
  systemUUID: string;
  bootID: string;
  kernelVersion: string;
  osImage: string;
  containerRuntimeVersion: string;
  kubeletVersion: string;
  kubeProxyVersion: string;
  operatingSystem: string;
  architecture: string;
}

/** Ready, or what else is known of it, as the STATUS column shows it. */
export function nodeStatus({ spec, status }: Node): string {
  const ready = condition(status?.conditions, "Ready");
  const text = ready ? (ready.status === "True" ? "Ready" : "NotReady") : "Unknown";
  return spec?.unschedulable ? `${text},SchedulingDisabled` : text;
}

const ROLE = "node-role.kubernetes.io/";

/** What its labels say that it is for, in order. */
export function nodeRoles({ metadata }: Node): string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(ROLE) && key.length > ROLE.length) roles.add(key.slice(ROLE.length));
    else if (key === "kubernetes.io/role" && value) roles.add(value);
  }
  return [...roles].sort();
}

/** The first address of a type, or undefined. */
export const nodeAddress = ({ status }: Node, type: string): string | undefined =>
  status?.addresses?.find((each) => each.type === type)?.address;

const wide = { wide: true };
const address = (name: string, type: string) =>
  textColumn<Node>(name, (node) => nodeAddress(node, type) ?? "<none>", wide);
const about = (name: string, field: keyof NodeSystemInfo) =>
  textColumn<Node>(name, ({ status }) => status?.nodeInfo?.[field] || "<unknown>", wide);

export const nodes = defineResource<Node>({
  group: "",
  version: "v1",
  kind: "Node",
  plural: "nodes",
  singular: "node",
  shortNames: ["no"],
  namespaced: false,
  storedUnder: "minions",
  subresources: ["proxy", "status"],

  default(node) {
    node.spec ??= {};
    node.status ??= {};
    if (node.status.capacity) node.status.allocatable ??= { ...node.status.capacity };
  },
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  validateStatus: validateNodeUpdate,
  fields: ({ spec }) => ({ "spec.unschedulable": String(spec?.unschedulable ?? false) }),
  columns: [
    nameColumn,
    textColumn("Status", nodeStatus),
    textColumn("Roles", (node) => nodeRoles(node).join(",") || "<none>"),
    ageColumn,
    textColumn("Version", ({ status }) => status?.nodeInfo?.kubeletVersion ?? ""),
    address("Internal-IP", "InternalIP"),
    address("External-IP", "ExternalIP"),
    about("OS-Image", "osImage"),
    about("Kernel-Version", "kernelVersion"),
    about("Container-Runtime", "containerRuntimeVersion"),
  ],
});
