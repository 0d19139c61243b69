// From a request about a resource to the registry's verb and back: what the handlers of upstream
// do. apiserver/pkg/endpoints/handlers/{get,create,update,patch,delete}.go.

import { clone, thaw } from "../api/clone.ts";
import type { Era } from "../api/era.ts";
import { invalidObject, required } from "../api/field-error.ts";
import type { Request } from "../api/http.ts";
import { parameter, type Response } from "../api/http.ts";
import type { KubeObject } from "../api/meta.ts";
import { badRequest, failure, isReason, type Status } from "../api/status.ts";
import { type Decoder, NO_KIND, parseBody } from "./decoding.ts";
import { userOf } from "./filters/authentication.ts";
import type { Heartbeats } from "./heartbeats.ts";
import { inVersion } from "./kinds.ts";
import { applyPatch, isApply } from "./patching.ts";
import type { Registry, WriteOptions } from "./registry.ts";
import { render, renderList, watchRenderer } from "./rendering.ts";
import type { RequestInfo } from "./request-info.ts";
import { criteriaOf } from "./selection.ts";
import type { Watchers } from "./watch.ts";
import { deleteOptionsOf, isDryRun } from "./write-options.ts";

/** A kind with all that answers for it. */
export interface Served {
  readonly registry: Registry;
  readonly watchers: Watchers;
}

export interface DispatchTools {
  readonly era: Era;
  readonly decoder: Decoder;
  readonly heartbeats: Heartbeats;
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
  const { info, served } = call;
  if (info.namespace && !served.registry.resource.namespaced) throw notServed();
  const response = answer(call);
  const deprecated = call.tools.era.deprecations?.[`${info.groupVersion}/${info.resource}`];
  return deprecated ? withWarnings(response, [deprecated]) : response;
}

function answer(call: Call): Response {
  const { info, served, request } = call;
  switch (info.verb) {
    case "get":
      return get(call);
    case "list":
      return ok(renderList(call, served.registry.list(info.namespace, criteriaOf(request))));
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
  failure("NotFound", "the server could not find the requested resource", {});

export const notAllowed = () =>
  failure(
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
    {},
  );

function withWarnings(response: Response, warnings: readonly string[]): Response {
  if (warnings.length === 0) return response;
  const given = response.headers["warning"];
  const texts = warnings.map((each) => `299 - ${JSON.stringify(each)}`);
  const warning = [...(given ? [given] : []), ...texts].join(", ");
  return { ...response, headers: { ...response.headers, warning } };
}

function get(call: Call): Response {
  const found = call.served.registry.get(call.info);
  return ok(render(call, found), 200, call.tools.heartbeats.headers(found));
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
    timeoutSeconds: Number(parameter(request, "timeoutSeconds") ?? 0),
    signal: request.signal,
    render: watchRenderer(call),
  });
  return ok(body);
}

function create(call: Call): Response {
  const { info, served, request } = call;
  if (info.name) throw notAllowed();
  const options = writeOptions(call, isDryRun(request, "CreateOptions"));
  const { object, warnings } = bodyOf(call);
  checkNamespace(call, object);
  const made = served.registry.create(info.namespace, object, options);
  return withWarnings(ok(render(call, made), 201), warnings);
}

function update(call: Call): Response {
  const { info, served, request, tools } = call;
  const options = writeOptions(call, isDryRun(request, "UpdateOptions"));
  const { object, warnings } = bodyOf(call);
  checkNamespace(call, object);
  const { registry } = served;
  const created = !registry.find(info) && registry.resource.createdByUpdate && !info.subresource;
  const result = created
    ? registry.create(info.namespace, object, options)
    : registry.update(info, object, options);
  const held = options.dryRun ? undefined : tools.heartbeats.hold(call, result);
  return held ?? withWarnings(ok(render(call, result), created ? 201 : 200), warnings);
}

function patch(call: Call): Response {
  const { request, info, served, tools } = call;
  const { registry } = served;
  const { resource } = registry;
  const options = writeOptions(call, isDryRun(request, "PatchOptions"));
  let warnings: readonly string[] = [];
  const change = (old: KubeObject): KubeObject => {
    const shown = inVersion(resource, old, info.groupVersion);
    const patched = applyPatch(shown, request, tools.era);
    const decoded = tools.decoder.decode(patched, call);
    warnings = decoded.warnings;
    return decoded.object;
  };
  // differs: server-side apply keeps no record of who owns which field: it never conflicts, and
  // what is no longer applied stays.
  if (isApply(request) && !parameter(request, "fieldManager")) {
    const error = required("fieldManager", "is required for apply patch");
    throw invalidObject({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [error]);
  }
  const applied = isApply(request) && !info.subresource && !registry.find(info);
  if (applied) {
    const blank = {
      apiVersion: info.groupVersion,
      kind: resource.kind,
      metadata: { name: info.name },
    };
    const made = registry.create(info.namespace, change(blank), options);
    return withWarnings(ok(render(call, made), 201), warnings);
  }
  const patched = registry.patch(info, change, options);
  return withWarnings(ok(render(call, patched)), warnings);
}

function remove(call: Call): Response {
  const asked = deleteOptionsOf(call.request);
  const dryRun = isDryRun(call.request, "DeleteOptions") || (asked.dryRun?.length ?? 0) > 0;
  const { registry } = call.served;
  const { object, gone } = registry.delete(call.info, asked, writeOptions(call, dryRun));
  return ok(
    gone && !registry.resource.returnsDeleted ? deleted(call, object) : render(call, object),
  );
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
  const asked = deleteOptionsOf(request);
  const dryRun = isDryRun(request, "DeleteOptions") || (asked.dryRun?.length ?? 0) > 0;
  const found = served.registry.list(info.namespace, criteriaOf(request));
  for (const { metadata } of found.items) {
    const key = { namespace: metadata.namespace ?? "", name: metadata.name };
    try {
      served.registry.delete(key, asked, writeOptions(call, dryRun));
    } catch (error) {
      // What has gone meanwhile, by the deletion of another one, is as it should be.
      if (!isReason(error, "NotFound")) throw error;
    }
  }
  return ok(renderList(call, found));
}

export function writeOptions({ request, info }: Call, dryRun: boolean): WriteOptions {
  return {
    user: userOf(request),
    groupVersion: info.groupVersion,
    dryRun,
    subresource: info.subresource,
    // What was decoded is a copy already; what is typed was given away.
    owned: true,
  };
}

export function bodyOf(call: Call): { object: KubeObject; warnings: readonly string[] } {
  const { request, info, tools } = call;
  if (request.body === undefined || request.body === "") {
    throw badRequest("unable to decode an empty body");
  }
  if (!request.typed) return tools.decoder.decode(parseBody(request, NO_KIND), call);
  const body = request.body as KubeObject;
  // Nothing of it is written to for a status; otherwise it may share frozen parts with other
  // objects.
  const object = info.subresource === "status" ? { ...body } : own(body);
  return { object, warnings: [] };
}

const own = (body: KubeObject): KubeObject => (Object.isFrozen(body) ? clone(body) : thaw(body));

function checkNamespace({ info, served }: Call, { metadata }: KubeObject): void {
  if (!served.registry.resource.namespaced || !metadata.namespace) return;
  if (metadata.namespace !== info.namespace) {
    throw badRequest(
      "the namespace of the provided object does not match the namespace sent on the request",
    );
  }
}
