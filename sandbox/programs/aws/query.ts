// `--query`: the part of JMESPath that people type: names, indexes, lists, pipes, hashes, filters
// by equality. https://jmespath.org/specification.html
// differs: functions other than length are not simulated.

import { isMap, type Json, UsageError } from "./options.ts";

export function query(value: Json, path: string): Json {
  const reader = new Reader(path);
  const found = reader.expression(value);
  if (!reader.isAtEnd) throw reader.error();
  return found;
}

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#text.slice(this.#at).trim() === "";
  }

  error(): UsageError {
    return new UsageError(
      `\nBad value for --query ${this.#text}: Bad jmespath expression: Unexpected token at column ${this.#at}`,
    );
  }

  #takes(sign: string): boolean {
    while (this.#text[this.#at] === " ") this.#at++;
    if (!this.#text.startsWith(sign, this.#at)) return false;
    this.#at += sign.length;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#text.slice(this.#at))?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  expression(value: Json): Json {
    let found = this.#chain(value);
    while (this.#takes("|")) found = this.#chain(found);
    return found;
  }

  #chain(value: Json): Json {
    const length = this.#match(/^\s*length\(/);
    if (length !== undefined) {
      const inner = this.expression(value);
      if (!this.#takes(")")) throw this.error();
      return Array.isArray(inner) ? inner.length : String(inner).length;
    }
    return this.#step(value, true);
  }

  /** What stands here, applied to the value; and on to what follows. */
  #step(value: Json, isFirst = false): Json {
    if (this.#takes("[")) return this.#bracket(value);
    if (!isFirst && !this.#takes(".")) return value;
    if (this.#takes("[")) return this.#select(value);
    if (this.#takes("{")) return this.#hash(value);
    const name = this.#match(/^\s*(?:"[^"]+"|[\w-]+|@)/)
      ?.trim()
      .replaceAll('"', "");
    if (name === undefined) throw this.error();
    const next = name === "@" ? value : isMap(value) ? (value[name] ?? null) : null;
    return this.#step(next);
  }

  #bracket(value: Json): Json {
    const list = Array.isArray(value) ? (value as readonly Json[]) : undefined;
    if (this.#takes("]")) {
      const flat = list?.flatMap((each) => (Array.isArray(each) ? (each as Json[]) : [each]));
      return this.#each(flat);
    }
    if (this.#takes("*]")) return this.#each(list);
    if (this.#takes("?")) {
      const from = this.#at;
      const kept = (list ?? []).filter((each) => {
        this.#at = from;
        return this.#holds(each);
      });
      if (!list || list.length === 0) this.#holds(null);
      if (!this.#takes("]")) throw this.error();
      return this.#each(kept);
    }
    const index = this.#match(/^-?\d+/);
    if (index !== undefined) {
      if (!this.#takes("]")) throw this.error();
      return this.#step(list?.at(Number(index)) ?? null);
    }
    return this.#select(value);
  }

  #holds(value: Json): boolean {
    const left = this.#step(value, true);
    const operator = this.#match(/^\s*(?:==|!=)/)?.trim();
    const right = this.#match(/^\s*(?:`[^`]*`|'[^']*')/)?.trim();
    if (operator === undefined || right === undefined) throw this.error();
    const wanted = right.slice(1, -1).replace(/^"|"$/g, "");
    return (String(left) === wanted) === (operator === "==");
  }

  /** What follows, for each of a list; what is null is left out. */
  #each(list: readonly Json[] | undefined): Json {
    const from = this.#at;
    if (!list || list.length === 0) {
      this.#step(null);
      return list ? [] : null;
    }
    return list
      .map((each) => {
        this.#at = from;
        return this.#step(each);
      })
      .filter((each) => each !== null);
  }

  /** `[A,B.C]` */
  #select(value: Json): Json {
    const found: Json[] = [];
    do found.push(this.expression(value));
    while (this.#takes(","));
    if (!this.#takes("]")) throw this.error();
    return this.#step(found);
  }

  /** `{Name: A, Other: B}` */
  #hash(value: Json): Json {
    const found: Record<string, Json> = {};
    do {
      const name = this.#match(/^\s*(?:"[^"]+"|[\w-]+)/)
        ?.trim()
        .replaceAll('"', "");
      if (name === undefined || !this.#takes(":")) throw this.error();
      found[name] = this.expression(value);
    } while (this.#takes(","));
    if (!this.#takes("}")) throw this.error();
    return this.#step(found);
  }
}
