// Consul as it is on Docker Hub: Docker's own `consul`, and HashiCorp's, which took over from it.

import { FileError, type FileSystem } from "../../machine/files.ts";
import { defineImage, type Image } from "../../machine/image.ts";
import type { Program } from "../../machine/process.ts";
import { type ConsulVersion, versions } from "./versions.ts";

const DATA = "/consul/data";
const CONFIG = "/consul/config";

/**
 * What runs first: it names the directories to an agent, gives them to the user consul, and becomes
 * what it was told to run.
 */
const entrypoint: Program = async (process) => {
  const { env, files, argv } = process;
  const local = env.get("CONSUL_LOCAL_CONFIG");
  if (local !== undefined) files.write(`${CONFIG}/local.json`, `${local}\n`);
  const [, first = "", ...rest] = argv;
  let command = argv.slice(1);
  if (first.startsWith("-") || first === "version") command = ["consul", ...command];
  else if (first === "agent") {
    command = ["consul", "agent", `-data-dir=${DATA}`, `-config-dir=${CONFIG}`, ...rest];
  } else if (isCommand.test(first)) command = ["consul", ...command];
  const takesOver = command[0] === "consul" && !env.has("CONSUL_DISABLE_PERM_MGMT");
  if (takesOver && process.identity.uid === 0) {
    for (const path of [DATA, CONFIG]) own(process.files, path);
    return process.exec(command, { user: "consul" });
  }
  return process.exec(command);
};

const isCommand = /^(?:catalog|force-leave|info|join|kv|leave|members|monitor|operator|reload)$/;

const UID = 100;
const GID = 1000;

function own(files: FileSystem, path: string): void {
  try {
    if (files.stat(path).uid !== UID) files.chown(path, UID, GID);
  } catch (error) {
    // A volume that may only be read: the agent will say so.
    if (!(error instanceof FileError)) throw error;
  }
}

export interface ConsulImagesOptions {
  /** Alpine. */
  readonly base: Image;
  /** What `consul` does in one of its releases. */
  readonly consul: (version: ConsulVersion) => Program;
}

export function consulImages({ base, consul }: ConsulImagesOptions): Image[] {
  return versions.map(({ version, tags, official }) =>
    defineImage({
      ...{ base, tags, size: 46_000_000 },
      names: ["hashicorp/consul", ...(official ? ["consul"] : [])],
      config: {
        entrypoint: ["docker-entrypoint.sh"],
        cmd: ["agent", "-dev", "-client", "0.0.0.0"],
        exposedPorts: [8300, 8301, 8302, 8500, 8600],
      },
      files: { [`${DATA}/`]: "", [`${CONFIG}/`]: "" },
      programs: {
        "/bin/consul": consul(version),
        "/usr/local/bin/docker-entrypoint.sh": entrypoint,
      },
      finish: addUser,
    }),
  );
}

function addUser(files: FileSystem): void {
  const append = { append: true };
  const home = "/home/consul:/sbin/nologin";
  files.write("/etc/passwd", `consul:x:${UID}:${GID}::${home}\n`, append);
  files.write("/etc/group", `consul:x:${GID}:consul\n`, append);
  for (const path of ["/consul", DATA, CONFIG]) files.chown(path, UID, GID);
}
