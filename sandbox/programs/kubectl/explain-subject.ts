// What there is to explain: the question of `kubectl explain`, the type it is about, and the texts.
// Shared by the forms that its answer has had.

import type { Definition, Field, Type } from "../../api/schema/field.ts";
import type { Schema } from "../../api/schema.ts";
import type { ExplainForm } from "../../api/words/kubectl.ts";

/** Texts by type (`core/v1.Container`) and field; the empty name is the type itself. */
export type Texts = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface Question {
  readonly schema: Schema;
  readonly texts: Texts;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Names of fields, from the kind down. */
  readonly path: readonly string[];
  readonly recursive: boolean;
  readonly form: ExplainForm;
}

export interface Answer {
  /** For standard output; there may be some even if there is an error. */
  readonly output: string;
  /** Without `error: `. */
  readonly error?: string;
}

export interface Subject extends Question {
  readonly definition: Definition;
  readonly documents: Documents;
}

/** The texts of types and fields. */
export class Documents {
  readonly #texts: Texts;
  readonly #schema: Schema;

  constructor({ texts, schema }: Pick<Question, "texts" | "schema">) {
    this.#texts = texts;
    this.#schema = schema;
  }

  ofType(key: string): string {
    return this.#texts[key]?.[""] ?? "";
  }

  ofField({ key, isKind }: Definition, { name }: Field): string {
    const own = this.#texts[key]?.[name];
    if (own !== undefined) return own;
    return isKind ? (this.#texts["meta/v1.TypeMeta"]?.[name] ?? "") : "";
  }

  /** The text of what a type refers to: a struct, or a simple type with a text of its own. */
  ofReference(type: Type): string {
    if (type.is === "struct") return this.ofType(type.key);
    return "of" in type ? "" : this.ofType(type.go);
  }

  definition(type: Type): Definition | undefined {
    return type.is === "struct" ? this.#schema.type(type.key) : undefined;
  }
}

/** Fields in the order of their names, as OpenAPI has them. */
export const sortedFields = ({ fields }: Definition): Field[] =>
  [...fields.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));

/** Length as Go's `len` counts: in bytes. */
export const goLength = (text: string): number =>
  /^[ -~]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;

/** OpenAPI knows no pointers. */
export function plain(type: Type): Exclude<Type, { readonly is: "pointer" }> {
  return type.is === "pointer" ? plain(type.of) : type;
}
