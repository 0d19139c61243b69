// A patch of whatever kind, applied to an object as its version has it; gives a new plain object.
// apiserver/pkg/endpoints/handlers/patch.go.

import type { Era } from "../api/era.ts";
import { invalid, invalidObject } from "../api/field-error.ts";
import { goText } from "../api/go-value.ts";
import type { Request } from "../api/http.ts";
import type { KubeObject } from "../api/meta.ts";
import { isFields, type JsonPatchOperation, jsonPatch, mergePatch } from "../api/patch.ts";
import { goJson } from "../api/schema/go-json.ts";
import { badRequest, failure, StatusError } from "../api/status.ts";
import { strategicMergePatch } from "../api/strategic-merge.ts";
import { goKind, parseBody } from "./decoding.ts";

type Fields = Record<string, unknown>;

const TYPES = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

/** The patch's type, as the Content-Type header has it. */
export const patchTypeOf = (request: Request): string =>
  (request.headers["content-type"] ?? "").split(";")[0] ?? "";

export const isApply = (request: Request): boolean => patchTypeOf(request) === TYPES.apply;

export function applyPatch(old: KubeObject, request: Request, era: Era): Fields {
  const type = patchTypeOf(request);
  const definition = era.schema.definition(old.apiVersion, old.kind);
  const known = Object.values(TYPES).filter(
    (each) => each !== TYPES.apply || era.gates.has("ServerSideApply"),
  );
  if (!known.some((each) => each === type)) {
    throw failure(
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: ${known.join(", ")}`,
    );
  }
  const patch = parseBody(request);
  const target: object = old;
  if (type === TYPES.strategic || type === TYPES.apply) {
    return strategic(target as Fields, fieldsOf(patch), { era, definition });
  }
  const patched =
    type === TYPES.json
      ? applyOperations(filled(target as Fields, { era, definition }), operationsOf(patch))
      : mergePatch(target, fieldsOf(patch));
  // What comes of these must be readable again.
  const wrong = definition !== undefined && refusal(patched as Fields, { era, definition });
  if (wrong) throw wrong;
  return patched as Fields;
}

/** What is wrong with operations the server keeps to itself. */
function applyOperations(target: Fields, operations: readonly JsonPatchOperation[]): unknown {
  try {
    return jsonPatch(target, operations);
  } catch (error) {
    if (!(error instanceof StatusError) || error.status.code !== 422) throw error;
    const text = "the server rejected our request due to an error in our request";
    throw failure("Invalid", text, {});
  }
}

interface Typed {
  readonly era: Era;
  readonly definition: string | undefined;
}

/** JSON patches may name fields that are only there when the object is written out. */
const filled = (object: Fields, { era, definition }: Typed): Fields =>
  definition === undefined ? object : era.schema.fill(definition, object);

function strategic(old: Fields, patch: Fields, { era, definition }: Typed): Fields {
  if (definition === undefined) {
    const text = "strategic merge patch is not supported for this kind";
    throw failure("UnsupportedMediaType", text);
  }
  const { schema } = era;
  const patched = strategicMergePatch(old, patch, { schema, type: definition });
  const wrong = schema.conversionError(definition, patched);
  if (wrong !== undefined) throw unreadable(goText(patch), wrong);
  return patched;
}

function refusal(patched: Fields, { era, definition }: { era: Era; definition: string }) {
  if (era.schema.fits(definition, patched)) return undefined;
  const text = goJson(patched);
  const wrong = era.schema.decodeError(definition, patched, text);
  return wrong === undefined ? undefined : unreadable(text, wrong);
}

const unreadable = (value: string, wrong: string) =>
  invalidObject({ group: "", kind: "" }, "", [invalid("patch", value, wrong)]);

function fieldsOf(patch: unknown): Fields {
  if (isFields(patch)) return patch;
  throw badRequest(
    `json: cannot unmarshal ${goKind(patch)} into Go value of type map[string]interface {}`,
  );
}

function operationsOf(patch: unknown): readonly JsonPatchOperation[] {
  if (Array.isArray(patch)) return patch as JsonPatchOperation[];
  throw badRequest(`json: cannot unmarshal ${goKind(patch)} into Go value of type jsonpatch.Patch`);
}
