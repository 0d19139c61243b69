// What is known of one field and one type: the words in which the schema answers.

export type Type =
  | { readonly is: Scalar; readonly go: string; readonly values?: readonly string[] }
  | { readonly is: "list" | "map"; readonly of: Type; readonly go?: string }
  | { readonly is: "pointer"; readonly of: Type }
  | { readonly is: "struct"; readonly key: string };

export type Scalar =
  | "string"
  | "int32"
  | "int64"
  | "bool"
  | "quantity"
  | "time"
  | "microtime"
  | "int-or-string"
  | "bytes"
  | "any"
  | "fields";

export interface Field {
  readonly name: string;
  readonly goName: string;
  /** Names of the embedded structs through which it belongs to its definition, outermost first. */
  readonly through: readonly string[];
  readonly type: Type;
  readonly required: boolean;
  /** What an empty value comes to in JSON: nothing, nothing even if it is a struct, or its zero. */
  readonly whenEmpty: "omitted" | "omitted-zero" | "written";
  readonly merge: boolean;
  readonly replace: boolean;
  readonly retainKeys: boolean;
  readonly mergeKey: string | undefined;
  /** For lists and maps of server-side apply. */
  readonly list: "map" | "set" | "atomic" | undefined;
  readonly listKeys: readonly string[];
}

export interface Definition {
  /** `core/v1.Container`. */
  readonly key: string;
  readonly fields: ReadonlyMap<string, Field>;
  readonly isKind: boolean;
  readonly isAtomic: boolean;
}

/** A kind and where it is served: `{ group: "apps", version: "v1", kind: "StatefulSet" }`. */
export interface Served {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly key: string;
}
