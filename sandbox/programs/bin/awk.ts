// awk: patterns and actions over records and fields.
// differs: `cmd | getline` and system() are not simulated; `print | cmd` runs the command at the end.

import { FileError } from "../../machine/files.ts";
import { type AwkProgram, type Expression, type Output, Parser, type Rule, type Statement } from "./awk-parser.ts";
import { formatPrintf, formatReal } from "./printf-format.ts";
import { regex, RegexError, translate } from "./regex.ts";
import { formatTime } from "./time-format.ts";
import { Failure, type Tool, tool } from "./tool.ts";

export const awk = tool(
  {
    options: "F,field-separator: v,assign: f,file:",
    usageStatus: 2,
    stopEarly: true,
    usage: "[-F fs][-v var=value]['prog' | -f progfile] [file ...]",
    about: "Pattern scanning and processing.",
    version: "version 20220912",
  },
  async (it) => {
    let operands = [...it.operands];
    let text = "";
    for (const path of it.values("f")) text += `${(await it.read(path, 2)) ?? ""}\n`;
    if (!it.has("f")) {
      const [first, ...rest] = operands;
      if (first === undefined) {
        await it.process.stderr.write("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n");
        return 2;
      }
      text = first;
      operands = rest;
    }
    const run = new Run(it, new Parser(text).parse());
    const separator = it.value("F");
    if (separator !== undefined) run.set("FS", unquoted(separator === "t" ? "\t" : separator));
    for (const assignment of it.values("v")) {
      const [name = "", value = ""] = assignment.split(/=(.*)/s);
      run.set(name, new Input(unquoted(value)));
    }
    return run.whole(operands);
  },
);

