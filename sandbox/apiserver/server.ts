// The API server: filters around the dispatch of requests to registries. Its handler is the one door
// to the store; everything inside and outside the sandbox comes in here.

import type { Era } from "../api/era.ts";
import { chain, type Filter, type Handler, type Request, type Response } from "../api/http.ts";
import type { KubeObject, NamespacedName } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";
import type { AdmissionPlugin, ServerView } from "./admission/plugin.ts";
import { createDecoder } from "./decoding.ts";
import { discovery } from "./discovery.ts";
import { type Call, dispatch, type DispatchTools, notServed, ok, type Served } from "./dispatch.ts";
import { withAuthentication, type TokenLookup } from "./filters/authentication.ts";
import { withStatusErrors } from "./filters/errors.ts";
import type { Hooks } from "./hooks/hooks.ts";
import { servedKinds } from "./kinds.ts";
import { Registry } from "./registry.ts";
import { requestInfo } from "./request-info.ts";
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
  readonly tokens: TokenLookup;
  /** Filters after authentication: authorization. */
  authorize(view: ServerView): Filter;
  /** By name: `scale`, `binding`, `log`. What is not here is a plain part of the object: `status`. */
  readonly subresources: Readonly<Record<string, Subresource>>;
  /** Paths that are not about resources and not discovery: `/version`, `/openapi/v2`. */
  readonly pages: Readonly<Record<string, (request: Request) => Response>>;
}

/** Answers requests to `/pods/web-0/log` and the like. */
export type Subresource = (call: Call, server: ServerParts) => Response | Promise<Response>;

/** What a subresource may use of the server. */
export interface ServerParts {
  readonly view: ServerView;
  served(resource: Resource): Served;
}

export interface ApiServer {
  readonly handler: Handler;
  readonly view: ServerView;
  /** Ends all watches: the server goes down. The store keeps what it has. */
  close(): void;
}

export function createApiServer(options: ApiServerOptions): ApiServer {
  const { era, store, clock, random } = options;
  const served = new Map<Resource, Served>();
  const registryOf = <T extends KubeObject>(resource: Resource<T>): Registry<T> =>
    (served.get(resource as Resource) as Served).registry as Registry as Registry<T>;
  const view: ServerView = {
    era,
    random,
    now: clock.now,
    get: <T extends KubeObject>(resource: Resource<T>, key: NamespacedName) =>
      registryOf(resource).find(key),
    list: <T extends KubeObject>(resource: Resource<T>, namespace = "") =>
      registryOf(resource).all(namespace),
  };
  const admission = era.admission.flatMap((name) => options.plugins.filter((each) => each.name === name));
  for (const resource of options.resources) {
    const hooks = options.hooks[resource.plural] ?? {};
    const registry = new Registry(resource, hooks, { store, view, admission });
    served.set(resource, { registry, watchers: new Watchers(store, registry) });
  }
  const parts: ServerParts = { view, served: (resource) => served.get(resource) as Served };
  const tools: DispatchTools = { era, decoder: createDecoder(era), now: clock.now };
  const find = servedKinds(era, options.resources);
  const pages = discovery(era, options.resources);

  const answer: Handler = async (request) => {
    const info = requestInfo(request);
    if (info.resource === undefined) {
      const found = pages.answer(info.path);
      if (found) return ok(found);
      const page = options.pages[info.path];
      if (!page) throw notServed();
      return page(request);
    }
    const resource = find(info.groupVersion, info.resource);
    if (!resource) throw notServed();
    const call: Call = { request, info, served: parts.served(resource), tools };
    if (!info.subresource) return dispatch(call);
    if (!resource.subresources?.some((each) => each === info.subresource)) throw notServed();
    const subresource = options.subresources[info.subresource];
    return subresource ? subresource(call, parts) : dispatch(call);
  };
  return {
    handler: chain([withStatusErrors, withAuthentication(options.tokens), options.authorize(view)], answer),
    view,
    close() {
      for (const { watchers } of served.values()) watchers.close();
    },
  };
}
