// Typed requests through the door. Controllers, the kubelet, kubectl and views hold one of these;
// none of them can reach the store. Objects that come back are frozen and shared: clone before a
// change.

import type { Era } from "../api/era.ts";
import type { Certificate, Handler, Method, Request, Response } from "../api/http.ts";
import type { KubeList, KubeObject, NamespacedName } from "../api/meta.ts";
import { keyOf } from "../api/meta.ts";
import { apiRoot, groupVersionOf, type Resource, servedVersions } from "../api/resource.ts";
import { type Status, StatusError } from "../api/status.ts";

export interface ClientOptions {
  /** How requests reach the server. May reject with Unreachable. */
  readonly handler: Handler;
  readonly era: Era;
  readonly userAgent: string;
  readonly certificate?: Certificate;
  readonly token?: string;
}

export interface ListOptions {
  /** All namespaces unless given. */
  readonly namespace?: string;
  readonly labels?: string;
  readonly fields?: string;
}

export interface WatchOptions extends ListOptions {
  /** From a list's metadata; what has happened since then is told first. */
  readonly resourceVersion: string;
  readonly signal: AbortSignal;
}

/** The server refuses with Conflict if the object is no longer the one meant. */
export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

export interface DeleteOptions {
  readonly preconditions?: Preconditions;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: "Orphan" | "Background" | "Foreground";
}

export type WatchEvent<T> = {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: T;
};

export type PatchType = "json" | "merge" | "strategic";

const patchTypes: Readonly<Record<PatchType, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
};

export class Client {
  readonly era: Era;
  readonly #options: ClientOptions;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #roots = new Map<Resource, string>();

  constructor(options: ClientOptions) {
    this.era = options.era;
    this.#options = options;
    this.#headers = {
      "user-agent": options.userAgent,
      ...(options.token && { authorization: `Bearer ${options.token}` }),
    };
  }

  get<T extends KubeObject>(resource: Resource<T>, key: NamespacedName): Promise<T> {
    return this.#call<T>("GET", this.path(resource, key));
  }

  list<T extends KubeObject>(
    resource: Resource<T>,
    options: ListOptions = {},
  ): Promise<KubeList<T>> {
    const path = this.path(resource, { namespace: options.namespace ?? "", name: "" });
    return this.#call<KubeList<T>>("GET", path, { query: selection(options) });
  }

  async watch<T extends KubeObject>(
    resource: Resource<T>,
    options: WatchOptions,
  ): Promise<AsyncIterable<WatchEvent<T>>> {
    const response = await this.send({
      method: "GET",
      path: this.path(resource, { namespace: options.namespace ?? "", name: "" }),
      query: { ...selection(options), watch: "true", resourceVersion: options.resourceVersion },
      signal: options.signal,
    });
    return response.body as AsyncIterable<WatchEvent<T>>;
  }

  /** The object is given away: it is frozen from now on. */
  create<T extends KubeObject>(resource: Resource<T>, object: T): Promise<T> {
    const { namespace } = keyOf(object);
    return this.#call<T>("POST", this.path(resource, { namespace, name: "" }), {
      body: object,
      typed: true,
    });
  }

  /** Refused with Conflict if the object has changed since it was read. It is given away. */
  update<T extends KubeObject>(resource: Resource<T>, object: T): Promise<T> {
    return this.#call<T>("PUT", this.path(resource, keyOf(object)), { body: object, typed: true });
  }

  /** Like update, but only the status counts. */
  updateStatus<T extends KubeObject>(resource: Resource<T>, object: T): Promise<T> {
    return this.#call<T>("PUT", `${this.path(resource, keyOf(object))}/status`, {
      body: object,
      typed: true,
    });
  }

  patch<T extends KubeObject>(
    resource: Resource<T>,
    key: NamespacedName,
    patch: { readonly type?: PatchType; readonly body: object; readonly subresource?: string },
  ): Promise<T> {
    const path = this.path(resource, key) + (patch.subresource ? `/${patch.subresource}` : "");
    return this.#call<T>("PATCH", path, {
      body: patch.body,
      headers: { "content-type": patchTypes[patch.type ?? "strategic"] },
    });
  }

  async delete(
    resource: Resource,
    key: NamespacedName,
    options: DeleteOptions = {},
  ): Promise<void> {
    await this.#call("DELETE", this.path(resource, key), { body: options });
  }

  /** Any request as this client's user. Throws StatusError for an answer that says no. */
  async send(request: Partial<Request> & Pick<Request, "method" | "path">): Promise<Response> {
    const { certificate, handler } = this.#options;
    const response = await handler({
      query: {},
      ...request,
      headers: request.headers ? { ...this.#headers, ...request.headers } : this.#headers,
      ...(certificate && { certificate }),
    });
    if (response.status >= 400) throw new StatusError(response.body as Status);
    return response;
  }

  /** Where the objects of a kind are, in the version that this release serves first. */
  path(resource: Resource, { namespace, name }: NamespacedName): string {
    let root = this.#roots.get(resource as Resource);
    if (root === undefined) {
      root = apiRoot(servedVersions(resource, this.era)[0] ?? groupVersionOf(resource));
      this.#roots.set(resource as Resource, root);
    }
    const scope = resource.namespaced && namespace ? `/namespaces/${namespace}` : "";
    return `${root}${scope}/${resource.plural}${name ? `/${name}` : ""}`;
  }

  async #call<R>(method: Method, path: string, rest: Partial<Request> = {}): Promise<R> {
    return (await this.send({ method, path, ...rest })).body as R;
  }
}

function selection({ labels, fields }: ListOptions): Record<string, string> {
  return {
    ...(labels && { labelSelector: labels }),
    ...(fields && { fieldSelector: fields }),
  };
}
