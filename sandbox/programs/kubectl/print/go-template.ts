// Go's text/template as kubectl runs it over an object: `{{range
// .items}}{{.metadata.name}}{{end}}`. Go text/template exec.go, funcs.go; cli-runtime
// pkg/printers/template.go.
// differs: methods, `call`, `js` and `urlquery` do not exist here.

import { decodeBase64 } from "../../../api/base64.ts";
import { isFields } from "../../../api/patch.ts";
import { CommandError } from "../cli/errors.ts";
import { plain, sprintf } from "./go-format.ts";
import {
  type Command,
  type Control,
  type Item,
  type Operand,
  type Pipe,
  parseTemplate,
  type Template,
} from "./template-parser.ts";

/** Whole numbers of the template are bigint; those of the object are floats, as in Go's JSON. */
type Value = unknown;

/** Said where it happens; where that is, is added on the way up. */
class Problem extends Error {
  override readonly name = "Problem";
}

export class GoTemplate {
  readonly #template: Template;

  /** Throws in Go's words where the text cannot be parsed. */
  constructor(text: string) {
    this.#template = parseTemplate(text, new Set(Object.keys(functions)));
  }

  /** What was written before it failed, and the failure. */
  execute(data: unknown): { text: string; error?: string } {
    const run = new Run(this.#template);
    try {
      run.run(this.#template.items, data);
    } catch (error) {
      if (error instanceof CommandError) return { text: run.text, error: error.message };
      throw error;
    }
    return { text: run.text };
  }
}

class Run {
  readonly #template: Template;
  readonly #variables: { readonly name: string; value: Value }[];
  text = "";
  #depth = 0;

  constructor(template: Template) {
    this.#template = template;
    this.#variables = [];
  }

  run(items: readonly Item[], data: Value): void {
    this.#variables.push({ name: "$", value: data });
    this.#items(items, data);
    this.#variables.pop();
  }

  #fail(message: string, { at, source }: { at: number; source: string }): CommandError {
    const before = this.#template.text.slice(0, at);
    const line = before.split("\n").length;
    const column = at - (before.lastIndexOf("\n") + 1);
    const shown = source.length > 20 ? `${source.slice(0, 20)}...` : source;
    return new CommandError(
      `template: output:${line}:${column}: executing "output" at <${shown}>: ${message}`,
    );
  }

  #items(items: readonly Item[], dot: Value): void {
    for (const item of items) this.#item(item, dot);
  }

  #item(item: Item, dot: Value): void {
    const known = this.#variables.length;
    switch (item.type) {
      case "text":
        this.text += item.text;
        return;
      case "action": {
        const value = this.#pipe(item.pipe, dot);
        if (item.pipe.variables.length === 0) this.text += plain(value);
        return;
      }
      case "template": {
        const items = this.#template.defined.get(item.name);
        if (!items) throw new CommandError(`template: output: template "${item.name}" not defined`);
        if (++this.#depth > 1000)
          throw new CommandError("template: output: exceeded maximum template depth (1000)");
        this.run(items, item.pipe && this.#pipe(item.pipe, dot));
        this.#depth--;
        return;
      }
      case "range":
        this.#range(item, dot);
        break;
      default: {
        const value = this.#pipe(item.pipe, dot);
        if (isTrue(value)) this.#items(item.body, item.type === "with" ? value : dot);
        else this.#items(item.otherwise, dot);
      }
    }
    this.#variables.length = known;
  }

  #range(item: Control, dot: Value): void {
    const value = this.#pipe({ ...item.pipe, variables: [] }, dot);
    const pairs = this.#pairs(value, item.pipe);
    const { variables, assigns } = item.pipe;
    const known = this.#variables.length;
    for (const [key, each] of pairs) {
      const values = variables.length > 1 ? [key, each] : [each];
      for (const [index, name] of variables.entries()) {
        if (assigns) this.#assign(name, values[index]);
        else this.#variables.push({ name, value: values[index] });
      }
      this.#items(item.body, each);
      this.#variables.length = known;
    }
    if (pairs.length === 0) this.#items(item.otherwise, dot);
  }

  #pairs(value: Value, pipe: Pipe): [key: Value, value: Value][] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value.map((each, index) => [BigInt(index), each]);
    if (isFields(value))
      return Object.keys(value)
        .sort()
        .map((key) => [key, value[key]]);
    throw this.#fail(`range can't iterate over ${plain(value)}`, pipe.commands[0] as Command);
  }

  #assign(name: string, value: Value): void {
    for (const variable of this.#variables.toReversed()) {
      if (variable.name === name) {
        variable.value = value;
        return;
      }
    }
  }

  #pipe({ commands, variables, assigns }: Pipe, dot: Value): Value {
    let value: Value;
    for (const [index, command] of commands.entries()) {
      value = this.#command(command, dot, index === 0 ? [] : [value]);
    }
    for (const name of variables) {
      if (assigns) this.#assign(name, value);
      else this.#variables.push({ name, value });
    }
    return value;
  }

  #command(command: Command, dot: Value, last: readonly Value[]): Value {
    const [first, ...rest] = command.operands as [Operand, ...Operand[]];
    if (first.type === "function") {
      const call = functions[first.name] as (...args: Value[]) => Value;
      const args = [...rest.map((operand) => this.#value(operand, dot)), ...last];
      try {
        return call(...args);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        const own = rest.length > 0 || last.length > 0 ? command : first;
        throw this.#fail(`error calling ${first.name}: ${error.message}`, own);
      }
    }
    if (rest.length > 0 || last.length > 0) {
      throw this.#fail(`can't give argument to non-function ${first.source}`, command);
    }
    return this.#value(first, dot);
  }

  #value(operand: Operand, dot: Value): Value {
    switch (operand.type) {
      case "dot":
        return dot;
      case "nil":
        return null;
      case "constant":
        return operand.value;
      case "field":
        return this.#fields(dot, operand.names, operand);
      case "variable": {
        const found = this.#variables.findLast(({ name }) => name === operand.name);
        return this.#fields(found?.value, operand.names, operand);
      }
      case "chain":
        return this.#fields(this.#pipe(operand.pipe, dot), operand.names, operand);
      case "function":
        return this.#command({ ...operand, operands: [operand] }, dot, []);
    }
  }

  #fields(start: Value, names: readonly string[], operand: Operand): Value {
    let value = start;
    for (const name of names) {
      if (value === undefined) continue;
      if (value === null) throw this.#fail(`nil pointer evaluating interface {}.${name}`, operand);
      if (!isFields(value)) {
        throw this.#fail(`can't evaluate field ${name} in type interface {}`, operand);
      }
      value = Object.hasOwn(value, name) ? value[name] : undefined;
    }
    return value;
  }
}

