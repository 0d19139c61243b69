// etcd's version 2 door: keys under /v2/keys, the same store that the API server has, values as
// Kubernetes kept them until 1.5. What is written here the API server's watches see.
// differs: only values that are objects of Kubernetes can be written.
// Upstream: coreos/etcd 2.3 etcdserver/api/v2http, Documentation/api.md.

import type { Era } from "../../api/era.ts";
import type { Handler, Response } from "../../api/http.ts";
import type { KubeObject } from "../../api/meta.ts";
import type { Store, Stored } from "../../apiserver/store.ts";

const ROOT = "/v2/keys";

export interface EtcdNode {
  readonly key: string;
  readonly dir?: boolean;
  readonly value?: string;
  readonly nodes?: readonly EtcdNode[];
  readonly modifiedIndex: number;
  readonly createdIndex: number;
}

export interface EtcdFailure {
  readonly errorCode: number;
  readonly message: string;
  readonly cause: string;
  readonly index: number;
}

export function keysHandler(store: Store, era: Era): Handler {
  const failed = (status: number, errorCode: number, rest: { message: string; cause: string }) =>
    json(status, { errorCode, ...rest, index: store.revision } satisfies EtcdFailure);
  return async ({ method, path, query, body }) => {
    if (!path.startsWith(ROOT)) return json(404, "404 page not found\n");
    const key = path.slice(ROOT.length).replace(/\/+$/, "");
    const stored = store.get(key);
    const missing = () => failed(404, 100, { message: "Key not found", cause: key });
    if (method === "GET") {
      const recursive = query["recursive"] === "true";
      const node = stored ? leaf(stored, era) : directory(store, era, { key, recursive });
      return node ? json(200, { action: "get", node }) : missing();
    }
    if (method === "DELETE") {
      if (!stored) return missing();
      store.delete(key, stored.revision);
      return json(200, { action: "delete", prevNode: leaf(stored, era) });
    }
    if (method !== "PUT") return json(405, "Method Not Allowed\n");
    const form = new Map(
      String(body ?? "")
        .split("&")
        .map((pair) =>
          pair.split("=").map((part) => decodeURIComponent(part.replaceAll("+", " "))),
        ) as [string, string][],
    );
    if (form.get("prevExist") === "true" && !stored) return missing();
    if (form.get("prevExist") === "false" && stored) {
      return failed(412, 105, { message: "Key already exists", cause: key });
    }
    const object = objectOf(form.get("value") ?? "");
    if (!object) {
      return failed(400, 209, { message: "not simulated: a value that is no object", cause: key });
    }
    const now = store.put(key, object, stored?.revision ?? 0);
    if (!now) return failed(412, 101, { message: "Compare failed", cause: key });
    const prevNode = stored && leaf(stored, era);
    return json(200, { action: "set", node: leaf(now, era), ...(prevNode && { prevNode }) });
  };
}

const json = (status: number, body: object | string): Response => ({
  ...{ status, body },
  headers: { "content-type": typeof body === "string" ? "text/plain" : "application/json" },
});

function objectOf(text: string): KubeObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("metadata" in value)) return undefined;
    return value as KubeObject;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function leaf({ key, value, revision }: Stored, era: Era): EtcdNode {
  return { key, value: storedText(value, era), modifiedIndex: revision, createdIndex: revision };
}

/** As Go writes it, without what only readers get to see. */
function storedText(object: KubeObject, { schema }: Era): string {
  const { apiVersion = "", kind = "" } = object;
  const type = schema.definition(apiVersion, kind);
  const { resourceVersion: _version, ...metadata } = object.metadata;
  const bare: object = { ...object, metadata };
  const { kind: _kind, apiVersion: _api, ...rest } = bare as Readonly<Record<string, unknown>>;
  const filled: object = type === undefined ? rest : schema.fill(type, rest);
  const { kind: _k, apiVersion: _a, ...shown } = filled as Readonly<Record<string, unknown>>;
  return JSON.stringify({ kind, apiVersion, ...shown });
}

interface Listing {
  readonly key: string;
  readonly recursive: boolean;
}

function directory(store: Store, era: Era, { key, recursive }: Listing): EtcdNode | undefined {
  const prefix = `${key}/`;
  const below = store.all().filter((stored) => stored.key.startsWith(prefix));
  if (below.length === 0 && key !== "") return undefined;
  const names = new Set(below.map((stored) => stored.key.slice(prefix.length).split("/")[0] ?? ""));
  const nodes = [...names].sort().map((name): EtcdNode => {
    const path = prefix + name;
    const stored = store.get(path);
    if (stored) return leaf(stored, era);
    const inner = recursive ? directory(store, era, { key: path, recursive }) : undefined;
    return inner ?? { key: path, dir: true, modifiedIndex: 3, createdIndex: 3 };
  });
  return { key: key || "/", dir: true, nodes, modifiedIndex: 3, createdIndex: 3 };
}
