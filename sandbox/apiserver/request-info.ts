// What a request is about, read from its method and path.
// apiserver/pkg/endpoints/request/requestinfo.go.

import { parameter, type Request } from "../api/http.ts";

export type Verb =
  | "get"
  | "list"
  | "watch"
  | "create"
  | "update"
  | "patch"
  | "delete"
  | "deletecollection";

export interface RequestInfo {
  readonly path: string;
  /** Undefined for what is not about a resource: `/version`, `/apis`. */
  readonly resource?: string;
  readonly groupVersion: string;
  readonly group: string;
  /** For a request without a resource: the method in lower case. */
  readonly verb: Verb;
  /** Empty for cluster-wide kinds and for all namespaces. */
  readonly namespace: string;
  /** Empty for collections. */
  readonly name: string;
  readonly subresource: string;
  /** What follows the subresource, for proxies. */
  readonly rest: readonly string[];
}

export function requestInfo(request: Request): RequestInfo {
  const parts = request.path.split("/").filter((part) => part !== "");
  const grouped = parts[0] === "apis";
  const prefix = grouped ? 3 : 2;
  const group = grouped ? (parts[1] ?? "") : "";
  const version = parts[prefix - 1] ?? "";
  const about = {
    path: request.path,
    group,
    groupVersion: group ? `${group}/${version}` : version,
  };
  if ((!grouped && parts[0] !== "api") || parts.length <= prefix) {
    return {
      ...about,
      verb: verbOf(request, ""),
      namespace: "",
      name: "",
      subresource: "",
      rest: [],
    };
  }
  let rest = parts.slice(prefix).map((part) => decodeURIComponent(part));
  let namespace = "";
  if (rest[0] === "namespaces" && rest.length > 1) {
    namespace = rest[1] ?? "";
    // /namespaces/x/status is about the namespace itself.
    if (rest.length > 2 && rest[2] !== "status" && rest[2] !== "finalize") rest = rest.slice(2);
    else namespace = "";
  }
  const [resource = "", name = "", subresource = "", ...more] = rest;
  return {
    ...about,
    resource,
    verb: verbOf(request, name),
    namespace,
    name,
    subresource,
    rest: more,
  };
}

function verbOf(request: Request, name: string): Verb {
  switch (request.method) {
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return "patch";
    case "DELETE":
      return name ? "delete" : "deletecollection";
    default: {
      const watch = parameter(request, "watch");
      if (watch === "true" || watch === "1") return "watch";
      return name ? "get" : "list";
    }
  }
}
