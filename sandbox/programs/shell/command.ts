// One simple command: assignments, words, redirections, and then a function, a builtin or a
// program.

import * as A from "unbash";
import { FileError } from "../../machine/files.ts";
import { type Child, SpawnError } from "../../machine/process.ts";
import { builtins, declares } from "./builtins/index.ts";
import { expandPattern, expandValue, expandWord, expandWords } from "./expand.ts";
import { giveTerminal, waitForeground } from "./jobs.ts";
import { plainText } from "./pattern.ts";
import { redirect } from "./redirect.ts";
import { evaluateIn } from "./special.ts";
import { Leave, type Shell, ShellError, type ShellFunction } from "./state.ts";
import { startSubshell, withStreams } from "./subshell.ts";
import { quoted, ReadOnlyVariable, type Value, type Variable } from "./variables.ts";

/** What interpret.ts does for function bodies. */
export type RunNode = (shell: Shell, node: A.CommandNode | A.CompoundList) => Promise<number>;

export interface Invocation {
  readonly runNode: RunNode;
  /** Nothing comes after it: a program may take the shell's place. */
  readonly tail: boolean;
  /** The command as it was typed, for messages about jobs. */
  readonly text: string;
}

const FUNCTION_DEPTH = 500;

export async function runSimple(
  shell: Shell,
  node: A.Command,
  invocation: Invocation,
): Promise<number> {
  const command = withAlias(shell, node);
  if (typeof command === "string") {
    const parsed = A.parse(command);
    return shell.run(shell, parsed, command);
  }
  const assignments = command.prefix.filter((one) => one.type === "Assignment");
  const redirections = [...command.prefix, ...command.suffix].filter(isRedirection);
  shell.substitution = undefined;
  const temporary = shell.temporary;
  shell.temporary = [];
  try {
    const argv = await wordsOf(shell, command);
    if (argv.length === 0) return await withoutName(shell, assignments, redirections);
    return await withName(shell, { command, argv, assignments, redirections }, invocation);
  } finally {
    for (const { number, stream } of shell.temporary) {
      shell.streams.delete(number);
      shell.process.close(stream);
    }
    shell.temporary = temporary;
  }
}

function isRedirection(part: A.Assignment | A.Word | A.Redirection): part is A.Redirection {
  return part.type !== "Assignment" && part.type !== "Word";
}

async function wordsOf(shell: Shell, { name, suffix }: A.Command): Promise<string[]> {
  if (!name) return [];
  const words: string[] = [];
  for (const part of [name, ...suffix]) {
    if (part.type === "Word") words.push(...(await expandWords(shell, [part])));
    // A declaration keeps its place among the arguments; the builtin gets the value itself.
    else if (part.type === "Assignment") {
      const value = declares.has(name.value) || part.value.type !== "Word" ? undefined : part.value;
      words.push(value ? `${part.name}=${await expandValue(shell, value)}` : part.text);
    }
  }
  return words;
}

/** Assignments and redirections alone. */
async function withoutName(
  shell: Shell,
  assignments: readonly A.Assignment[],
  redirections: readonly A.Redirection[],
): Promise<number> {
  const restore = await redirect(shell, redirections);
  try {
    for (const one of assignments) {
      await assign(shell, one);
      if (shell.options.xtrace) await trace(shell, [one], []);
    }
  } finally {
    restore();
  }
  return shell.substitution ?? 0;
}

interface Named {
  readonly command: A.Command;
  readonly argv: readonly string[];
  readonly assignments: readonly A.Assignment[];
  readonly redirections: readonly A.Redirection[];
}

async function withName(shell: Shell, named: Named, invocation: Invocation): Promise<number> {
  const { argv, assignments, redirections } = named;
  if (argv[0] === "exec" && argv.length === 1) {
    await redirect(shell, redirections);
    return 0;
  }
  const restore = await redirect(shell, redirections);
  const hidden = new Map<string, Variable | undefined>();
  try {
    for (const one of assignments) {
      if (!hidden.has(one.name)) hidden.set(one.name, copyOf(shell.variables.find(one.name)));
      await assign(shell, one);
      shell.variables.declare(one.name).exported = true;
    }
    if (shell.options.xtrace) await trace(shell, assignments, argv);
    return await invoke(shell, argv, { ...invocation, command: named.command });
  } finally {
    for (const [name, variable] of hidden) shell.variables.restore(name, variable);
    // `exec >file` keeps what was redirected.
    if (argv[0] !== "exec") restore();
  }
}

const copyOf = (variable: Variable | undefined) => variable && { ...variable };

