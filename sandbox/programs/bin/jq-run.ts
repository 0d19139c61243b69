// Runs jq's filters: each gives any number of values for one.

import { decodeBase64, encodeBase64 } from "../../api/base64.ts";
import { library, simple } from "./jq-builtins.ts";
import { CompileError, type Filter, type Pattern, parseFilter } from "./jq-parser.ts";
import {
  brief,
  calculate,
  compare,
  deletePaths,
  each,
  getPath,
  isTrue,
  JqError,
  type Json,
  type Located,
  list,
  type Path,
  setPath,
  step,
  text,
  typeOf,
} from "./jq-values.ts";
import { Failure, type Tool } from "./tool.ts";

interface Closure {
  readonly filter: Filter;
  readonly scope: Scope;
}

interface Definition {
  readonly parameters: readonly string[];
  /** Text until it is called for the first time. */
  body: Filter | string;
  readonly scope: Scope;
}

interface Scope {
  readonly variables: ReadonlyMap<string, Json>;
  readonly closures: ReadonlyMap<string, Closure>;
  readonly functions: ReadonlyMap<string, Definition>;
}

const MOST_STEPS = 2_000_000;

export class Run {
  readonly #it: Tool;
  readonly #top: Scope;
  #steps = 0;
  line = 1;

  constructor(it: Tool, variables: ReadonlyMap<string, Json>) {
    this.#it = it;
    const env = Object.fromEntries(it.process.env);
    const named = Object.fromEntries(variables);
    const all = new Map([...variables, ["ENV", env], ["__prog_args", []], ["named", named]] as [
      string,
      Json,
    ][]);
    const functions = new Map<string, Definition>();
    this.#top = { variables: all, closures: new Map(), functions };
    for (const [head, body] of library) {
      const [name = "", list] = head.split(/[(;)]/);
      const parameters = list === undefined ? [] : head.slice(name.length + 1, -1).split(";");
      functions.set(`${name}/${parameters.length}`, { parameters, body, scope: this.#top });
    }
  }

  *values(filter: Filter, input: Json): Generator<Json> {
    for (const { value } of this.#run(filter, { value: input, path: [] }, this.#top)) yield value;
  }

  *#plain(filter: Filter, input: Located, scope: Scope): Generator<Json> {
    for (const { value } of this.#run(filter, { value: input.value, path: undefined }, scope))
      yield value;
  }

  *#run(filter: Filter, input: Located, scope: Scope): Generator<Located> {
    if (++this.#steps > MOST_STEPS) throw new Failure("too many steps", 5);
    switch (filter.type) {
      case "identity":
        yield input;
        return;
      case "empty":
        return;
      case "literal":
        yield { value: filter.value as Json, path: undefined };
        return;
      case "variable":
        yield { value: this.#variable(filter.name, scope), path: undefined };
        return;
      case "recurse":
        yield* this.#recurse(input);
        return;
      case "format":
        yield { value: this.#format(filter.name, input.value), path: undefined };
        return;
      case "string":
        for (const value of this.#interpolate(filter, input, scope))
          yield { value, path: undefined };
        return;
      case "index":
        for (const of of this.#run(filter.of, input, scope)) {
          for (const key of this.#plain(filter.key, input, scope))
            yield* guard(filter.optional, () => [step(of, key)]);
        }
        return;
      case "slice":
        yield* this.#slice(filter, input, scope);
        return;
      case "each":
        for (const of of this.#run(filter.of, input, scope))
          yield* guard(filter.optional, () => each(of));
        return;
      case "try":
        yield* this.#try(filter, input, scope);
        return;
      case "array":
        yield {
          value: filter.body ? [...this.#plain(filter.body, input, scope)] : [],
          path: undefined,
        };
        return;
      case "object":
        for (const value of this.#object(filter.entries, input, scope))
          yield { value, path: undefined };
        return;
      case "negate":
        for (const value of this.#plain(filter.of, input, scope)) {
          if (typeof value !== "number")
            throw new JqError(`${typeOf(value)} (${brief(value)}) cannot be negated`);
          yield { value: -value, path: undefined };
        }
        return;
      case "if":
        for (const test of this.#plain(filter.test, input, scope)) {
          if (isTrue(test)) yield* this.#run(filter.yes, input, scope);
          else if (filter.no) yield* this.#run(filter.no, input, scope);
          else yield input;
        }
        return;
      case "reduce":
      case "foreach":
        yield* this.#fold(filter, input, scope);
        return;
      case "as":
        for (const value of this.#plain(filter.source, input, scope)) {
          yield* this.#run(filter.body, input, this.#bind(filter.pattern, value, scope));
        }
        return;
      case "define": {
        const functions = new Map(scope.functions);
        const inner: Scope = { ...scope, functions };
        functions.set(`${filter.name}/${filter.parameters.length}`, {
          parameters: filter.parameters,
          body: filter.body,
          scope: inner,
        });
        yield* this.#run(filter.rest, input, inner);
        return;
      }
      case "binary":
        yield* this.#binary(filter, input, scope);
        return;
      case "call":
        yield* this.#call(filter.name, filter.args, { input, scope });
        return;
    }
  }

  #variable(name: string, scope: Scope): Json {
    if (name === "__loc__") return { file: "<top-level>", line: 1 };
    const value = scope.variables.get(name);
    if (value === undefined) throw new CompileError(`$${name} is not defined`);
    return value;
  }

  *#recurse(input: Located): Generator<Located> {
    yield input;
    if (input.value !== null && typeof input.value === "object")
      for (const inner of each(input)) yield* this.#recurse(inner);
  }

  *#slice(filter: Filter & { type: "slice" }, input: Located, scope: Scope): Generator<Located> {
    for (const of of this.#run(filter.of, input, scope)) {
      const bounds = (one: Filter | undefined) =>
        one ? [...this.#plain(one, input, scope)] : [null];
      for (const to of bounds(filter.to)) {
        for (const from of bounds(filter.from))
          yield* guard(filter.optional, () => [step(of, { start: from, end: to })]);
      }
    }
  }

  *#try(filter: Filter & { type: "try" }, input: Located, scope: Scope): Generator<Located> {
    try {
      yield* this.#run(filter.body, input, scope);
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      if (error.message === "break") throw error;
      if (filter.handler)
        yield* this.#run(filter.handler, { value: error.value, path: undefined }, scope);
    }
  }

  *#interpolate(
    { parts, format }: Pick<Filter & { type: "string" }, "parts" | "format">,
    input: Located,
    scope: Scope,
  ): Generator<string> {
    const [first, ...rest] = parts;
    if (first === undefined) {
      yield "";
      return;
    }
    for (const tail of this.#interpolate({ parts: rest, format }, input, scope)) {
      if (typeof first === "string") yield first + tail;
      else
        for (const value of this.#plain(first, input, scope))
          yield (format ? this.#format(format, value) : text(value)) + tail;
    }
  }

  *#object(
    entries: readonly (readonly [Filter, Filter])[],
    input: Located,
    scope: Scope,
  ): Generator<Json> {
    const [first, ...rest] = entries;
    if (!first) {
      yield {};
      return;
    }
    for (const key of this.#plain(first[0], input, scope)) {
      if (typeof key !== "string") throw new JqError(`Object keys must be strings`);
      for (const value of this.#plain(first[1], input, scope)) {
        for (const others of this.#object(rest, input, scope))
          yield { [key]: value, ...(others as object) };
      }
    }
  }

  #bind(pattern: Pattern, value: Json, scope: Scope): Scope {
    if (pattern.type === "name")
      return { ...scope, variables: new Map(scope.variables).set(pattern.name, value) };
    let inner = scope;
    const items: readonly (readonly [Json, Pattern])[] =
      pattern.type === "array"
        ? pattern.items.map((item, i) => [i, item] as const)
        : pattern.entries.map(
            ([key, item]) =>
              [[...this.#plain(key, { value, path: undefined }, scope)][0] ?? null, item] as const,
          );
    for (const [key, item] of items)
      inner = this.#bind(item, step({ value, path: undefined }, key).value, inner);
    return inner;
  }

  *#fold(
    filter: Filter & { type: "reduce" | "foreach" },
    input: Located,
    scope: Scope,
  ): Generator<Located> {
    for (let state of this.#plain(filter.init, input, scope)) {
      for (const value of this.#plain(filter.source, input, scope)) {
        const inner = this.#bind(filter.pattern, value, scope);
        let last: Json | undefined;
        for (const next of this.#plain(filter.update, { value: state, path: undefined }, inner)) {
          last = next;
          if (filter.type === "foreach")
            yield* filter.extract
              ? this.#run(filter.extract, { value: next, path: undefined }, inner)
              : [{ value: next, path: undefined }];
        }
        state = last ?? null;
      }
      if (filter.type === "reduce") yield { value: state, path: undefined };
    }
  }

  *#binary(
    { operator, left, right }: Filter & { type: "binary" },
    input: Located,
    scope: Scope,
  ): Generator<Located> {
    switch (operator) {
      case "|":
        for (const value of this.#run(left, input, scope)) yield* this.#run(right, value, scope);
        return;
      case ",":
        yield* this.#run(left, input, scope);
        yield* this.#run(right, input, scope);
        return;
      case "//": {
        let any = false;
        try {
          for (const value of this.#run(left, input, scope)) {
            if (!isTrue(value.value)) continue;
            any = true;
            yield value;
          }
        } catch (error) {
          if (!(error instanceof JqError)) throw error;
        }
        if (!any) yield* this.#run(right, input, scope);
        return;
      }
      case "and":
      case "or":
        for (const a of this.#plain(left, input, scope)) {
          if (isTrue(a) === (operator === "or"))
            yield { value: operator === "or", path: undefined };
          else
            for (const b of this.#plain(right, input, scope))
              yield { value: isTrue(b), path: undefined };
        }
        return;
    }
    if (operator.endsWith("=") && !/^(?:==|!=|<=|>=)$/.test(operator)) {
      yield* this.#assign({ type: "binary", operator, left, right }, input, scope);
      return;
    }
    for (const b of this.#plain(right, input, scope)) {
      for (const a of this.#plain(left, input, scope))
        yield { value: calculate(operator, a, b), path: undefined };
    }
  }

  *#assign(
    { operator, left, right }: Filter & { type: "binary" },
    input: Located,
    scope: Scope,
  ): Generator<Located> {
    const paths = this.#paths(left, input.value, scope);
    if (operator === "|=") {
      let result = input.value;
      const gone: Path[] = [];
      for (const path of paths) {
        const [next] = this.#plain(right, { value: getPath(result, path), path: undefined }, scope);
        if (next === undefined) gone.push(path);
        else result = setPath(result, path, next);
      }
      yield { value: deletePaths(result, gone), path: undefined };
      return;
    }
    for (const value of this.#plain(right, input, scope)) {
      let result = input.value;
      for (const path of paths) {
        const old = getPath(result, path);
        const next =
          operator === "="
            ? value
            : operator === "//="
              ? isTrue(old)
                ? old
                : value
              : calculate(operator.slice(0, -1), old, value);
        result = setPath(result, path, next);
      }
      yield { value: result, path: undefined };
    }
  }

  #paths(filter: Filter, value: Json, scope: Scope): Path[] {
    return [...this.#run(filter, { value, path: [] }, scope)].map(({ path, value: at }) => {
      if (!path) throw new JqError(`Invalid path expression with result ${brief(at)}`);
      return path;
    });
  }

  *#call(
    name: string,
    args: readonly Filter[],
    { input, scope }: { input: Located; scope: Scope },
  ): Generator<Located> {
    const closure = args.length === 0 ? scope.closures.get(name) : undefined;
    if (closure) {
      yield* this.#run(closure.filter, input, closure.scope);
      return;
    }
    const own = scope.functions.get(`${name}/${args.length}`);
    if (own) {
      const closures = new Map(own.scope.closures);
      let scopes: Scope[] = [{ ...own.scope, closures }];
      for (const [i, parameter] of own.parameters.entries()) {
        const filter = args[i] as Filter;
        const bare = parameter.replace(/^\$/, "");
        closures.set(bare, { filter, scope });
        if (!parameter.startsWith("$")) continue;
        scopes = scopes.flatMap((one) =>
          [...this.#plain(filter, input, scope)].map((value) => ({
            ...one,
            variables: new Map(one.variables).set(bare, value),
          })),
        );
      }
      if (typeof own.body === "string") own.body = parseFilter(own.body);
      for (const inner of scopes) yield* this.#run(own.body, input, inner);
      return;
    }
    yield* this.#builtin(name, args, { input, scope });
  }

  *#builtin(
    name: string,
    args: readonly Filter[],
    { input, scope }: { input: Located; scope: Scope },
  ): Generator<Located> {
    const [first, second] = args;
    const { value } = input;
    const all = (filter: Filter) => [...this.#plain(filter, input, scope)];
    const give = (result: Json): Located => ({ value: result, path: undefined });
    const by = (filter: Filter) => (items: Json) =>
      list(items, name).map((item) => ({
        item,
        key: [...this.#plain(filter, { value: item, path: undefined }, scope)] as Json,
      }));
    switch (`${name}/${args.length}`) {
      case "path/1":
        for (const path of this.#paths(first as Filter, value, scope)) yield give(path);
        return;
      case "getpath/1":
        for (const path of all(first as Filter))
          yield {
            value: getPath(value, list(path, name)),
            path: input.path && [...input.path, ...list(path, name)],
          };
        return;
      case "setpath/2":
        for (const path of all(first as Filter))
          for (const next of all(second as Filter))
            yield give(setPath(value, list(path, name), next));
        return;
      case "del/1":
        yield give(deletePaths(value, this.#paths(first as Filter, value, scope)));
        return;
      case "delpaths/1":
        for (const paths of all(first as Filter))
          yield give(deletePaths(value, list(paths, name) as Path[]));
        return;
      case "sort_by/1":
        yield give(
          by(first as Filter)(value)
            .sort((a, b) => compare(a.key, b.key))
            .map(({ item }) => item),
        );
        return;
      case "group_by/1":
      case "unique_by/1": {
        const groups: { key: Json; items: Json[] }[] = [];
        for (const { item, key } of by(first as Filter)(value).sort((a, b) =>
          compare(a.key, b.key),
        )) {
          const last = groups.at(-1);
          if (last && compare(last.key, key) === 0) last.items.push(item);
          else groups.push({ key, items: [item] });
        }
        yield give(groups.map(({ items }) => (name === "group_by" ? items : (items[0] as Json))));
        return;
      }
      case "min_by/1":
      case "max_by/1": {
        const sorted = by(first as Filter)(value).sort((a, b) => compare(a.key, b.key));
        yield give((name === "min_by" ? sorted[0] : sorted.at(-1))?.item ?? null);
        return;
      }
      case "limit/2":
        for (const count of all(first as Filter)) {
          let left = Number(count);
          if (left <= 0) continue;
          for (const one of this.#run(second as Filter, input, scope)) {
            yield one;
            if (--left <= 0) break;
          }
        }
        return;
      case "first/1":
        for (const one of this.#run(first as Filter, input, scope)) {
          yield one;
          return;
        }
        return;
      case "isempty/1":
        yield give(this.#run(first as Filter, input, scope).next().done === true);
        return;
      case "error/0":
        throw new JqError(value);
      case "error/1":
        throw new JqError(all(first as Filter)[0] ?? null);
      case "input/0":
      case "inputs/0":
        throw new Failure(`${name} is not simulated`, 5);
      case "env/0":
        yield give(this.#variable("ENV", scope));
        return;
      case "now/0":
        yield give(this.#it.process.clock.now() / 1000);
        return;
      case "range/1":
        for (const end of all(first as Filter)) for (let i = 0; i < Number(end); i++) yield give(i);
        return;
      case "range/2":
      case "range/3":
        for (const from of all(first as Filter)) {
          for (const to of all(second as Filter)) {
            for (const by of args[2] ? all(args[2]) : [1]) {
              const gap = Number(by);
              for (
                let i = Number(from);
                gap > 0 ? i < Number(to) : gap < 0 && i > Number(to);
                i += gap
              )
                yield give(i);
            }
          }
        }
        return;
    }
    const given: Json[][] = args.map(all);
    const combined = given.reduceRight<Json[][]>(
      (rest, values) => values.flatMap((one) => rest.map((tail) => [one, ...tail])),
      [[]],
    );
    for (const values of combined) yield* simple(name, value, values).map(give);
  }

  #format(name: string, value: Json): string {
    const cells = (join: string, quote: (cell: Json) => string) => {
      if (!Array.isArray(value))
        throw new JqError(
          `${typeOf(value)} (${brief(value)}) cannot be ${name === "@csv" ? "csv" : "tsv"}-formatted, only an array can be`,
        );
      return value.map(quote).join(join);
    };
    switch (name) {
      case "@text":
        return text(value);
      case "@json":
        return JSON.stringify(value);
      case "@base64":
        return encodeBase64(text(value));
      case "@base64d": {
        const decoded = decodeBase64(text(value));
        if (decoded === undefined)
          throw new JqError(`${typeOf(value)} (${brief(value)}) is not valid base64 data`);
        return decoded;
      }
      case "@uri":
        return encodeURIComponent(text(value));
      case "@html":
        return text(value).replace(
          /[<>&'"]/g,
          (unit) =>
            ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&#39;", '"': "&quot;" })[unit] ?? unit,
        );
      case "@sh":
        return (Array.isArray(value) ? value : [value])
          .map((one) => (typeof one === "string" ? `'${one.replaceAll("'", "'\\''")}'` : text(one)))
          .join(" ");
      case "@csv":
        return cells(",", (cell) =>
          typeof cell === "string"
            ? `"${cell.replaceAll('"', '""')}"`
            : cell === null
              ? ""
              : text(cell),
        );
      case "@tsv":
        return cells("\t", (cell) =>
          cell === null
            ? ""
            : text(cell).replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n"),
        );
    }
    throw new CompileError(`${name.slice(1)} is not a valid format`);
  }
}

function* guard(optional: boolean, make: () => Iterable<Located>): Generator<Located> {
  try {
    yield* make();
  } catch (error) {
    if (!optional || !(error instanceof JqError)) throw error;
  }
}
