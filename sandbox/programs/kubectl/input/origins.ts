// Where the objects of a command come from: all of a kind, one by its name, or the documents of a
// file. cli-runtime pkg/resource/selector.go, visitor.go.

import { matches, parseSelector } from "../../../api/labels.ts";
import type { KubeObject, ListMeta } from "../../../api/meta.ts";
import { isFields } from "../../../api/patch.ts";
import { goJson, quoted } from "../../../api/schema/go-json.ts";
import { isReason, StatusError } from "../../../api/status.ts";
import { CommandError, expected } from "../cli/errors.ts";
import { type Mapping, resourceText } from "../server/discovery.ts";
import type { Context, Info, Origin } from "./info.ts";
import { documents, type Source } from "./manifests.ts";

export async function mappingsOf(
  types: readonly string[],
  { options, tools }: Context,
): Promise<Mapping[]> {
  if (types.length > 1 && options.singleType) {
    throw new CommandError("you may only specify a single resource type");
  }
  const mappings: Mapping[] = [];
  for (const type of types) mappings.push(await tools.discovery.find(type));
  return mappings;
}

/** What is asked of the server for all objects of a kind that were selected. */
export function listOrigin(mapping: Mapping, { options, tools }: Context): Origin {
  const namespace = mapping.namespaced && !options.allNamespaces ? options.namespace : "";
  const { selector = "", fieldSelector = "", ask } = options;
  const query = {
    ...(selector && { labelSelector: selector }),
    ...(fieldSelector && { fieldSelector }),
  };
  return {
    mapping,
    watch: { namespace, query },
    async visit(visit) {
      let token = "";
      do {
        const more = { ...query, ...ask?.query, ...(token && { continue: token }) };
        const list = await tools.rest
          .list<KubeObject>(mapping, namespace, { ...ask, query: more })
          .catch((error: unknown) => {
            throw selectorError(error, mapping, { selector, fieldSelector });
          });
        const { resourceVersion = "", continue: next = "" }: ListMeta = list.metadata;
        token = next;
        await visit({ mapping, namespace, name: "", source: "", object: list, resourceVersion });
      } while (token !== "");
    },
  };
}

function selectorError(
  error: unknown,
  mapping: Mapping,
  { selector, fieldSelector }: { selector: string; fieldSelector: string },
): unknown {
  if (!isReason(error, "BadRequest", "NotFound")) return error;
  const resource = quoted(resourceText(mapping));
  const what =
    selector === "" && fieldSelector === ""
      ? `Unable to list ${resource}`
      : `Unable to find ${resource} that match label selector ${quoted(selector)}, field selector ${quoted(fieldSelector)}`;
  return new StatusError({ ...error.status, message: `${what}: ${error.message}` });
}

export function nameOrigin(mapping: Mapping, name: string, { options }: Context): Origin {
  if (mapping.namespaced && options.allNamespaces) {
    throw new CommandError("a resource cannot be retrieved by name across all namespaces");
  }
  const namespace = mapping.namespaced ? options.namespace : "";
  return {
    mapping,
    watch: { namespace, query: { fieldSelector: `metadata.name=${name}` } },
    visit: (visit) =>
      visit({ mapping, namespace, name, source: "", object: undefined, resourceVersion: "" }),
  };
}

/** The documents of a file. */
export function fileOrigin(source: Source, { options, tools }: Context): Origin {
  return {
    mapping: undefined,
    async visit(visit, failed) {
      const wanted = options.selector ? parseSelector(options.selector) : [];
      const text = await source.read();
      for (const document of documents(text, source.name)) {
        validate(document, source.name, { options, tools });
        let info: Info;
        try {
          info = await infoOf(document, source.name, { options, tools });
        } catch (error) {
          failed(expected(error));
          continue;
        }
        if (!matches(wanted, info.object?.metadata?.labels)) continue;
        if (options.latest && info.mapping && info.name !== "")
          await refresh(info, { options, tools });
        await visit(info);
      }
    },
  };
}

/** What the file says gives way to what the server has. */
async function refresh(info: Info, { options, tools }: Context): Promise<void> {
  const mapping = info.mapping as Mapping;
  if (mapping.namespaced && info.namespace === "") info.namespace = options.namespace;
  info.object = await tools.rest.get<KubeObject>({ ...info, mapping }, options.ask);
  info.resourceVersion = info.object.metadata?.resourceVersion ?? "";
}

function validate(document: unknown, source: string, { options, tools }: Context): void {
  if (!options.validate) return;
  const why = tools.validate(document);
  if (why === undefined) return;
  throw new CommandError(
    `error validating ${quoted(source)}: error validating data: ${why}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

async function infoOf(
  document: unknown,
  source: string,
  { options, tools }: Context,
): Promise<Info> {
  const undecodable = (why: string) =>
    new CommandError(`unable to decode ${quoted(source)}: ${why}`);
  if (!isFields(document)) {
    throw undecodable(
      `json: cannot unmarshal ${Array.isArray(document) ? "array" : typeof document} into Go value of type unstructured.detector`,
    );
  }
  const problem = Array.isArray(document["items"])
    ? undefined
    : tools.schema.metadataError(document);
  if (problem !== undefined) throw undecodable(problem);
  const object = document as object as KubeObject;
  if (!object.kind) throw undecodable(`Object 'Kind' is missing in '${goJson(document)}'`);
  object.metadata ??= { name: "" };
  const { name = "", namespace = "", resourceVersion = "" } = object.metadata;
  const info = { namespace, name, source, object, resourceVersion };
  if (options.local) return { mapping: undefined, ...info };
  if (object.kind === "List" && object.apiVersion === "v1") return { mapping: undefined, ...info };
  try {
    return { mapping: await tools.discovery.kind(object.apiVersion ?? "", object.kind), ...info };
  } catch (error) {
    const reason = expected(error);
    if (reason instanceof StatusError) throw reason;
    throw new CommandError(tools.unrecognized({ source, object, reason: reason.message }));
  }
}
