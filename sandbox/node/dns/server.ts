// The cluster's DNS server as a program in a pod: CoreDNS, or kube-dns before it.

import { type Endpoints, endpoints } from "../../api/endpoints.ts";
import type { Era } from "../../api/era.ts";
import { namespaces } from "../../api/namespace.ts";
import { services } from "../../api/service.ts";
import { Informer } from "../../client/informer.ts";
import type { Program } from "../../machine/process.ts";
import { inClusterClient } from "../in-cluster.ts";
import { Zone } from "./zone.ts";

export interface DnsServerOptions {
  readonly era: Era;
  readonly flavor: "coredns" | "kube-dns";
  readonly domain?: string;
  /** What it prints when it starts. */
  readonly banner: string;
}

/** How long it still answers when it has been told to stop: `health { lameduck 5s }`. */
const LAME_MS = 5_000;

export function dnsServer({ era, flavor, domain, banner }: DnsServerOptions): Program {
  return async (process) => {
    const { clock, killed, random, network } = process;
    const stop = new AbortController();
    killed.addEventListener("abort", () => stop.abort(), { once: true });
    const asked = new Promise<void>((resolve) => process.trap("SIGTERM", resolve));
    const client = inClusterClient(process, era, flavor);
    if (!client) {
      await process.stderr.write("plugin/kubernetes: unable to load in-cluster configuration\n");
      return 1;
    }
    const options = { client, clock, signal: stop.signal };
    const heard = {
      services: new Informer(services, options),
      endpoints: new Informer(endpoints, options),
      namespaces: new Informer(namespaces, options),
    };
    heard.services.indexBy("ip", ({ spec }) => (spec.clusterIP ? [spec.clusterIP] : []));
    heard.endpoints.indexBy("ip", addressesOf);
    const hearing = Promise.all(Object.values(heard).map((informer) => informer.run()));
    await process.wait(Promise.all(Object.values(heard).map((informer) => informer.synced)));
    const zone = new Zone({
      ...{ flavor, domain: domain ?? "cluster.local", random: random.stream("dns") },
      view: {
        service: (namespace, name) => heard.services.get({ namespace, name }),
        endpoints: (namespace, name) => heard.endpoints.get({ namespace, name }),
        serviceAt: (ip) => heard.services.by("ip", ip)[0],
        endpointsAt: (ip) => heard.endpoints.by("ip", ip),
        hasNamespace: (name) => heard.namespaces.get({ namespace: "", name }) !== undefined,
      },
    });
    network.serveDns((question) => zone.answer(question));
    const healthy = async () => ({ status: 200, headers: {}, body: "OK" });
    network.serve(8080, healthy);
    network.serve(flavor === "coredns" ? 8181 : 8081, healthy);
    await process.stdout.write(banner);
    await process.wait(Promise.race([hearing, asked]));
    if (flavor === "coredns") {
      await process.stdout.write("[INFO] SIGTERM: Shutting down servers then terminating\n");
      await process.stdout.write("[INFO] plugin/health: Going into lameduck mode for 5s\n");
      await process.sleep(LAME_MS);
    }
    stop.abort();
    return 0;
  };
}

const addressesOf = ({ subsets = [] }: Endpoints): string[] => [
  ...new Set(subsets.flatMap(({ addresses = [] }) => addresses.map(({ ip }) => ip))),
];