async function trace(
  shell: Shell,
  assignments: readonly A.Assignment[],
  argv: readonly string[],
): Promise<void> {
  const prefix = shell.variables.get("PS4") ?? "+ ";
  const values = assignments.map(
    ({ name }) => `${name}=${quoted(shell.variables.get(name) ?? "")}`,
  );
  const shown = shell.dialect.name === "dash" ? argv : argv.map(quoted);
  await shell.stderr.write(`${prefix}${[...values, ...shown].join(" ")}\n`);
}

export interface Invoked extends Invocation {
  readonly command?: A.Command;
  /** `command x` skips functions. */
  readonly plain?: boolean;
}

/** Runs what a command's name means. */
export async function invoke(
  shell: Shell,
  argv: readonly string[],
  invocation: Invoked,
): Promise<number> {
  const [name = "", ...args] = argv;
  const own = invocation.plain ? undefined : shell.functions.get(name);
  if (own) return callFunction(shell, { name, body: own, args }, invocation.runNode);
  const builtin = builtins[name];
  if (builtin && (shell.dialect.extended || !onlyBash.has(name))) {
    try {
      const declared = declares.has(name) ? await declarations(shell, invocation.command) : [];
      return await builtin(shell, args, { ...invocation, name, declared, invoke });
    } catch (error) {
      if (error instanceof ReadOnlyVariable) throw readOnly(error, name);
      if (!(error instanceof FileError)) throw error;
      await shell.complain(`${name}: ${error.path ? `${error.path}: ` : ""}${error.message}`);
      return 1;
    }
  }
  return runProgram(shell, argv, invocation);
}

const onlyBash = new Set([
  "declare",
  "typeset",
  "let",
  "shopt",
  "mapfile",
  "readarray",
  "disown",
  "compgen",
  "complete",
  "source",
  "history",
]);

function readOnly({ message }: Error, builtin?: string): ShellError {
  return new ShellError(`${builtin ? `${builtin}: ` : ""}${message}: readonly variable`, 1);
}

async function callFunction(
  shell: Shell,
  { name, body, args }: { name: string; body: ShellFunction; args: readonly string[] },
  runNode: RunNode,
): Promise<number> {
  const { positional, source, functionNames, loops, position } = shell;
  if (functionNames.length >= FUNCTION_DEPTH) {
    throw new ShellError(
      `${name}: maximum function nesting level exceeded (${FUNCTION_DEPTH})`,
      1,
      true,
    );
  }
  shell.positional = args;
  shell.source = body.source;
  shell.functionNames = [name, ...functionNames];
  shell.loops = 0;
  shell.variables.enter();
  try {
    return await runNode(shell, body.node.body);
  } catch (error) {
    if (error instanceof Leave && error.how === "return") return error.count;
    throw error;
  } finally {
    shell.variables.leave();
    Object.assign(shell, { positional, source, functionNames, loops, position });
  }
}

async function runProgram(
  shell: Shell,
  argv: readonly string[],
  invocation: Invoked,
): Promise<number> {
  const { process } = shell;
  const env = shell.variables.environment();
  env.set("_", argv[0] ?? "");
  try {
    if (invocation.tail && !shell.traps.has("EXIT")) {
      return await process.exec(argv, withStreams(shell, { env }));
    }
    const own = shell.options.monitor && shell.subshell === 0;
    const options = own ? { env, group: "new" as const } : { env };
    const child = process.spawn(argv, withStreams(shell, options));
    return await inForeground(shell, child, invocation.text);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    if (error.reason === "exec format error") return runScript(shell, argv, invocation.text);
    return cannotRun(shell, argv[0] ?? "", error);
  }
}

async function inForeground(shell: Shell, child: Child, text: string): Promise<number> {
  giveTerminal(shell, child.pid);
  const [status = 0] = await waitForeground(shell, { children: [child], text });
  return status;
}

/** An executable text without `#!` is a script for the shell that finds it. */
async function runScript(shell: Shell, argv: readonly string[], text: string): Promise<number> {
  const [path = "", ...args] = argv;
  const script = await shell.process.open(path).readAll();
  const child = startSubshell(shell, async (copy) => {
    Object.assign(copy, { name: path, script: path, mode: "file", positional: args });
    return copy.run(copy, A.parse(script), script);
  });
  return inForeground(shell, child, text);
}

async function cannotRun(
  shell: Shell,
  name: string,
  { reason, path }: SpawnError,
): Promise<number> {
  const bash = shell.dialect.name === "bash";
  if (reason === "not found") {
    const missing = bash && name.includes("/") ? `${path}: No such file or directory` : undefined;
    await shell.complain(missing ?? shell.dialect.notFound(name));
    return 127;
  }
  const why = reason === "permission denied" || !bash ? "Permission denied" : "Is a directory";
  await shell.complain(`${path}: ${why}`);
  return 126;
}

