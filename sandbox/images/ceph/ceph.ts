// `ceph`: how the cluster is, its pools, its daemons, its keys. Upstream: ceph 10 src/ceph.in,
// src/mon/OSDMonitor.cc.

import type { Process, Program } from "../../machine/process.ts";
import { CephError, reach, readWords } from "./client.ts";
import type { CephCluster } from "./cluster.ts";

const PGS = 64;
const OSD_GB = 100;

function summary(cluster: CephCluster): string {
  const { id, osds, hostname, monitor, pools, health } = cluster;
  const up = osds.filter((osd) => osd.up).length;
  const inside = osds.filter((osd) => osd.in).length;
  const images = [...pools.values()].reduce((sum, { size }) => sum + size, 0);
  const degraded = osds.length - up;
  const why =
    degraded > 0
      ? `\n            ${PGS} pgs degraded\n            ${degraded}/${osds.length} in osds are down`
      : "";
  const state = degraded > 0 ? "active+undersized+degraded" : "active+clean";
  const used = Math.round(cluster.used / 1024 ** 2);
  return `    cluster ${id}
     health ${health}${why}
     monmap e1: 1 mons at {${hostname}=${monitor}:6789/0}
            election epoch 3, quorum 0 ${hostname}
     osdmap e20: ${osds.length} osds: ${up} up, ${inside} in
            flags sortbitwise
      pgmap v120: ${PGS * pools.size} pgs, ${pools.size} pools, ${used} MB data, ${images * 3} objects
            ${used * 3 + 105} MB used, ${inside * OSD_GB} GB / ${inside * OSD_GB} GB avail
                  ${PGS * pools.size} ${state}
`;
}

function tree({ osds, hostname }: CephCluster): string {
  const weight = "0.09769";
  const total = (0.09769 * osds.length).toFixed(5);
  const lines = osds.map(
    ({ id, up, in: inside }) =>
      `${String(id).padStart(2)} ${weight}         osd.${id}      ${(up ? "up" : "down").padStart(4)}  ${inside ? "1.00000" : "0      "}          1.00000 \n`,
  );
  return `ID WEIGHT  TYPE NAME       UP/DOWN REWEIGHT PRIMARY-AFFINITY \n-1 ${total} root default                                    \n-2 ${total}     host ${hostname.padEnd(8)}                            \n${lines.join("")}`;
}

type Command = (cluster: CephCluster, words: readonly string[]) => string;

const poolNames = ({ pools }: CephCluster): string[] => [...pools.keys()];

function setOsd(cluster: CephCluster, [text = ""]: readonly string[], inside: boolean): string {
  const osd = cluster.osds.find(({ id }) => String(id) === text.replace(/^osd\./, ""));
  if (!osd) throw new CephError(`Error EINVAL: invalid osd id ${text}`, 22);
  const was = osd.in;
  osd.in = inside;
  if (was === inside) return `osd.${osd.id} is already ${inside ? "in" : "out"}. \n`;
  return `marked ${inside ? "in" : "out"} osd.${osd.id}. \n`;
}

const commands: Readonly<Record<string, Command>> = {
  status: summary,
  health: ({ health }) => `${health}\n`,
  "osd tree": tree,
  "osd stat": ({ osds }) =>
    `     osdmap e20: ${osds.length} osds: ${osds.filter((osd) => osd.up).length} up, ${osds.filter((osd) => osd.in).length} in\n            flags sortbitwise\n`,
  "osd ls": ({ osds }) => osds.map(({ id }) => `${id}\n`).join(""),
  "osd lspools": (cluster) =>
    `${poolNames(cluster)
      .map((name, i) => `${i} ${name},`)
      .join("")}\n`,
  "osd pool ls": (cluster) =>
    poolNames(cluster)
      .map((name) => `${name}\n`)
      .join(""),
  "osd pool create"(cluster, [name, count]) {
    if (name === undefined || count === undefined) {
      throw new CephError("Invalid command:  missing required parameter pg_num(<int[0-]>)", 22);
    }
    if (cluster.pools.has(name)) return `pool '${name}' already exists\n`;
    cluster.pools.set(name, new Map());
    return `pool '${name}' created\n`;
  },
  "osd out": (cluster, words) => setOsd(cluster, words, false),
  "osd in": (cluster, words) => setOsd(cluster, words, true),
  "mon stat": ({ hostname, monitor }) =>
    `e1: 1 mons at {${hostname}=${monitor}:6789/0}, election epoch 3, quorum 0 ${hostname}\n`,
  "auth get-key"({ key }, [who]) {
    if (who !== "client.admin") throw new CephError(`Error ENOENT: don't have ${who ?? ""}`, 2);
    return key;
  },
  "auth print-key": (cluster, words) => commands["auth get-key"]?.(cluster, words) ?? "",
  df(cluster) {
    const used = Math.round(cluster.used / 1024 ** 2);
    const size = cluster.osds.length * OSD_GB;
    const pools = poolNames(cluster).map(
      (name, i) =>
        `    ${name.padEnd(8)} ${String(i).padEnd(3)} ${String(used).padStart(5)}M         0         ${size / 3}G ${String(cluster.pools.get(name)?.size ?? 0).padStart(11)} \n`,
    );
    return `GLOBAL:\n    SIZE     AVAIL     RAW USED     %RAW USED \n    ${size}G      ${size}G         ${used * 3 + 105}M          0.03 \nPOOLS:\n    NAME     ID     USED     %USED     MAX AVAIL     OBJECTS \n${pools.join("")}`;
  },
};

export const ceph =
  (cluster: CephCluster): Program =>
  async (process: Process) => {
    const given = readWords(process.argv.slice(1).map((word) => (word === "-s" ? "status" : word)));
    const { words } = given;
    if (words[0] === "--version" || given.options.has("version")) {
      await process.stdout.write("ceph version 10.2.5\n");
      return 0;
    }
    for (let length = 3; length > 0; length--) {
      const command = commands[words.slice(0, length).join(" ")];
      if (!command || words.length < length) continue;
      try {
        await reach(process, cluster, given);
        await process.stdout.write(command(cluster, words.slice(length)));
        return 0;
      } catch (error) {
        if (!(error instanceof CephError)) throw error;
        await process.stderr.write(`${error.message}\n`);
        return error.status;
      }
    }
    await process.stderr.write(`ceph ${words.join(" ")}: not simulated\n`);
    return 22;
  };
