// What the server says of itself, beside its objects: its version, whether it is well, what its
// objects look like. apiserver/pkg/server/{healthz,routes}.

import type { Era } from "../api/era.ts";
import { parameter, type Request, type Response } from "../api/http.ts";
import { apiRoot, groupVersionOf } from "../api/resource.ts";
import {
  type OpenApiSource,
  openApiV2,
  openApiV3,
  openApiV3Index,
  type ServedResource,
} from "../api/schema/openapi.ts";
import { plainFailure } from "../api/status.ts";
import { notServed, ok } from "./dispatch.ts";
import type { Page, ServerParts } from "./server.ts";

/** Texts by type and field, for the documents in which the server describes its objects. */
type Texts = OpenApiSource["texts"];

// differs: upstream's server has a check for each of its own parts that it starts.
const checks = ["ping", "log", "etcd"];

/** The pages of a server of this era. */
export function serverPages(era: Era, texts?: Texts): Readonly<Record<string, Page>> {
  const served: Record<string, Page> = {
    "/version": () => ok(era.build),
    "/healthz": (request) => health(request, "healthz"),
    "/healthz/": (request) => oneCheck(request, "healthz"),
    "/openapi/v2": (_request, parts) => ok(openApiV2(sourceOf(parts, texts))),
    "/metrics": () => {
      throw plainFailure("metrics of the server are not simulated", 501);
    },
  };
  if (era.behaviors.has("liveness-pages")) {
    for (const name of ["livez", "readyz"]) {
      served[`/${name}`] = (request) => health(request, name);
      served[`/${name}/`] = (request) => oneCheck(request, name);
    }
  }
  if (era.gates.has("OpenAPIV3")) {
    served["/openapi/v3"] = (_request, parts) => ok(openApiV3Index(sourceOf(parts, texts)));
    served["/openapi/v3/"] = ({ path }, parts) => {
      const root = path.slice("/openapi/v3/".length);
      const document = openApiV3(sourceOf(parts, texts), root);
      if (!document) throw notServed();
      return ok(document);
    };
  }
  const own = Object.keys(served).filter((path) => !path.endsWith("/"));
  const inside = checks.map((check) => `/healthz/${check}`);
  const paths = [...pathsOf(era), ...own, ...inside].sort();
  // Any other page, too, is answered with what there is, but as one that there is not.
  return { ...served, "/": ({ path }) => ({ ...ok({ paths }), status: path === "/" ? 200 : 404 }) };
}

function pathsOf({ serves }: Era): string[] {
  const roots = Object.keys(serves).map(apiRoot);
  const groups = roots.map((root) => root.split("/").slice(0, 3).join("/"));
  return [...new Set(["/api", "/apis", ...groups, ...roots])];
}

const text = (body: string, status = 200): Response => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});

function health(request: Request, name: string): Response {
  const excluded = [request.query["exclude"] ?? []].flat();
  if (parameter(request, "verbose") === undefined) return text("ok");
  const lines = checks.map(
    (check) => `[+]${check} ${excluded.includes(check) ? "excluded: ok" : "ok"}`,
  );
  const unknown = excluded.filter((check) => !checks.includes(check)).sort();
  if (unknown.length > 0) {
    const list = unknown.map((check) => JSON.stringify(check)).join(",");
    lines.push(`warn: some health checks cannot be excluded: no matches for ${list}`);
  }
  return text(`${[...lines, `${name} check passed`].join("\n")}\n`);
}

function oneCheck({ path }: Request, name: string): Response {
  if (!checks.includes(path.slice(name.length + 2))) throw notServed();
  return text("ok");
}

function sourceOf({ view, resources }: ServerParts, texts: Texts): OpenApiSource {
  const { schema, serves, build } = view.era;
  const served: ServedResource[] = resources.flatMap((resource) => {
    const { kind, plural, namespaced, alsoIn = [] } = resource;
    return [groupVersionOf(resource), ...alsoIn]
      .filter((groupVersion) => serves[groupVersion]?.includes(plural))
      .map((groupVersion) => ({ groupVersion, kind, plural, namespaced }));
  });
  const { gitVersion } = build;
  return { schema, resources: served, gitVersion, ...(texts && { texts }) };
}
