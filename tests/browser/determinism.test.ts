// Runs in Chromium itself, with what Node has made of the same scenes before.

import { afterAll, describe, expect, inject, test } from "vitest";
import type { ClusterHost } from "../../sandbox/cluster.ts";
import type { Loaders } from "../../sandbox/programs/bin/catalog.ts";
import { playOn, seeds } from "../support/determinism.ts";

/** What the scripts of the test run; the others are refused. */
const refuse = () => Promise.reject(new Error("nobody types this"));
const loaders: Loaders = {
  userland: async () => (await import("../../sandbox/programs/bin/userland.ts")).userland,
  toolbox: async () => (await import("../../sandbox/programs/bin/toolbox.ts")).toolbox,
  explanations: refuse,
  installers: refuse,
  mysql: refuse,
};

const { port1, port2 } = new MessageChannel();
let waiting: (() => void)[] = [];
port1.onmessage = () => {
  const woken = waiting;
  waiting = [];
  for (const wake of woken) wake();
};
afterAll(() => port1.close());

/** Turns by messages, as the worker of the site has them. */
const host: ClusterHost = {
  loaders,
  turn: () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      port2.postMessage(0);
    }),
};

for (const { name, scene, outcomes } of inject("playedScenes")) {
  describe(`the scene ${name}`, () => {
    test.each(seeds)("with seed %i is in Chromium what it is in Node", async (seed) => {
      expect(await playOn(host, scene, seed)).toEqual(outcomes[seeds.indexOf(seed)]);
    });
  });
}