function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isFields(value)) return Object.keys(value).length > 0;
  return !!value;
}

function kind(value: Value): string {
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float";
  if (typeof value === "string" || typeof value === "boolean") return typeof value;
  throw new Problem("invalid type for comparison");
}

function equals(first: Value, ...others: Value[]): boolean {
  if (others.length === 0) throw new Problem("missing argument for comparison");
  return others.some((other) => {
    if (kind(first) !== kind(other)) throw new Problem("incompatible types for comparison");
    return first === other;
  });
}

function less(a: Value, b: Value): boolean {
  if (kind(a) !== kind(b)) throw new Problem("incompatible types for comparison");
  if (typeof a === "boolean") throw new Problem("invalid type for comparison");
  return (a as number) < (b as number);
}

function at(value: Value, index: Value): Value {
  if (value === undefined || value === null) throw new Problem("index of untyped nil");
  if (isFields(value)) {
    if (typeof index !== "string")
      throw new Problem(`value has type ${kindName(index)}; should be string`);
    return value[index];
  }
  if (!Array.isArray(value) && typeof value !== "string") {
    throw new Problem(`can't index item of type ${kindName(value)}`);
  }
  if (typeof index !== "bigint") {
    throw new Problem(`cannot index slice/array with type ${kindName(index)}`);
  }
  const position = Number(index);
  if (position < 0 || position >= value.length)
    throw new Problem(`index out of range: ${position}`);
  return typeof value === "string" ? BigInt(value.charCodeAt(position)) : value[position];
}

const kindName = (value: Value): string =>
  ({ bigint: "int", number: "float64", boolean: "bool", string: "string" })[
    typeof value as string
  ] ?? "nil";

function length(value: Value): bigint {
  if (value === undefined || value === null) throw new Problem("len of nil pointer");
  if (typeof value === "string") return BigInt(new TextEncoder().encode(value).length);
  if (Array.isArray(value)) return BigInt(value.length);
  if (isFields(value)) return BigInt(Object.keys(value).length);
  throw new Problem(`len of type ${kindName(value)}`);
}

function exists(value: Value, ...indexes: Value[]): boolean {
  let found = value;
  for (const index of indexes) {
    if (Array.isArray(found) && typeof index === "bigint") found = found[Number(index)];
    else if (isFields(found) && typeof index === "string") found = found[index];
    else return false;
  }
  return found !== undefined && found !== null;
}

/** fmt.Sprint: a blank between two of which none is text. */
function sprint(...values: Value[]): string {
  return values
    .map((value, index) => {
      const apart = index > 0 && typeof value !== "string" && typeof values[index - 1] !== "string";
      return (apart ? " " : "") + plain(value);
    })
    .join("");
}

const html = (text: string): string =>
  text.replace(
    /[&<>"']/g,
    (char) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "#34", "'": "#39" }[char] ?? ""};`,
  );

const functions: Readonly<Record<string, (...args: never[]) => Value>> = {
  and: (...args: Value[]) => args.find((arg) => !isTrue(arg)) ?? args.at(-1),
  or: (...args: Value[]) => args.find(isTrue) ?? args.at(-1),
  not: (value: Value) => !isTrue(value),
  eq: equals,
  ne: (a: Value, b: Value) => !equals(a, b),
  lt: less,
  le: (a: Value, b: Value) => less(a, b) || equals(a, b),
  gt: (a: Value, b: Value) => !less(a, b) && !equals(a, b),
  ge: (a: Value, b: Value) => !less(a, b),
  len: length,
  index: (value: Value, ...indexes: Value[]) => indexes.reduce(at, value),
  slice: (value: Value, ...bounds: bigint[]) =>
    (value as string | unknown[]).slice(...bounds.map(Number)),
  print: sprint,
  println: (...values: Value[]) => `${values.map(plain).join(" ")}\n`,
  printf: (format: string, ...values: Value[]) => sprintf(format, values),
  html: (...values: Value[]) => html(sprint(...values)),
  exists,
  base64decode: (text: string) => {
    const decoded = decodeBase64(text);
    if (decoded === undefined)
      throw new Problem("base64 decode failed: illegal base64 data at input byte 0");
    return decoded;
  },
};
