// Tables: what `kubectl get` prints is made here, by the server, from the columns of each kind.
// pkg/printers/tablegenerator.go, apiserver/pkg/endpoints/handlers/response.go.

import type { Era } from "../api/era.ts";
import type { KubeObject, ListMeta } from "../api/meta.ts";
import type { Column, Resource, View } from "../api/resource.ts";

export interface Table {
  readonly kind: "Table";
  readonly apiVersion: string;
  readonly metadata: ListMeta;
  /** Null in the later tables of a watch: they have no headings. */
  readonly columnDefinitions: readonly ColumnDefinition[] | null;
  readonly rows: readonly TableRow[];
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  /** 0: always shown; 1: only under `-o wide`. */
  readonly priority: number;
}

export interface TableRow {
  readonly cells: readonly (string | number | boolean)[];
  readonly object: object;
}

/** What the caller's Accept header asks for. */
export interface TableRequest {
  readonly apiVersion: string;
  readonly includeObject: "None" | "Metadata" | "Object";
}

/** Undefined if the caller wants plain objects. */
export function tableRequest(
  accept: string | undefined,
  includeObject: string | undefined,
): TableRequest | undefined {
  const match = /application\/json;as=Table;v=(v1(?:beta1)?);g=meta\.k8s\.io/.exec(accept ?? "");
  if (!match) return undefined;
  const wanted =
    includeObject === "Object" || includeObject === "None" ? includeObject : "Metadata";
  return { apiVersion: `meta.k8s.io/${match[1]}`, includeObject: wanted };
}

export interface TableMaker {
  readonly resource: Resource;
  readonly era: Era;
  readonly request: TableRequest;
  now(): number;
}

export function makeTable(
  maker: TableMaker,
  objects: readonly KubeObject[],
  metadata: ListMeta,
): Table {
  const columns = columnsOf(maker.resource, maker.era);
  // Cells that are cut short where it is narrow are so in the tables of a server, too.
  const view: View = { now: maker.now(), era: maker.era, wide: true };
  return {
    kind: "Table",
    apiVersion: maker.request.apiVersion,
    metadata,
    columnDefinitions: columns.map(({ name, type, format, wide, description }) => ({
      name,
      type,
      format: format ?? "",
      description: description ?? "",
      priority: wide ? 1 : 0,
    })),
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, view)),
      object: rowObject(object, maker.request),
    })),
  };
}

function rowObject(object: KubeObject, { includeObject, apiVersion }: TableRequest): object {
  if (includeObject === "Object") return object;
  if (includeObject === "None") return {};
  return { kind: "PartialObjectMetadata", apiVersion, metadata: object.metadata };
}

/** The columns of a kind in an era, in its order. */
export function columnsOf<T extends KubeObject>(
  resource: Resource<T>,
  era: Era,
): readonly Column<T>[] {
  const names = era.columns[resource.plural];
  if (!names) return resource.columns.filter(({ onlyIn }) => !onlyIn);
  return names.flatMap((name) => resource.columns.filter((column) => columnId(column) === name));
}

const columnId = <T>({ name, onlyIn }: Column<T>): string => (onlyIn ? `${name}@${onlyIn}` : name);
