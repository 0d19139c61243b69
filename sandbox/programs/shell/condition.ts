// `test` and `[`: expressions made of arguments. POSIX decides by their number; bash: test.c.

import { absolute, FileError, type FileSystem, type Stat } from "../../machine/files.ts";

/** What tests can ask about. */
export interface Surroundings {
  readonly files: FileSystem;
  readonly cwd: string;
  readonly uid: number;
  isTerminal(descriptor: number): boolean;
  /** `-v name` */
  isSet(name: string): boolean;
  /** `-o name` */
  isOn(option: string): boolean;
  /** `-eq` and its like; in `[[` it is arithmetic. Throws `TestError`. */
  number(text: string): bigint;
}

/** The expression makes no sense; exit status 2. */
export class TestError extends Error {
  override readonly name = "TestError";
}

const unary = /^-[abcdefghknoprstuvwxzGLNOSR]$/;
const binary = /^(?:=|==|!=|<|>|-eq|-ne|-lt|-le|-gt|-ge|-nt|-ot|-ef)$/;

export const isUnary = (operator: string): boolean => unary.test(operator);
export const isBinary = (operator: string): boolean => binary.test(operator);

/** A whole number as `[` takes it. */
export function wholeNumber(text: string): bigint {
  const trimmed = text.trim();
  if (!/^[-+]?\d+$/.test(trimmed)) throw new TestError(`${text}: integer expression expected`);
  return BigInt(trimmed);
}

/** The truth of `test`'s arguments. Throws `TestError`. */
export function testArguments(args: readonly string[], around: Surroundings): boolean {
  const [a = "", b = "", c = "", d = ""] = args;
  switch (args.length) {
    case 0:
      return false;
    case 1:
      return a !== "";
    case 2:
      if (a === "!") return b === "";
      if (isUnary(a)) return testUnary(a, b, around);
      throw new TestError(`${a}: unary operator expected`);
    case 3:
      if (isBinary(b)) return testBinary({ left: a, operator: b, right: c }, around);
      if (b === "-a") return a !== "" && c !== "";
      if (b === "-o") return a !== "" || c !== "";
      if (a === "!") return !testArguments([b, c], around);
      if (a === "(" && c === ")") return b !== "";
      throw new TestError(`${b}: binary operator expected`);
    case 4:
      if (a === "!") return !testArguments([b, c, d], around);
      if (a === "(" && d === ")") return testArguments([b, c], around);
  }
  return new Arguments(args, around).whole();
}

/** More than four arguments: an expression with -a, -o and parentheses. */
class Arguments {
  readonly #args: readonly string[];
  readonly #around: Surroundings;
  #at = 0;

  constructor(args: readonly string[], around: Surroundings) {
    this.#args = args;
    this.#around = around;
  }

  whole(): boolean {
    const value = this.#or();
    if (this.#at < this.#args.length) throw new TestError("too many arguments");
    return value;
  }

  #or(): boolean {
    let value = this.#and();
    while (this.#args[this.#at] === "-o") {
      this.#at++;
      const right = this.#and();
      value ||= right;
    }
    return value;
  }

  #and(): boolean {
    let value = this.#term();
    while (this.#args[this.#at] === "-a") {
      this.#at++;
      const right = this.#term();
      value &&= right;
    }
    return value;
  }

  #term(): boolean {
    const [word, next, third] = this.#args.slice(this.#at, this.#at + 3);
    if (word === undefined) throw new TestError("argument expected");
    if (word === "!") {
      this.#at++;
      return !this.#term();
    }
    if (next !== undefined && third !== undefined && isBinary(next)) {
      this.#at += 3;
      return testBinary({ left: word, operator: next, right: third }, this.#around);
    }
    if (word === "(") {
      this.#at++;
      const value = this.#or();
      if (this.#args[this.#at++] !== ")") throw new TestError("`)' expected");
      return value;
    }
    if (isUnary(word) && next !== undefined && next !== "-a" && next !== "-o") {
      this.#at += 2;
      return testUnary(word, next, this.#around);
    }
    this.#at++;
    return word !== "";
  }
}

export function testUnary(operator: string, operand: string, around: Surroundings): boolean {
  switch (operator) {
    case "-z":
      return operand === "";
    case "-n":
      return operand !== "";
    case "-t":
      return /^\d+$/.test(operand) && around.isTerminal(Number(operand));
    case "-v":
      return around.isSet(operand);
    case "-o":
      return around.isOn(operand);
  }
  const { files, cwd } = around;
  const path = absolute(cwd, operand);
  const access = { "-r": 4, "-w": 2, "-x": 1 }[operator];
  if (operand === "") return false;
  if (access !== undefined) return files.access(path, access);
  const stat = statOf(files, path, operator === "-h" || operator === "-L");
  if (!stat) return false;
  switch (operator) {
    case "-f":
      return stat.kind === "file";
    case "-d":
      return stat.kind === "directory";
    case "-h":
    case "-L":
      return stat.kind === "symlink";
    case "-c":
      return stat.kind === "device";
    case "-b":
    case "-p":
    case "-S":
      return false;
    case "-s":
      return stat.size > 0;
    case "-u":
      return (stat.mode & 0o4000) !== 0;
    case "-g":
      return (stat.mode & 0o2000) !== 0;
    case "-k":
      return (stat.mode & 0o1000) !== 0;
    case "-O":
      return stat.uid === around.uid;
  }
  return true;
}

function statOf(files: FileSystem, path: string, link: boolean): Stat | undefined {
  try {
    return link ? files.lstat(path) : files.stat(path);
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

export interface Comparison {
  readonly left: string;
  readonly operator: string;
  readonly right: string;
}

export function testBinary({ left, operator, right }: Comparison, around: Surroundings): boolean {
  switch (operator) {
    case "=":
    case "==":
      return left === right;
    case "!=":
      return left !== right;
    case "<":
      return left < right;
    case ">":
      return left > right;
    case "-nt":
    case "-ot":
    case "-ef":
      return compareFiles({ left, operator, right }, around);
  }
  const [a, b] = [around.number(left), around.number(right)];
  switch (operator) {
    case "-eq":
      return a === b;
    case "-ne":
      return a !== b;
    case "-lt":
      return a < b;
    case "-le":
      return a <= b;
    case "-gt":
      return a > b;
    default:
      return a >= b;
  }
}

function compareFiles({ left, operator, right }: Comparison, around: Surroundings): boolean {
  const a = statOf(around.files, absolute(around.cwd, left), false);
  const b = statOf(around.files, absolute(around.cwd, right), false);
  if (operator === "-ef") return a !== undefined && a.inode === b?.inode;
  if (operator === "-nt") return a !== undefined && (!b || a.modified > b.modified);
  return b !== undefined && (!a || a.modified < b.modified);
}
