// What one can ask in CQL, once it is understood.

import type { CqlType } from "../values.ts";

/** A literal as it was written; what it means depends on its column. */
export type Term =
  | {
      readonly type: "literal";
      readonly kind: "string" | "number" | "uuid" | "blob" | "boolean";
      readonly text: string;
    }
  | { readonly type: "null" }
  | { readonly type: "list" | "set"; readonly items: readonly Term[] }
  | { readonly type: "map"; readonly items: readonly (readonly [Term, Term])[] }
  | { readonly type: "call"; readonly name: string; readonly items: readonly Term[] };

export interface Name {
  readonly keyspace: string | undefined;
  readonly name: string;
}

export interface Relation {
  readonly column: string;
  readonly operator: "=" | "<" | ">" | "<=" | ">=" | "!=" | "IN" | "CONTAINS";
  readonly terms: readonly Term[];
  /** `token(column) > …` */
  readonly isToken: boolean;
}

export type Selector =
  | { readonly type: "all" }
  | { readonly type: "column"; readonly name: string; readonly alias: string | undefined }
  | {
      readonly type: "call";
      readonly name: string;
      readonly columns: readonly string[];
      readonly alias: string | undefined;
    };

export interface Assignment {
  readonly column: string;
  readonly operator: "=" | "+" | "-" | "prepend";
  /** `column[key] = …` */
  readonly key: Term | undefined;
  readonly term: Term;
}

export interface Using {
  readonly timestamp?: number;
  readonly ttl?: number;
}

export type Condition = "not exists" | "exists" | readonly Relation[] | undefined;

export interface ColumnOrder {
  readonly name: string;
  readonly type: CqlType;
  readonly isStatic: boolean;
}

export interface Select {
  readonly type: "select";
  readonly table: Name;
  readonly selectors: readonly Selector[];
  readonly distinct: boolean;
  readonly where: readonly Relation[];
  readonly order: readonly { readonly column: string; readonly descending: boolean }[];
  readonly limit: number | undefined;
  readonly filtering: boolean;
}

export interface Insert {
  readonly type: "insert";
  readonly table: Name;
  readonly columns: readonly string[];
  readonly values: readonly Term[];
  readonly condition: Condition;
  readonly using: Using;
}

export interface UpdateRows {
  readonly type: "update";
  readonly table: Name;
  readonly assignments: readonly Assignment[];
  readonly where: readonly Relation[];
  readonly condition: Condition;
  readonly using: Using;
}

export interface Delete {
  readonly type: "delete";
  readonly table: Name;
  readonly columns: readonly { readonly column: string; readonly key: Term | undefined }[];
  readonly where: readonly Relation[];
  readonly condition: Condition;
  readonly using: Using;
}

export type Change = Insert | UpdateRows | Delete;

export interface CreateTable {
  readonly type: "create table";
  readonly table: Name;
  readonly columns: readonly ColumnOrder[];
  readonly partitionKey: readonly string[];
  readonly clustering: readonly string[];
  readonly descending: readonly string[];
  readonly options: ReadonlyMap<string, Term>;
  readonly ifNotExists: boolean;
}

export type Statement =
  | Select
  | Change
  | CreateTable
  | { readonly type: "batch"; readonly changes: readonly Change[] }
  | { readonly type: "use"; readonly name: string }
  | { readonly type: "truncate"; readonly table: Name }
  | {
      readonly type: "create keyspace" | "alter keyspace";
      readonly name: string;
      readonly options: ReadonlyMap<string, Term>;
      readonly ifNotExists: boolean;
    }
  | { readonly type: "drop keyspace"; readonly name: string; readonly ifExists: boolean }
  | { readonly type: "drop table"; readonly table: Name; readonly ifExists: boolean }
  | {
      readonly type: "alter table";
      readonly table: Name;
      readonly add: readonly ColumnOrder[];
      readonly drop: readonly string[];
      readonly options: ReadonlyMap<string, Term>;
    };
