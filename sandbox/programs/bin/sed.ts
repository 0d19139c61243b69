// sed: edits lines as they pass.

import { FileError } from "../../machine/files.ts";
import type { Reader } from "../../machine/process.ts";
import {
  type Address,
  type Command,
  type Part,
  ScriptParser,
  type Substitute,
} from "./sed-script.ts";
import { Failure, type Tool, tool } from "./tool.ts";

export const sed = tool(
  {
    options:
      "n,quiet ,silent e,expression: f,file: E,regexp-extended r i,in-place? s,separate z,null-data u,unbuffered ,posix ,debug l:",
    usage: "[OPTION]... {script-only-if-no-other-script} [input-file]...",
    version: "(GNU sed) 4.9",
  },
  async (it) => {
    let operands = [...it.operands];
    const scripts = [...it.values("e")];
    for (const path of it.values("f")) {
      const text = await it.read(path);
      if (text === undefined) return 1;
      scripts.push(text);
    }
    if (scripts.length === 0) {
      const [first, ...rest] = operands;
      if (first === undefined) {
        await it.process.stderr.write(usage);
        return 1;
      }
      scripts.push(first);
      operands = rest;
    }
    const extended = it.has("E") || it.has("r");
    const commands = new ScriptParser(scripts.join("\n"), extended).parse();
    if (it.has("i")) return inPlace(it, commands, operands);
    let run = new Run(it, commands, (text) => it.print(text));
    for (const path of operands.length > 0 ? operands : ["-"]) {
      const reader = await openOrSay(it, path);
      if (reader) run.add(reader, path);
      if (!it.has("s")) continue;
      await run.whole();
      run = new Run(it, commands, (text) => it.print(text));
    }
    return run.whole();
  },
);

const usage = "Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...\n\n";

