// What the cluster's DNS server answers: services, their endpoints, and nothing else.
// github.com/coredns/coredns/plugin/kubernetes; kubernetes/dns for kube-dns.

import type { EndpointAddress, EndpointPort, Endpoints } from "../../api/endpoints.ts";
import type { Service } from "../../api/service.ts";
import type { DnsAnswer, DnsRecord, Question } from "../../machine/network.ts";
import type { Random } from "../../sim/random.ts";

/** What the server has heard of the cluster. */
export interface ZoneView {
  service(namespace: string, name: string): Service | undefined;
  endpoints(namespace: string, name: string): Endpoints | undefined;
  serviceAt(ip: string): Service | undefined;
  /** Endpoints objects that have this address. */
  endpointsAt(ip: string): readonly Endpoints[];
  hasNamespace(name: string): boolean;
}

export interface ZoneOptions {
  readonly view: ZoneView;
  readonly random: Random;
  /** `cluster.local` */
  readonly domain: string;
  readonly flavor: "coredns" | "kube-dns";
}

const SECONDS = 30;

const settled = (answers: readonly DnsRecord[], additional?: readonly DnsRecord[]): DnsAnswer => ({
  ...{ code: "NOERROR", authoritative: true, answers },
  ...(additional && { additional }),
});
const unknown: DnsAnswer = { code: "NXDOMAIN", authoritative: true, answers: [] };

/** One name's target: an endpoint of a service, or the service's own address. */
interface Target {
  readonly host: string;
  readonly ip: string;
  readonly ports: readonly EndpointPort[];
}

export class Zone {
  readonly #options: ZoneOptions;

  constructor(options: ZoneOptions) {
    this.#options = options;
  }

  answer({ name, type }: Question): DnsAnswer {
    const { domain } = this.#options;
    const lower = name.toLowerCase().replace(/\.$/, "");
    const address = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\.in-addr\.arpa$/.exec(lower);
    if (address) return this.#reverse(lower, address.slice(1).reverse().join("."), type);
    if (lower === domain || lower === `svc.${domain}`) return settled([]);
    if (!lower.endsWith(`.${domain}`)) return elsewhere(lower);
    const labels = lower.slice(0, -domain.length - 1).split(".");
    const kind = labels.pop();
    if (kind === "pod") return this.#pod(lower, labels, type);
    if (kind !== "svc") return unknown;
    return this.#service(lower, labels, type);
  }

