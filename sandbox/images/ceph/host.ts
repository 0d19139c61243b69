// The machine of a Ceph cluster, and what its clients have: programs, configuration, a key.

import type { Machine } from "../../machine/machine.ts";
import type { Program } from "../../machine/process.ts";
import { hostMachine, type Site, startSshd } from "../hosts.ts";
import { ceph } from "./ceph.ts";
import { MONITOR_PORT } from "./client.ts";
import { CephCluster } from "./cluster.ts";
import { rbd } from "./rbd.ts";

const monitor: Program = async (process) => {
  process.network.listen(MONITOR_PORT, (connection) => connection.close());
  return process.wait(new Promise<number>(() => {}));
};

/** Gives a machine the commands and the administrator's key. */
export function makeClient({ files }: Machine, cluster: CephCluster): void {
  files.install("/usr/bin/rbd", rbd(cluster));
  files.install("/usr/bin/ceph", ceph(cluster));
  files.makeDirectory("/etc/ceph", { parents: true });
  const conf = `[global]\nfsid = ${cluster.id}\nmon_initial_members = ${cluster.hostname}\nmon_host = ${cluster.monitor}\nauth_cluster_required = cephx\n`;
  files.write("/etc/ceph/ceph.conf", conf);
  const keyring = `[client.admin]\n\tkey = ${cluster.key}\n`;
  files.write("/etc/ceph/ceph.client.admin.keyring", keyring);
}

/** A new cluster on a machine of its own, its monitor running. */
export async function bootCeph(
  site: Site,
  { hostname, address }: { readonly hostname: string; readonly address: string },
): Promise<CephCluster> {
  const cluster = new CephCluster(site, { monitor: address, hostname });
  const machine = hostMachine(site, { hostname, address, users: [] });
  makeClient(machine, cluster);
  machine.files.install("/usr/bin/ceph-mon", monitor);
  const { units } = machine.system;
  units.register({
    ...{ name: `ceph-mon@${hostname}.service`, description: "Ceph cluster monitor daemon" },
    ...{ argv: ["/usr/bin/ceph-mon", "-f"], restart: "on-failure" },
  });
  await units.start(`ceph-mon@${hostname}.service`);
  cluster.up = () =>
    !machine.isDown && units.state(`ceph-mon@${hostname}.service`)?.active === "active";
  await startSshd(machine);
  return cluster;
}
