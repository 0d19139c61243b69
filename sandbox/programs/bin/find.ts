// find: files by name, type, size and age, and what to do with them.

import { absolute, FileError, type Stat } from "../../machine/files.ts";
import { identityOf } from "../../machine/users.ts";
import { patternRegExp } from "../shell/pattern.ts";
import { modeText } from "./ls.ts";
import { formatTime } from "./time-format.ts";
import { Failure, type Tool, tool } from "./tool.ts";

interface Visited {
  /** As it is printed. */
  readonly path: string;
  readonly full: string;
  readonly name: string;
  readonly depth: number;
  readonly stat: Stat;
  prune: boolean;
}

type Test = (visited: Visited) => boolean | Promise<boolean>;

export const find = tool(
  {
    plain: true,
    usage: "[path...] [expression]",
  },
  async (it) => {
    const first = it.operands.findIndex((arg) => /^-./.test(arg) || arg === "(" || arg === "!");
    const starts = it.operands.slice(0, first < 0 ? undefined : first);
    const expression = new Expression(it, first < 0 ? [] : it.operands.slice(first));
    const test = expression.whole();
    for (const path of starts.length > 0 ? starts : ["."]) {
      await walk(it, { path, full: it.path(path), depth: 0 }, { test, expression });
    }
    await expression.finish();
    return it.status;
  },
);

interface Going {
  readonly test: Test;
  readonly expression: Expression;
}

