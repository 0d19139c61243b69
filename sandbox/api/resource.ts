// One kind of object, complete: all that the API server must know to serve it. One file each in
// this folder. Strategy names and order are upstream's (rest.BeforeCreate, registry.Store.Create).

import type { Era } from "./era.ts";
import type { FieldError } from "./field-error.ts";
import type { KubeObject, LabelSelector } from "./meta.ts";
import type { NameRule } from "./names.ts";

export interface Resource<T extends KubeObject = KubeObject> {
  readonly group: string;
  /**
   * The version in which objects are kept, and in which everything inside the sandbox sees them.
   */
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories?: readonly string[];
  readonly namespaced: boolean;
  /** How its objects may be called; a DNS subdomain where nothing is said. */
  readonly nameRule?: NameRule;
  /** Other group-versions under which the same objects can be served: `extensions/v1beta1`. */
  readonly alsoIn?: readonly string[];
  readonly subresources?: readonly Subresource[];
  /** What may be done with it, where that is not everything. */
  readonly verbs?: readonly string[];
  /** Listed as real servers list it, but none can be made; whoever tries is told. */
  readonly notSimulated?: boolean;
  /** Where its objects lie in etcd below /registry, where that is not the plural. */
  readonly storedUnder?: string;
  /** How long an object is kept after it was last written; for ever where nothing is said. */
  readonly keptMs?: number;
  /** An update of an object that is not there creates it. */
  readonly createdByUpdate?: boolean;
  /** An update must say which version of the object it is about. */
  readonly needsVersion?: boolean;
  /** A deletion answers with the object, not with a Status. */
  readonly returnsDeleted?: boolean;
  /** `metadata.generation` counts the changes of its spec. */
  readonly countsGenerations?: boolean;

  // The strategy. Objects given to these hooks are drafts, free to be changed; `old` is frozen.
  default?(draft: T, context: Context): void;
  prepareForCreate?(draft: T, context: Context): void;
  prepareForUpdate?(draft: T, old: T, context: Context): void;
  validate?(object: T, context: Context): FieldError[];
  validateUpdate?(object: T, old: T, context: Context): FieldError[];
  /** Called for the status subresource, after everything but the status was taken from `old`. */
  validateStatus?(object: T, old: T, context: Context): FieldError[];
  /** How long a deletion without a wish of its own takes; undefined: no graceful deletion. */
  gracePeriodSeconds?(object: T, asked: number | undefined): number;
  /** What becomes of dependents where the caller does not say. */
  readonly orphansByDefault?: readonly string[];

  /** What `kubectl get` prints: the server makes the table, as the real one does. */
  readonly columns: readonly Column<T>[];
  /** Fields that `--field-selector` knows besides metadata.name and metadata.namespace. */
  fields?(object: T): Readonly<Record<string, string>>;
  /** What /scale shows and changes. */
  readonly scale?: ScaleOf<T>;
  /** Group-versions in which its objects look different from how they are kept. */
  readonly shapes?: Readonly<Record<string, Shape<T>>>;
}

/** How an object looks in another group-version, and what it is here. */
export interface Shape<T> {
  show(object: T): object;
  /** Of a decoded object, which may be changed. */
  read(shown: KubeObject): T;
}

export type Subresource =
  | "status"
  | "scale"
  | "binding"
  | "eviction"
  | "log"
  | "exec"
  | "attach"
  | "portforward"
  | "finalize"
  | "proxy"
  | "token";

/** What a strategy may know beyond the object. */
export interface Context {
  readonly era: Era;
  /** The group-version in which the request spoke: defaults differ between them. */
  readonly groupVersion: string;
  readonly now: number;
  /** Which part of the object the request is about; empty or absent for the object itself. */
  readonly subresource?: string;
}

export interface Column<T> {
  readonly name: string;
  readonly type: "string" | "integer" | "boolean" | "date";
  readonly format?: "name";
  /** Only under `-o wide`. */
  readonly wide?: boolean;
  readonly description?: string;
  /** Shown only where an era's list of columns names it: `Desired@1.3`. */
  readonly onlyIn?: string;
  cell(object: T, view: View): string | number | boolean;
}

/** What a cell may know beyond the object. */
export interface View {
  readonly now: number;
  readonly era: Era;
  readonly wide: boolean;
}

export interface ScaleOf<T> {
  replicas(object: T): number;
  statusReplicas(object: T): number;
  selector(object: T): LabelSelector | undefined;
  set(draft: T, replicas: number): void;
}

export function defineResource<T extends KubeObject>(resource: Resource<T>): Resource<T> {
  return resource;
}

export const groupVersionOf = ({ group, version }: Pick<Resource, "group" | "version">): string =>
  group ? `${group}/${version}` : version;

export function splitGroupVersion(text: string): { group: string; version: string } {
  const slash = text.indexOf("/");
  return slash < 0
    ? { group: "", version: text }
    : { group: text.slice(0, slash), version: text.slice(slash + 1) };
}

/** Every group-version in which `era` serves this kind; the preferred one first. */
export function servedVersions(resource: Resource, era: Era): string[] {
  const mine = [groupVersionOf(resource), ...(resource.alsoIn ?? [])];
  return Object.keys(era.serves).filter(
    (groupVersion) =>
      mine.includes(groupVersion) && era.serves[groupVersion]?.includes(resource.plural),
  );
}

/** Where a group-version of the API is found: `/api/v1`, `/apis/apps/v1`. */
export const apiRoot = (groupVersion: string): string =>
  groupVersion.includes("/") ? `/apis/${groupVersion}` : `/api/${groupVersion}`;
