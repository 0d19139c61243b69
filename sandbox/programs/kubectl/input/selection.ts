// What a command is about: from `-f`, `TYPE NAME`, `TYPE/NAME`, selectors and `--all` to objects,
// one after the other; failures are gathered so that one does not hide the rest.
// cli-runtime pkg/resource/builder.go, visitor.go, selector.go, result.go.

import type { KubeObject } from "../../../api/meta.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { isReason } from "../../../api/status.ts";
import { Aggregate, CommandError, expected, type KubectlError, throwAll } from "../cli/errors.ts";
import type { Ask } from "../server/connection.ts";
import type { Mapping } from "../server/discovery.ts";
import type { WatchEvent } from "../server/rest.ts";
import { readArguments } from "./arguments.ts";
import {
  type Info,
  itemsOf,
  type Origin,
  type SelectOptions,
  type SelectTools,
  type ServedInfo,
  setNamespace,
  type Visit,
} from "./info.ts";
import { findSources, hasFiles } from "./manifests.ts";
import { fileOrigin, listOrigin, mappingsOf, nameOrigin } from "./origins.ts";

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
      return new Selection(origins, context, {
        isSingle: targets.length === 1,
        namesObjects: true,
      });
    }
    if (names.length > 0) {
      if (types.length === 0)
        throw new CommandError("you must provide a resource and a resource name together");
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
    throw new MissingResource(tools.missingResource);
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
        if (!info.object && !this.#options.lazy && info.mapping)
          await this.fetch(info as ServedInfo);
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
    if (mappings.size !== 1 || !mapping)
      throw new CommandError("expected only a single resource type");
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
      await this.#tools.rest.connection.object({
        method: "GET",
        path: `/api/v1/namespaces/${namespace}`,
      });
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
    else if (info.namespace === "")
      setNamespace(info, this.#options.allNamespaces ? "" : namespace);
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
        await each({
          mapping,
          namespace,
          name,
          source: "",
          object: item,
          resourceVersion: version,
        });
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

/** A command was not told what it is about. */
class MissingResource extends CommandError {}

export const isMissingResource = (error: unknown): boolean => error instanceof MissingResource;

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
