// From what came over the wire to a typed object: the fields that this kind has in this era, and
// nothing else. apiserver/pkg/endpoints/handlers/create.go, apimachinery/pkg/runtime/serializer/json.

import type { Era } from "../api/era.ts";
import { parameter, type Request } from "../api/http.ts";
import type { KubeObject } from "../api/meta.ts";
import { isFields } from "../api/patch.ts";
import { groupVersionOf, type Resource } from "../api/resource.ts";
import { badRequest, failure } from "../api/status.ts";
import type { RequestInfo } from "./request-info.ts";

export interface Decoded {
  /** A copy: free to be changed. */
  readonly object: KubeObject;
  /** Headers with what the caller should be warned of. */
  readonly warnings: Record<string, string>;
}

export interface Decoder {
  decode(body: unknown, call: DecodeCall): Decoded;
}

interface DecodeCall {
  readonly request: Request;
  readonly info: RequestInfo;
  readonly served: { readonly registry: { readonly resource: Resource } };
}

const LIMIT = 3 * 1024 * 1024;

/** The value of a body that may still be text. */
export function parseBody(body: unknown): unknown {
  if (typeof body !== "string") return body;
  if (body.length > LIMIT) {
    throw failure("RequestEntityTooLarge", `Request entity too large: limit is ${LIMIT}`);
  }
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(`couldn't get version/kind; json parse error: ${error.message}`);
  }
}

export function createDecoder(era: Era): Decoder {
  return {
    decode(body, { request, info, served }) {
      const { resource } = served.registry;
      const value = parseBody(body);
      if (!isFields(value)) throw badRequest("couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { APIVersion string; Kind string }");
      const kind = value["kind"] ?? resource.kind;
      const apiVersion = value["apiVersion"] ?? info.groupVersion;
      if (kind !== resource.kind || apiVersion !== info.groupVersion) {
        throw badRequest(
          `the API version in the data (${String(apiVersion)}) does not match the expected API version (${info.groupVersion})`,
        );
      }
      const mode = era.gates.has("ServerSideFieldValidation")
        ? (parameter(request, "fieldValidation") ?? "Warn")
        : "Ignore";
      const decoded = era.schema.decode(info.groupVersion, resource.kind, value);
      if (mode === "Strict" && decoded.strict.length > 0) {
        throw badRequest(
          `${resource.kind} in version "${info.groupVersion.replace(/^.*\//, "")}" cannot be handled as a ${resource.kind}: strict decoding error: ${decoded.strict.join(", ")}`,
        );
      }
      const object = decoded.value as KubeObject;
      object.apiVersion = groupVersionOf(resource);
      object.kind = resource.kind;
      const metadata = object.metadata as KubeObject["metadata"] | undefined;
      object.metadata = metadata ?? { name: "" };
      object.metadata.name ??= "";
      const warnings = mode === "Warn" ? warningHeader(decoded.strict) : {};
      return { object, warnings };
    },
  };
}

function warningHeader(problems: readonly string[]): Record<string, string> {
  if (problems.length === 0) return {};
  return { warning: problems.map((each) => `299 - ${JSON.stringify(each)}`).join(", ") };
}
