// A patch of whatever kind, applied to an object as its version has it; gives a new plain object.
// apiserver/pkg/endpoints/handlers/patch.go.

import type { Request } from "../api/http.ts";
import type { KubeObject } from "../api/meta.ts";
import { isFields, type JsonPatchOperation, jsonPatch, mergePatch } from "../api/patch.ts";
import type { Schema } from "../api/schema.ts";
import { badRequest, failure } from "../api/status.ts";
import { strategicMergePatch } from "../api/strategic-merge.ts";
import { parseBody } from "./decoding.ts";

export function applyPatch(old: KubeObject, request: Request, schema: Schema): object {
  const patch = parseBody(request.body);
  const type = (request.headers["content-type"] ?? "").split(";")[0];
  switch (type) {
    case "application/json-patch+json":
      if (!Array.isArray(patch)) throw badRequest("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
      return jsonPatch(old, patch as JsonPatchOperation[]) as object;
    case "application/merge-patch+json":
      return mergePatch(old, fieldsOf(patch)) as object;
    case "application/strategic-merge-patch+json": {
      const definition = schema.definition(old.apiVersion, old.kind);
      if (definition === undefined) throw failure("UnsupportedMediaType", "strategic merge patch is not supported for this kind");
      return strategicMergePatch(old as unknown as Record<string, unknown>, fieldsOf(patch), {
        schema,
        type: definition,
      });
    }
    default:
      throw failure(
        "UnsupportedMediaType",
        `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json`,
      );
  }
}

function fieldsOf(patch: unknown): Record<string, unknown> {
  if (!isFields(patch)) {
    throw badRequest(
      "error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}",
    );
  }
  return patch;
}
