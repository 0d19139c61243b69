// Who made a pod: the owner that controls it; or, until 1.8, whom it names in an annotation.

import { controllerOf, type ObjectReference } from "./meta.ts";
import type { Pod } from "./pod.ts";

export const createdBy = "kubernetes.io/created-by";

/** Who made a pod, whichever way its release says so. */
export function makerOf(pod: Pod): Pick<ObjectReference, "kind" | "name" | "uid"> | undefined {
  const owner = controllerOf(pod);
  if (owner) return owner;
  const text = pod.metadata.annotations?.[createdBy];
  if (text === undefined) return undefined;
  const { reference } = JSON.parse(text) as { reference: ObjectReference };
  return reference;
}

/** `PetSet/web`; undefined if nobody made it. */
export function makerText(pod: Pod): string | undefined {
  const maker = makerOf(pod);
  return maker && `${maker.kind}/${maker.name}`;
}
