// Which parts of an update count: only the status, or all but the status and what the server says
// itself. apiserver/pkg/registry/rest/update.go, and the strategies of kinds with a status.

import type { KubeObject, ObjectMeta } from "../api/meta.ts";
import type { Resource } from "../api/resource.ts";

const serverFields = [
  "uid",
  "creationTimestamp",
  "deletionTimestamp",
  "deletionGracePeriodSeconds",
  "generateName",
  "generation",
  "selfLink",
] as const;

/** What the server says of an object stays, whatever an update says. */
export function keepServerFields(metadata: ObjectMeta, old: ObjectMeta): void {
  for (const field of serverFields) {
    const value = old[field];
    if (value === undefined) delete metadata[field];
    else Object.assign(metadata, { [field]: value });
  }
}

type WithStatus = KubeObject & { status?: object };

/** Only the status of the draft counts, and what a status update may say about metadata. */
export function takeStatus<T extends KubeObject>(draft: T, old: T): T {
  const { status } = draft as WithStatus;
  const prepared: WithStatus = { ...old, metadata: { ...old.metadata } };
  const { labels, annotations, finalizers } = draft.metadata;
  for (const [field, value] of Object.entries({ labels, annotations, finalizers })) {
    if (value === undefined) delete prepared.metadata[field as "labels"];
    else Object.assign(prepared.metadata, { [field]: value });
  }
  if (status === undefined) delete prepared.status;
  else prepared.status = status;
  return prepared as T;
}

/** Kinds with a status subresource keep their status when the rest is updated. */
export function keepStatus<T extends KubeObject>(resource: Resource<T>, draft: T, old: T): T {
  const prepared: WithStatus = { ...draft, metadata: { ...draft.metadata } };
  if (resource.subresources?.includes("status")) {
    const { status } = old as WithStatus;
    if (status === undefined) delete prepared.status;
    else prepared.status = status;
  }
  return prepared as T;
}

/** All but metadata and status: what a generation counts the changes of. */
export function specOf(object: KubeObject): object {
  const { metadata: _metadata, status: _status, ...rest } = object as WithStatus;
  return rest;
}

/** It has been deleted, and nothing keeps it any more. */
export function isFinished({ metadata }: KubeObject): boolean {
  return (
    metadata.deletionTimestamp !== undefined &&
    (metadata.finalizers?.length ?? 0) === 0 &&
    (metadata.deletionGracePeriodSeconds ?? 0) === 0
  );
}
