// What the API server of each era says of the kinds of the core group, and of what users may not
// do.

import type { CoreWords } from "../../api/words/core.ts";

const choose = (pod: string, containers: readonly string[]) =>
  `a container name must be specified for pod ${pod}, choose one of: [${containers.join(" ")}]`;

const ending = (namespace: string) =>
  `unable to create new content in namespace ${namespace} because it is being terminated`;

export const v1_20: CoreWords = {
  podFixed:
    "pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` (only additions to existing tolerations)\n%v",
  chooseContainer: (pod, containers, initContainers) =>
    choose(pod, [...initContainers, ...containers]),
  addressRefused: (address, why) => `failed to allocated ip:${address} with error:${why}`,
  addressOutside: (_address, range) =>
    `provided IP is not in the valid range. The range of valid IPs is ${range}`,
  forbidden({ user, verb, group, resource, namespace }) {
    const where = namespace
      ? `in the namespace ${JSON.stringify(namespace)}`
      : "at the cluster scope";
    return `User ${JSON.stringify(user)} cannot ${verb} resource ${JSON.stringify(resource)} in API group ${JSON.stringify(group)} ${where}`;
  },
  getFailed: (url, why) => `Get ${JSON.stringify(url)}: ${why}`,
  refusal: (text) => text,
  limit: (text) => text,
  namespaceEnding: ending,
  accountMissing: (namespace, name) =>
    `error looking up service account ${namespace}/${name}: serviceaccount "${name}" not found`,
  quotaNeeds: (unsaid) => `must specify ${[...unsaid.keys()].join(",")}`,
};

/** Since 1.27. */
export const v1_27: CoreWords = {
  ...v1_20,
  addressRefused: (address, why) => `failed to allocate IP ${address}: ${why}`,
  addressOutside: (address, range) =>
    `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${range}`,
  podFixed:
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n%v",
  quotaNeeds: (unsaid) =>
    `must specify ${[...unsaid].map(([name, containers]) => `${name} for: ${containers.join(",")}`).join("; ")}`,
};

export const v1_11: CoreWords = {
  ...v1_20,
  addressRefused: (_address, why) => why,
  chooseContainer: (pod, containers, initContainers) =>
    choose(pod, containers) +
    (initContainers.length > 0
      ? ` or one of the init containers: [${initContainers.join(" ")}]`
      : ""),
  forbidden({ user, verb, group, resource, namespace }) {
    const what = group ? `${resource}.${group}` : resource;
    const where = namespace
      ? `in the namespace ${JSON.stringify(namespace)}`
      : "at the cluster scope";
    return `User ${JSON.stringify(user)} cannot ${verb} ${what} ${where}`;
  },
  getFailed: (url, why) => `Get ${url}: ${why}`,
  limit: (text) => `${text}.`,
};

export const v1_5: CoreWords = {
  ...v1_11,
  podFixed:
    "pod updates may not change fields other than `containers[*].image` or `spec.activeDeadlineSeconds`",
  namespaceEnding: (namespace) => `${ending(namespace)}.`,
  accountMissing: (namespace, name) =>
    `service account ${namespace}/${name} was not found, retry after the service account is created`,
};

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

export const v1_3: CoreWords = {
  ...v1_5,
  chooseContainer: choose,
  refusal: capital,
  limit: (text) => capital(`${text}.`),
  namespaceEnding: (namespace) => capital(`${ending(namespace)}.`),
};
