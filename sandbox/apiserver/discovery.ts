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
      .flatMap((resource) => [
        describe(resource),
        ...(resource.subresources ?? [])
          .filter((name) => servesPart(era, resource, name))
          .map((name) => describePart(era, resource, name)),
      ])
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

interface Part {
  readonly kind: string;
  readonly verbs: readonly string[];
  /** Where the kind is from, the newest first; a release without any of them has no such part. */
  readonly versions?: readonly string[];
}

const create = ["create"];
const connect = ["create", "get"];

const parts: Readonly<Record<string, Part>> = {
  scale: { kind: "Scale", verbs: ["get", "patch", "update"], versions: ["autoscaling/v1"] },
  binding: { kind: "Binding", verbs: create },
  eviction: { kind: "Eviction", verbs: create, versions: ["policy/v1", "policy/v1beta1"] },
  log: { kind: "Pod", verbs: ["get"] },
  exec: { kind: "PodExecOptions", verbs: connect },
  attach: { kind: "PodAttachOptions", verbs: connect },
  portforward: { kind: "PodPortForwardOptions", verbs: connect },
  finalize: { kind: "Namespace", verbs: ["update"] },
  proxy: { kind: "NodeProxyOptions", verbs: ["create", "delete", "get", "patch", "update"] },
  token: { kind: "TokenRequest", verbs: create, versions: ["authentication.k8s.io/v1"] },
};

/** True if the release has this part of the kind. */
export function servesPart(era: Era, resource: Resource, name: string): boolean {
  if (!resource.subresources?.some((each) => each === name)) return false;
  return name === "scale" || !parts[name]?.versions || versionOf(era, name) !== undefined;
}

function versionOf({ schema }: Era, name: string): string | undefined {
  const { kind = "", versions } = parts[name] ?? {};
  return versions?.find((each) => schema.definition(each, kind) !== undefined);
}

function describePart(era: Era, resource: Resource, name: string): ApiResource {
  const { kind, verbs } = parts[name] ?? { kind: resource.kind, verbs: ["get", "patch", "update"] };
  const version = versionOf(era, name);
  return {
    name: `${resource.plural}/${name}`,
    singularName: "",
    namespaced: resource.namespaced,
    ...(version !== undefined && splitGroupVersion(version)),
    kind,
    verbs,
  };
}
