// Statements as the parser understands them. Data only.

import type { Value } from "./values.ts";

export type Expression =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "column"; readonly table?: string; readonly name: string }
  | { readonly kind: "variable"; readonly name: string; readonly scope: Scope | "user" }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Expression[];
      readonly distinct?: boolean;
      /** COUNT(*) */
      readonly star?: boolean;
      /** GROUP_CONCAT's */
      readonly order?: readonly Order[];
      readonly separator?: string;
    }
  | { readonly kind: "unary"; readonly op: "-" | "NOT" | "~"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly op: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "in";
      readonly operand: Expression;
      readonly list: readonly Expression[] | Select;
    }
  | { readonly kind: "is"; readonly operand: Expression; readonly value: boolean | null }
  | {
      readonly kind: "between";
      readonly operand: Expression;
      readonly low: Expression;
      readonly high: Expression;
    }
  | {
      readonly kind: "case";
      readonly operand?: Expression;
      readonly whens: readonly { readonly when: Expression; readonly value: Expression }[];
      readonly otherwise?: Expression;
    }
  | { readonly kind: "select"; readonly query: Select }
  | { readonly kind: "exists"; readonly query: Select }
  | { readonly kind: "interval"; readonly count: Expression; readonly unit: string };

export type Scope = "global" | "session";

export interface Item {
  /** Undefined: `*`, or all of one table. */
  readonly expression?: Expression;
  readonly table?: string;
  /** Its heading: the alias, or the text as it was written. */
  readonly heading: string;
  readonly alias?: string;
}

export interface Order {
  readonly expression: Expression;
  readonly descending: boolean;
}

export interface TableName {
  readonly database?: string;
  readonly name: string;
}

export interface Source {
  readonly table: TableName | Select;
  readonly alias: string;
  /** How it joins what is before it. */
  readonly join: "cross" | "inner" | "left" | "right";
  readonly on?: Expression;
  readonly using?: readonly string[];
}

export interface Limit {
  readonly count: number;
  readonly offset: number;
}

export interface Select {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly Item[];
  readonly from: readonly Source[];
  readonly where?: Expression;
  readonly group: readonly Expression[];
  readonly having?: Expression;
  readonly order: readonly Order[];
  readonly limit?: Limit;
  readonly union?: { readonly all: boolean; readonly query: Select };
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: ColumnType;
  readonly nullable: boolean;
  /** Undefined: none was given. */
  readonly default?: Value | "CURRENT_TIMESTAMP()" | undefined;
  readonly onUpdateNow?: boolean;
  readonly autoIncrement?: boolean;
  readonly comment?: string;
}

export interface ColumnType {
  /** In lower case: `int`, `varchar`. */
  readonly name: string;
  readonly size?: number;
  readonly scale?: number;
  readonly unsigned?: boolean;
  /** Of an enum or a set. */
  readonly members?: readonly string[];
}

export interface Key {
  readonly kind: "primary" | "unique" | "plain";
  readonly name: string;
  readonly columns: readonly string[];
}

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: "RESTRICT" | "CASCADE" | "SET NULL";
}

export interface TableBody {
  readonly columns: readonly ColumnDefinition[];
  readonly keys: readonly Key[];
  readonly foreign: readonly ForeignKey[];
  readonly engine: string;
  readonly charset: string;
}

export interface Account {
  readonly user: string;
  readonly host: string;
}

export interface Assignment {
  readonly column: string;
  readonly value: Expression | "DEFAULT";
}

export type Alteration =
  | {
      readonly kind: "add";
      readonly column: ColumnDefinition;
      readonly keys: readonly Key[];
      readonly place?: string;
    }
  | { readonly kind: "drop"; readonly column: string }
  | {
      readonly kind: "change";
      readonly from: string;
      readonly column: ColumnDefinition;
      readonly keys: readonly Key[];
    }
  | { readonly kind: "key"; readonly key: Key }
  | { readonly kind: "drop key"; readonly name: string }
  | { readonly kind: "rename"; readonly to: TableName }
  | { readonly kind: "auto increment"; readonly value: number };

export interface Show {
  readonly kind: "show";
  readonly what: string;
  readonly of?: TableName;
  readonly account?: Account;
  readonly like?: string;
  readonly where?: Expression;
  readonly full: boolean;
  readonly scope: Scope;
}

export type Statement =
  | Select
  | Show
  | {
      readonly kind: "insert";
      readonly table: TableName;
      readonly columns: readonly string[] | undefined;
      readonly rows: readonly (readonly (Expression | "DEFAULT")[])[];
      readonly query?: Select;
      readonly ignore: boolean;
      readonly replace: boolean;
      readonly onDuplicate: readonly Assignment[];
    }
  | {
      readonly kind: "update";
      readonly table: TableName;
      readonly alias: string;
      readonly set: readonly Assignment[];
      readonly where?: Expression;
      readonly order: readonly Order[];
      readonly limit?: Limit;
    }
  | {
      readonly kind: "delete";
      readonly table: TableName;
      readonly where?: Expression;
      readonly order: readonly Order[];
      readonly limit?: Limit;
    }
  | { readonly kind: "truncate"; readonly table: TableName }
  | {
      readonly kind: "create table";
      readonly table: TableName;
      readonly ifNot: boolean;
      readonly body?: TableBody;
      readonly like?: TableName;
      readonly query?: Select;
    }
  | { readonly kind: "drop table"; readonly tables: readonly TableName[]; readonly if: boolean }
  | {
      readonly kind: "alter table";
      readonly table: TableName;
      readonly changes: readonly Alteration[];
    }
  | {
      readonly kind: "create database";
      readonly name: string;
      readonly ifNot: boolean;
      readonly charset?: string;
    }
  | { readonly kind: "drop database"; readonly name: string; readonly if: boolean }
  | { readonly kind: "use"; readonly name: string }
  | { readonly kind: "describe"; readonly table: TableName; readonly like?: string }
  | {
      readonly kind: "create user";
      readonly users: readonly { readonly account: Account; readonly password?: string }[];
      readonly ifNot: boolean;
    }
  | {
      readonly kind: "alter user";
      readonly account: Account | undefined;
      readonly password: string;
    }
  | { readonly kind: "drop user"; readonly accounts: readonly Account[]; readonly if: boolean }
  | {
      readonly kind: "grant";
      readonly take: boolean;
      /** Upper case; `ALL` is all of them. */
      readonly privileges: readonly string[];
      /** `*` for all. */
      readonly database: string;
      readonly accounts: readonly { readonly account: Account; readonly password?: string }[];
      readonly withGrant: boolean;
    }
  | {
      readonly kind: "set";
      readonly assignments: readonly {
        readonly scope: Scope | "user";
        readonly name: string;
        readonly value: Expression;
      }[];
    }
  | { readonly kind: "begin" | "commit" | "rollback" | "nothing" }
  | { readonly kind: "flush"; readonly what: string }
  | { readonly kind: "lock"; readonly tables: readonly TableName[] }
  | { readonly kind: "kill"; readonly id: number }
  | { readonly kind: "shutdown" };
