// An API server alone, for tests: requests as they come over the wire, and what it answers.

import type { Era } from "../api/era.ts";
import type { Certificate, Handler, Method, Response } from "../api/http.ts";
import { resources } from "../api/index.ts";
import type { KubeObject } from "../api/meta.ts";
import type { Status } from "../api/status.ts";
import { type ClockControl, createClock, type Host } from "../sim/clock.ts";
import { createRandom } from "../sim/random.ts";
import { plugins, pluginsWithoutControllers } from "./admission/index.ts";
import { withAuthorization } from "./filters/authorization.ts";
import { hooks } from "./hooks/index.ts";
import { type ApiServer, createApiServer } from "./server.ts";
import { serverPages } from "./server-pages.ts";
import { Store } from "./store.ts";
import { subresources } from "./subresources/index.ts";

export interface TestServerOptions {
  readonly era: Era;
  readonly host: Host;
  /** Also those plugins that wait for controllers. */
  readonly allPlugins?: boolean;
  readonly dial?: (host: string, port: number) => Handler;
}

export interface TestRequest {
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
  /** Someone else than the administrator. */
  readonly user?: string;
  readonly groups?: readonly string[];
}

/** What a test looks at of any object. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into objects of all kinds
export type Loose = KubeObject & Record<string, any>;

export interface TestServer {
  readonly server: ApiServer;
  readonly store: Store;
  readonly clock: ClockControl;
  ask(method: Method, path: string, request?: TestRequest): Promise<Response>;
  /** The object of an answer that must not be a refusal. */
  object(method: Method, path: string, request?: TestRequest): Promise<Loose>;
  /** The refusal, which must be one. */
  refusal(method: Method, path: string, request?: TestRequest): Promise<Status>;
}

export async function testServer(options: TestServerOptions): Promise<TestServer> {
  const { era, host, dial } = options;
  const clock = createClock(Date.UTC(2021, 0, 13, 12), host);
  const store = new Store(clock);
  const server = createApiServer({
    ...{ era, clock, resources, hooks, subresources, store },
    random: createRandom(1),
    plugins: options.allPlugins ? plugins : pluginsWithoutControllers,
    tokens: () => undefined,
    authorize: withAuthorization,
    pages: serverPages(era),
    ...(dial && { dial }),
  });
  server.bootstrap({ address: "10.0.0.10", port: 6443 });
  const ask: TestServer["ask"] = (method, path, request = {}) => {
    const { query = {}, headers = {}, body, user, groups = [] } = request;
    const certificate: Certificate = user
      ? { commonName: user, organizations: groups }
      : { commonName: "kubernetes-admin", organizations: ["system:masters"] };
    return server.handler({
      ...{ method, path, query, certificate },
      headers: { accept: "application/json", ...headers },
      ...(body !== undefined && { body }),
    });
  };
  return {
    ...{ server, store, clock, ask },
    async object(method, path, request) {
      const { status, body } = await ask(method, path, request);
      if (status >= 400) throw new Error((body as Status).message);
      return body as Loose;
    },
    async refusal(method, path, request) {
      const { status, body } = await ask(method, path, request);
      if (status < 400) throw new Error(`${method} ${path} was answered with ${status}`);
      return body as Status;
    },
  };
}
