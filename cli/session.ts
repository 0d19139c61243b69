// What `kennel run` plays its scripts on: a fresh cluster for each, and the workstation of it.

import { boot, type Cluster, type ClusterHost } from "../sandbox/cluster.ts";
import type { Scene } from "../sandbox/scene.ts";
import { settle } from "../sandbox/settle.ts";
import { type CommandResult, outputLines, type Step } from "./golden.ts";
import { loaders } from "./loaders.ts";
import type { OpenSession, Session, SessionOptions } from "./run.ts";
import { loadScene } from "./scenes.ts";

/** Turns of Node's event loop. */
export const nodeHost: ClusterHost = {
  loaders,
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** No command may run longer than this, in virtual milliseconds. */
const LONGEST_MS = 600_000;

export const openSession: OpenSession = async (options) => {
  const cluster = await boot(sceneFor(options), nodeHost);
  return new ScriptSession(cluster);
};

function sceneFor({ scene = "bare", era, client, seed, nodes }: SessionOptions): Scene {
  return loadScene(scene, {
    ...(era !== undefined && { era }),
    ...(client !== undefined && { clientEra: client }),
    ...(seed !== undefined && { seed }),
    ...(nodes !== undefined && { nodes }),
  });
}

class ScriptSession implements Session {
  readonly #cluster: Cluster;
  readonly #folder: string;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    const { home, user } = cluster.scene.workstation;
    const { files } = cluster.workstation;
    this.#folder = cluster.scene.name === "bare" ? `${home}/case` : home;
    if (files.kind(this.#folder) === undefined) {
      files.makeDirectory(this.#folder);
      if (user !== "root") files.chown(this.#folder, 1000, 1000);
    }
  }

  async execute(step: Step): Promise<CommandResult | undefined> {
    const { clock, store } = this.#cluster;
    switch (step.kind) {
      case "command":
        return this.#command(step.command);
      case "file":
        this.#write(step.name, step.content);
        return undefined;
      case "settle":
        await settle({ clock, store });
        return undefined;
      case "advance":
        await clock.advance(step.ms);
        return undefined;
      default:
        return undefined;
    }
  }

  async close(): Promise<void> {}

  async #command(command: string): Promise<CommandResult> {
    const { clock } = this.#cluster;
    const end = clock.now() + LONGEST_MS;
    let result: CommandResult | undefined;
    const running = this.#cluster.execute(command, this.#folder).then(({ output, exitCode }) => {
      result = { lines: outputLines(output), exit: exitCode };
    });
    await clock.runUntil(end, () => result !== undefined);
    if (!result)
      return { lines: ["kennel: the command did not end within ten minutes"], exit: 124 };
    await running;
    return result;
  }

  #write(name: string, content: string): void {
    const { files } = this.#cluster.workstation;
    const path = `${this.#folder}/${name}`;
    const folder = path.slice(0, path.lastIndexOf("/"));
    if (files.kind(folder) === undefined) files.makeDirectory(folder, { parents: true });
    files.write(path, content);
    files.chown(path, 1000, 1000);
  }
}
