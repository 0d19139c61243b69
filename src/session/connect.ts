// The page's end of the wall: starts the worker and wraps it. Loaded when a sandbox is first
// wanted.

import { proxy, type Remote, wrap } from "comlink";
import type { Booted, BootOptions, Listener, Sandbox } from "../../sandbox/worker/protocol.ts";

export interface Connection {
  readonly sandbox: Remote<Sandbox>;
  boot(options: BootOptions, listener: Listener): Promise<Booted>;
  close(): void;
}

export function connect(): Connection {
  const worker = new Worker(new URL("../../sandbox/worker/worker.ts", import.meta.url), {
    type: "module",
    name: "sandbox",
  });
  const sandbox = wrap<Sandbox>(worker);
  return {
    sandbox,
    boot: (options, listener) => sandbox.boot(options, proxy(listener)),
    close: () => worker.terminate(),
  };
}
