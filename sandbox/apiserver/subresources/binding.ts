// Bindings: a pod gets its node, once. What the scheduler's decision becomes.
// pkg/registry/core/pod/storage/storage.go BindingREST.

import { type Binding, bindings } from "../../api/binding.ts";
import { setCondition } from "../../api/conditions.ts";
import { errorText, notSupported, required } from "../../api/field-error.ts";
import type { Response } from "../../api/http.ts";
import { namespaces } from "../../api/namespace.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { badRequest, conflict, forbidden, plainFailure } from "../../api/status.ts";
import { timestamp } from "../../api/time.ts";
import { decodeAs } from "../decoding.ts";
import { type Call, ok } from "../dispatch.ts";
import type { ServerParts, Subresource } from "../server.ts";
import { isDryRun } from "../write-options.ts";

/** POST /pods/web-0/binding. */
export const binding: Subresource = (call, parts) => {
  const body = bodyOf(call);
  const { name } = call.info;
  if ((body.metadata?.name || name) !== name) {
    throw badRequest("name in URL does not match name in Binding object");
  }
  return bind(call, { ...parts, body, name });
};

/** POST /bindings, as the first schedulers did. */
export const legacyBinding: Subresource = (call, parts) => {
  const body = bodyOf(call);
  return bind(call, { ...parts, body, name: body.metadata?.name ?? "" });
};

const bodyOf = ({ request, tools }: Call): Binding =>
  decodeAs(request, tools.era, { groupVersions: ["v1"], kind: bindings.kind }) as Binding;

interface Wanted extends ServerParts {
  readonly body: Binding;
  readonly name: string;
}

function bind(call: Call, { view, served, body, name }: Wanted): Response {
  const { target } = body;
  if (target?.kind && target.kind !== "Node") {
    throw plainFailure(errorText(notSupported("target.kind", target.kind, ["Node", "<empty>"])));
  }
  if (!target?.name) throw plainFailure(errorText(required("target.name")));
  const { namespace } = call.info;
  checkNamespace(namespace, name, view);
  const { registry } = served(pods);
  const pod = registry.get({ namespace, name }) as Pod;
  const why = pod.metadata.deletionTimestamp
    ? `pod ${name} is being deleted, cannot be assigned to a host`
    : pod.spec.nodeName &&
      `pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`;
  if (why) throw conflict({ group: "", plural: "pods/binding" }, name, why);
  const annotations = { ...pod.metadata.annotations, ...body.metadata?.annotations };
  const scheduled = { type: "PodScheduled", status: "True" as const };
  const bound: Pod = {
    ...pod,
    metadata: {
      ...pod.metadata,
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: { ...pod.spec, nodeName: target.name },
    status: {
      ...pod.status,
      conditions: setCondition(pod.status.conditions, scheduled, timestamp(view.now())),
    },
  };
  if (!isDryRun(call.request, "CreateOptions")) registry.overwrite(bound);
  return done;
}

/** Nothing new in a namespace that ends: a binding is something new. */
function checkNamespace(namespace: string, name: string, { get, era }: ServerParts["view"]): void {
  if (get(namespaces, { namespace: "", name: namespace })?.status?.phase !== "Terminating") return;
  const why = era.words.core.namespaceEnding(namespace);
  throw forbidden({ group: "", plural: "pods" }, name, why);
}

/** What upstream answers where something was done, and there is nothing to show. */
export const done = ok(
  { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 },
  201,
);