/** The name replaced by what it is an alias for; text if that is more than a simple command. */
function withAlias(shell: Shell, command: A.Command): A.Command | string {
  const { name } = command;
  if (!name || name.parts || shell.aliases.size === 0) return command;
  const expands =
    shell.interactive || shell.dialect.name !== "bash" || shell.extras.has("expand_aliases");
  if (!expands || /[\\"']/.test(name.text)) return command;
  const seen = new Set<string>();
  let current = command;
  for (;;) {
    const word = current.name;
    const value = word && !word.parts && !seen.has(word.text) && shell.aliases.get(word.text);
    if (!word || value === undefined || value === false) return current;
    seen.add(word.text);
    const parsed = A.parse(value);
    const only = parsed.commands.length === 1 ? parsed.commands[0]?.command : undefined;
    if (only?.type !== "Command" || parsed.errors?.length) {
      return `${value} ${shell.source.slice(name.end, command.end)}`;
    }
    const prefix = [...current.prefix, ...only.prefix];
    const suffix = [...only.suffix, ...current.suffix];
    current = { ...current, name: only.name, prefix, suffix };
  }
}

/** Performs one assignment; gives the variable. */
export async function assign(shell: Shell, assignment: A.Assignment): Promise<Variable> {
  const { name, value, append, index } = assignment;
  const { variables } = shell;
  try {
    if (value.type === "ArrayValue") return await assignArray(shell, assignment, value);
    const text = await expandValue(shell, value);
    const variable = variables.declare(name);
    if (index) {
      const key = variable.value instanceof Map ? await expandWord(shell, index) : undefined;
      const at = key ?? Number(evaluateIn(shell, await expandWord(shell, index)));
      const old = append ? (elementAt(variable.value, at) ?? "") : "";
      variables.setElement(name, at, old + text);
      return variable;
    }
    if (variable.integer) {
      const sum =
        evaluateIn(shell, text) + (append ? evaluateIn(shell, variables.get(name) ?? "0") : 0n);
      return variables.set(name, String(sum));
    }
    const set = variables.set(name, append ? (variables.get(name) ?? "") + text : text);
    if (shell.options.allexport) set.exported = true;
    return set;
  } catch (error) {
    if (error instanceof ReadOnlyVariable) {
      // bash gives up the whole line; POSIX shells the whole script.
      throw new ShellError(
        `${name}: ${shell.dialect.name === "bash" ? "readonly variable" : "is read only"}`,
        shell.dialect.name === "bash" ? 1 : 2,
        true,
      );
    }
    throw error;
  }
}

function elementAt(value: Value | undefined, at: string | number): string | undefined {
  if (value instanceof Map) return value.get(String(at));
  if (Array.isArray(value)) return value[Number(at)];
  return Number(at) === 0 ? value : undefined;
}

async function assignArray(
  shell: Shell,
  { name, append }: A.Assignment,
  { elements }: A.ArrayValue,
): Promise<Variable> {
  const { variables } = shell;
  const old = variables.find(name)?.value;
  if (old instanceof Map) {
    const map = new Map(append ? old : []);
    let key: string | undefined;
    for (const word of elements) {
      const pair = /^\[([\s\S]*?)\]=/.exec(word.text);
      if (pair) {
        const text = (await expandWord(shell, word)).replace(/^\[[\s\S]*?\]=/, "");
        map.set(plainText(pair[1] ?? "").replace(/^(["'])(.*)\1$/, "$2"), text);
      } else if (key === undefined) key = await expandWord(shell, word);
      else {
        map.set(key, await expandWord(shell, word));
        key = undefined;
      }
    }
    return variables.set(name, map);
  }
  const before = Array.isArray(old) ? old.slice() : old === undefined ? [] : [old];
  const list: string[] = append ? before : [];
  for (const word of elements) {
    const pair = /^\[([^\]]*)\]=/.exec(word.text);
    if (pair) {
      const text = (await expandPattern(shell, word)).replace(/^\[[^\]]*\]=/, "");
      list[Number(evaluateIn(shell, pair[1] ?? "0"))] = plainText(text);
      continue;
    }
    for (const text of await expandWords(shell, [word])) list[list.length] = text;
  }
  return variables.set(name, list);
}

/** The assignments among the arguments of `declare`, `export` …, not performed yet. */
async function declarations(shell: Shell, command?: A.Command): Promise<Declared[]> {
  const found = (command?.suffix ?? []).filter((part) => part.type === "Assignment");
  return found.map((assignment) => ({
    text: assignment.text,
    name: assignment.name,
    assign: () => assign(shell, assignment),
  }));
}

/** An argument of `declare` that is an assignment. */
export interface Declared {
  readonly text: string;
  readonly name: string;
  assign(): Promise<Variable>;
}
