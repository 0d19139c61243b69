// Runs awk programs: rules over records, statements, expressions.
// differs: `cmd | getline` and system() are not simulated; `print | cmd` runs the command at the
// end.

import { FileError } from "../../machine/files.ts";
import { type AwkMachine, callBuiltin } from "./awk-functions.ts";
import { AwkState } from "./awk-state.ts";
import type { AwkProgram, Expression, Output, Rule, Statement } from "./awk-tree.ts";
import {
  type AwkArray,
  arithmetic,
  compareText,
  Input,
  isNumeric,
  Leave,
  records,
  toNumber,
  unquoted,
  type Value,
} from "./awk-values.ts";
import { formatPrintf } from "./printf-format.ts";
import { Failure, type Tool } from "./tool.ts";

/** Loop turns and calls within one record after which it is too much for one go. */
const MOST_STEPS = 5_000_000;

export class AwkRun extends AwkState implements AwkMachine {
  readonly #it: Tool;
  readonly #program: AwkProgram;
  readonly #outputs = new Map<string, string>();
  readonly #opened = new Set<string>();
  readonly #files = new Map<string, string[]>();
  /** Records still to come, when `getline` may ask for them. */
  #ahead: string[] | undefined;
  seed = 0;
  #steps = 0;
  #status = 0;

  constructor(it: Tool, program: AwkProgram) {
    super(it);
    this.#it = it;
    this.#program = program;
  }

  close(path: string): void {
    this.#files.delete(path);
  }

  async whole(operands: readonly string[]): Promise<number> {
    const argv = [["0", "awk"], ...operands.map((path, i) => [String(i + 1), path])] as const;
    const list = this.array("ARGV");
    for (const [key, value] of argv) list.set(key, value);
    this.put("ARGC", operands.length + 1);
    try {
      this.#rules("BEGIN");
      if (this.#program.rules.some(({ pattern }) => pattern !== "BEGIN"))
        await this.#main(operands);
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
        await it.complain(`cannot open ${path} (${error.message})`, 2);
        continue;
      }
      this.put("FILENAME", path === "-" ? "" : path);
      this.put("FNR", 0);
      const separator = this.text(this.global("RS"));
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
    this.setRecord(line);
    try {
      for (const rule of this.#program.rules) if (this.#chosen(rule)) this.#act(rule);
    } catch (error) {
      if (!(error instanceof Leave) || error.how !== "next") throw error;
    }
  }

  #count(): void {
    for (const name of ["NR", "FNR"]) this.put(name, toNumber(this.global(name)) + 1);
  }

  #act({ action }: Rule): void {
    if (action) this.#run(action);
    else this.#it.print(this.record() + this.text(this.global("ORS")));
  }

