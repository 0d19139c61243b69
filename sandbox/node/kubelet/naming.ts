// The names of a pod on the network: its hostname, its /etc/hosts and its /etc/resolv.conf.
// kubelet_pods.go GeneratePodHostNameAndDomain, network/dns/dns.go.

import type { Pod } from "../../api/pod.ts";
import type { FileSystem } from "../../machine/files.ts";

export interface PodHostname {
  readonly hostname: string;
  /** `nginx.default.svc.cluster.local`; empty without a subdomain. */
  readonly domain: string;
}

const annotation = (pod: Pod, name: string): string | undefined =>
  pod.metadata.annotations?.[`pod.beta.kubernetes.io/${name}`];

export function hostnameOf(pod: Pod, clusterDomain: string): PodHostname {
  const { name, namespace = "" } = pod.metadata;
  // Before 1.6 both were annotations.
  const given = pod.spec.hostname || annotation(pod, "hostname") || name;
  const subdomain = pod.spec.subdomain || annotation(pod, "subdomain");
  const hostname = given.length <= 63 ? given : given.slice(0, 63).replace(/[-.]+$/, "");
  return { hostname, domain: subdomain ? `${subdomain}.${namespace}.svc.${clusterDomain}` : "" };
}

export function hostsFile(
  { spec }: Pod,
  { hostname, domain, ip }: PodHostname & { readonly ip: string },
  node: FileSystem,
): string {
  const own = spec.hostNetwork
    ? `# Kubernetes-managed hosts file (host network).\n${textOf(node, "/etc/hosts")}`
    : `${managedHosts}${ip}\t${domain ? `${hostname}.${domain}\t` : ""}${hostname}\n`;
  const aliases = (spec.hostAliases ?? []).map(
    (alias) => `${alias.ip}\t${alias.hostnames.join("\t")}\n`,
  );
  return aliases.length === 0
    ? own
    : `${own}\n# Entries added by HostAliases.\n${aliases.join("")}`;
}

const managedHosts = [
  "# Kubernetes-managed hosts file.",
  "127.0.0.1\tlocalhost",
  "::1\tlocalhost ip6-localhost ip6-loopback",
  "fe00::0\tip6-localnet",
  "fe00::0\tip6-mcastprefix",
  "fe00::1\tip6-allnodes",
  "fe00::2\tip6-allrouters\n",
].join("\n");

const textOf = (files: FileSystem, path: string): string =>
  files.kind(path) === "file" ? files.read(path) : "";

interface DnsConfig {
  servers: string[];
  searches: string[];
  options: string[];
}

export interface ClusterNames {
  readonly servers: readonly string[];
  readonly domain: string;
  /** containerd writes the search list first, docker the servers. */
  readonly runtime: "docker" | "containerd";
}

/** The text of /etc/resolv.conf as the pod's dnsPolicy and dnsConfig ask for it. */
export function resolvConf(pod: Pod, cluster: ClusterNames, node: FileSystem): string {
  const { dnsPolicy = "ClusterFirst", hostNetwork, dnsConfig } = pod.spec;
  const host = parseResolvConf(textOf(node, "/etc/resolv.conf"));
  let config = host;
  const first =
    dnsPolicy === "ClusterFirstWithHostNet" || (dnsPolicy === "ClusterFirst" && !hostNetwork);
  if (dnsPolicy === "None") config = { servers: [], searches: [], options: [] };
  else if (first && cluster.servers.length > 0) {
    const { namespace = "" } = pod.metadata;
    const own = [`${namespace}.svc.${cluster.domain}`, `svc.${cluster.domain}`, cluster.domain];
    config = {
      servers: [...cluster.servers],
      searches: [...new Set([...own, ...host.searches])],
      options: ["ndots:5"],
    };
  }
  if (dnsConfig) {
    const options = (dnsConfig.options ?? []).map(({ name, value }) =>
      value ? `${name}:${value}` : name,
    );
    config = {
      servers: [...new Set([...config.servers, ...(dnsConfig.nameservers ?? [])])],
      searches: [...new Set([...config.searches, ...(dnsConfig.searches ?? [])])],
      options: mergeOptions(config.options, options),
    };
  }
  const servers = config.servers.slice(0, 3).map((server) => `nameserver ${server}`);
  const search = config.searches.slice(0, 32).join(" ");
  const searches = search === "" ? [] : [`search ${search}`];
  const lines =
    cluster.runtime === "docker" ? [...servers, ...searches] : [...searches, ...servers];
  if (config.options.length > 0) lines.push(`options ${config.options.join(" ")}`);
  return `${lines.join("\n")}\n`;
}

function mergeOptions(old: readonly string[], more: readonly string[]): string[] {
  const merged = new Map([...old, ...more].map((option) => [option.split(":")[0], option]));
  return [...merged.values()];
}

function parseResolvConf(text: string): DnsConfig {
  const config: DnsConfig = { servers: [], searches: [], options: [] };
  for (const line of text.split("\n")) {
    const [keyword, ...words] = line.trim().split(/\s+/);
    if (keyword === "nameserver" && words[0]) config.servers.push(words[0]);
    else if (keyword === "search") config.searches = words;
    else if (keyword === "options") config.options = words;
  }
  return config;
}
