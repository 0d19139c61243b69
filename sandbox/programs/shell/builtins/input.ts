// Builtins that read, print and test.

import { echoed, unescapedUntilStop } from "../../bin/escapes.ts";
import { formatPrintf } from "../../bin/printf-format.ts";
import { TestError, testArguments } from "../condition.ts";
import { type Shell, ShellError, TrapCame } from "../state.ts";
import { surroundings } from "../surroundings.ts";
import type { Builtin } from "./builtin.ts";

const echo: Builtin = async (shell, args) => {
  let newline = true;
  // dash's echo always understands escapes and has only -n.
  let escapes = shell.dialect.name === "dash";
  let first = 0;
  const options = escapes ? /^-n$/ : /^-[neE]+$/;
  for (; options.test(args[first] ?? ""); first++) {
    for (const letter of (args[first] ?? "").slice(1)) {
      if (letter === "n") newline = false;
      else escapes = letter === "e";
    }
  }
  const words = args.slice(first).join(" ");
  if (!escapes) {
    await shell.stdout.write(newline ? `${words}\n` : words);
    return 0;
  }
  const { text, stop } = shell.dialect.name === "dash" ? unescapedUntilStop(words) : echoed(words);
  await shell.stdout.write(newline && !stop ? `${text}\n` : text);
  return 0;
};

const printf: Builtin = async (shell, args) => {
  let [format, ...values] = args;
  let variable: string | undefined;
  if (format === "-v") [variable, format, ...values] = values;
  else if (format === "--") [format, ...values] = values;
  if (format === undefined) {
    if (shell.dialect.name !== "bash")
      throw new ShellError("printf: usage: printf format [arg ...]", 2);
    await shell.stderr.write("printf: usage: printf [-v var] format [arguments]\n");
    return 2;
  }
  const { text, errors } = formatPrintf(format, values, shell.process.clock.now());
  for (const error of errors) await shell.complain(`printf: ${error}`);
  if (variable !== undefined) shell.variables.set(variable, text);
  else await shell.stdout.write(text);
  return errors.length > 0 ? 1 : 0;
};

const test: Builtin = async (shell, args, { name }) => {
  let operands = args;
  if (name === "[") {
    if (args.at(-1) !== "]") throw new ShellError("[: missing `]'", 2);
    operands = args.slice(0, -1);
  }
  try {
    return testArguments(operands, surroundings(shell)) ? 0 : 1;
  } catch (error) {
    if (error instanceof TestError) throw new ShellError(`${name}: ${error.message}`, 2);
    throw error;
  }
};

interface ReadOptions {
  raw: boolean;
  silent: boolean;
  array: string | undefined;
  prompt: string;
  delimiter: string;
  count: number;
  exact: boolean;
  timeout: number | undefined;
  descriptor: number;
}

function readOptions(args: readonly string[]): { options: ReadOptions; names: readonly string[] } {
  const options: ReadOptions = {
    ...{ raw: false, silent: false, array: undefined, prompt: "", delimiter: "\n" },
    ...{ count: Infinity, exact: false, timeout: undefined, descriptor: 0 },
  };
  let i = 0;
  for (; i < args.length && /^-./.test(args[i] as string); i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      i++;
      break;
    }
    for (let j = 1; j < arg.length; j++) {
      const letter = arg[j] as string;
      if (letter === "r") options.raw = true;
      else if (letter === "s") options.silent = true;
      else if (letter === "e") continue;
      else {
        const value = arg.slice(j + 1) || (args[++i] ?? "");
        setReadOption(options, letter, value);
        break;
      }
    }
  }
  return { options, names: args.slice(i) };
}

function setReadOption(options: ReadOptions, letter: string, value: string): void {
  if (letter === "a") options.array = value;
  else if (letter === "p") options.prompt = value;
  else if (letter === "d") options.delimiter = value.slice(0, 1) || "\0";
  else if (letter === "n" || letter === "N") {
    options.count = Number(value);
    options.exact = letter === "N";
    if (options.exact) options.delimiter = "";
  } else if (letter === "t") options.timeout = Number(value) * 1000;
  else if (letter === "u") options.descriptor = Number(value);
  else throw new ShellError(`read: -${letter}: invalid option`, 2);
}

const read: Builtin = async (shell, args) => {
  const { options, names } = readOptions(args);
  for (const name of names) {
    if (!/^[A-Za-z_]\w*(\[.*\])?$/.test(name)) {
      throw new ShellError(`read: \`${name}': not a valid identifier`);
    }
  }
  const reader = shell.reader(options.descriptor);
  if (options.prompt && reader.isTerminal) await shell.stderr.write(options.prompt);
  const { tty } = shell.process;
  const mode = tty?.mode;
  const special = options.silent || options.count !== Infinity;
  if (tty && mode && special && reader.isTerminal) {
    const lines = options.count === Infinity;
    tty.mode = { ...mode, echo: !options.silent, lines, newlines: true };
  }
  shell.waiting = true;
  try {
    const got = await readRecord(shell, options);
    if (got === "late") return 142;
    store(shell, options, { names, text: got.text });
    return got.complete ? 0 : 1;
  } catch (error) {
    if (error instanceof TrapCame) return 130;
    throw error;
  } finally {
    shell.waiting = false;
    if (tty && mode) tty.mode = mode;
  }
};

