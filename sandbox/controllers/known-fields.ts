// Statuses grew with the releases. Controllers write all that they know; an era keeps what it has a
// field for.

import { type Era, hasField } from "../api/era.ts";
import type { KubeObject } from "../api/meta.ts";
import { type Resource, servedVersions } from "../api/resource.ts";

/** `status` without what the objects of a kind have no field for in this era. */
export function knownStatus<T extends KubeObject, S extends object>(
  resource: Resource<T>,
  status: S,
  era: Era,
): S {
  const groupVersion = servedVersions(resource as Resource, era)[0] ?? "";
  const type = `${groupVersion === "v1" ? "core/v1" : groupVersion}.${resource.kind}Status`;
  const fields = Object.entries(status).filter(
    ([field, value]) => value !== undefined && hasField(era, type, field),
  );
  return Object.fromEntries(fields) as S;
}
