// From a request about a resource to the registry's verb and back: what the handlers of upstream do.
// apiserver/pkg/endpoints/handlers/{get,create,update,patch,delete}.go.

import type { Era } from "../api/era.ts";
import { parameter, type Request, type Response } from "../api/http.ts";
import type { KubeList, KubeObject } from "../api/meta.ts";
import { badRequest, failure, type Status } from "../api/status.ts";
import type { Decoder } from "./decoding.ts";
import type { DeleteOptions } from "./deletion.ts";
import { userOf } from "./filters/authentication.ts";
import { inVersion } from "./kinds.ts";
import { applyPatch } from "./patching.ts";
import type { Registry, WriteOptions } from "./registry.ts";
import type { RequestInfo } from "./request-info.ts";
import { criteriaOf } from "./selection.ts";
import { makeTable, type TableMaker, tableRequest } from "./table.ts";
import type { Watchers } from "./watch.ts";

/** A kind with all that answers for it. */
export interface Served {
  readonly registry: Registry;
  readonly watchers: Watchers;
}

export interface DispatchTools {
  readonly era: Era;
  readonly decoder: Decoder;
  now(): number;
}

/** One request about one kind, with what is needed to answer it. */
export interface Call {
  readonly request: Request;
  readonly info: RequestInfo;
  readonly served: Served;
  readonly tools: DispatchTools;
}

export const ok = (body: object, status = 200, headers: Record<string, string> = {}): Response => ({
  status,
  headers,
  body,
});

/** Answers a request about objects of one kind, or about their status. */
export function dispatch(call: Call): Response {
  const { info } = call;
  if (info.namespace && !call.served.registry.resource.namespaced) throw notServed();
  switch (info.verb) {
    case "get":
      return ok(render(call, call.served.registry.get(info)));
    case "list":
      return list(call);
    case "watch":
      return watch(call);
    case "create":
      return create(call);
    case "update":
      return update(call);
    case "patch":
      return patch(call);
    case "delete":
      return remove(call);
    case "deletecollection":
      return removeAll(call);
  }
}

export const notServed = () =>
  failure("NotFound", "the server could not find the requested resource");

function list(call: Call): Response {
  const { request, info, served } = call;
  const found = served.registry.list(info.namespace, criteriaOf(request));
  const table = tableOf(call);
  if (table) return ok(makeTable(table, found.items, found.metadata));
  const { groupVersion } = info;
  return ok({
    ...found,
    apiVersion: groupVersion,
    items: found.items.map((item) => inVersion(item, groupVersion)),
  } satisfies KubeList);
}

function watch(call: Call): Response {
  const { request, info, served } = call;
  const criteria = criteriaOf(request);
  const fields = info.name
    ? [...criteria.fields, { field: "metadata.name", equal: true, value: info.name }]
    : criteria.fields;
  const body = served.watchers.open({
    namespace: info.namespace,
    criteria: { ...criteria, fields },
    resourceVersion: parameter(request, "resourceVersion"),
    signal: request.signal,
    render: (object) => render(call, object),
  });
  return ok(body);
}

function create(call: Call): Response {
  const { info, served } = call;
  if (info.name) throw failure("MethodNotAllowed", "the server does not allow this method on the requested resource");
  const { object, warnings } = bodyOf(call);
  checkNamespace(call, object);
  const made = served.registry.create(info.namespace, object, optionsOf(call));
  return ok(render(call, made), 201, warnings);
}

function update(call: Call): Response {
  const { info, served } = call;
  const { object, warnings } = bodyOf(call);
  checkNamespace(call, object);
  const options = optionsOf(call);
  const missing = !served.registry.find(info) && served.registry.resource.createdByUpdate;
  if (missing) {
    return ok(render(call, served.registry.create(info.namespace, object, options)), 201, warnings);
  }
  return ok(render(call, served.registry.update(info, object, options)), 200, warnings);
}

function patch(call: Call): Response {
  const { request, info, served, tools } = call;
  const { groupVersion } = info;
  let warnings: Record<string, string> = {};
  const change = (old: KubeObject): KubeObject => {
    const patched = applyPatch(inVersion(old, groupVersion), request, tools.era.schema);
    const decoded = tools.decoder.decode(patched, call);
    warnings = decoded.warnings;
    return decoded.object;
  };
  const patched = served.registry.patch(info, change, optionsOf(call));
  return ok(render(call, patched), 200, warnings);
}

function remove(call: Call): Response {
  const { info, served } = call;
  const { object, gone } = served.registry.delete(info, deleteOptionsOf(call), optionsOf(call));
  return ok(gone && !served.registry.resource.returnsDeleted ? deleted(call, object) : render(call, object));
}

function deleted({ served }: Call, { metadata }: KubeObject): Status {
  const { group, plural } = served.registry.resource;
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: {
      name: metadata.name,
      ...(group && { group }),
      kind: plural,
      ...(metadata.uid && { uid: metadata.uid }),
    },
  };
}

function removeAll(call: Call): Response {
  const { request, info, served } = call;
  const found = served.registry.list(info.namespace, criteriaOf(request));
  for (const { metadata } of found.items) {
    const key = { namespace: metadata.namespace ?? "", name: metadata.name };
    served.registry.delete(key, deleteOptionsOf(call), optionsOf(call));
  }
  return ok({ ...found, apiVersion: info.groupVersion });
}

/** The object under the requested version; as a table of one row if that was asked for. */
function render(call: Call, object: KubeObject): object {
  const table = tableOf(call);
  if (!table) return inVersion(object, call.info.groupVersion);
  const { resourceVersion } = object.metadata;
  return makeTable(table, [object], resourceVersion === undefined ? {} : { resourceVersion });
}

function tableOf({ request, served, tools }: Call): TableMaker | undefined {
  const accept = request.headers["accept"];
  if (accept === undefined) return undefined;
  const wanted = tableRequest(accept, parameter(request, "includeObject"));
  if (!wanted) return undefined;
  return { resource: served.registry.resource, era: tools.era, request: wanted, now: tools.now };
}

function optionsOf({ request, info }: Call): WriteOptions {
  return {
    user: userOf(request),
    groupVersion: info.groupVersion,
    dryRun: parameter(request, "dryRun") === "All",
    subresource: info.subresource,
    // What was decoded is a copy already; what is typed was given away.
    owned: true,
  };
}

function bodyOf(call: Call): { object: KubeObject; warnings: Record<string, string> } {
  const { request } = call;
  if (request.body === undefined) throw badRequest("unable to decode an empty body");
  if (request.typed) return { object: { ...(request.body as KubeObject) }, warnings: {} };
  return call.tools.decoder.decode(request.body, call);
}

function checkNamespace({ info, served }: Call, { metadata }: KubeObject): void {
  if (!served.registry.resource.namespaced || !metadata.namespace) return;
  if (metadata.namespace !== info.namespace) {
    throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
  }
}

function deleteOptionsOf({ request }: Call): DeleteOptions {
  const fromBody = typeof request.body === "object" ? (request.body as DeleteOptions) : {};
  const grace = parameter(request, "gracePeriodSeconds");
  const policy = parameter(request, "propagationPolicy");
  return {
    ...fromBody,
    ...(grace !== undefined && { gracePeriodSeconds: Number(grace) }),
    ...(policy !== undefined && { propagationPolicy: policy as "Orphan" }),
  };
}
