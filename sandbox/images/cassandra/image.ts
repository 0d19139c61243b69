// Cassandra as the Kubernetes examples have it, and as it is on Docker Hub.

import type { FileSystem } from "../../machine/files.ts";
import { defineImage, type Image } from "../../machine/image.ts";
import type { Program } from "../../machine/process.ts";
import { usualPath } from "../base-files.ts";
import { cassandraYaml, type Directories } from "./config.ts";
import { cqlsh } from "./cqlsh.ts";
import { daemon } from "./daemon.ts";
import type { LogStyle } from "./log.ts";
import { nodetool } from "./nodetool.ts";
import { cassandraUser, dockerEntrypoint, JAVA, runScript } from "./start-scripts.ts";
import { type CassandraVersion, v3_11_2, v3_11_19 } from "./versions.ts";

const PORTS = [7000, 7001, 7199, 9042, 9160];

/** The Java machine, which here can run one program. */
const java =
  (version: CassandraVersion, style: LogStyle): Program =>
  async (process) => {
    if (process.argv.at(-1)?.endsWith(".CassandraDaemon")) return daemon(version, style)(process);
    await process.stderr.write("java: not simulated\n");
    return 1;
  };

const directories = (base: string): Directories => ({
  ...{ data: `${base}/data`, commitLog: `${base}/commitlog` },
  ...{ hints: `${base}/hints`, caches: `${base}/saved_caches` },
});

/** True when the node takes itself for one that is up and normal. */
const readyProbe = `#!/bin/bash
if [[ $(nodetool status | grep $POD_IP) == *"UN"* ]]; then
  if [[ $DEBUG ]]; then echo "UN"; fi
  exit 0
fi
if [[ $DEBUG ]]; then echo "Not Up"; fi
exit 1
`;

export function cassandraImages(base: Image): Image[] {
  return [examples(base), official(base)];
}

/** differs: of the older tags only what is in v13. */
function examples(base: Image): Image {
  const home = "/usr/local/apache-cassandra-3.11.2";
  return defineImage({
    ...{ base, size: 186_000_000, names: ["gcr.io/google-samples/cassandra"] },
    tags: ["v11", "v12", "v13", "v14", "latest"],
    config: {
      entrypoint: ["/usr/bin/dumb-init", "/bin/bash", "/run.sh"],
      env: {
        PATH: `${usualPath}:${home}/bin`,
        ...{
          CASSANDRA_HOME: home,
          CASSANDRA_CONF: "/etc/cassandra",
          CASSANDRA_DATA: "/cassandra_data",
        },
        ...{ CASSANDRA_LOGS: "/var/log/cassandra", JAVA_HOME: "/usr/lib/jvm/java-8-openjdk-amd64" },
        ...{ DI_VERSION: "1.2.1", CASSANDRA_VERSION: "3.11.2" },
      },
      exposedPorts: PORTS,
    },
    files: {
      ...{ "/cassandra_data/": "", "/var/log/cassandra/": "" },
      "/etc/cassandra/cassandra.yaml": cassandraYaml(directories("/cassandra_data"), {
        ...{ tokens: 32, seeds: "127.0.0.1", rpcAddress: "0.0.0.0" },
      }),
      ...{ "/etc/cassandra/jvm.options": "", "/ready-probe.sh": readyProbe },
      "/etc/cassandra/cassandra-rackdc.properties": "dc=\nrack=\n",
    },
    programs: {
      "/usr/bin/dumb-init": dumbInit,
      "/run.sh": runScript,
      [JAVA]: java(v3_11_2, "short"),
      [`${home}/bin/nodetool`]: nodetool,
      [`${home}/bin/cqlsh`]: cqlsh(),
    },
    finish: (files) => finish(files, ["/cassandra_data", "/etc/cassandra", "/var/log/cassandra"]),
  });
}

function official(base: Image): Image {
  return defineImage({
    ...{ base, size: 145_000_000, names: ["cassandra"] },
    tags: ["3.11", "3.11.19", "3"],
    config: {
      ...{ entrypoint: ["docker-entrypoint.sh"], cmd: ["cassandra", "-f"], exposedPorts: PORTS },
      env: {
        PATH: `/opt/java/openjdk/bin:/opt/cassandra/bin:${usualPath}`,
        ...{ CASSANDRA_HOME: "/opt/cassandra", CASSANDRA_CONF: "/etc/cassandra" },
        CASSANDRA_VERSION: "3.11.19",
      },
    },
    files: {
      "/var/lib/cassandra/": "",
      "/etc/cassandra/cassandra.yaml": cassandraYaml(directories("/var/lib/cassandra"), {
        ...{ tokens: 256, seeds: "127.0.0.1", rpcAddress: "localhost" },
      }),
      "/etc/cassandra/jvm.options": "",
    },
    programs: {
      "/usr/local/bin/docker-entrypoint.sh": dockerEntrypoint,
      [JAVA]: java(v3_11_19, "full"),
      "/opt/cassandra/bin/nodetool": nodetool,
      "/opt/cassandra/bin/cqlsh": cqlsh(),
    },
    finish: (files) => finish(files, ["/var/lib/cassandra", "/etc/cassandra"]),
  });
}

/** Passes signals on; here it only starts what it is told to. */
const dumbInit: Program = (process) => {
  const [first = "", ...rest] = process.argv.slice(1);
  return process.exec(/\/bash$/.test(first) && rest[0] === "/run.sh" ? rest : [first, ...rest]);
};

function finish(files: FileSystem, owned: readonly string[]): void {
  const { uid, gid } = cassandraUser;
  const append = { append: true };
  files.write("/etc/passwd", `cassandra:x:${uid}:${gid}::/home/cassandra:/bin/sh\n`, append);
  files.write("/etc/group", `cassandra:x:${gid}:\n`, append);
  for (const path of owned) files.chown(path, uid, gid);
  if (files.kind("/ready-probe.sh")) files.chmod("/ready-probe.sh", 0o755);
}