/** A line, without the delimiter; a backslash at its end continues it unless -r. */
async function readRecord(
  shell: Shell,
  options: ReadOptions,
): Promise<{ text: string; complete: boolean } | "late"> {
  const { delimiter, count, raw, timeout } = options;
  const reader = shell.reader(options.descriptor);
  if (timeout !== undefined) {
    const early = await reader.readWithin(timeout);
    if (early === "") return "late";
    if (early !== undefined) reader.unread(early);
  }
  let text = "";
  for (;;) {
    const piece = await reader.readUntil(delimiter, count - text.length);
    if (piece === undefined) return { text, complete: false };
    const ended = delimiter !== "" && piece.endsWith(delimiter);
    text += ended ? piece.slice(0, -1) : piece;
    if (!ended && text.length < count) return { text, complete: false };
    if (raw || !ended || !/(?:^|[^\\])(?:\\\\)*\\$/.test(text)) return { text, complete: true };
    text = text.slice(0, -1);
  }
}

function store(
  shell: Shell,
  options: ReadOptions,
  { names, text }: { names: readonly string[]; text: string },
): void {
  const ifs = shell.variables.get("IFS") ?? " \t\n";
  const list = options.array !== undefined;
  const wanted = list ? Infinity : Math.max(names.length, 1);
  if (names.length === 0 && !list) {
    shell.variables.set("REPLY", options.raw ? text : unbackslashed(text));
    return;
  }
  const fields =
    options.exact && !list ? [text] : splitRecord(text, { ifs, wanted, raw: options.raw });
  if (options.array !== undefined) {
    shell.variables.unset(options.array);
    shell.variables.set(options.array, fields);
  } else for (const [i, name] of names.entries()) assignName(shell, name, fields[i] ?? "");
}

function assignName(shell: Shell, name: string, value: string): void {
  const [, base, key] = /^(\w+)\[(.*)\]$/.exec(name) ?? [];
  if (base !== undefined && key !== undefined) shell.variables.setElement(base, key, value);
  else shell.variables.set(name, value);
}

const unbackslashed = (text: string) => text.replace(/\\([\s\S])/g, "$1");

interface Splitting {
  readonly ifs: string;
  readonly wanted: number;
  readonly raw: boolean;
}

/** Splits a line for `read`: the last name gets all that is left. */
function splitRecord(text: string, { ifs, wanted, raw }: Splitting): string[] {
  const isBlank = (unit: string | undefined) =>
    unit !== undefined && ifs.includes(unit) && /\s/.test(unit);
  const fields: string[] = [];
  let i = 0;
  while (isBlank(text[i])) i++;
  while (i < text.length) {
    if (fields.length === wanted - 1) {
      fields.push(lastField(text.slice(i), { ifs, wanted, raw }));
      break;
    }
    let field = "";
    for (; i < text.length && !ifs.includes(text[i] as string); i++) {
      if (text[i] === "\\" && !raw) i++;
      field += text[i] ?? "";
    }
    fields.push(field);
    while (isBlank(text[i])) i++;
    if (i < text.length && ifs.includes(text[i] as string)) {
      i++;
      while (isBlank(text[i])) i++;
    }
  }
  return fields;
}

function lastField(rest: string, { ifs, raw }: Splitting): string {
  let end = rest.length;
  while (end > 0 && ifs.includes(rest[end - 1] as string) && /\s/.test(rest[end - 1] as string))
    end--;
  let text = rest.slice(0, end);
  // One separator at the end that is no blank belongs to the last field only if another field
  // follows.
  const separators = [...ifs].filter((unit) => !/\s/.test(unit));
  const tail = text.slice(-1);
  if (
    separators.includes(tail) &&
    ![...text.slice(0, -1)].some((unit) => separators.includes(unit))
  ) {
    text = text.slice(0, -1);
  }
  return raw ? text : unbackslashed(text);
}

const mapfile: Builtin = async (shell, args) => {
  const trim = args.includes("-t");
  const name = args.filter((arg) => !arg.startsWith("-")).at(-1) ?? "MAPFILE";
  const lines: string[] = [];
  for (
    let line = await shell.stdin.readLine();
    line !== undefined;
    line = await shell.stdin.readLine()
  ) {
    lines.push(trim ? line.replace(/\n$/, "") : line);
  }
  shell.variables.set(name, lines);
  return 0;
};

export const input: Readonly<Record<string, Builtin>> = {
  echo,
  printf,
  test,
  "[": test,
  read,
  mapfile,
  readarray: mapfile,
};
