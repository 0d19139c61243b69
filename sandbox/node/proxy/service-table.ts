// Where connections to services go: addresses and ports of services, each with the endpoints behind
// it.
// pkg/proxy/service.go, endpoints.go, iptables/proxier.go.
// differs: Endpoints are looked at in every release, not EndpointSlices.

import type { Endpoints } from "../../api/endpoints.ts";
import type { Service, ServicePort } from "../../api/service.ts";
import type { Endpoint, Traffic } from "../../machine/network.ts";
import type { Clock } from "../../sim/clock.ts";
import type { Random } from "../../sim/random.ts";

export interface ServiceTableOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly nodeName: string;
  /** The node's own addresses. */
  readonly addresses: () => readonly string[];
}

interface Backend extends Endpoint {
  readonly nodeName: string | undefined;
}

/** One port of one service. */
interface Entry {
  readonly backends: readonly Backend[];
  /** Only endpoints of this node are taken: from inside, from outside. */
  readonly localInside: boolean;
  readonly localOutside: boolean;
  /** A client stays with its endpoint for so long; 0: it does not. */
  readonly stickyMs: number;
  readonly stuck: Map<string, { backend: Backend; at: number }>;
}

export class ServiceTable {
  readonly #options: ServiceTableOptions;
  readonly #services = new Map<string, Service>();
  readonly #endpoints = new Map<string, Endpoints>();
  /** By `address:port/protocol`. */
  readonly #entries = new Map<string, Entry>();
  /** By `port/protocol`, on any address of the node. */
  readonly #nodePorts = new Map<string, Entry>();
  readonly #keys = new Map<string, readonly string[]>();

  constructor(options: ServiceTableOptions) {
    this.#options = options;
  }

  service(key: string, service: Service | undefined): void {
    if (service) this.#services.set(key, service);
    else this.#services.delete(key);
    this.#build(key);
  }

  endpoints(key: string, endpoints: Endpoints | undefined): void {
    if (endpoints) this.#endpoints.set(key, endpoints);
    else this.#endpoints.delete(key);
    this.#build(key);
  }

  /** Where traffic really goes; undefined if it is not about a service. */
  route({ protocol, source, destination, arriving }: Traffic): Endpoint | "refuse" | undefined {
    const { address, port } = destination;
    const inside = this.#entries.get(`${address}:${port}/${protocol}`);
    if (inside) return this.#choose(inside, source, inside.localInside);
    const atNode = this.#nodePorts.get(`${port}/${protocol}`);
    if (!atNode || !this.#options.addresses().includes(address)) return undefined;
    return this.#choose(atNode, source, arriving && atNode.localOutside);
  }

  #choose(entry: Entry, source: string, local: boolean): Endpoint | "refuse" {
    const { nodeName, random, clock } = this.#options;
    const backends = local
      ? entry.backends.filter((backend) => backend.nodeName === nodeName)
      : entry.backends;
    if (backends.length === 0) return "refuse";
    const stuck = entry.stuck.get(source);
    const isFresh = stuck && clock.now() - stuck.at < entry.stickyMs;
    const backend =
      isFresh && backends.includes(stuck.backend)
        ? stuck.backend
        : (backends[random.below(backends.length)] as Backend);
    if (entry.stickyMs > 0) entry.stuck.set(source, { backend, at: clock.now() });
    return { address: backend.address, port: backend.port };
  }

  #build(key: string): void {
    for (const old of this.#keys.get(key) ?? []) {
      this.#entries.delete(old);
      this.#nodePorts.delete(old);
    }
    this.#keys.delete(key);
    const service = this.#services.get(key);
    const { clusterIP, externalIPs = [], type } = service?.spec ?? {};
    if (!service || !clusterIP || clusterIP === "None" || type === "ExternalName") return;
    const balancers = (service.status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
    const keys: string[] = [];
    for (const port of service.spec.ports ?? []) {
      const entry = this.#entry(service, port, this.#endpoints.get(key));
      const protocol = (port.protocol ?? "TCP").toLowerCase();
      for (const ip of [clusterIP, ...externalIPs, ...balancers]) {
        keys.push(`${ip}:${port.port}/${protocol}`);
        this.#entries.set(`${ip}:${port.port}/${protocol}`, entry);
      }
      if (!port.nodePort) continue;
      keys.push(`${port.nodePort}/${protocol}`);
      this.#nodePorts.set(`${port.nodePort}/${protocol}`, entry);
    }
    this.#keys.set(key, keys);
  }

  #entry(
    { spec }: Service,
    { name = "", protocol = "TCP" }: ServicePort,
    endpoints: Endpoints | undefined,
  ): Entry {
    const backends: Backend[] = [];
    for (const { addresses = [], ports = [] } of endpoints?.subsets ?? []) {
      const found = ports.find(
        (port) => (port.name ?? "") === name && (port.protocol ?? "TCP") === protocol,
      );
      if (!found) continue;
      for (const { ip, nodeName } of addresses) {
        backends.push({ address: ip, port: found.port, nodeName });
      }
    }
    const { timeoutSeconds = 10_800 } = spec.sessionAffinityConfig?.clientIP ?? {};
    return {
      backends,
      localInside: spec.internalTrafficPolicy === "Local",
      localOutside: spec.externalTrafficPolicy === "Local",
      stickyMs: spec.sessionAffinity === "ClientIP" ? timeoutSeconds * 1000 : 0,
      stuck: new Map(),
    };
  }
}
