// Finding a kind by what a request calls it, and giving its objects back under the name they were
// asked for: the same Deployment is apps/v1 and extensions/v1beta1.

import { type Era, serves } from "../api/era.ts";
import type { KubeObject } from "../api/meta.ts";
import { groupVersionOf, type Resource } from "../api/resource.ts";

export const standardVerbs = [
  "create",
  "delete",
  "deletecollection",
  "get",
  "list",
  "patch",
  "update",
  "watch",
] as const;

export const kindIn = (resource: Resource) => ({ groupVersion: groupVersionOf(resource) });

/** The kinds that an era serves, by group-version and plural. */
export function servedKinds(
  era: Era,
  resources: readonly Resource[],
): (groupVersion: string, plural: string) => Resource | undefined {
  const table = new Map<string, Resource>();
  for (const resource of resources) {
    for (const groupVersion of [groupVersionOf(resource), ...(resource.alsoIn ?? [])]) {
      if (serves(era, groupVersion, resource.plural)) {
        table.set(`${groupVersion}/${resource.plural}`, resource);
      }
    }
  }
  return (groupVersion, plural) => table.get(`${groupVersion}/${plural}`);
}

/** The object as the group-version has it in which it was asked for. */
export function inVersion(
  resource: Resource,
  object: KubeObject,
  groupVersion: string,
): KubeObject {
  const shape = resource.shapes?.[groupVersion];
  const shown = (shape?.show(object) ?? object) as KubeObject;
  return shown.apiVersion === groupVersion ? shown : { ...shown, apiVersion: groupVersion };
}