async function walk(
  it: Tool,
  at: { path: string; full: string; depth: number },
  going: Going,
): Promise<void> {
  const { expression, test } = going;
  let stat: Stat;
  try {
    stat = it.files.lstat(at.full);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return it.complain(`‘${at.path}’: ${error.message}`);
  }
  await it.process.step();
  const name = at.path.replace(/\/+$/, "").replace(/^.*\//, "") || at.path;
  const visited: Visited = { ...at, name, stat, prune: false };
  const inside = async () => {
    if (stat.kind !== "directory" || at.depth >= expression.deepest || visited.prune) return;
    let names: readonly string[];
    try {
      names = it.files.list(at.full);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      return it.complain(`‘${at.path}’: ${error.message}`);
    }
    for (const inner of names) {
      const path = `${at.path === "/" ? "" : at.path.replace(/\/$/, "")}/${inner}`;
      await walk(it, { path, full: absolute(at.full, inner), depth: at.depth + 1 }, going);
    }
  };
  if (expression.depthFirst) await inside();
  if (at.depth >= expression.shallowest) await test(visited);
  if (!expression.depthFirst) await inside();
}

const isAction = /^-(print0?|printf|exec|execdir|ok|delete|quit|ls|prune)$/;

class Expression {
  readonly #it: Tool;
  readonly #args: readonly string[];
  #at = 0;
  deepest = Infinity;
  shallowest = 0;
  depthFirst = false;
  readonly #batches: { argv: readonly string[]; paths: string[] }[] = [];

  constructor(it: Tool, args: readonly string[]) {
    this.#it = it;
    this.#args = args;
    this.depthFirst = args.includes("-delete") || args.includes("-depth");
  }

  whole(): Test {
    const test = this.#args.length > 0 ? this.#or() : () => true;
    if (this.#at < this.#args.length) {
      throw new Failure(`paths must precede expression: \`${this.#args[this.#at]}'`);
    }
    const acts = this.#args.some((arg) => isAction.test(arg) && arg !== "-prune");
    if (acts) return test;
    return async (visited) => {
      if (await test(visited)) this.#print(`${visited.path}\n`);
      return true;
    };
  }

  /** Runs what `-exec … +` has gathered. */
  async finish(): Promise<void> {
    for (const { argv, paths } of this.#batches) {
      if (paths.length > 0) await this.#run(argv.flatMap((arg) => (arg === "{}" ? paths : [arg])));
    }
  }

  #print(text: string): void {
    this.#it.print(text);
  }

  #or(): Test {
    let left = this.#and();
    while (/^-(o|or)$/.test(this.#args[this.#at] ?? "")) {
      this.#at++;
      const [a, b] = [left, this.#and()];
      left = async (visited) => (await a(visited)) || (await b(visited));
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    for (;;) {
      const next = this.#args[this.#at];
      if (next === undefined || next === ")" || /^-(o|or)$/.test(next)) return left;
      if (/^-(a|and)$/.test(next)) this.#at++;
      const [a, b] = [left, this.#not()];
      left = async (visited) => (await a(visited)) && (await b(visited));
    }
  }

  #not(): Test {
    const arg = this.#args[this.#at];
    if (arg === "!" || arg === "-not") {
      this.#at++;
      const inner = this.#not();
      return async (visited) => !(await inner(visited));
    }
    if (arg === "(") {
      this.#at++;
      const inner = this.#or();
      if (this.#args[this.#at++] !== ")")
        throw new Failure("invalid expression; expected to find a ')'");
      return inner;
    }
    return this.#primary();
  }

  #value(name: string): string {
    const value = this.#args[this.#at++];
    if (value === undefined) throw new Failure(`missing argument to \`${name}'`);
    return value;
  }

  #primary(): Test {
    const name = this.#args[this.#at++] ?? "";
    switch (name) {
      case "-name":
      case "-iname": {
        const pattern = matcher(this.#value(name), name === "-iname");
        return ({ name: own }) => pattern.test(own);
      }
      case "-path":
      case "-wholename":
      case "-ipath": {
        const pattern = matcher(this.#value(name), name === "-ipath");
        return ({ path }) => pattern.test(path);
      }
      case "-regex": {
        const pattern = new RegExp(`^(?:${this.#value(name)})$`);
        return ({ path }) => pattern.test(path);
      }
      case "-type": {
        const kinds = this.#value(name)
          .split(",")
          .map((letter) => typeOf(letter));
        return ({ stat }) => kinds.includes(stat.kind);
      }
      case "-maxdepth":
        this.deepest = this.#number(name);
        return () => true;
      case "-mindepth":
        this.shallowest = this.#number(name);
        return () => true;
      case "-size":
        return this.#size(this.#value(name));
      case "-empty":
        return ({ stat, full }) =>
          stat.kind === "directory"
            ? this.#it.files.list(full).length === 0
            : stat.kind === "file" && stat.size === 0;
      case "-mtime":
      case "-mmin":
        return this.#age(name);
      case "-newer": {
        const { modified } = this.#it.files.stat(this.#it.path(this.#value(name)));
        return ({ stat }) => stat.modified > modified;
      }
      case "-perm":
        return permission(this.#value(name));
      case "-user": {
        const uid = identityOf(this.#it.files, this.#value(name))?.uid;
        return ({ stat }) => stat.uid === uid;
      }
      case "-true":
      case "-depth":
      case "-xdev":
      case "-mount":
      case "-noleaf":
        return () => true;
      case "-false":
        return () => false;
    }
    return this.#action(name);
  }

  #action(name: string): Test {
    const it = this.#it;
    switch (name) {
      case "-print":
        return ({ path }) => this.#say(`${path}\n`);
      case "-print0":
        return ({ path }) => this.#say(`${path}\0`);
      case "-printf": {
        const format = this.#value(name);
        return (visited) => this.#say(filled(format, visited));
      }
      case "-ls":
        return ({ path, stat }) =>
          this.#say(
            `${String(stat.inode).padStart(9)} ${modeText(stat)} ${stat.links} ${stat.size} ${formatTime("%b %e %H:%M", stat.modified)} ${path}\n`,
          );
      case "-prune":
        return (visited) => {
          visited.prune = true;
          return true;
        };
      case "-quit":
        return () => {
          throw new Failure("", it.status);
        };
      case "-delete":
        return async ({ path, full, stat }) => {
          if (path === ".") return true;
          return it.attempt(`cannot delete ‘${path}’`, () =>
            stat.kind === "directory" ? it.files.removeDirectory(full) : it.files.remove(full),
          );
        };
      case "-exec":
      case "-execdir":
      case "-ok":
        return this.#exec(name);
    }
    throw new Failure(
      /^-/.test(name)
        ? `unknown predicate \`${name}'`
        : `paths must precede expression: \`${name}'`,
    );
  }

  #say(text: string): boolean {
    this.#print(text);
    return true;
  }

  #exec(name: string): Test {
    const end = this.#args.findIndex(
      (arg, i) => i >= this.#at && (arg === ";" || (arg === "+" && this.#args[i - 1] === "{}")),
    );
    if (end < 0) throw new Failure(`missing argument to \`${name}'`);
    const argv = this.#args.slice(this.#at, end);
    this.#at = end + 1;
    if (this.#args[end] === "+") {
      const batch = { argv, paths: [] as string[] };
      this.#batches.push(batch);
      return ({ path }) => {
        batch.paths.push(path);
        return true;
      };
    }
    return async ({ path }) =>
      (await this.#run(argv.map((arg) => arg.replaceAll("{}", path)))) === 0;
  }

  async #run(argv: readonly string[]): Promise<number> {
    const it = this.#it;
    await it.flush();
    const child = spawnOr(it, argv);
    if (child) return it.process.wait(child.exit);
    await it.complain(`‘${argv[0]}’: No such file or directory`);
    return 127;
  }

  #number(name: string): number {
    const text = this.#value(name);
    if (!/^\d+$/.test(text))
      throw new Failure(
        `Expected a positive decimal integer argument to ${name}, but got ‘${text}’`,
      );
    return Number(text);
  }

  #size(text: string): Test {
    const match = /^([-+]?)(\d+)([ckMGbw]?)$/.exec(text);
    if (!match) throw new Failure(`invalid argument \`${text}' to \`-size'`);
    const unit = { c: 1, w: 2, k: 1024, M: 2 ** 20, G: 2 ** 30 }[match[3] ?? ""] ?? 512;
    const compare = comparison(match[1] ?? "", Number(match[2]));
    return ({ stat }) => compare(Math.ceil(stat.size / unit));
  }

  #age(name: string): Test {
    const match = /^([-+]?)(\d+)$/.exec(this.#value(name));
    if (!match) throw new Failure(`invalid argument to \`${name}'`);
    const unit = name === "-mmin" ? 60_000 : 86_400_000;
    const compare = comparison(match[1] ?? "", Number(match[2]));
    const now = this.#it.process.clock.now();
    const round = name === "-mmin" ? Math.ceil : Math.floor;
    return ({ stat }) => compare(round((now - stat.modified) / unit));
  }
}

