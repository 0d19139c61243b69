// What the server serves, for those who ask: /api, /apis, /apis/GROUP, /apis/GROUP/VERSION.
// apiserver/pkg/endpoints/discovery.

import { type Era, serves } from "../api/era.ts";
import { type Resource, splitGroupVersion } from "../api/resource.ts";
import { kindIn, standardVerbs } from "./kinds.ts";

interface GroupVersionForDiscovery {
  readonly groupVersion: string;
  readonly version: string;
}

interface Group {
  readonly name: string;
  readonly versions: readonly GroupVersionForDiscovery[];
  readonly preferredVersion: GroupVersionForDiscovery;
}

export interface Discovery {
  /** The answer to a path of discovery; undefined if it is none. */
  answer(path: string): object | undefined;
}

export function discovery(era: Era, resources: readonly Resource[]): Discovery {
  const groups = groupsOf(era);
  const answers = new Map<string, object>();
  answers.set("/api", {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: "" }],
  });
  answers.set("/apis", { kind: "APIGroupList", apiVersion: "v1", groups });
  for (const group of groups) {
    answers.set(`/apis/${group.name}`, { kind: "APIGroup", apiVersion: "v1", ...group });
  }
  for (const groupVersion of Object.keys(era.serves)) {
    const root = groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
    answers.set(root, resourceList(era, groupVersion, resources));
  }
  return { answer: (path) => answers.get(path.replace(/\/$/, "")) };
}

function groupsOf(era: Era): Group[] {
  const groups = new Map<string, GroupVersionForDiscovery[]>();
  for (const groupVersion of Object.keys(era.serves)) {
    const { group, version } = splitGroupVersion(groupVersion);
    if (group === "") continue;
    const versions = groups.get(group) ?? [];
    versions.push({ groupVersion, version });
    groups.set(group, versions);
  }
  return [...groups].map(([name, versions]) => ({
    name,
    versions,
    preferredVersion: versions[0] as GroupVersionForDiscovery,
  }));
}

function resourceList(era: Era, groupVersion: string, resources: readonly Resource[]): object {
  const listed = resources.filter((resource) => {
    const versions = [...(resource.alsoIn ?? []), kindIn(resource).groupVersion];
    return versions.includes(groupVersion) && serves(era, groupVersion, resource.plural);
  });
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion,
    resources: listed
      .flatMap((resource) => [describe(resource), ...subresources(resource)])
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

interface ApiResource {
  readonly name: string;
  readonly [field: string]: unknown;
}

function describe(resource: Resource): ApiResource {
  const { plural, singular, namespaced, kind, shortNames, categories } = resource;
  return {
    name: plural,
    singularName: singular,
    namespaced,
    kind,
    verbs: resource.verbs ?? standardVerbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories && { categories }),
  };
}

const subresourceKinds: Readonly<
  Record<string, readonly [kind: string, verbs: readonly string[]]>
> = {
  scale: ["Scale", ["get", "patch", "update"]],
  binding: ["Binding", ["create"]],
  eviction: ["Eviction", ["create"]],
  log: ["Pod", ["get"]],
  exec: ["PodExecOptions", ["create", "get"]],
  attach: ["PodAttachOptions", ["create", "get"]],
  portforward: ["PodPortForwardOptions", ["create", "get"]],
  finalize: ["Namespace", ["update"]],
  token: ["TokenRequest", ["create"]],
};

const subresourceGroups: Readonly<Record<string, { group: string; version: string }>> = {
  scale: { group: "autoscaling", version: "v1" },
  eviction: { group: "policy", version: "v1" },
  token: { group: "authentication.k8s.io", version: "v1" },
};

function subresources(resource: Resource): ApiResource[] {
  return (resource.subresources ?? []).map((name) => {
    const [kind, verbs] = subresourceKinds[name] ?? [resource.kind, ["get", "patch", "update"]];
    return {
      name: `${resource.plural}/${name}`,
      singularName: "",
      namespaced: resource.namespaced,
      ...subresourceGroups[name],
      kind,
      verbs,
    };
  });
}
