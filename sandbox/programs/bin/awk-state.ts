// What a running awk program knows: variables, arrays, the record and its fields.

import type { Random } from "../../sim/random.ts";
import { type AwkArray, Input, looksNumeric, toNumber, type Value } from "./awk-values.ts";
import { formatPrintf, formatReal } from "./printf-format.ts";
import { RegexError, regex } from "./regex.ts";
import { Failure, type Tool } from "./tool.ts";

export class AwkState {
  readonly tool: Tool;
  protected readonly frames: Map<string, Value | AwkArray>[] = [];
  readonly #globals = new Map<string, Value>();
  readonly #arrays = new Map<string, AwkArray>();
  readonly #regexes = new Map<string, RegExp>();
  #record = "";
  #fields: Value[] | undefined;
  #recordStale = false;

  constructor(it: Tool) {
    this.tool = it;
    const defaults = {
      FS: " ",
      OFS: " ",
      ORS: "\n",
      RS: "\n",
      NR: 0,
      NF: 0,
      FNR: 0,
      CONVFMT: "%.6g",
      OFMT: "%.6g",
      SUBSEP: "\x1c",
      RSTART: 0,
      RLENGTH: -1,
      FILENAME: "",
    };
    for (const [name, value] of Object.entries(defaults)) this.#globals.set(name, value);
    this.#arrays.set(
      "ENVIRON",
      new Map([...it.process.env].map(([name, value]) => [name, new Input(value)])),
    );
  }

  get random(): Random {
    return this.tool.process.random;
  }

  now(): number {
    return this.tool.process.clock.now();
  }

  global(name: string): Value {
    return this.#globals.get(name);
  }

  /** Sets a variable that nothing else hangs on. */
  protected put(name: string, value: Value): void {
    this.#globals.set(name, value);
  }

  protected globalArray(name: string): AwkArray | undefined {
    return this.#arrays.get(name);
  }

  protected giveArray(name: string, array: AwkArray): void {
    this.#arrays.set(name, array);
  }

  set(name: string, value: Value): void {
    this.#globals.set(name, value);
    if (name === "NF") this.setCount(toNumber(value));
  }

  setRecord(text: string): void {
    this.#record = text;
    this.#fields = undefined;
    this.#recordStale = false;
  }

  record(): string {
    if (this.#recordStale) {
      const fields = this.fields();
      this.#record = fields
        .map((field) => this.text(field))
        .join(this.text(this.#globals.get("OFS")));
      this.#recordStale = false;
    }
    return this.#record;
  }

  fields(): Value[] {
    this.#fields ??= this.split(this.#record, this.text(this.#globals.get("FS"))).map(
      (text) => new Input(text),
    );
    return this.#fields;
  }

  split(text: string, separator: string | RegExp): string[] {
    if (separator === " ") return text.match(/[^ \t\n]+/g) ?? [];
    if (text === "") return [];
    if (separator === "") return [...text];
    if (typeof separator === "string" && separator.length === 1 && separator !== " ") {
      return text.split(separator === "\\" ? "\\" : separator);
    }
    const expression = typeof separator === "string" ? this.regex(separator) : separator;
    const parts: string[] = [];
    let at = 0;
    for (const match of text.matchAll(new RegExp(expression, "gsu"))) {
      if (match[0] === "") continue;
      parts.push(text.slice(at, match.index));
      at = match.index + match[0].length;
    }
    return [...parts, text.slice(at)];
  }

  setField(index: number, value: Value): void {
    if (index === 0) return this.setRecord(this.text(value));
    if (index < 0) throw new Failure(`trying to access out of range field ${index}`, 2);
    const fields = this.fields();
    while (fields.length < index) fields.push("");
    fields[index - 1] = value;
    this.#recordStale = true;
  }

  setCount(count: number): void {
    const fields = this.fields();
    while (fields.length < count) fields.push("");
    fields.length = count;
    this.#recordStale = true;
  }

  text(value: Value, format = "CONVFMT"): string {
    if (typeof value === "string") return value;
    if (value === undefined) return "";
    if (value instanceof Input) return value.text;
    if (Number.isInteger(value))
      return Math.abs(value) < 1e16
        ? String(value)
        : formatReal(value, { letter: "f", precision: 0 });
    const text = this.#globals.get(format);
    return typeof text === "string" && text !== "%.6g"
      ? formatPrintf(text, [String(value)], 0).text
      : formatReal(value, { letter: "g" });
  }

  truth(value: Value): boolean {
    if (typeof value === "number") return value !== 0;
    if (value instanceof Input)
      return looksNumeric(value.text) ? toNumber(value) !== 0 : value.text !== "";
    return value !== undefined && value !== "";
  }

  regex(source: string): RegExp {
    let found = this.#regexes.get(source);
    if (!found) {
      try {
        found = regex(source, { extended: true });
      } catch (error) {
        if (error instanceof RegexError)
          throw new Failure(`regular expression compile failed (${error.message})\n${source}`, 2);
        throw error;
      }
      this.#regexes.set(source, found);
    }
    return found;
  }

  array(name: string): AwkArray {
    const local = this.frames.at(-1);
    if (local?.has(name)) {
      const own = local.get(name);
      if (own instanceof Map) return own;
      const made: AwkArray = new Map();
      local.set(name, made);
      return made;
    }
    let found = this.#arrays.get(name);
    if (!found) {
      found = new Map();
      this.#arrays.set(name, found);
    }
    return found;
  }

  get(name: string): Value {
    const local = this.frames.at(-1);
    if (local?.has(name)) {
      const own = local.get(name);
      if (own instanceof Map) throw new Failure(`can't use array ${name} in scalar context`, 2);
      return own;
    }
    return name === "NF" ? this.fields().length : this.#globals.get(name);
  }

  isArray(name: string): boolean {
    const local = this.frames.at(-1);
    return local?.has(name) ? local.get(name) instanceof Map : this.#arrays.has(name);
  }
}
