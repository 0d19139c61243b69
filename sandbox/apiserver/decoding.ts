// From what came over the wire to a typed object: the fields that this kind has in this era, and
// nothing else. apiserver/pkg/endpoints/handlers/create.go,
// apimachinery/pkg/runtime/serializer/json.

import type { Era } from "../api/era.ts";
import { parameter, type Request } from "../api/http.ts";
import type { KubeObject } from "../api/meta.ts";
import { isFields } from "../api/patch.ts";
import { groupVersionOf, type Resource } from "../api/resource.ts";
import { duplicateFields } from "../api/schema/duplicates.ts";
import { badRequest, failure } from "../api/status.ts";
import { parseYaml } from "../api/yaml/parser.ts";
import { YamlError } from "../api/yaml/yaml-error.ts";
import type { RequestInfo } from "./request-info.ts";

export interface Decoded {
  /** A copy: free to be changed. */
  readonly object: KubeObject;
  /** What the caller should be warned of. */
  readonly warnings: readonly string[];
}

export interface Decoder {
  decode(value: unknown, call: DecodeCall): Decoded;
}

interface DecodeCall {
  readonly request: Request;
  readonly info: RequestInfo;
  readonly served: { readonly registry: { readonly resource: Resource } };
}

const LIMIT = 3 * 1024 * 1024;

/** The value of a body that may still be text. `prefix` is said before what is wrong with JSON. */
export function parseBody({ body, headers }: Request, prefix = ""): unknown {
  if (typeof body !== "string") return body;
  if (body.length > LIMIT) {
    throw failure("RequestEntityTooLarge", `Request entity too large: limit is ${LIMIT}`);
  }
  const type = headers["content-type"] ?? "";
  if (type.includes("protobuf")) throw unreadable();
  if (type.includes("yaml")) return yamlOf(body);
  try {
    return JSON.parse(body);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw badRequest(prefix + syntaxProblem(body));
  }
}

/** differs: upstream also reads protobuf, as `kubectl create configmap` sends it since 1.33. */
const unreadable = () =>
  failure(
    "UnsupportedMediaType",
    "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml",
  );

function yamlOf(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw badRequest(`error decoding YAML: ${error.message}`);
  }
}

/** Of text that is no JSON: whether it ends too early, in Go's words. */
function syntaxProblem(text: string): string {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"/gs, "");
  const count = (brackets: RegExp) => bare.match(brackets)?.length ?? 0;
  if (bare.trim() === "" || bare.includes('"') || count(/[[{]/g) > count(/[\]}]/g)) {
    return "unexpected EOF";
  }
  return `invalid character '${text.trim().charAt(0)}' looking for beginning of value`;
}

/** Before what is wrong with the body of something new. */
export const NO_KIND = "couldn't get version/kind; json parse error: ";

export function createDecoder(era: Era): Decoder {
  return {
    decode(value, { request, info, served }) {
      const { resource } = served.registry;
      if (!isFields(value)) {
        throw badRequest(
          `${NO_KIND}json: cannot unmarshal ${goKind(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
        );
      }
      checkKind(value, resource, info.groupVersion);
      const decoded = era.schema.decode(info.groupVersion, resource.kind, value);
      const problems = [...givenTwice(request), ...decoded.strict];
      const warnings = strictness(problems, { era, request, info, resource });
      const typed: object = decoded.value;
      const object = typed as KubeObject;
      object.metadata = object.metadata ?? { name: "" };
      object.metadata.name ??= "";
      const kept = resource.shapes?.[info.groupVersion]?.read(object) ?? object;
      kept.apiVersion = groupVersionOf(resource);
      kept.kind = resource.kind;
      return { object: kept, warnings };
    },
  };
}

/** The body as another kind than that of the path: what is created below an object. */
export function decodeAs(
  request: Request,
  era: Era,
  { groupVersions, kind }: { readonly groupVersions: readonly string[]; readonly kind: string },
): KubeObject {
  if (request.typed) return request.body as KubeObject;
  const value = parseBody(request, NO_KIND);
  if (!isFields(value)) throw badRequest("unable to decode an empty body");
  const groupVersion = String(value["apiVersion"] ?? groupVersions[0]);
  if ((value["kind"] ?? kind) !== kind || !groupVersions.includes(groupVersion)) {
    const version = groupVersion.replace(/^.*\//, "");
    throw badRequest(
      `no kind ${JSON.stringify(value["kind"] ?? "")} is registered for version ${JSON.stringify(version)} below this object`,
    );
  }
  const decoded: object = era.schema.decode(groupVersion, kind, value).value;
  return { ...(decoded as KubeObject), apiVersion: groupVersion, kind };
}

export function goKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

function checkKind(value: Record<string, unknown>, resource: Resource, groupVersion: string): void {
  const { kind = resource.kind, apiVersion = groupVersion } = value;
  if (apiVersion !== groupVersion) {
    throw badRequest(
      `the API version in the data (${String(apiVersion)}) does not match the expected API version (${groupVersion})`,
    );
  }
  if (kind === resource.kind) return;
  const version = groupVersion.replace(/^.*\//, "");
  throw badRequest(
    `${String(kind)} in version ${JSON.stringify(version)} cannot be handled as a ${resource.kind}: converting (${version}.${String(kind)}) to (${resource.group.split(".")[0] || "core"}.${resource.kind}): unknown conversion`,
  );
}

/** differs: upstream names them among the unknown fields, in the order of the text. */
const givenTwice = ({ body, headers }: Request): readonly string[] =>
  typeof body === "string" && !headers["content-type"]?.includes("yaml")
    ? duplicateFields(body)
    : [];

interface Reading {
  readonly era: Era;
  readonly request: Request;
  readonly info: RequestInfo;
  readonly resource: Resource;
}

/** What to warn of; throws if the caller wants unknown fields refused. */
function strictness(
  problems: readonly string[],
  { era, request, info, resource }: Reading,
): readonly string[] {
  if (problems.length === 0 || !era.gates.has("ServerSideFieldValidation")) return [];
  const mode = parameter(request, "fieldValidation") ?? "Warn";
  if (mode !== "Strict") return mode === "Warn" ? problems : [];
  const version = JSON.stringify(info.groupVersion.replace(/^.*\//, ""));
  throw badRequest(
    `${resource.kind} in version ${version} cannot be handled as a ${resource.kind}: strict decoding error: ${problems.join(", ")}`,
  );
}
