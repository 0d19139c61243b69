// From the template of a workload to a pod that it owns. pkg/controller/controller_utils.go
// GetPodFromTemplate, and the annotation by which pods named their maker until 1.8.

import { clone } from "../api/clone.ts";
import type { Era } from "../api/era.ts";
import { createdBy } from "../api/maker.ts";
import type { KubeObject, ObjectMeta } from "../api/meta.ts";
import type { Pod, PodTemplate } from "../api/pod.ts";
import { controllerReference } from "./ownership.ts";

/** A pod of `owner`, with a generated name unless the caller gives it one. */
export function podFromTemplate(template: PodTemplate, owner: KubeObject, era: Era): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const metadata: ObjectMeta = {
    name: "",
    generateName: `${owner.metadata.name}-`,
    ...(owner.metadata.namespace && { namespace: owner.metadata.namespace }),
    ...(labels && { labels: { ...labels } }),
    ...(annotations && { annotations: { ...annotations } }),
    ...(finalizers && { finalizers: [...finalizers] }),
  };
  if (era.behaviors.has("owner-references")) {
    metadata.ownerReferences = [controllerReference(owner)];
  }
  if (era.behaviors.has("created-by")) {
    metadata.annotations = { ...metadata.annotations, [createdBy]: serializedReference(owner) };
  }
  const spec = clone(template.spec);
  return { apiVersion: "v1", kind: "Pod", metadata, spec, status: {} };
}

/** The text of the annotation: it ends with a line feed, as the encoder left it. */
export function serializedReference(owner: KubeObject): string {
  const { name, namespace = "", uid = "", resourceVersion = "" } = owner.metadata;
  // Upstream had it without the version: `extensions`.
  const apiVersion = owner.apiVersion.replace(/\/.*$/, "");
  const reference = { kind: owner.kind, namespace, name, uid, apiVersion, resourceVersion };
  return `${JSON.stringify({ kind: "SerializedReference", apiVersion: "v1", reference })}\n`;
}
