// The verbs of the API for a kind that was looked up. cli-runtime pkg/resource/helper.go.

import type { Response } from "../../../api/http.ts";
import type { KubeList, KubeObject } from "../../../api/meta.ts";
import { apiRoot } from "../../../api/resource.ts";
import { CommandError } from "../cli/errors.ts";
import type { Ask, Connection } from "./connection.ts";
import type { Mapping } from "./discovery.ts";

/** An object of a kind, by name. */
export interface Target {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name: string;
}

/** All objects of a kind, or one of them. */
export type Place = Omit<Target, "name"> & { readonly name?: string };

export type PatchKind = "json" | "merge" | "strategic" | "apply";

const patchTypes: Readonly<Record<PatchKind, string>> = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
};

export interface WriteQuery {
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly force?: boolean;
  readonly fieldValidation?: "Strict" | "Ignore" | undefined;
}

export interface DeleteBody {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly dryRun?: readonly string[];
}

/** Where the objects of a kind are, or one of them is. */
export function pathOf({ mapping, namespace, name }: Place, subresource = ""): string {
  const scope = mapping.namespaced && namespace !== "" ? `/namespaces/${namespace}` : "";
  const object = name === undefined ? "" : `/${name}`;
  return `${apiRoot(mapping.groupVersion)}${scope}/${mapping.plural}${object}${subresource && `/${subresource}`}`;
}

function named(target: Target, subresource = ""): string {
  if (target.name === "") throw new CommandError("resource name may not be empty");
  return pathOf(target, subresource);
}

const queryOf = (query: WriteQuery): Record<string, string> => {
  const { dryRun, fieldManager, fieldValidation, force } = query;
  return {
    ...(dryRun && { dryRun: "All" }),
    ...(fieldManager && { fieldManager }),
    ...(fieldValidation && { fieldValidation }),
    ...(force !== undefined && { force: String(force) }),
  };
};

export class Rest {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  get<T extends object = KubeObject>(target: Target, rest: Partial<Ask> = {}): Promise<T> {
    return this.connection.object<T>({ method: "GET", path: named(target), ...rest });
  }

  list<T extends object = KubeList>(
    mapping: Mapping,
    namespace: string,
    rest: Partial<Ask> = {},
  ): Promise<T> {
    return this.connection.object<T>({
      method: "GET",
      path: pathOf({ mapping, namespace }),
      ...rest,
    });
  }

  async watch(
    mapping: Mapping,
    namespace: string,
    rest: Partial<Ask>,
  ): Promise<AsyncIterable<WatchEvent>> {
    const query = { ...rest.query, watch: "true" };
    const path = pathOf({ mapping, namespace });
    const response: Response = await this.connection.send({ method: "GET", path, ...rest, query });
    return response.body as AsyncIterable<WatchEvent>;
  }

  create(
    place: Omit<Target, "name">,
    object: object,
    options: WriteQuery = {},
  ): Promise<KubeObject> {
    const path = pathOf({ mapping: place.mapping, namespace: place.namespace });
    return this.connection.object({ method: "POST", path, query: queryOf(options), body: object });
  }

  replace(target: Target, object: object, options: WriteQuery = {}): Promise<KubeObject> {
    const query = queryOf(options);
    return this.connection.object({ method: "PUT", path: named(target), query, body: object });
  }

  patch(
    target: Target,
    patch: {
      readonly kind: PatchKind;
      readonly body: object | string;
      readonly subresource?: string;
    },
    options: WriteQuery = {},
  ): Promise<KubeObject> {
    return this.connection.object({
      method: "PATCH",
      path: named(target, patch.subresource),
      query: queryOf(options),
      headers: { "content-type": patchTypes[patch.kind] },
      body: patch.body,
    });
  }

  delete(target: Target, body: DeleteBody = {}): Promise<KubeObject> {
    return this.connection.object({ method: "DELETE", path: named(target), body });
  }
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: object;
}
