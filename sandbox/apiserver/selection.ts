// Which objects a list or a watch is about: label and field selectors together.

import { type FieldSelector, matchesFields, parseFieldSelector } from "../api/fields.ts";
import { parameter, type Request } from "../api/http.ts";
import { matches, parseSelector, type Selector } from "../api/labels.ts";
import type { KubeObject } from "../api/meta.ts";
import { groupVersionOf, type Resource } from "../api/resource.ts";
import { badRequest } from "../api/status.ts";

/** What a caller says about a collection. */
export interface Criteria {
  readonly labels: Selector;
  readonly fields: FieldSelector;
  /** 0: all. */
  readonly limit: number;
  readonly continue: string;
  /** As fresh as this at least; empty or "0" for any. */
  readonly resourceVersion: string;
}

export function criteriaOf(request: Request): Criteria {
  const labels = parameter(request, "labelSelector") ?? "";
  const fields = parameter(request, "fieldSelector") ?? "";
  return {
    labels: labels ? parseSelector(labels) : [],
    fields: fields ? parseFieldSelector(fields) : [],
    limit: Number(parameter(request, "limit") ?? 0),
    continue: parameter(request, "continue") ?? "",
    resourceVersion: parameter(request, "resourceVersion") ?? "",
  };
}

const everything = () => true;

/** Throws BadRequest for a field that this kind cannot be selected by. */
export function selectorFor<T extends KubeObject>(
  resource: Resource<T>,
  { labels, fields }: Criteria,
): (object: T) => boolean {
  if (fields.length > 0) checkFields(resource, fields);
  if (labels.length === 0 && fields.length === 0) return everything;
  return (object) =>
    matches(labels, object.metadata.labels) &&
    (fields.length === 0 || matchesFields(fields, fieldsOf(resource, object)));
}

export function fieldsOf<T extends KubeObject>(
  resource: Resource<T>,
  object: T,
): Readonly<Record<string, string>> {
  const { name, namespace = "" } = object.metadata;
  return {
    "metadata.name": name,
    ...(resource.namespaced && { "metadata.namespace": namespace }),
    ...resource.fields?.(object),
  };
}

function checkFields<T extends KubeObject>(resource: Resource<T>, fields: FieldSelector): void {
  const blank = {
    apiVersion: groupVersionOf(resource),
    kind: resource.kind,
    metadata: { name: "" },
  };
  const known = fieldsOf(resource, blank as T);
  for (const { field } of fields) {
    if (!(field in known)) throw badRequest(unknownField(resource.kind, field));
  }
}

/** Kinds whose conversion names the fields that it knows. */
const convertible = /^(Pod|Node|ReplicationController|Event|Namespace|Secret)$/;

function unknownField(kind: string, field: string): string {
  if (convertible.test(kind)) return `field label not supported: ${field}`;
  if (kind === "Job") return `field label ${JSON.stringify(field)} not supported for Job`;
  return `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`;
}
