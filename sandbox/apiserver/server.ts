// The API server: filters around the dispatch of requests to registries. Its handler is the one
// door to the store; everything inside and outside the sandbox comes in here.

import type { Era } from "../api/era.ts";
import { chain, type Filter, type Handler, type Request, type Response } from "../api/http.ts";
import type { KubeObject, NamespacedName } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";
import { failure, plainFailure, qualified } from "../api/status.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import { type AdmissionPlugin, NotYet, type ServerView } from "./admission/plugin.ts";
import { type Advertised, bootstrap } from "./bootstrap.ts";
import { createDecoder } from "./decoding.ts";
import { discovery, servesPart } from "./discovery.ts";
import {
  type Call,
  type DispatchTools,
  dispatch,
  notAllowed,
  notServed,
  ok,
  type Served,
} from "./dispatch.ts";
import { accountTokens } from "./filters/account-tokens.ts";
import { type TokenLookup, withAuthentication } from "./filters/authentication.ts";
import { withStatusErrors } from "./filters/errors.ts";
import { Heartbeats } from "./heartbeats.ts";
import type { Hooks } from "./hooks/hooks.ts";
import { servedKinds } from "./kinds.ts";
import { Registry } from "./registry.ts";
import { type RequestInfo, requestInfo } from "./request-info.ts";
import type { Store } from "./store.ts";
import { Watchers } from "./watch.ts";

export interface ApiServerOptions {
  readonly era: Era;
  readonly store: Store;
  readonly clock: Clock;
  readonly random: Random;
  readonly resources: readonly Resource[];
  /** Every plugin there is; the era says which are on, and in which order. */
  readonly plugins: readonly AdmissionPlugin[];
  /** What kinds need beyond their resource, by plural. */
  readonly hooks: Readonly<Record<string, Hooks>>;
  /** Whose a token is that is no service account's. */
  readonly tokens: TokenLookup;
  /** Filters after authentication: authorization. */
  authorize(view: ServerView): Filter;
  /**
   * By name: `scale`, `binding`, `log`. What is not here is a plain part of the object: `status`.
   */
  readonly subresources: Readonly<Record<string, Subresource>>;
  /**
   * Paths that are not about resources and not discovery: `/version`, `/openapi/v2`. One that ends
   * in a slash stands for all below it.
   */
  readonly pages: Readonly<Record<string, Page>>;
  /** Where services get their addresses from. */
  readonly serviceRange?: string;
  /** The way to kubelets; absent where there are none. May reject with Unreachable. */
  dial?(host: string, port: number): Handler;
}

export type Page = (request: Request, parts: ServerParts) => Response;

/** Answers requests to `/pods/web-0/log` and the like. */
export type Subresource = (call: Call, server: ServerParts) => Response | Promise<Response>;

/** What a subresource may use of the server. */
export interface ServerParts {
  readonly view: ServerView;
  readonly resources: readonly Resource[];
  served<T extends KubeObject>(resource: Resource<T>): Served;
  dial(host: string, port: number): Handler;
}

export interface ApiServer {
  readonly handler: Handler;
  readonly view: ServerView;
  /** Makes what every cluster has from its beginning, as far as it is not there. */
  bootstrap(advertised?: Advertised): void;
  /** Ends all watches: the server goes down. The store keeps what it has. */
  close(): void;
}

export const SERVICE_RANGE = "10.96.0.0/12";

/** How often a request is tried that needs what is not there yet. */
const TRIES = 10;

