// What a command is about: from `-f`, `TYPE NAME`, `TYPE/NAME`, selectors and `--all` to objects, one
// after the other; failures are gathered so that one does not hide the rest.
// cli-runtime pkg/resource/builder.go, visitor.go, selector.go, result.go.

import type { Schema } from "../../../api/schema.ts";
import { isFields } from "../../../api/patch.ts";
import type { KubeObject } from "../../../api/meta.ts";
import { matches, parseSelector } from "../../../api/labels.ts";
import { goJson, quoted } from "../../../api/schema/go-json.ts";
import { isReason, StatusError } from "../../../api/status.ts";
import { Aggregate, CommandError, expected, type KubectlError, throwAll } from "../cli/errors.ts";
import type { Ask } from "../server/connection.ts";
import { type Discovery, type Mapping, resourceText } from "../server/discovery.ts";
import { type Rest, type Target, type WatchEvent } from "../server/rest.ts";
import type { Process } from "../../../machine/process.ts";
import { readArguments, type ArgumentOptions } from "./arguments.ts";
import { documents, type FileOptions, findSources, hasFiles, type Source } from "./manifests.ts";

/** One object, or one list of them, that the command is about. */
export interface Info {
  /** Undefined if nothing is asked of a server. */
  readonly mapping: Mapping | undefined;
  namespace: string;
  name: string;
  /** The file that it comes from. */
  readonly source: string;
  object: KubeObject | undefined;
  resourceVersion: string;
}

/** An `Info` whose kind the server knows. */
export type ServedInfo = Info & Target;

export interface SelectOptions extends Partial<ArgumentOptions> {
  readonly files?: FileOptions;
  readonly namespace: string;
  /** A manifest for another namespace is refused. */
  readonly enforceNamespace?: boolean;
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly all?: boolean;
  /** Asks the server for what files describe. */
  readonly latest?: boolean;
  /** Lists are left as they are, and nothing is fetched that is not needed. */
  readonly keepLists?: boolean;
  /** Nothing is fetched by name until somebody wants it. */
  readonly lazy?: boolean;
  /** Without a server. */
  readonly local?: boolean;
  readonly singleType?: boolean;
  readonly validate?: boolean;
  /** For every reading request: headers and parameters. */
  readonly ask?: Partial<Ask>;
}

export interface SelectTools {
  readonly process: Process;
  readonly rest: Rest;
  readonly discovery: Discovery;
  readonly schema: Schema;
  /** What is said of a manifest whose kind nobody knows. */
  unrecognized(why: { readonly source: string; readonly object: KubeObject; readonly reason: string }): string;
}

type Visit = (info: Info) => Promise<void>;

/** Yields infos to `visit`; `failed` takes what keeps one of them from being one. */
interface Origin {
  readonly mapping: Mapping | undefined;
  readonly watch?: { readonly namespace: string; readonly query: Record<string, string> };
  visit(visit: Visit, failed: (error: KubectlError) => void): Promise<void>;
}

export class Selection {
  readonly #origins: readonly Origin[];
  readonly #options: SelectOptions;
  readonly #tools: SelectTools;
  /** The user spoke of exactly one object. */
  readonly isSingle: boolean;
  /** The user named objects, and did not select them. */
  readonly namesObjects: boolean;
  #ignores: (error: KubectlError) => boolean = () => false;

  private constructor(
    origins: readonly Origin[],
    context: { options: SelectOptions; tools: SelectTools },
    kind: { isSingle: boolean; namesObjects: boolean },
  ) {
    this.#origins = origins;
    this.#options = context.options;
    this.#tools = context.tools;
    this.isSingle = kind.isSingle;
    this.namesObjects = kind.namesObjects;
  }

  /** Throws if the arguments make no sense together, or name kinds that there are not. */
  static async of(options: SelectOptions, tools: SelectTools): Promise<Selection> {
    const context = { options, tools };
    const files = options.files && hasFiles(options.files) ? options.files : undefined;
    const found = files && findSources(tools.process, files);
    const asked = await readArguments({ args: [], ...options }, tools.discovery);
    const { types, names, targets } = asked;
    const selects = options.all || options.selector !== undefined || asked.selectsAll;
    if (found) {
      refuseWithFiles(asked);
      const origins = found.sources.map((source) => fileOrigin(source, context));
      return new Selection(origins, context, { isSingle: found.isSingle, namesObjects: true });
    }
    if (selects || options.fieldSelector) {
      refuseWithSelector(asked);
      const mappings = await mappingsOf(types, context);
      const origins = mappings.map((mapping) => listOrigin(mapping, context));
      return new Selection(origins, context, { isSingle: false, namesObjects: false });
    }
    if (targets.length > 0) {
      const kinds = await mappingsOf([...new Set(targets.map(({ type }) => type))], context);
      const order = [...new Set(targets.map(({ type }) => type))];
      const origins = targets.map(({ type, name }) =>
        nameOrigin(kinds[order.indexOf(type)] as Mapping, name, context),
      );
      return new Selection(origins, context, { isSingle: targets.length === 1, namesObjects: true });
    }
    if (names.length > 0) {
      if (types.length === 0) throw new CommandError("you must provide a resource and a resource name together");
      const [mapping] = await mappingsOf(types, context);
      const origins = names.map((name) => nameOrigin(mapping as Mapping, name, context));
      return new Selection(origins, context, { isSingle: names.length === 1, namesObjects: true });
    }
    if (types.length > 0) {
      await mappingsOf(types, context);
      throw new CommandError(
        "resource(s) were provided, but no name, label selector, or --all flag specified",
      );
    }
    throw new CommandError(missingResource);
  }

