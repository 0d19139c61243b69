// Two hosts for tests: a run must not be able to tell them apart.

import { MessageChannel } from "node:worker_threads";
import { loaders } from "../../cli/loaders.ts";
import type { ClusterHost } from "../../sandbox/cluster.ts";

/** Turns by setImmediate. */
export const immediate: ClusterHost = {
  loaders,
  turn: () => new Promise((resolve) => setImmediate(resolve)),
};

/** Turns by messages, as in a worker of a browser. */
export function messages(): ClusterHost & { close(): void } {
  const { port1, port2 } = new MessageChannel();
  let waiting: (() => void)[] = [];
  port1.on("message", () => {
    const woken = waiting;
    waiting = [];
    for (const wake of woken) wake();
  });
  port1.unref();
  return {
    loaders,
    turn: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        port2.postMessage(0);
      }),
    close: () => port1.close(),
  };
}