/** Starts a program; undefined if there is none. */
export function spawnOr(it: Tool, argv: readonly string[], options = {}) {
  try {
    return it.process.spawn(argv, options);
  } catch (error) {
    if (error instanceof Error && error.name === "SpawnError") return undefined;
    throw error;
  }
}

function matcher(pattern: string, fold: boolean): RegExp {
  const expression = patternRegExp(pattern);
  return fold ? new RegExp(expression.source, "iu") : expression;
}

function typeOf(letter: string): string {
  const kind = {
    f: "file",
    d: "directory",
    l: "symlink",
    c: "device",
    b: "block",
    p: "pipe",
    s: "socket",
  }[letter];
  if (kind === undefined) throw new Failure(`Unknown argument to -type: ${letter}`);
  return kind;
}

function comparison(sign: string, wanted: number): (value: number) => boolean {
  if (sign === "+") return (value) => value > wanted;
  return sign === "-" ? (value) => value < wanted : (value) => value === wanted;
}

function permission(text: string): Test {
  const match = /^([-/]?)([0-7]+)$/.exec(text);
  if (!match) throw new Failure(`invalid mode ‘${text}’`);
  const bits = Number.parseInt(match[2] ?? "0", 8);
  if (match[1] === "-") return ({ stat }) => (stat.mode & bits) === bits;
  return match[1] === "/"
    ? ({ stat }) => (stat.mode & bits) !== 0
    : ({ stat }) => stat.mode === bits;
}

function filled(format: string, { path, name, stat, depth }: Visited): string {
  const letters = { file: "f", directory: "d", symlink: "l", device: "c" };
  const values: Readonly<Record<string, string>> = {
    p: path,
    f: name,
    s: String(stat.size),
    m: stat.mode.toString(8),
    M: modeText(stat),
    y: letters[stat.kind],
    d: String(depth),
    h: path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".",
    "%": "%",
  };
  const text = format.replace(/%([a-zA-Z%])/g, (whole, letter: string) => values[letter] ?? whole);
  return text.replaceAll("\\n", "\n").replaceAll("\\t", "\t").replaceAll("\\0", "\0");
}
