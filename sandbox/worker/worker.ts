// The worker's entry: a sandbox, exposed to the page that started it.

import { expose } from "comlink";
import type { Loaders } from "../programs/bin/catalog.ts";
import { explanationsOf } from "./explanations.ts";
import { LiveSandbox, type SandboxHost } from "./live-sandbox.ts";

/** Pieces of the sandbox's script that are fetched when a program of them is first run. */
const loaders: Loaders = {
  userland: async () => (await import("../programs/bin/userland.ts")).userland,
  toolbox: async () => (await import("../programs/bin/toolbox.ts")).toolbox,
  explanations: explanationsOf,
  installers: async () => (await import("../programs/bin/packages.ts")).installers,
  mysql: async () => (await import("../images/mysql/programs.ts")).mysqlPrograms,
};

/** Turns by messages to ourselves: between two of them, those of the page come in. */
function workerHost(): SandboxHost {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return {
    loaders,
    turn: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        port2.postMessage(0);
      }),
    now: () => performance.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

// Every scene begins with a shell.
void loaders.userland();
expose(new LiveSandbox(workerHost()));
