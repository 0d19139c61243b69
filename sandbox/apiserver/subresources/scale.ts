// /scale: the number of replicas of whatever has some, without knowing the rest of it.
// pkg/registry/apps/*/storage/storage.go ScaleREST.

import { clone } from "../../api/clone.ts";
import { invalid, invalidObject } from "../../api/field-error.ts";
import type { Response } from "../../api/http.ts";
import { selectorOf, selectorText } from "../../api/labels.ts";
import type { KubeObject } from "../../api/meta.ts";
import type { ScaleOf } from "../../api/resource.ts";
import { parseBody } from "../decoding.ts";
import { type Call, notServed, ok, writeOptions } from "../dispatch.ts";
import { applyPatch } from "../patching.ts";
import { isDryRun } from "../write-options.ts";

export interface Scale extends KubeObject {
  kind: "Scale";
  spec: { replicas?: number };
  status: { replicas: number; selector?: string };
}

export function scale(call: Call): Response {
  const { request, info, served, tools } = call;
  const rules = served.registry.resource.scale;
  if (!rules) throw notServed();
  const current = served.registry.get(info);
  const shown = scaleOf(rules, current);
  if (info.verb === "get") return ok(shown);
  const body =
    info.verb === "patch" ? applyPatch(shown, request, tools.era) : (parseBody(request) as object);
  const wanted = body as Scale;
  const replicas = wanted.spec?.replicas ?? 0;
  if (replicas < 0) {
    const error = invalid("spec.replicas", replicas, "must be greater than or equal to 0");
    throw invalidObject({ group: "autoscaling", kind: "Scale" }, info.name, [error]);
  }
  const draft = clone(current);
  rules.set(draft, replicas);
  const { resourceVersion } = wanted.metadata ?? {};
  if (info.verb === "update" && resourceVersion) draft.metadata.resourceVersion = resourceVersion;
  const options = writeOptions(call, isDryRun(request, "UpdateOptions"));
  return ok(scaleOf(rules, served.registry.update(info, draft, options)));
}

function scaleOf(rules: ScaleOf<KubeObject>, object: KubeObject): Scale {
  const selector = selectorOf(rules.selector(object));
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
      ...(creationTimestamp && { creationTimestamp }),
    },
    spec: { replicas: rules.replicas(object) },
    status: {
      replicas: rules.statusReplicas(object),
      ...(selector && { selector: selectorText(selector) }),
    },
  };
}
