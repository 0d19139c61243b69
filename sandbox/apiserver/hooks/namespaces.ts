// How a namespace ends: it is marked, its controller empties it and takes away its finalizer, and
// only then it goes. pkg/registry/core/namespace/storage/storage.go.

import { type Namespace, namespaces } from "../../api/namespace.ts";
import { timestamp } from "../../api/time.ts";
import { planDeletion } from "../deletion.ts";
import type { Hooks } from "./hooks.ts";

const isHeld = ({ spec }: Namespace): boolean => (spec?.finalizers?.length ?? 0) > 0;

export const namespaceHooks: Hooks<Namespace> = {
  holds: isHeld,
  planDeletion(old, asked, context) {
    const { metadata, status } = old;
    if (metadata.deletionTimestamp === undefined) {
      return {
        ...old,
        metadata: { ...metadata, deletionTimestamp: timestamp(context.now) },
        status: { ...status, phase: "Terminating" },
      };
    }
    return isHeld(old) ? "wait" : planDeletion(namespaces, old, { asked, context });
  },
};
