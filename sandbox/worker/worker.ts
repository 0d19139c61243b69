// The worker's entry: a sandbox, exposed to the page that started it.

import { expose } from "comlink";
import type { PacerHost } from "../pacer.ts";
import { LiveSandbox } from "./live-sandbox.ts";

/** Turns by messages to ourselves: between two of them, those of the page come in. */
function workerHost(): PacerHost {
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return {
    turn: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        port2.postMessage(0);
      }),
    now: () => performance.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  };
}

expose(new LiveSandbox(workerHost()));
