// `etcd` as a process: it answers on the ports of old and new clients. As a proxy it hands on what
// it is asked to the real one. Upstream: coreos/etcd 2.3 etcdmain.
// differs: the API server does not stop with it.

import type { Era } from "../../api/era.ts";
import type { Handler } from "../../api/http.ts";
import type { Store } from "../../apiserver/store.ts";
import type { Machine } from "../../machine/machine.ts";
import type { Program } from "../../machine/process.ts";
import { etcdctl } from "./etcdctl.ts";
import { keysHandler } from "./keys.ts";

const ports = [2379, 4001];

const serving =
  (handlerOf: (process: Parameters<Program>[0]) => Handler): Program =>
  async (process) => {
    for (const port of ports) process.network.serve(port, handlerOf(process));
    return process.wait(new Promise<number>(() => {}));
  };

const etcd = (store: Store, era: Era): Program => serving(() => keysHandler(store, era));

const proxy = (host: string): Program =>
  serving(
    ({ network }) =>
      (request) =>
        network.request({ host, port: ports[0] ?? 0 }, request),
  );

async function keep({ files, system: { units } }: Machine, program: Program): Promise<void> {
  files.install("/usr/local/bin/etcd", program);
  files.install("/usr/local/bin/etcdctl", etcdctl);
  units.register({
    ...{ name: "etcd.service", description: "etcd key-value store" },
    ...{ argv: ["/usr/local/bin/etcd"], restart: "always" },
  });
  await units.start("etcd");
}

export interface EtcdOptions {
  readonly store: Store;
  readonly era: Era;
  /** Where it runs, and where the reader sits. */
  readonly master: { readonly machine: Machine; readonly address: string };
  readonly workstation: Machine;
}

/** etcd beside the API server, and a proxy of it on the reader's machine. */
export async function startEtcd({ store, era, master, workstation }: EtcdOptions): Promise<void> {
  await keep(master.machine, etcd(store, era));
  await keep(workstation, proxy(master.address));
}
