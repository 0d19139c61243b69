// How a caller gets to see objects: in the version that was asked for, as a table, or whole as Go
// writes them. Callers inside the sandbox say nothing of what they accept and get the stored
// objects themselves. apiserver/pkg/endpoints/handlers/response.go, negotiation/negotiate.go.

import { parameter, type Request } from "../api/http.ts";
import type { KubeList, KubeObject, ListMeta } from "../api/meta.ts";
import { apiRoot } from "../api/resource.ts";
import { badRequest, failure } from "../api/status.ts";
import type { Call } from "./dispatch.ts";
import { inVersion } from "./kinds.ts";
import { makeTable, type TableMaker, tableRequest } from "./table.ts";

/** One object: as it is, or as a table of one row. */
export function render(call: Call, object: KubeObject): object {
  const table = tableOf(call);
  if (!table) return shown(call, object);
  const { resourceVersion } = object.metadata;
  return makeTable(table, [object], resourceVersion === undefined ? {} : { resourceVersion });
}

/** For the objects of a watch: the first table has headings, those after it have none. */
export function watchRenderer(call: Call): (object: KubeObject) => object {
  const table = tableOf(call);
  if (!table) return (object) => shown(call, object);
  let first = true;
  return (object) => {
    const { resourceVersion } = object.metadata;
    const metadata = resourceVersion === undefined ? {} : { resourceVersion };
    const made = makeTable(table, [object], metadata);
    const again = { ...made, columnDefinitions: null };
    const result = first ? made : again;
    first = false;
    return result;
  };
}

export function renderList(call: Call, found: KubeList): object {
  const { info, tools } = call;
  const table = tableOf(call);
  const links = tools.era.behaviors.has("self-links") && isOutside(call.request);
  const metadata: ListMeta = links ? { selfLink: info.path, ...found.metadata } : found.metadata;
  if (table) return makeTable(table, found.items, metadata);
  return {
    kind: found.kind,
    apiVersion: info.groupVersion,
    metadata,
    items: found.items.map((item) => shown(call, item)),
  };
}

/** Whoever says what it accepts speaks HTTP and wants all that a real server writes. */
const isOutside = (request: Request): boolean => request.headers["accept"] !== undefined;

/** The object under the requested version. */
export function shown(call: Call, object: KubeObject): KubeObject {
  const { info, request, served, tools } = call;
  const { resource } = served.registry;
  const version = inVersion(resource, tools.heartbeats.alive(object), info.groupVersion);
  if (!isOutside(request)) return version;
  const { schema, behaviors } = tools.era;
  const type = schema.definition(info.groupVersion, resource.kind);
  const whole = type === undefined ? version : fill(call, type, version);
  if (!behaviors.has("self-links")) return whole;
  const { namespace, name } = object.metadata;
  const scope = namespace ? `/namespaces/${namespace}` : "";
  const selfLink = `${apiRoot(info.groupVersion)}${scope}/${resource.plural}/${name}`;
  return { ...whole, metadata: { ...whole.metadata, selfLink } };
}

function fill({ tools }: Call, type: string, object: KubeObject): KubeObject {
  const filled: object = tools.era.schema.fill(type, { ...object });
  return filled as KubeObject;
}

const accepted = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

/** Undefined if the caller wants plain objects. Throws NotAcceptable for what cannot be given. */
function tableOf({ request, served, tools }: Call): TableMaker | undefined {
  const accept = request.headers["accept"];
  if (accept === undefined) return undefined;
  const include = parameter(request, "includeObject");
  const wanted = tools.era.behaviors.has("server-tables") && tableRequest(accept, include);
  if (wanted) {
    if (include && !["None", "Metadata", "Object"].includes(include)) {
      throw badRequest(`unrecognized includeObject value: ${JSON.stringify(include)}`);
    }
    return { resource: served.registry.resource, era: tools.era, request: wanted, now: tools.now };
  }
  if (!/(^|,)\s*(application|\*)\/(json|\*)\s*(;(?!\s*as=)|,|$)/.test(accept)) {
    throw failure("NotAcceptable", `only the following media types are accepted: ${accepted}`);
  }
  return undefined;
}