  #record(name: string, type: DnsRecord["type"], data: string): DnsRecord {
    return { name, type, ttl: SECONDS, data };
  }

  #service(name: string, labels: string[], type: Question["type"]): DnsAnswer {
    const { view } = this.#options;
    const namespace = labels.pop() ?? "";
    if (labels.length === 0) return view.hasNamespace(namespace) ? settled([]) : unknown;
    const [port, protocol] = labels[0]?.startsWith("_") ? labels.splice(0, 2) : [];
    const service = labels.pop() ?? "";
    const found = view.service(namespace, service);
    if (!found || labels.length > 1) return unknown;
    if (found.spec.type === "ExternalName") {
      return settled([this.#record(name, "CNAME", `${found.spec.externalName}.`)]);
    }
    const targets = this.#targets(found, labels[0]);
    const wanted = (each: EndpointPort) =>
      port === undefined ||
      (`_${each.name ?? ""}` === port && `_${(each.protocol ?? "TCP").toLowerCase()}` === protocol);
    const reached = targets.filter(({ ports }) => port === undefined || ports.some(wanted));
    if (reached.length === 0) return unknown;
    if (type === "A") {
      const ips = [...new Set(reached.map(({ ip }) => ip))];
      return settled(this.#shuffled(ips).map((ip) => this.#record(name, "A", ip)));
    }
    if (type !== "SRV") return settled([]);
    return this.#located(name, reached, { wanted, isNamed: port !== undefined });
  }

  #located(
    name: string,
    targets: readonly Target[],
    { wanted, isNamed }: { wanted(port: EndpointPort): boolean; isNamed: boolean },
  ): DnsAnswer {
    const old = this.#options.flavor === "kube-dns";
    // kube-dns knows no port unless it was asked for by name.
    const pairs = targets.flatMap((target) =>
      old && !isNamed
        ? [{ target, port: 0 }]
        : target.ports.filter(wanted).map(({ port }) => ({ target, port })),
    );
    const weight = Math.floor(100 / Math.max(pairs.length, 1));
    const priority = old ? 10 : 0;
    const answers = pairs.map(({ target, port }) =>
      this.#record(name, "SRV", `${priority} ${weight} ${port} ${target.host}.`),
    );
    const hosts = new Map(targets.map(({ host, ip }) => [host, ip]));
    const additional = [...hosts].map(([host, ip]) => this.#record(host, "A", ip));
    return settled(answers, additional);
  }

  /** All endpoints of a headless service, the one that was asked for, or the service itself. */
  #targets({ metadata, spec }: Service, endpoint: string | undefined): Target[] {
    const { view, domain, flavor } = this.#options;
    const { name, namespace = "" } = metadata;
    const own = `${name}.${namespace}.svc.${domain}`;
    const headless = spec.clusterIP === "None";
    if (!headless && endpoint === undefined) {
      if (!spec.clusterIP) return [];
      const ports = (spec.ports ?? []).map(({ targetPort: _target, ...port }) => port);
      return [{ host: own, ip: spec.clusterIP, ports }];
    }
    if (!headless && flavor === "kube-dns") return [];
    const subsets = view.endpoints(namespace, name)?.subsets ?? [];
    return subsets.flatMap(({ addresses = [], ports = [] }) =>
      addresses
        .filter((address) => endpoint === undefined || labelOf(address) === endpoint)
        .map((address) => ({ host: `${labelOf(address)}.${own}`, ip: address.ip, ports })),
    );
  }

  #reverse(name: string, ip: string, type: Question["type"]): DnsAnswer {
    const { view, domain } = this.#options;
    const service = view.serviceAt(ip);
    const below = ({ metadata }: Service | Endpoints) =>
      `${metadata.name}.${metadata.namespace}.svc.${domain}.`;
    const names = service
      ? [below(service)]
      : view.endpointsAt(ip).flatMap((endpoints) =>
          (endpoints.subsets ?? [])
            .flatMap(({ addresses = [] }) => addresses.filter((address) => address.ip === ip))
            .slice(0, 1)
            .map((address) => `${labelOf(address)}.${below(endpoints)}`),
        );
    if (names.length === 0) return unknown;
    return settled(type === "PTR" ? names.map((each) => this.#record(name, "PTR", each)) : []);
  }

  /**
   * `10-244-1-5.default.pod`: the address that the name spells, whether there is such a pod or not.
   */
  #pod(name: string, labels: readonly string[], type: Question["type"]): DnsAnswer {
    const [spelled = "", namespace = ""] = labels;
    const valid = labels.length === 2 && /^\d{1,3}(-\d{1,3}){3}$/.test(spelled);
    if (!valid || !this.#options.view.hasNamespace(namespace)) return unknown;
    if (type !== "A") return settled([]);
    return settled([this.#record(name, "A", spelled.replaceAll("-", "."))]);
  }

  /** The servers turn the list so that not everybody takes the first. */
  #shuffled(ips: readonly string[]): string[] {
    const rest = [...ips];
    const { random } = this.#options;
    const mixed: string[] = [];
    while (rest.length > 0) mixed.push(...rest.splice(random.below(rest.length), 1));
    return mixed;
  }
}

/** The name of an endpoint below its service: its hostname, or its address with dashes. */
const labelOf = ({ hostname, ip }: EndpointAddress): string => hostname || ip.replaceAll(".", "-");

/**
 * There is no world outside: names of the Internet fail, and what cannot be such a name is not
 * there.
 */
function elsewhere(name: string): DnsAnswer {
  const isPublic = /\.(com|org|net|io|dev|edu|gov|info|[a-z]{2})$/.test(name);
  return { code: isPublic ? "SERVFAIL" : "NXDOMAIN", authoritative: false, answers: [] };
}