async function openOrSay(it: Tool, path: string): Promise<Reader | undefined> {
  if (path === "-") return it.process.stdin;
  try {
    return it.process.open(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const isDirectory = error.code === "EISDIR";
    await it.complain(
      isDirectory
        ? `couldn't edit ${path}: not a regular file`.replace(
            "couldn't edit",
            it.has("i") ? "couldn't edit" : "couldn't read",
          )
        : `can't read ${path}: ${error.message}`,
      2,
    );
    if (isDirectory) it.status = it.has("i") ? 4 : 2;
    return undefined;
  }
}

async function inPlace(
  it: Tool,
  commands: readonly Command[],
  operands: readonly string[],
): Promise<number> {
  let status = 0;
  for (const path of operands) {
    const full = it.path(path);
    if (it.files.kind(full) === "directory") {
      await it.complain(`couldn't edit ${path}: not a regular file`, 4);
      continue;
    }
    const reader = await openOrSay(it, path);
    if (!reader) continue;
    let out = "";
    const run = new Run(it, commands, (text) => {
      out += text;
    });
    run.add(reader, path);
    status = await run.whole();
    const suffix = it.value("i");
    const done = await it.attempt(`couldn't open temporary file`, () => {
      if (suffix)
        it.files.write(
          it.path(suffix.includes("*") ? suffix.replace("*", path) : path + suffix),
          it.files.read(full),
        );
      it.files.write(full, out);
    });
    if (!done) return 4;
    if (run.ended) break;
  }
  return it.status || status;
}

interface Line {
  readonly text: string;
  readonly ended: boolean;
}

/** One pass of a script over its input. */
class Run {
  readonly #it: Tool;
  readonly #commands: readonly Command[];
  readonly #labels = new Map<string, number>();
  readonly #print: (text: string) => void;
  readonly #inputs: { reader: Reader; path: string }[] = [];
  readonly #newline: string;
  #next: Line | undefined;
  #number = 0;
  #pattern = "";
  #hold = "";
  #ended = true;
  #appended: string[] = [];
  #substituted = false;
  #lastRegex: RegExp | undefined;
  /** A `q` was met. */
  ended = false;
  #status = 0;

  constructor(it: Tool, commands: readonly Command[], print: (text: string) => void) {
    this.#it = it;
    this.#commands = commands;
    this.#print = print;
    this.#newline = it.has("z") ? "\0" : "\n";
    for (const [i, { name, text }] of commands.entries()) {
      if (name === ":") this.#labels.set(text, i);
    }
    for (const { name, text } of commands) {
      if ("btT".includes(name) && text !== "" && !this.#labels.has(text)) {
        throw new Failure(`-e expression #1, char 0: can't find label for jump to \`${text}'`);
      }
    }
    for (const command of commands) command.active = false;
  }

  add(reader: Reader, path: string): void {
    this.#inputs.push({ reader, path });
  }

  async whole(): Promise<number> {
    this.#next = await this.#readLine();
    while (!this.ended && (await this.#advance())) {
      await this.#cycle();
      await this.#it.flow();
    }
    await this.#it.flush();
    return this.#status || this.#it.status;
  }

  async #readLine(): Promise<Line | undefined> {
    for (;;) {
      const [input] = this.#inputs;
      if (!input) return undefined;
      const text = await input.reader.readUntil(this.#newline);
      if (text !== undefined) {
        const ended = text.endsWith(this.#newline);
        return { text: ended ? text.slice(0, -1) : text, ended };
      }
      this.#inputs.shift();
    }
  }

  /** Moves on to the next line; false if there is none. It is known which one is the last. */
  async #advance(append = false): Promise<boolean> {
    const line = this.#next;
    if (!line) return false;
    // Looking ahead would hold a line back that somebody waits for, unless `$` must be known.
    const looksAhead = this.#commands.some(
      ({ from, to, name }) =>
        from?.type === "last" || to?.type === "last" || "nN".includes(name) || name === "$",
    );
    this.#next = undefined;
    this.#pattern = append ? `${this.#pattern}\n${line.text}` : line.text;
    this.#ended = line.ended;
    this.#number++;
    if (looksAhead) {
      this.#next = await this.#readLine();
      this.#peeked = true;
    } else this.#peeked = false;
    return true;
  }

  #peeked = true;

  async #cycle(): Promise<void> {
    for (;;) {
      const end = await this.#script();
      if (end !== "delete" && !this.#it.has("n") && end !== "quit silently")
        this.#line(this.#pattern);
      this.#flushAppended();
      if (end === "restart") continue;
      if (!this.#peeked && !this.ended) {
        await this.#it.flush();
        this.#next = await this.#readLine();
      }
      return;
    }
  }

  #line(text: string): void {
    // The last line of all may lack its newline, and then keeps lacking it.
    const isLast = !this.#ended && !this.#next;
    this.#print(isLast ? text : text + this.#newline);
  }

  #flushAppended(): void {
    for (const text of this.#appended) this.#print(text);
    this.#appended = [];
  }

  /** Runs all commands on the pattern space. */
  async #script(): Promise<"end" | "delete" | "quit silently" | "restart"> {
    this.#substituted = false;
    for (let i = 0; i < this.#commands.length; i++) {
      const command = this.#commands[i] as Command;
      if (command.name === "}" || command.name === ":") continue;
      if (this.#selects(command) === command.negated) {
        if (command.name === "{") i = command.end;
        continue;
      }
      switch (command.name) {
        case "d":
          return "delete";
        case "D": {
          const cut = this.#pattern.indexOf("\n");
          if (cut < 0) return "delete";
          this.#pattern = this.#pattern.slice(cut + 1);
          this.#flushAppended();
          i = -1;
          break;
        }
        case "c":
          if (!command.to || !command.active || command.negated) this.#print(command.text);
          return "delete";
        case "q":
        case "Q":
          this.ended = true;
          this.#status = Number(command.text || 0);
          return command.name === "q" ? "end" : "quit silently";
        case "n":
          if (!this.#next) {
            this.ended = true;
            return "end";
          }
          if (!this.#it.has("n")) this.#line(this.#pattern);
          this.#flushAppended();
          await this.#advance();
          break;
        case "N":
          if (!this.#next) {
            this.ended = true;
            return "end";
          }
          await this.#advance(true);
          break;
        case "b":
          i = this.#jump(command.text);
          break;
        case "t":
        case "T":
          if (this.#substituted === (command.name === "t")) i = this.#jump(command.text);
          this.#substituted = false;
          break;
        default:
          this.#perform(command);
      }
    }
    return "end";
  }

  #jump(label: string): number {
    return label === "" ? this.#commands.length : (this.#labels.get(label) ?? 0);
  }

  #perform({ name, text, substitute, map }: Command): void {
    switch (name) {
      case "s":
        if (substitute) this.#substitute(substitute);
        return;
      case "y":
        this.#pattern = [...this.#pattern].map((unit) => map?.get(unit) ?? unit).join("");
        return;
      case "p":
        return this.#print(`${this.#pattern}${this.#newline}`);
      case "P":
        return this.#print(`${this.#pattern.split("\n")[0]}${this.#newline}`);
      case "=":
        return this.#print(`${this.#number}\n`);
      case "a":
        this.#appended.push(text);
        return;
      case "i":
        return this.#print(text);
      case "g":
        this.#pattern = this.#hold;
        return;
      case "G":
        this.#pattern += `\n${this.#hold}`;
        return;
      case "h":
        this.#hold = this.#pattern;
        return;
      case "H":
        this.#hold += `\n${this.#pattern}`;
        return;
      case "x":
        [this.#pattern, this.#hold] = [this.#hold, this.#pattern];
        return;
      case "z":
        this.#pattern = "";
        return;
      case "l":
        return this.#print(
          `${this.#pattern.replaceAll("\\", "\\\\").replaceAll("\t", "\\t").replaceAll("\n", "\\n")}$\n`,
        );
      case "F":
        return this.#print(`${this.#inputs[0]?.path ?? "-"}\n`);
      case "r": {
        const path = this.#it.path(text);
        if (this.#it.files.kind(path) === "file") this.#appended.push(this.#it.files.read(path));
        return;
      }
      case "w":
        return this.#writeTo(text);
    }
  }

  #writeTo(path: string): void {
    if (path === "/dev/stdout") this.#print(`${this.#pattern}\n`);
    else this.#it.files.write(this.#it.path(path), `${this.#pattern}\n`, { append: true });
  }

  #substitute({ regex, replacement, global, nth, print, file }: Substitute): void {
    const expression = regex ?? this.#lastRegex;
    if (!expression) throw new Failure("no previous regular expression");
    this.#lastRegex = expression;
    expression.lastIndex = 0;
    let count = 0;
    let changed = false;
    const result = this.#pattern.replace(expression, (...args: unknown[]) => {
      const match = args[0] as string;
      count++;
      if (count < nth || (count > nth && !global)) return match;
      changed = true;
      const groups = args.slice(
        0,
        args.findIndex((arg) => typeof arg === "number"),
      ) as (string | undefined)[];
      return filled(replacement, groups);
    });
    if (!changed) return;
    this.#pattern = result;
    this.#substituted = true;
    if (print) this.#print(`${this.#pattern}${this.#newline}`);
    if (file !== undefined) this.#writeTo(file);
  }

  /** True if the command's addresses choose this line. */
  #selects(command: Command): boolean {
    const { from, to } = command;
    if (!from) return true;
    if (!to) return this.#matches(from);
    if (command.active !== false) {
      const { active } = command;
      if (typeof active === "number" ? this.#number >= active : this.#matches(to))
        command.active = false;
      if (typeof active === "number" && this.#number > active) return this.#matches(from);
      return true;
    }
    // `0,/re/`: the expression may match on the very first line.
    const zero = from.type === "line" && from.line === 0;
    if (zero ? this.#number !== 1 : !this.#matches(from)) return false;
    if (zero && this.#matches(to)) return true;
    if (to.type === "line") command.active = to.line > this.#number ? to.line : false;
    else if (to.type === "more") command.active = to.count > 0 ? this.#number + to.count : false;
    else if (to.type === "multiple") {
      const end = to.of > 0 ? Math.ceil(this.#number / to.of) * to.of : this.#number;
      command.active = end > this.#number ? end : false;
    } else command.active = true;
    return true;
  }

  #matches(address: Address): boolean {
    switch (address.type) {
      case "line":
        return this.#number === address.line;
      case "step":
        return address.step <= 0
          ? this.#number === address.first
          : this.#number >= address.first && (this.#number - address.first) % address.step === 0;
      case "last":
        return this.#next === undefined;
      case "regex": {
        const expression = address.regex ?? this.#lastRegex;
        if (!expression) throw new Failure("no previous regular expression");
        this.#lastRegex = expression;
        expression.lastIndex = 0;
        return expression.test(this.#pattern);
      }
    }
    return false;
  }
}

function filled(replacement: readonly Part[], groups: readonly (string | undefined)[]): string {
  let out = "";
  let all: "U" | "L" | undefined;
  let once: "u" | "l" | undefined;
  for (const part of replacement) {
    if (typeof part === "object") {
      if (part.letters === "E") all = undefined;
      else if (part.letters === "U" || part.letters === "L") all = part.letters;
      else once = part.letters;
      continue;
    }
    let text = typeof part === "number" ? (groups[part] ?? "") : part;
    if (all) text = all === "U" ? text.toUpperCase() : text.toLowerCase();
    if (once && text !== "") {
      text = (once === "u" ? text[0]?.toUpperCase() : text[0]?.toLowerCase()) + text.slice(1);
      once = undefined;
    }
    out += text;
  }
  return out;
}
