// One object that a command is about, and where such objects come from.
// cli-runtime pkg/resource/visitor.go Info.

import type { KubeObject } from "../../../api/meta.ts";
import type { Schema } from "../../../api/schema.ts";
import type { Process } from "../../../machine/process.ts";
import type { KubectlError } from "../cli/errors.ts";
import type { Ask } from "../server/connection.ts";
import type { Discovery, Mapping } from "../server/discovery.ts";
import type { Rest, Target } from "../server/rest.ts";
import type { ArgumentOptions } from "./arguments.ts";
import type { FileOptions } from "./manifests.ts";

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
  /** What is wrong with a document; undefined if nothing is. */
  validate(document: unknown): string | undefined;
  /** What is said to whoever names nothing. */
  readonly missingResource: string;
  /** What is said of a manifest whose kind nobody knows. */
  unrecognized(why: {
    readonly source: string;
    readonly object: KubeObject;
    readonly reason: string;
  }): string;
}

export type Visit = (info: Info) => Promise<void>;

/** Yields infos to `visit`; `failed` takes what keeps one of them from being one. */
export interface Origin {
  readonly mapping: Mapping | undefined;
  readonly watch?: { readonly namespace: string; readonly query: Record<string, string> };
  visit(visit: Visit, failed: (error: KubectlError) => void): Promise<void>;
}

export interface Context {
  readonly options: SelectOptions;
  readonly tools: SelectTools;
}

/** The objects of a list; undefined if it is none. Tables count as one object. */
export function itemsOf(object: object | undefined): readonly KubeObject[] | undefined {
  const items = (object as { items?: unknown } | undefined)?.items;
  if (!Array.isArray(items)) return undefined;
  const { kind, apiVersion } = object as KubeObject;
  const itemKind = kind.replace(/List$/, "");
  if (itemKind === "") return items as readonly KubeObject[];
  // The server leaves out what all of them have in common.
  return items.map((item: KubeObject) =>
    item.kind ? item : { ...item, kind: itemKind, apiVersion },
  );
}

export function setNamespace(info: Info, namespace: string): void {
  info.namespace = namespace;
  const { object } = info;
  if (!object || object.kind === "Table" || itemsOf(object)) return;
  const { namespace: old, ...metadata } = object.metadata ?? { name: "" };
  if ((old ?? "") === namespace) return;
  info.object = { ...object, metadata: { ...metadata, ...(namespace && { namespace }) } };
}