const noWay = (): Handler => () =>
  Promise.reject(failure("ServiceUnavailable", "the server has no way to nodes: not simulated"));

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { era, resources } = options;
  const served = registries(options);
  const parts: ServerParts = {
    view: served.view,
    resources,
    served: (resource) => served.kinds.get(resource) as Served,
    dial: options.dial ?? noWay,
  };
  const { now } = options.clock;
  const heartbeats = new Heartbeats(options);
  const tools: DispatchTools = { era, decoder: createDecoder(era), now, heartbeats };
  const find = servedKinds(era, resources);
  const pages = discovery(era, resources);

  const answer: Handler = async (request) => {
    const info = requestInfo(request);
    if (info.resource === undefined) {
      const found = pages.answer(info.path);
      if (found) return ok(found);
      const page = pageAt(options.pages, info.path);
      if (!page) throw notServed();
      return page(request, parts);
    }
    const resource = find(info.groupVersion, info.resource);
    if (!resource) throw notServed();
    const call: Call = { request, info, served: parts.served(resource), tools };
    checkPath(era, resource, info);
    const subresource = options.subresources[info.subresource || `${info.verb} ${info.resource}`];
    return again(() => (subresource ? subresource(call, parts) : dispatch(call)), {
      clock: options.clock,
      signal: request.signal,
    });
  };
  const ofAccount = accountTokens(served.view);
  const filters = [
    withStatusErrors,
    withAuthentication((token) => ofAccount(token) ?? options.tokens(token)),
    options.authorize(served.view),
  ];
  const place = {
    era,
    serviceRange: served.view.serviceRange,
    registry: (resource: Resource) => parts.served(resource).registry,
  };
  return {
    handler: chain(filters, answer),
    view: served.view,
    bootstrap: (advertised) => bootstrap(place, advertised),
    close() {
      served.close();
      heartbeats.close();
    },
  };
}

interface Patience {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
}

/** Answers, after a while if something is about to be made that the request needs. */
async function again(
  answer: () => Response | Promise<Response>,
  { clock, signal }: Patience,
): Promise<Response> {
  for (let tries = 1; ; tries++) {
    try {
      return await answer();
    } catch (error) {
      if (!(error instanceof NotYet) || tries === TRIES) throw error;
      await clock.sleep(error.wait, signal);
    }
  }
}

/** A registry for each kind, and what everyone may see of them. */
function registries(options: ApiServerOptions) {
  const { era, store, clock, random } = options;
  const kinds = new Map<Resource, Served>();
  const registryOf = <T extends KubeObject>(resource: Resource<T>): Registry<T> =>
    (kinds.get(resource as Resource) as Served).registry as Registry as Registry<T>;
  const view: ServerView = {
    era,
    random,
    serviceRange: options.serviceRange ?? SERVICE_RANGE,
    now: clock.now,
    get: <T extends KubeObject>(resource: Resource<T>, key: NamespacedName) =>
      registryOf(resource).find(key),
    list: <T extends KubeObject>(resource: Resource<T>, namespace = "") =>
      registryOf(resource).all(namespace),
    account: (resource, object) => registryOf(resource).overwrite(object),
    count: (what) => store.count(what),
  };
  const admission = era.admission.flatMap((name) =>
    options.plugins.filter((each) => each.name === name),
  );
  for (const resource of options.resources) {
    const hooks = options.hooks[resource.plural] ?? {};
    const asked = admission.filter(({ about }) => about?.includes(resource.plural) ?? true);
    const registry = new Registry(resource, hooks, { store, view, admission: asked });
    kinds.set(resource, { registry, watchers: new Watchers(registry, { store, clock }) });
  }
  const close = () => {
    for (const { watchers } of kinds.values()) watchers.close();
  };
  return { kinds, view, close };
}

/** Whether the kind has such a part, and whether it may be used so. */
function checkPath(era: Era, resource: Resource, { verb, subresource }: RequestInfo): void {
  if (subresource) {
    if (!servesPart(era, resource, subresource)) throw notServed();
  } else if (resource.verbs && !resource.verbs.includes(verb)) {
    throw resource.notSimulated
      ? plainFailure(`${qualified(resource)}: not simulated`, 501)
      : notAllowed();
  }
}

function pageAt(pages: ApiServerOptions["pages"], path: string): Page | undefined {
  const exact = pages[path] ?? pages[path.replace(/\/$/, "")];
  if (exact) return exact;
  const above = Object.keys(pages).find((each) => each.endsWith("/") && path.startsWith(each));
  return above === undefined ? undefined : pages[above];
}