  /** Failures of this kind are passed over. */
  ignoring(ignores: (error: KubectlError) => boolean): this {
    this.#ignores = ignores;
    return this;
  }

  /** Does something with each; whatever fails is thrown in the end, all together. */
  async visit(visit: (info: Info) => Promise<void>): Promise<void> {
    const errors: KubectlError[] = [];
    const broken: KubectlError[] = [];
    const each: Visit = async (info) => {
      try {
        this.#settle(info);
        if (!info.object && !this.#options.lazy && info.mapping) await this.fetch(info as ServedInfo);
        await visit(info);
      } catch (error) {
        errors.push(expected(error));
      }
    };
    for (const origin of this.#origins) {
      try {
        await origin.visit(
          (info) => this.#flatten(info, each, (error) => errors.push(error)),
          (error) => errors.push(error),
        );
      } catch (error) {
        broken.push(expected(error));
      }
    }
    const kept = (list: readonly KubectlError[]) => list.filter((error) => !this.#ignores(error));
    const structural = kept(broken);
    throwAll([...kept(errors), ...(structural.length > 0 ? [new Aggregate(structural)] : [])]);
  }

  /** All of them, and what went wrong with the others. */
  async infos(): Promise<{ infos: Info[]; error: KubectlError | undefined }> {
    const infos: Info[] = [];
    try {
      await this.visit(async (info) => {
        infos.push(info);
      });
    } catch (error) {
      return { infos, error: expected(error) };
    }
    return { infos, error: undefined };
  }

  /** The one kind that this is about. */
  mapping(): Mapping {
    const mappings = new Set(this.#origins.map(({ mapping }) => mapping));
    const [mapping] = mappings;
    if (mappings.size !== 1 || !mapping) throw new CommandError("expected only a single resource type");
    return mapping;
  }

  /** Changes from a version on; of one object, or of one kind. */
  async watch(resourceVersion: string, signal: AbortSignal): Promise<AsyncIterable<WatchEvent>> {
    const [origin] = this.#origins;
    if (this.#origins.length !== 1 || !origin) {
      throw new CommandError("you may only watch a single resource or type of resource at a time");
    }
    const { watch, mapping } = origin;
    if (watch && mapping) {
      const query = { ...watch.query, resourceVersion };
      return this.#tools.rest.watch(mapping, watch.namespace, this.#ask(query, signal));
    }
    const { infos, error } = await this.infos();
    if (error) throw error;
    const [info] = infos;
    if (infos.length !== 1 || !info?.mapping) {
      throw new CommandError(
        `watch is only supported on individual resources and resource collections - ${infos.length} resources were found`,
      );
    }
    const query = { fieldSelector: `metadata.name=${info.name}`, resourceVersion };
    return this.#tools.rest.watch(info.mapping, info.namespace, this.#ask(query, signal));
  }

  #ask(query: Record<string, string>, signal: AbortSignal): Partial<Ask> {
    const { ask } = this.#options;
    return { ...ask, query: { ...ask?.query, ...query }, signal };
  }

  /** Gets the object as it is now. */
  async fetch(info: ServedInfo): Promise<KubeObject> {
    try {
      info.object = await this.#tools.rest.get<KubeObject>(info, this.#options.ask);
    } catch (error) {
      throw await this.#orMissingNamespace(info, error);
    }
    info.resourceVersion = info.object.metadata?.resourceVersion ?? "";
    return info.object;
  }

  /** If the namespace is not there either, that is what is said. */
  async #orMissingNamespace({ namespace }: Info, error: unknown): Promise<unknown> {
    if (!isReason(error, "NotFound") || namespace === "" || namespace === "default") return error;
    try {
      await this.#tools.rest.connection.object({ method: "GET", path: `/api/v1/namespaces/${namespace}` });
    } catch (other) {
      if (isReason(other, "NotFound")) return other;
      if (!isReason(other, "Forbidden")) throw other;
    }
    return error;
  }

  /** Gives it the namespace that it needs, or none. */
  #settle(info: Info): void {
    const { namespace, enforceNamespace } = this.#options;
    const namespaced = info.mapping ? info.mapping.namespaced : info.namespace !== "";
    if (!namespaced) setNamespace(info, "");
    else if (info.namespace === "") setNamespace(info, this.#options.allNamespaces ? "" : namespace);
    else if (enforceNamespace && info.source !== "" && info.namespace !== namespace) {
      throw new CommandError(
        `the namespace from the provided object ${quoted(info.namespace)} does not match the namespace ${quoted(namespace)}. You must pass '--namespace=${info.namespace}' to perform this operation.`,
      );
    }
  }

  /** Visits what is in a list instead of the list. */
  async #flatten(info: Info, each: Visit, failed: (error: KubectlError) => void): Promise<void> {
    const items = itemsOf(info.object);
    if (!items || this.#options.keepLists) return each(info);
    for (const item of items) {
      try {
        const mapping = await this.#mappingOfItem(item, info);
        const { name = "", namespace = "", resourceVersion = "" } = item.metadata ?? {};
        const version = info.resourceVersion || resourceVersion;
        await each({ mapping, namespace, name, source: "", object: item, resourceVersion: version });
      } catch (error) {
        failed(expected(error));
      }
    }
  }

  async #mappingOfItem(item: KubeObject, list: Info): Promise<Mapping | undefined> {
    if (this.#options.local) return undefined;
    const { mapping } = list;
    if (mapping?.kind === item.kind && mapping.groupVersion === item.apiVersion) return mapping;
    try {
      return await this.#tools.discovery.kind(item.apiVersion, item.kind);
    } catch (error) {
      throw new CommandError(`unable to recognize ${expected(error).message}`);
    }
  }
}

const missingResource = `You must provide one or more resources by argument or filename.
Example resource specifications include:
   '-f rsrc.yaml'
   '--filename=rsrc.json'
   '<resource> <name>'
   '<resource>'`;

export const isMissingResource = (error: unknown): boolean =>
  error instanceof CommandError && error.message === missingResource;

type Asked = Awaited<ReturnType<typeof readArguments>>;

function refuseWithFiles({ types, names, targets }: Asked): void {
  if (types.length > 0) {
    throw new CommandError(
      "when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well",
    );
  }
  if (names.length > 0) throw new CommandError("name cannot be provided when a path is specified");
  if (targets.length > 0) {
    throw new CommandError("resource/name arguments cannot be provided when a path is specified");
  }
}

function refuseWithSelector({ types, names, targets }: Asked): void {
  if (names.length > 0) {
    throw new CommandError("name cannot be provided when a selector is specified");
  }
  if (targets.length > 0) {
    throw new CommandError(
      "selectors and the all flag cannot be used when passing resource/name arguments",
    );
  }
  if (types.length === 0) {
    throw new CommandError("at least one resource must be specified to use a selector");
  }
}

interface Context {
  readonly options: SelectOptions;
  readonly tools: SelectTools;
}

async function mappingsOf(types: readonly string[], { options, tools }: Context): Promise<Mapping[]> {
  if (types.length > 1 && options.singleType) {
    throw new CommandError("you may only specify a single resource type");
  }
  const mappings: Mapping[] = [];
  for (const type of types) mappings.push(await tools.discovery.find(type));
  return mappings;
}

/** What is asked of the server for all objects of a kind that were selected. */
function listOrigin(mapping: Mapping, { options, tools }: Context): Origin {
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
        const { resourceVersion = "", continue: next = "" } = list.metadata as unknown as Record<string, string>;
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

function nameOrigin(mapping: Mapping, name: string, { options }: Context): Origin {
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
function fileOrigin(source: Source, { options, tools }: Context): Origin {
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
        if (options.latest && info.mapping && info.name !== "") await refresh(info, { options, tools });
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
  const why = tools.schema.validate(document);
  if (why === undefined) return;
  throw new CommandError(
    `error validating ${quoted(source)}: error validating data: ${why}; if you choose to ignore these errors, turn validation off with --validate=false`,
  );
}

async function infoOf(document: unknown, source: string, { options, tools }: Context): Promise<Info> {
  const undecodable = (why: string) =>
    new CommandError(`unable to decode ${quoted(source)}: ${why}`);
  if (!isFields(document)) {
    throw undecodable(
      `json: cannot unmarshal ${Array.isArray(document) ? "array" : typeof document} into Go value of type unstructured.detector`,
    );
  }
  const problem = Array.isArray(document["items"]) ? undefined : tools.schema.metadataError(document);
  if (problem !== undefined) throw undecodable(problem);
  const object = document as unknown as KubeObject;
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

/** The objects of a list; undefined if it is none. Tables count as one object. */
export function itemsOf(object: object | undefined): readonly KubeObject[] | undefined {
  const items = (object as { items?: unknown } | undefined)?.items;
  if (!Array.isArray(items)) return undefined;
  const { kind, apiVersion } = object as KubeObject;
  const itemKind = kind.replace(/List$/, "");
  if (itemKind === "") return items as readonly KubeObject[];
  // The server leaves out what all of them have in common.
  return items.map((item: KubeObject) => (item.kind ? item : { ...item, kind: itemKind, apiVersion }));
}

function setNamespace(info: Info, namespace: string): void {
  info.namespace = namespace;
  const { object } = info;
  if (!object || object.kind === "Table" || itemsOf(object)) return;
  const { namespace: old, ...metadata } = object.metadata ?? { name: "" };
  if ((old ?? "") === namespace) return;
  info.object = { ...object, metadata: { ...metadata, ...(namespace && { namespace }) } };
}
