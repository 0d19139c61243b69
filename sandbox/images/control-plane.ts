// The control plane as programs, like everything else: stop the controller manager and nothing
// heals, stop the API server and kubectl says connection refused. They meet only at the API
// server's door.

import type { Era } from "../api/era.ts";
import type { Handler } from "../api/http.ts";
import { resources } from "../api/index.ts";
import { plugins } from "../apiserver/admission/index.ts";
import { withAuthorization } from "../apiserver/filters/authorization.ts";
import { hooks } from "../apiserver/hooks/index.ts";
import { createApiServer } from "../apiserver/server.ts";
import { serverPages } from "../apiserver/server-pages.ts";
import type { Store } from "../apiserver/store.ts";
import { subresources } from "../apiserver/subresources/index.ts";
import { Client } from "../client/client.ts";
import { type Controller, runControllers } from "../client/controller.ts";
import { Informers } from "../client/informers.ts";
import type { Target } from "../machine/network.ts";
import type { Process, Program } from "../machine/process.ts";
import type { Random } from "../sim/random.ts";
import type { Trace } from "../sim/trace.ts";

export interface ControlPlane {
  readonly era: Era;
  /** What etcd keeps; it outlives every process. */
  readonly store: Store;
  readonly random: Random;
  readonly trace: Trace;
  readonly serviceRange: string;
  /** Where the API server listens, for the other two. */
  readonly server: Target;
  readonly controllers: readonly Controller[];
  /** Runs the scheduler until the signal aborts. */
  readonly schedule: (tools: SchedulerTools) => Promise<void>;
}

export interface SchedulerTools {
  readonly client: Client;
  readonly process: Process;
  readonly random: Random;
  readonly signal: AbortSignal;
}

export const API_PORT = 6443;

const masters = (commonName: string) => ({ commonName, organizations: ["system:masters"] });

export function kubeApiserver(plane: ControlPlane): Program {
  return async (process) => {
    const { era, store, serviceRange } = plane;
    const { network, clock } = process;
    const server = createApiServer({
      ...{ era, store, clock, resources, plugins, hooks, subresources, serviceRange },
      random: plane.random.stream("apiserver"),
      tokens: () => undefined,
      authorize: withAuthorization,
      pages: serverPages(era),
      dial: (host, port) => (request) => network.request({ host, port, secure: true }, request),
    });
    process.killed.addEventListener("abort", () => server.close(), { once: true });
    const advertised = { address: plane.server.host, port: API_PORT };
    server.bootstrap(advertised);
    // Whoever deletes what every cluster has sees it again before long.
    const key = "/registry/services/specs/default/kubernetes";
    const forget = store.watch(undefined, store.revision, ({ type, now }) => {
      if (type !== "delete" || now.key !== key) return;
      clock.after(RECONCILE_MS, () => {
        if (!process.killed.aborted) server.bootstrap(advertised);
      });
    });
    process.killed.addEventListener("abort", forget, { once: true });
    network.serve(API_PORT, server.handler, { secure: true });
    return process.wait(new Promise<number>(() => {}));
  };
}

/** How often the server looks for its own service. */
const RECONCILE_MS = 10_000;

export function kubeControllerManager(plane: ControlPlane): Program {
  return async (process) => {
    const { clock, killed: signal } = process;
    const client = (name: string) =>
      clientOf(plane, process, `system:serviceaccount:kube-system:${name}`);
    const informers = new Informers({ client: client("shared-informers"), clock, signal });
    await runControllers(plane.controllers, {
      ...{ client, clock, signal, informers, trace: plane.trace },
      random: plane.random.stream("controllers"),
      log: (text) => void process.stdout.write(`${text}\n`),
    });
    return 0;
  };
}

export function kubeScheduler(plane: ControlPlane): Program {
  return async (process) => {
    const client = clientOf(plane, process, "system:kube-scheduler");
    const random = plane.random.stream("scheduler");
    await plane.schedule({ client, process, random, signal: process.killed });
    return 0;
  };
}

function clientOf({ era, server }: ControlPlane, process: Process, name: string): Client {
  const handler: Handler = (request) => process.network.request(server, request);
  return new Client({ handler, era, userAgent: name, certificate: masters(name) });
}