const unquoted = (text: string) =>
  text.replace(/\\([ntr\\"/])/g, (_, unit: string) => ({ n: "\n", t: "\t", r: "\r" })[unit] ?? unit);

/** Text from outside: a number if it looks like one. */
class Input {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = number | string | Input | undefined;
type Array_ = Map<string, Value>;

class Leave extends Error {
  readonly how: string;
  readonly value: Value;
  constructor(how: string, value?: Value) {
    super(how);
    this.how = how;
    this.value = value;
  }
}

const looksNumeric = (text: string) => /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?\s*$/.test(text);

function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  if (value === undefined) return 0;
  const text = value instanceof Input ? value.text : value;
  return Number(/^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/.exec(text)?.[0] ?? 0);
}

function isNumeric(value: Value): boolean {
  return typeof value === "number" || value === undefined || (value instanceof Input && looksNumeric(value.text));
}

/** Loop turns and calls within one record after which it is too much for one go. */
const MOST_STEPS = 5_000_000;

class Run {
  readonly #it: Tool;
  readonly #program: AwkProgram;
  readonly #globals = new Map<string, Value>();
  readonly #arrays = new Map<string, Array_>();
  readonly #frames: Map<string, Value | Array_>[] = [];
  #record = "";
  #fields: Value[] | undefined;
  #recordStale = false;
  readonly #outputs = new Map<string, string>();
  readonly #opened = new Set<string>();
  readonly #files = new Map<string, string[]>();
  /** Records still to come, when `getline` may ask for them. */
  #ahead: string[] | undefined;
  readonly #regexes = new Map<string, RegExp>();
  #seed = 0;
  #steps = 0;
  #status = 0;

  constructor(it: Tool, program: AwkProgram) {
    this.#it = it;
    this.#program = program;
    const defaults = { FS: " ", OFS: " ", ORS: "\n", RS: "\n", NR: 0, NF: 0, FNR: 0, CONVFMT: "%.6g", OFMT: "%.6g", SUBSEP: "\x1c", RSTART: 0, RLENGTH: -1, FILENAME: "" };
    for (const [name, value] of Object.entries(defaults)) this.#globals.set(name, value);
    this.#arrays.set("ENVIRON", new Map([...it.process.env].map(([name, value]) => [name, new Input(value)])));
  }

  set(name: string, value: Value): void {
    this.#globals.set(name, value);
    if (name === "NF") this.#setCount(toNumber(value));
  }

  async whole(operands: readonly string[]): Promise<number> {
    const argv = [["0", "awk"], ...operands.map((path, i) => [String(i + 1), path])] as const;
    this.#arrays.set("ARGV", new Map(argv as never));
    this.#globals.set("ARGC", operands.length + 1);
    try {
      this.#rules("BEGIN");
      if (this.#program.rules.some(({ pattern }) => pattern !== "BEGIN")) await this.#main(operands);
    } catch (error) {
      this.#left(error);
    }
    try {
      this.#rules("END");
    } catch (error) {
      this.#left(error);
    }
    await this.#it.flush();
    await this.#finish();
    return this.#status || this.#it.status;
  }

  #left(error: unknown): void {
    if (!(error instanceof Leave) || error.how !== "exit") throw error;
    if (error.value !== undefined) this.#status = toNumber(error.value) & 255;
  }

  #rules(which: "BEGIN" | "END"): void {
    for (const { pattern, action } of this.#program.rules) {
      if (pattern === which && action) this.#run(action);
    }
  }

  async #main(operands: readonly string[]): Promise<void> {
    const it = this.#it;
    const paths = operands.filter((operand) => {
      const [, name, value] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(operand) ?? [];
      if (name !== undefined) this.set(name, new Input(unquoted(value ?? "")));
      return name === undefined;
    });
    for (const path of paths.length > 0 ? paths : ["-"]) {
      let reader: Awaited<ReturnType<Tool["open"]>>;
      try {
        reader = path === "-" ? it.process.stdin : it.process.open(path);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        await it.complain(`cannot open "${path}" (${error.message})`, 2);
        continue;
      }
      this.#globals.set("FILENAME", path === "-" ? "" : path);
      this.#globals.set("FNR", 0);
      const separator = this.#text(this.#globals.get("RS"));
      if (separator === "\n" && !this.#program.usesGetline) {
        await it.lines(reader, (line) => this.#each(line));
      } else {
        const text = await reader.readAll();
        this.#ahead = records(text, separator);
        for (let next = this.#ahead.shift(); next !== undefined; next = this.#ahead.shift()) {
          this.#each(next);
          await it.flow();
          await it.process.step();
        }
        this.#ahead = undefined;
      }
    }
  }

  #each(line: string): void {
    this.#steps = 0;
    this.#count();
    this.#setRecord(line);
    try {
      for (const rule of this.#program.rules) if (this.#chosen(rule)) this.#act(rule);
    } catch (error) {
      if (!(error instanceof Leave) || error.how !== "next") throw error;
    }
  }

  #count(): void {
    for (const name of ["NR", "FNR"]) this.#globals.set(name, toNumber(this.#globals.get(name)) + 1);
  }

  #act({ action }: Rule): void {
    if (action) this.#run(action);
    else this.#it.print(this.#whole() + this.#text(this.#globals.get("ORS")));
  }

  #chosen(rule: Rule): boolean {
    const { pattern, end } = rule;
    if (pattern === "BEGIN" || pattern === "END") return false;
    if (!pattern) return true;
    if (!end) return this.#truth(this.#value(pattern));
    if (!rule.active) {
      if (!this.#truth(this.#value(pattern))) return false;
      rule.active = true;
    }
    if (this.#truth(this.#value(end))) rule.active = false;
    return true;
  }

  // Records and fields.

  #setRecord(text: string): void {
    this.#record = text;
    this.#fields = undefined;
    this.#recordStale = false;
  }

  #whole(): string {
    if (this.#recordStale) {
      const fields = this.#list();
      this.#record = fields.map((field) => this.#text(field)).join(this.#text(this.#globals.get("OFS")));
      this.#recordStale = false;
    }
    return this.#record;
  }

  #list(): Value[] {
    this.#fields ??= this.#split(this.#record, this.#text(this.#globals.get("FS"))).map((text) => new Input(text));
    return this.#fields;
  }

  #split(text: string, separator: string | RegExp): string[] {
    if (separator === " ") return text.match(/[^ \t\n]+/g) ?? [];
    if (text === "") return [];
    if (separator === "") return [...text];
    if (typeof separator === "string" && separator.length === 1 && separator !== " ") {
      return text.split(separator === "\\" ? "\\" : separator);
    }
    const expression = typeof separator === "string" ? this.#regex(separator) : separator;
    const parts: string[] = [];
    let at = 0;
    for (const match of text.matchAll(new RegExp(expression, "gsu"))) {
      if (match[0] === "") continue;
      parts.push(text.slice(at, match.index));
      at = match.index + match[0].length;
    }
    return [...parts, text.slice(at)];
  }

  #setField(index: number, value: Value): void {
    if (index === 0) return this.#setRecord(this.#text(value));
    if (index < 0) throw new Failure(`trying to access out of range field ${index}`, 2);
    const fields = this.#list();
    while (fields.length < index) fields.push("");
    fields[index - 1] = value;
    this.#recordStale = true;
  }

  #setCount(count: number): void {
    const fields = this.#list();
    while (fields.length < count) fields.push("");
    fields.length = count;
    this.#recordStale = true;
  }

  // Values.

  #text(value: Value, format = "CONVFMT"): string {
    if (typeof value === "string") return value;
    if (value === undefined) return "";
    if (value instanceof Input) return value.text;
    if (Number.isInteger(value)) return Math.abs(value) < 1e16 ? String(value) : formatReal(value, { letter: "f", precision: 0 });
    const text = this.#globals.get(format);
    return typeof text === "string" && text !== "%.6g" ? formatPrintf(text, [String(value)], 0).text : formatReal(value, { letter: "g" });
  }

  #truth(value: Value): boolean {
    if (typeof value === "number") return value !== 0;
    if (value instanceof Input) return looksNumeric(value.text) ? toNumber(value) !== 0 : value.text !== "";
    return value !== undefined && value !== "";
  }

  #regex(source: string): RegExp {
    let found = this.#regexes.get(source);
    if (!found) {
      try {
        found = regex(source, { extended: true });
      } catch (error) {
        if (error instanceof RegexError) throw new Failure(`regular expression compile failed (${error.message})\n${source}`, 2);
        throw error;
      }
      this.#regexes.set(source, found);
    }
    return found;
  }

  #pattern(expression: Expression): RegExp {
    return expression.type === "regex" ? expression.regex : this.#regex(this.#text(this.#value(expression)));
  }

  #array(name: string): Array_ {
    const local = this.#frames.at(-1);
    if (local?.has(name)) {
      const own = local.get(name);
      if (own instanceof Map) return own;
      const made: Array_ = new Map();
      local.set(name, made);
      return made;
    }
    let found = this.#arrays.get(name);
    if (!found) this.#arrays.set(name, (found = new Map()));
    return found;
  }

  #key(index: readonly Expression[]): string {
    return index.map((one) => this.#text(this.#value(one))).join(this.#text(this.#globals.get("SUBSEP")));
  }

  #get(name: string): Value {
    const local = this.#frames.at(-1);
    if (local?.has(name)) {
      const own = local.get(name);
      if (own instanceof Map) throw new Failure(`can't use array ${name} in scalar context`, 2);
      return own;
    }
    return name === "NF" ? this.#list().length : this.#globals.get(name);
  }

  #assign(target: Expression, value: Value): Value {
    if (target.type === "name") {
      const local = this.#frames.at(-1);
      if (local?.has(target.name)) local.set(target.name, value);
      else this.set(target.name, value);
    } else if (target.type === "field") this.#setField(toNumber(this.#value(target.index)), value);
    else if (target.type === "element") this.#array(target.name).set(this.#key(target.index), value);
    return value;
  }

  #value(expression: Expression): Value {
    switch (expression.type) {
      case "number":
      case "string":
        return expression.value;
      case "regex":
        return expression.regex.test(this.#whole()) ? 1 : 0;
      case "name":
        return this.#get(expression.name);
      case "field": {
        const index = Math.trunc(toNumber(this.#value(expression.index)));
        if (index < 0) throw new Failure(`trying to access out of range field ${index}`, 2);
        return index === 0 ? new Input(this.#whole()) : this.#list()[index - 1];
      }
      case "element": {
        const array = this.#array(expression.name);
        const key = this.#key(expression.index);
        if (!array.has(key)) array.set(key, undefined);
        return array.get(key);
      }
      case "in":
        return this.#array(expression.name).has(this.#key(expression.index)) ? 1 : 0;
      case "group":
        return expression.items.length === 1 ? this.#value(expression.items[0] as Expression) : this.#key(expression.items);
      case "unary": {
        const operand = this.#value(expression.operand);
        if (expression.operator === "!") return this.#truth(operand) ? 0 : 1;
        return expression.operator === "-" ? -toNumber(operand) : toNumber(operand);
      }
      case "step": {
        const before = toNumber(this.#value(expression.target));
        const after = before + (expression.operator === "++" ? 1 : -1);
        this.#assign(expression.target, after);
        return expression.prefix ? after : before;
      }
      case "ternary":
        return this.#value(this.#truth(this.#value(expression.test)) ? expression.yes : expression.no);
      case "assign": {
        const { operator, target } = expression;
        const value = this.#value(expression.value);
        if (operator === "=") return this.#assign(target, value);
        const before = toNumber(this.#value(target));
        return this.#assign(target, arithmetic(operator.slice(0, -1), before, toNumber(value)));
      }
      case "binary":
        return this.#binary(expression);
      case "getline":
        return this.#getline(expression);
      case "call":
        return this.#call(expression.name, expression.args);
    }
  }

  #binary({ operator, left, right }: Expression & { type: "binary" }): Value {
    switch (operator) {
      case "&&":
        return this.#truth(this.#value(left)) && this.#truth(this.#value(right)) ? 1 : 0;
      case "||":
        return this.#truth(this.#value(left)) || this.#truth(this.#value(right)) ? 1 : 0;
      case "~":
      case "!~": {
        const text = this.#text(this.#value(left));
        return this.#pattern(right).test(text) === (operator === "~") ? 1 : 0;
      }
      case " ": {
        const first = this.#text(this.#value(left));
        return first + this.#text(this.#value(right));
      }
    }
    const a = this.#value(left);
    const b = this.#value(right);
    if (!/[<>=]/.test(operator)) return arithmetic(operator, toNumber(a), toNumber(b));
    const order = isNumeric(a) && isNumeric(b) ? toNumber(a) - toNumber(b) : compareText(this.#text(a), this.#text(b));
    const holds = { "<": order < 0, "<=": order <= 0, "==": order === 0, "!=": order !== 0, ">": order > 0, ">=": order >= 0 };
    return holds[operator as "<"] ? 1 : 0;
  }

  #getline({ target, file }: Expression & { type: "getline" }): number {
    let line: string | undefined;
    if (file) {
      const path = this.#text(this.#value(file));
      let lines = this.#files.get(path);
      if (!lines) {
        const full = this.#it.path(path);
        if (this.#it.files.kind(full) !== "file") return -1;
        lines = records(this.#it.files.read(full), "\n");
        this.#files.set(path, lines);
      }
      line = lines.shift();
    } else {
      line = this.#ahead?.shift();
      if (line !== undefined) this.#count();
    }
    if (line === undefined) return 0;
    if (target) this.#assign(target, new Input(line));
    else this.#setRecord(line);
    return 1;
  }

  #call(name: string, args: readonly Expression[]): Value {
    const own = this.#program.functions.get(name);
    if (!own) return this.#builtin(name, args);
    if (this.#frames.length > 200) throw new Failure("function call nesting too deep", 2);
    this.#tick();
    const frame = new Map<string, Value | Array_>();
    for (const [i, parameter] of own.parameters.entries()) {
      const arg = args[i];
      frame.set(parameter, arg && this.#argument(arg));
    }
    this.#frames.push(frame);
    try {
      this.#run(own.body);
      return undefined;
    } catch (error) {
      if (error instanceof Leave && error.how === "return") return error.value;
      throw error;
    } finally {
      this.#frames.pop();
      // An array that was made inside belongs to whoever passed the name.
      for (const [i, parameter] of own.parameters.entries()) {
        const arg = args[i];
        const made = frame.get(parameter);
        if (arg?.type === "name" && made instanceof Map && !this.#frames.at(-1)?.has(arg.name)) this.#arrays.set(arg.name, made);
      }
    }
  }

  #argument(arg: Expression): Value | Array_ {
    if (arg.type !== "name") return this.#value(arg);
    const local = this.#frames.at(-1);
    if (local?.has(arg.name)) return local.get(arg.name);
    return this.#arrays.get(arg.name) ?? this.#get(arg.name);
  }

  #builtin(name: string, args: readonly Expression[]): Value {
    const value = (i: number) => (args[i] ? this.#value(args[i]) : undefined);
    const text = (i: number) => this.#text(value(i));
    const number = (i: number) => toNumber(value(i));
    switch (name) {
      case "length": {
        const [arg] = args;
        if (arg?.type === "name" && this.#isArray(arg.name)) return this.#array(arg.name).size;
        return [...(arg ? text(0) : this.#whole())].length;
      }
      case "substr": {
        const units = [...text(0)];
        const start = Math.round(number(1));
        const end = args.length > 2 ? start + Math.round(number(2)) : Infinity;
        return units.slice(Math.max(0, start - 1), Math.max(0, end - 1)).join("");
      }
      case "index":
        return text(0).indexOf(text(1)) + 1;
      case "split": {
        const source = text(0);
        const array = args[1]?.type === "name" ? this.#array(args[1].name) : new Map<string, Value>();
        const separator = args[2] ? (args[2].type === "regex" ? args[2].regex : text(2)) : this.#text(this.#globals.get("FS"));
        array.clear();
        const parts = this.#split(source, separator);
        for (const [i, part] of parts.entries()) array.set(String(i + 1), new Input(part));
        return parts.length;
      }
      case "sub":
      case "gsub":
        return this.#substitute(args, name === "gsub");
      case "gensub": {
        const how = text(2);
        const replacement = text(1);
        const nth = /^\d+$/.test(how) ? Number(how) : 1;
        let count = 0;
        return (args[3] ? text(3) : this.#whole()).replace(new RegExp(this.#pattern(args[0] as Expression), "gsu"), (...parts) => {
          count++;
          if (!/^[gG]/.test(how) && count !== nth) return parts[0] as string;
          return replacement.replace(/\\(\d)|&/g, (_, digit?: string) => (parts[Number(digit ?? 0)] as string | undefined) ?? "");
        });
      }
      case "match": {
        const match = this.#pattern(args[1] as Expression).exec(text(0));
        this.#globals.set("RSTART", match ? match.index + 1 : 0);
        this.#globals.set("RLENGTH", match ? match[0].length : -1);
        return match ? match.index + 1 : 0;
      }
      case "sprintf":
        return this.#format(args);
      case "tolower":
        return text(0).toLowerCase();
      case "toupper":
        return text(0).toUpperCase();
      case "int":
        return Math.trunc(number(0));
      case "sin":
      case "cos":
      case "exp":
      case "log":
      case "sqrt":
        return Math[name](number(0));
      case "atan2":
        return Math.atan2(number(0), number(1));
      case "rand":
        return this.#it.process.random.next();
      case "srand": {
        const before = this.#seed;
        this.#seed = args.length > 0 ? number(0) : Math.floor(this.#it.process.clock.now() / 1000);
        return before;
      }
      case "systime":
        return Math.floor(this.#it.process.clock.now() / 1000);
      case "strftime":
        return formatTime(args[0] ? text(0) : "%a %b %e %H:%M:%S %Z %Y", args[1] ? number(1) * 1000 : this.#it.process.clock.now());
      case "close":
      case "fflush":
        this.#files.delete(text(0));
        return 0;
      case "system":
        throw new Failure("system() is not simulated", 2);
    }
    throw new Failure(`calling undefined function ${name}`, 2);
  }

  #isArray(name: string): boolean {
    const local = this.#frames.at(-1);
    return local?.has(name) ? local.get(name) instanceof Map : this.#arrays.has(name);
  }

  #substitute(args: readonly Expression[], all: boolean): number {
    const [pattern, replacement, target = { type: "field", index: { type: "number", value: 0 } } as const] = args;
    if (!pattern || !replacement) throw new Failure("not enough arguments to sub", 2);
    const expression = new RegExp(this.#pattern(pattern), all ? "gsu" : "su");
    const template = this.#text(this.#value(replacement));
    const before = this.#text(this.#value(target));
    let count = 0;
    const after = before.replace(expression, (match) => {
      count++;
      return template.replace(/\\\\&|\\&|&/g, (unit) => (unit === "&" ? match : unit === "\\&" ? "&" : `\\${match}`));
    });
    if (count > 0) this.#assign(target, after);
    return count;
  }

  #format(args: readonly Expression[]): string {
    const [format, ...rest] = args;
    if (!format) throw new Failure("not enough arguments to sprintf", 2);
    const template = this.#text(this.#value(format));
    const letters = [...template.matchAll(/%[-+ #0]*(?:\*|\d*)(?:\.(?:\*|\d+))?([a-zA-Z%])/g)].map((match) => match[1]).filter((letter) => letter !== "%");
    const values = rest.map((arg, i) => {
      const value = this.#value(arg);
      const letter = letters[i] ?? "s";
      if (/[dixXou]/.test(letter)) return String(Math.trunc(toNumber(value)));
      if (/[eEfFgG]/.test(letter)) return String(toNumber(value));
      if (letter === "c" && typeof value === "number") return String.fromCodePoint(value);
      return this.#text(value);
    });
    // printf's own format is used once only, and escapes have been dealt with.
    const { text } = formatPrintf(template.replaceAll("\\", "\\\\"), values.slice(0, Math.max(letters.length, 0)), 0);
    return text;
  }

  // Statements.

  #tick(): void {
    if (++this.#steps > MOST_STEPS) throw new Failure("too many steps in one record", 2);
  }

  #run(statement: Statement): void {
    switch (statement.type) {
      case "block":
        for (const one of statement.body) this.#run(one);
        return;
      case "expression":
        this.#value(statement.value);
        return;
      case "print":
        return this.#print(statement.args, statement.format, statement.output);
      case "if":
        if (this.#truth(this.#value(statement.test))) this.#run(statement.yes);
        else if (statement.no) this.#run(statement.no);
        return;
      case "while": {
        let goes = statement.first || this.#truth(this.#value(statement.test));
        while (goes) {
          if (!this.#turn(statement.body)) return;
          goes = this.#truth(this.#value(statement.test));
        }
        return;
      }
      case "for":
        if (statement.init) this.#run(statement.init);
        while (!statement.test || this.#truth(this.#value(statement.test))) {
          if (!this.#turn(statement.body)) return;
          if (statement.update) this.#run(statement.update);
        }
        return;
      case "forin":
        for (const key of [...this.#array(statement.array).keys()]) {
          this.#assign({ type: "name", name: statement.name }, new Input(key));
          if (!this.#turn(statement.body)) return;
        }
        return;
      case "delete":
        if (statement.index) this.#array(statement.name).delete(this.#key(statement.index));
        else this.#array(statement.name).clear();
        return;
      case "leave":
        throw new Leave(statement.how, statement.value && this.#value(statement.value));
    }
  }

  /** One turn of a loop; false if it was left. */
  #turn(body: Statement): boolean {
    this.#tick();
    try {
      this.#run(body);
    } catch (error) {
      if (!(error instanceof Leave)) throw error;
      if (error.how === "break") return false;
      if (error.how !== "continue") throw error;
    }
    return true;
  }

  #print(args: readonly Expression[], format: boolean, output: Output | undefined): void {
    const text = format
      ? this.#format(args)
      : (args.length === 0
          ? this.#whole()
          : args.map((arg) => this.#text(this.#value(arg), "OFMT")).join(this.#text(this.#globals.get("OFS")))) +
        this.#text(this.#globals.get("ORS"));
    if (!output) return this.#it.print(text);
    const to = this.#text(this.#value(output.to));
    if (output.operator === "|") this.#outputs.set(to, (this.#outputs.get(to) ?? "") + text);
    else if (to === "/dev/stdout" || to === "-") this.#it.print(text);
    else if (to === "/dev/stderr") this.#outputs.set("cat 1>&2", (this.#outputs.get("cat 1>&2") ?? "") + text);
    else {
      this.#it.files.write(this.#it.path(to), text, { append: output.operator === ">>" || this.#opened.has(to) });
      this.#opened.add(to);
    }
  }

  /** Runs the commands that were printed to. */
  async #finish(): Promise<void> {
    const { process } = this.#it;
    for (const [command, text] of this.#outputs) {
      const child = process.spawn(["sh", "-c", command], { stdin: process.reading(text) });
      await process.wait(child.exit);
    }
  }
}

function records(text: string, separator: string): string[] {
  if (text === "") return [];
  if (separator === "") return text.replace(/^\n+|\n+$/g, "").split(/\n\n+/);
  const split = separator.length === 1 ? separator : new RegExp(translate(separator, true), "su");
  const parts = text.split(split);
  if (parts.at(-1) === "" || (separator !== "\n" && parts.at(-1) === "\n")) parts.pop();
  return parts;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function arithmetic(operator: string, a: number, b: number): number {
  if ((operator === "/" || operator === "%") && b === 0) throw new Failure("division by zero", 2);
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    default:
      return a ** b;
  }
}
