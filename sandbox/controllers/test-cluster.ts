// A cluster for tests of controllers: an API server, the controllers under test, and no nodes. The
// test plays the kubelet and the scheduler where it needs them.

import type { Era } from "../api/era.ts";
import { resources } from "../api/index.ts";
import type { KubeObject } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";
import { pluginsWithoutControllers as plugins } from "../apiserver/admission/index.ts";
import { hooks } from "../apiserver/hooks/index.ts";
import { createApiServer } from "../apiserver/server.ts";
import { Store } from "../apiserver/store.ts";
import { subresources } from "../apiserver/subresources/index.ts";
import { Client } from "../client/client.ts";
import { type Controller, runControllers } from "../client/controller.ts";
import { Informers } from "../client/informers.ts";
import { type ClockControl, createClock, type Host } from "../sim/clock.ts";
import { createRandom } from "../sim/random.ts";
import { createTrace, type Trace } from "../sim/trace.ts";

export interface TestClusterOptions {
  readonly era: Era;
  readonly controllers: readonly Controller[];
  readonly host: Host;
  readonly seed?: number;
}

export interface TestCluster {
  readonly client: Client;
  readonly clock: ClockControl;
  readonly trace: Trace;
  /** Moves time; rejects if a controller broke one of our rules meanwhile. */
  advance(ms: number): Promise<void>;
  /** Names of all objects of a kind, in the order of their keys. */
  names(resource: Resource): Promise<string[]>;
  /**
   * Messages of the events about an object, with their reasons: `Killing: Stopping container c`.
   */
  eventsOf(name: string): Promise<string[]>;
  stop(): void;
}

const admin = { commonName: "kubernetes-admin", organizations: ["system:masters"] };

export async function testCluster(options: TestClusterOptions): Promise<TestCluster> {
  const { era, controllers } = options;
  const clock = createClock(Date.UTC(2021, 0, 13, 12), options.host);
  const random = createRandom(options.seed ?? 1);
  const trace = createTrace(clock);
  const store = new Store(clock);
  const server = createApiServer({
    era,
    store,
    clock,
    random: random.stream("apiserver"),
    resources,
    plugins,
    hooks,
    tokens: () => undefined,
    authorize: () => (next) => next,
    subresources,
    pages: {},
  });
  server.bootstrap();
  const clientOf = (userAgent: string) =>
    new Client({ handler: server.handler, era, userAgent, certificate: admin });
  const client = clientOf("test");
  const stopping = new AbortController();
  const { signal } = stopping;
  const informers = new Informers({ client, clock, signal });
  let failure: unknown;
  runControllers(controllers, { client: clientOf, clock, random, trace, signal, informers }).catch(
    (error: unknown) => {
      failure ??= error;
    },
  );
  await clock.settle();
  return {
    client,
    clock,
    trace,
    async advance(ms) {
      await clock.advance(ms);
      if (failure) throw failure;
    },
    async names(resource) {
      const { items } = await client.list(resource);
      return items.map(({ metadata }) => metadata.name);
    },
    async eventsOf(name) {
      const events = resources.find(({ plural }) => plural === "events") as Resource<EventLike>;
      const { items } = await client.list(events, { fields: `involvedObject.name=${name}` });
      return items.map(({ reason, message }) => `${reason}: ${message}`);
    },
    stop() {
      stopping.abort();
      server.close();
    },
  };
}

type EventLike = KubeObject & { reason?: string; message?: string };
