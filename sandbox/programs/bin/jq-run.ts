// Runs jq's filters: each gives any number of values for one.

import { library, simple } from "./jq-builtins.ts";
import { formatted } from "./jq-formats.ts";
import { functions } from "./jq-functions.ts";
import { CompileError, type Filter, type Pattern, parseFilter } from "./jq-parser.ts";
import {
  brief,
  calculate,
  deletePaths,
  each,
  getPath,
  isTrue,
  JqError,
  type Json,
  type Located,
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
        yield give(filter.value as Json);
        return;
      case "variable":
        yield give(this.#variable(filter.name, scope));
        return;
      case "recurse":
        yield* this.#recurse(input);
        return;
      case "format":
        yield give(formatted(filter.name, input.value));
        return;
      case "string":
        for (const value of this.#interpolate(filter, input, scope)) yield give(value);
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
        yield give(filter.body ? [...this.#plain(filter.body, input, scope)] : []);
        return;
      case "object":
        for (const value of this.#object(filter.entries, input, scope)) yield give(value);
        return;
      case "negate":
        yield* this.#negate(filter, input, scope);
        return;
      case "if":
        yield* this.#if(filter, input, scope);
        return;
      case "reduce":
      case "foreach":
        yield* this.#fold(filter, input, scope);
        return;
      case "as":
        for (const value of this.#plain(filter.source, input, scope))
          yield* this.#run(filter.body, input, this.#bind(filter.pattern, value, scope));
        return;
      case "define":
        yield* this.#run(filter.rest, input, defined(filter, scope));
        return;
      case "binary":
        yield* this.#binary(filter, input, scope);
        return;
      case "call":
        yield* this.#call(filter.name, filter.args, { input, scope });
        return;
    }
  }

  *#negate(filter: Filter & { type: "negate" }, input: Located, scope: Scope): Generator<Located> {
    for (const value of this.#plain(filter.of, input, scope)) {
      if (typeof value !== "number")
        throw new JqError(`${typeOf(value)} (${brief(value)}) cannot be negated`);
      yield give(-value);
    }
  }

  *#if(filter: Filter & { type: "if" }, input: Located, scope: Scope): Generator<Located> {
    for (const test of this.#plain(filter.test, input, scope)) {
      if (isTrue(test)) yield* this.#run(filter.yes, input, scope);
      else if (filter.no) yield* this.#run(filter.no, input, scope);
      else yield input;
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
          yield (format ? formatted(format, value) : text(value)) + tail;
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
    const values = (filter: Filter, of = input.value) => [
      ...this.#plain(filter, { value: of, path: undefined }, scope),
    ];
    const known = functions[`${name}/${args.length}`];
    if (known) {
      yield* known({
        ...{ name, first: args[0] as Filter, second: args[1] as Filter, third: args[2] },
        ...{ input, values, run: (filter) => this.#run(filter, input, scope) },
        paths: (filter) => this.#paths(filter, input.value, scope),
        variable: (of) => this.#variable(of, scope),
        now: () => this.#it.process.clock.now(),
      });
      return;
    }
    const given: Json[][] = args.map((filter) => values(filter));
    const combined = given.reduceRight<Json[][]>(
      (rest, some) => some.flatMap((one) => rest.map((tail) => [one, ...tail])),
      [[]],
    );
    for (const some of combined) {
      for (const value of simple(name, input.value, some)) yield give(value);
    }
  }
}

const give = (value: Json): Located => ({ value, path: undefined });

/** The scope with one more function, which can call itself. */
function defined(filter: Filter & { type: "define" }, scope: Scope): Scope {
  const functions = new Map(scope.functions);
  const inner: Scope = { ...scope, functions };
  const { name, parameters, body } = filter;
  functions.set(`${name}/${parameters.length}`, { parameters, body, scope: inner });
  return inner;
}

function* guard(optional: boolean, make: () => Iterable<Located>): Generator<Located> {
  try {
    yield* make();
  } catch (error) {
    if (!optional || !(error instanceof JqError)) throw error;
  }
}