  #chosen(rule: Rule): boolean {
    const { pattern, end } = rule;
    if (pattern === "BEGIN" || pattern === "END") return false;
    if (!pattern) return true;
    if (!end) return this.truth(this.value(pattern));
    if (!rule.active) {
      if (!this.truth(this.value(pattern))) return false;
      rule.active = true;
    }
    if (this.truth(this.value(end))) rule.active = false;
    return true;
  }

  pattern(expression: Expression): RegExp {
    return expression.type === "regex"
      ? expression.regex
      : this.regex(this.text(this.value(expression)));
  }

  #key(index: readonly Expression[]): string {
    return index.map((one) => this.text(this.value(one))).join(this.text(this.global("SUBSEP")));
  }

  assign(target: Expression, value: Value): Value {
    if (target.type === "name") {
      const local = this.frames.at(-1);
      if (local?.has(target.name)) local.set(target.name, value);
      else this.set(target.name, value);
    } else if (target.type === "field") this.setField(toNumber(this.value(target.index)), value);
    else if (target.type === "element") this.array(target.name).set(this.#key(target.index), value);
    return value;
  }

  value(expression: Expression): Value {
    switch (expression.type) {
      case "number":
      case "string":
        return expression.value;
      case "regex":
        return expression.regex.test(this.record()) ? 1 : 0;
      case "name":
        return this.get(expression.name);
      case "field": {
        const index = Math.trunc(toNumber(this.value(expression.index)));
        if (index < 0) throw new Failure(`trying to access out of range field ${index}`, 2);
        return index === 0 ? new Input(this.record()) : this.fields()[index - 1];
      }
      case "element": {
        const array = this.array(expression.name);
        const key = this.#key(expression.index);
        if (!array.has(key)) array.set(key, undefined);
        return array.get(key);
      }
      case "in":
        return this.array(expression.name).has(this.#key(expression.index)) ? 1 : 0;
      case "group":
        return expression.items.length === 1
          ? this.value(expression.items[0] as Expression)
          : this.#key(expression.items);
      case "unary": {
        const operand = this.value(expression.operand);
        if (expression.operator === "!") return this.truth(operand) ? 0 : 1;
        return expression.operator === "-" ? -toNumber(operand) : toNumber(operand);
      }
      case "step": {
        const before = toNumber(this.value(expression.target));
        const after = before + (expression.operator === "++" ? 1 : -1);
        this.assign(expression.target, after);
        return expression.prefix ? after : before;
      }
      case "ternary":
        return this.value(this.truth(this.value(expression.test)) ? expression.yes : expression.no);
      case "assign": {
        const { operator, target } = expression;
        const value = this.value(expression.value);
        if (operator === "=") return this.assign(target, value);
        const before = toNumber(this.value(target));
        return this.assign(target, arithmetic(operator.slice(0, -1), before, toNumber(value)));
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
        return this.truth(this.value(left)) && this.truth(this.value(right)) ? 1 : 0;
      case "||":
        return this.truth(this.value(left)) || this.truth(this.value(right)) ? 1 : 0;
      case "~":
      case "!~": {
        const text = this.text(this.value(left));
        return this.pattern(right).test(text) === (operator === "~") ? 1 : 0;
      }
      case " ": {
        const first = this.text(this.value(left));
        return first + this.text(this.value(right));
      }
    }
    const a = this.value(left);
    const b = this.value(right);
    if (!/[<>=]/.test(operator)) return arithmetic(operator, toNumber(a), toNumber(b));
    const order =
      isNumeric(a) && isNumeric(b)
        ? toNumber(a) - toNumber(b)
        : compareText(this.text(a), this.text(b));
    const holds = {
      "<": order < 0,
      "<=": order <= 0,
      "==": order === 0,
      "!=": order !== 0,
      ">": order > 0,
      ">=": order >= 0,
    };
    return holds[operator as "<"] ? 1 : 0;
  }

  #getline({ target, file }: Expression & { type: "getline" }): number {
    let line: string | undefined;
    if (file) {
      const path = this.text(this.value(file));
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
    if (target) this.assign(target, new Input(line));
    else this.setRecord(line);
    return 1;
  }

  #call(name: string, args: readonly Expression[]): Value {
    const own = this.#program.functions.get(name);
    if (!own) return callBuiltin(this, name, args);
    if (this.frames.length > 200) throw new Failure("function call nesting too deep", 2);
    this.#tick();
    const frame = new Map<string, Value | AwkArray>();
    for (const [i, parameter] of own.parameters.entries()) {
      const arg = args[i];
      frame.set(parameter, arg && this.#argument(arg));
    }
    this.frames.push(frame);
    try {
      this.#run(own.body);
      return undefined;
    } catch (error) {
      if (error instanceof Leave && error.how === "return") return error.value;
      throw error;
    } finally {
      this.frames.pop();
      // An array that was made inside belongs to whoever passed the name.
      for (const [i, parameter] of own.parameters.entries()) {
        const arg = args[i];
        const made = frame.get(parameter);
        if (arg?.type === "name" && made instanceof Map && !this.frames.at(-1)?.has(arg.name))
          this.giveArray(arg.name, made);
      }
    }
  }

  #argument(arg: Expression): Value | AwkArray {
    if (arg.type !== "name") return this.value(arg);
    const local = this.frames.at(-1);
    if (local?.has(arg.name)) return local.get(arg.name);
    return this.globalArray(arg.name) ?? this.get(arg.name);
  }

  format(args: readonly Expression[]): string {
    const [format, ...rest] = args;
    if (!format) throw new Failure("not enough arguments to sprintf", 2);
    const template = this.text(this.value(format));
    const letters = [...template.matchAll(/%[-+ #0]*(?:\*|\d*)(?:\.(?:\*|\d+))?([a-zA-Z%])/g)]
      .map((match) => match[1])
      .filter((letter) => letter !== "%");
    const values = rest.map((arg, i) => {
      const value = this.value(arg);
      const letter = letters[i] ?? "s";
      if (/[dixXou]/.test(letter)) return String(Math.trunc(toNumber(value)));
      if (/[eEfFgG]/.test(letter)) return String(toNumber(value));
      if (letter === "c" && typeof value === "number") return String.fromCodePoint(value);
      return this.text(value);
    });
    // printf's own format is used once only, and escapes have been dealt with.
    const { text } = formatPrintf(
      template.replaceAll("\\", "\\\\"),
      values.slice(0, Math.max(letters.length, 0)),
      0,
    );
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
        this.value(statement.value);
        return;
      case "print":
        return this.#print(statement.args, statement.format, statement.output);
      case "if":
        if (this.truth(this.value(statement.test))) this.#run(statement.yes);
        else if (statement.no) this.#run(statement.no);
        return;
      case "while": {
        let goes = statement.first || this.truth(this.value(statement.test));
        while (goes) {
          if (!this.#turn(statement.body)) return;
          goes = this.truth(this.value(statement.test));
        }
        return;
      }
      case "for":
        if (statement.init) this.#run(statement.init);
        while (!statement.test || this.truth(this.value(statement.test))) {
          if (!this.#turn(statement.body)) return;
          if (statement.update) this.#run(statement.update);
        }
        return;
      case "forin":
        for (const key of [...this.array(statement.array).keys()]) {
          this.assign({ type: "name", name: statement.name }, new Input(key));
          if (!this.#turn(statement.body)) return;
        }
        return;
      case "delete":
        if (statement.index) this.array(statement.name).delete(this.#key(statement.index));
        else this.array(statement.name).clear();
        return;
      case "leave":
        throw new Leave(statement.how, statement.value && this.value(statement.value));
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
      ? this.format(args)
      : (args.length === 0
          ? this.record()
          : args
              .map((arg) => this.text(this.value(arg), "OFMT"))
              .join(this.text(this.global("OFS")))) + this.text(this.global("ORS"));
    if (!output) return this.#it.print(text);
    const to = this.text(this.value(output.to));
    if (output.operator === "|") this.#outputs.set(to, (this.#outputs.get(to) ?? "") + text);
    else if (to === "/dev/stdout" || to === "-") this.#it.print(text);
    else if (to === "/dev/stderr")
      this.#outputs.set("cat 1>&2", (this.#outputs.get("cat 1>&2") ?? "") + text);
    else {
      this.#it.files.write(this.#it.path(to), text, {
        append: output.operator === ">>" || this.#opened.has(to),
      });
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
