// A patch without a server: `kubectl patch --local`, and what `--dry-run=client` shows.
// pkg/cmd/patch/patch.go getPatchedJSON.

import type { KubeObject } from "../../api/meta.ts";
import { isFields, type JsonPatchOperation, jsonPatch, mergePatch } from "../../api/patch.ts";
import { strategicMergePatch } from "../../api/strategic-merge.ts";
import type { Call } from "./cli/command.ts";
import { CommandError } from "./cli/errors.ts";
import type { PatchKind } from "./server/rest.ts";

/** The object as it would be. */
export function patchHere(
  { kubectl }: Call,
  old: KubeObject,
  { kind, body }: { readonly kind: PatchKind; readonly body: object | string },
): KubeObject {
  if (kind === "json" && Array.isArray(body)) {
    return jsonPatch(old, body as JsonPatchOperation[]) as KubeObject;
  }
  if (!isFields(body)) throw new CommandError("invalid JSON document");
  const { schema } = kubectl.era;
  const type = schema.definition(old.apiVersion, old.kind);
  if (kind === "merge" || type === undefined) return mergePatch(old, body) as KubeObject;
  const merged: object = strategicMergePatch({ ...old }, body, { schema, type });
  return merged as KubeObject;
}
