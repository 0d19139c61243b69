// kube-proxy: hears of services and endpoints, and makes the node's network send connections to the
// ones on to the others. What it has set up stays when it stops, as rules of iptables do.
// cmd/kube-proxy, pkg/proxy/iptables.

import { endpoints } from "../../api/endpoints.ts";
import type { Era } from "../../api/era.ts";
import { type KubeObject, keyOf, keyText } from "../../api/meta.ts";
import { services } from "../../api/service.ts";
import { Client } from "../../client/client.ts";
import { Informer } from "../../client/informer.ts";
import type { Adapter, Target } from "../../machine/network.ts";
import type { Program } from "../../machine/process.ts";
import type { Random } from "../../sim/random.ts";
import { ServiceTable } from "./service-table.ts";

export interface KubeProxyOptions {
  readonly era: Era;
  readonly server: Target;
  readonly random: Random;
  /** The network card of the node on which the program runs, by its hostname. */
  adapterOf(hostname: string): Adapter;
}

export function kubeProxyProgram({ era, server, random, adapterOf }: KubeProxyOptions): Program {
  /** By node: how to take back what an earlier run left. */
  const left = new Map<string, () => void>();
  return async (process) => {
    const { clock, hostname, network, killed } = process;
    const stop = new AbortController();
    killed.addEventListener("abort", () => stop.abort(), { once: true });
    const asked = new Promise<void>((resolve) => process.trap("SIGTERM", resolve));
    const silence = new Promise<never>(() => {});
    const client = new Client({
      handler: (request) => (stop.signal.aborted ? silence : network.request(server, request)),
      ...{ era, userAgent: `kube-proxy/${era.build.gitVersion}` },
      certificate: { commonName: "system:kube-proxy", organizations: ["system:node-proxier"] },
    });
    const adapter = adapterOf(hostname);
    const table = new ServiceTable({
      ...{ clock, nodeName: hostname, addresses: () => adapter.addresses },
      random: random.stream(`proxy ${hostname}`),
    });
    const options = { client, clock, signal: stop.signal };
    const heardServices = new Informer(services, options);
    const heardEndpoints = new Informer(endpoints, options);
    heardServices.on(({ now, before }) => table.service(nameOf(now ?? before), now));
    heardEndpoints.on(({ now, before }) => table.endpoints(nameOf(now ?? before), now));
    const hearing = Promise.all([heardServices.run(), heardEndpoints.run()]);
    await process.stdout.write(`Version: ${era.build.gitVersion}\nUsing iptables Proxier.\n`);
    const synced = Promise.all([heardServices.synced, heardEndpoints.synced]);
    await process.wait(Promise.race([synced, asked]));
    left.get(hostname)?.();
    left.set(
      hostname,
      adapter.rewrite((traffic) => table.route(traffic)),
    );
    await process.wait(Promise.race([hearing, asked]));
    stop.abort();
    return 0;
  };
}

const nameOf = (object: KubeObject | undefined): string => (object ? keyText(keyOf(object)) : "");
