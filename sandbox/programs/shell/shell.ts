// `bash`, `dash` and BusyBox's `ash`: the programs. What they are given to run, and how they end.

import { absolute, FileError } from "../../machine/files.ts";
import type { Process, Program } from "../../machine/process.ts";
import { defaultPath } from "../../machine/programs.ts";
import type { Dialect } from "./dialect.ts";
import * as dialects from "./dialect.ts";
import { interact } from "./interactive.ts";
import { runScript, runToEnd } from "./interpret.ts";
import { Jobs } from "./jobs.ts";
import { type Options, Shell } from "./state.ts";
import { evaluate, toTheEnd } from "./subshell.ts";
import { isIncomplete, parseScript } from "./syntax.ts";

export const bash: Program = (process) => main(process, dialects.bash);
export const dash: Program = (process) => main(process, dialects.dash);
export const ash: Program = (process) => main(process, dialects.ash);

interface Invocation {
  command: string | undefined;
  fromStdin: boolean;
  interactive: boolean;
  login: boolean;
  norc: boolean;
  rcfile: string | undefined;
  rest: readonly string[];
}

const letters: Readonly<Record<string, keyof Options>> = {
  a: "allexport",
  C: "noclobber",
  e: "errexit",
  f: "noglob",
  m: "monitor",
  n: "noexec",
  u: "nounset",
  v: "verbose",
  x: "xtrace",
};

async function main(process: Process, dialect: Dialect): Promise<number> {
  const shell = new Shell(process, dialect, runScript);
  shell.name = process.argv[0] ?? dialect.name;
  shell.jobs = new Jobs();
  const invocation = await parseArguments(shell, process.argv.slice(1));
  if (typeof invocation === "number") return invocation;
  prepareVariables(shell);
  return toTheEnd(shell, () => start(shell, invocation));
}

async function parseArguments(shell: Shell, args: readonly string[]): Promise<Invocation | number> {
  const invocation: Invocation = {
    ...{ command: undefined, fromStdin: false, interactive: false, rcfile: undefined, rest: [] },
    ...{ login: shell.name.startsWith("-"), norc: false },
  };
  let takesCommand = false;
  let i = 0;
  for (; i < args.length && /^[-+]./.test(args[i] as string); i++) {
    const arg = args[i] as string;
    if (arg === "--" || arg === "-") {
      i++;
      break;
    }
    if (arg.startsWith("--")) {
      if (arg === "--login") invocation.login = true;
      else if (arg === "--norc" || arg === "--noprofile") invocation.norc = true;
      else if (arg === "--rcfile" || arg === "--init-file") invocation.rcfile = args[++i];
      else if (arg === "--version") {
        await shell.stdout.write("GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n");
        return 0;
      } else if (arg !== "--posix") {
        await shell.stderr.write(`${shell.name}: ${arg}: invalid option\n`);
        return 2;
      }
      continue;
    }
    for (const letter of arg.slice(1)) {
      const option = letters[letter];
      if (letter === "c") takesCommand = true;
      else if (letter === "s") invocation.fromStdin = true;
      else if (letter === "i") invocation.interactive = true;
      else if (letter === "l") invocation.login = true;
      else if (letter === "o") {
        const name = args[++i] ?? "";
        if (name in shell.options) shell.options[name as keyof Options] = arg[0] === "-";
      } else if (option) shell.options[option] = arg[0] === "-";
      else {
        await shell.stderr.write(`${shell.name}: -${letter}: invalid option\n`);
        return 2;
      }
    }
  }
  const rest = args.slice(i);
  if (!takesCommand) return { ...invocation, rest };
  if (rest[0] === undefined) {
    await shell.stderr.write(`${shell.name}: -c: option requires an argument\n`);
    return 2;
  }
  return { ...invocation, command: rest[0], rest: rest.slice(1) };
}

function prepareVariables(shell: Shell): void {
  const { process, variables, dialect } = shell;
  for (const [name, value] of process.env) {
    if (/^[A-Za-z_]\w*$/.test(name)) variables.set(name, value).exported = true;
  }
  const otherwise = (name: string, value: string) => {
    if (variables.get(name) === undefined) variables.set(name, value);
  };
  variables.set("IFS", " \t\n").exported = false;
  variables.set("PWD", process.cwd).exported = true;
  variables.set("OPTIND", "1");
  variables.set("PS4", "+ ");
  otherwise("PATH", defaultPath);
  if (dialect.name !== "bash") return;
  variables.set("SHLVL", String(Number(variables.get("SHLVL") ?? 0) + 1)).exported = true;
  otherwise("HOSTNAME", process.hostname);
  otherwise("HOSTTYPE", "x86_64");
  otherwise("OSTYPE", "linux-gnu");
  otherwise("BASH", "/bin/bash");
}

async function start(shell: Shell, invocation: Invocation): Promise<number> {
  const { command, rest, interactive } = invocation;
  if (command !== undefined) {
    shell.mode = "command";
    const [name, ...positional] = rest;
    if (name !== undefined) shell.name = name;
    shell.positional = positional;
    return runCommandText(shell, command);
  }
  const [file, ...positional] = rest;
  if (file !== undefined && !invocation.fromStdin) {
    shell.positional = positional;
    return runFile(shell, file);
  }
  shell.positional = rest;
  if (interactive || (shell.stdin.isTerminal && shell.stderr.isTerminal)) {
    shell.mode = "interactive";
    return interact(shell, invocation);
  }
  shell.mode = "stdin";
  return runStdin(shell);
}

async function runCommandText(shell: Shell, text: string): Promise<number> {
  const parsed = parseScript(text);
  const [only, ...more] = parsed.script.commands;
  const simple = only?.command.type === "Command" && !only.background && more.length === 0;
  // bash lets a single program take its place; POSIX shells do so for the last one of any script.
  if (parsed.error || (shell.dialect.name === "bash" && !simple)) return evaluate(shell, text);
  return runToEnd(shell, parsed.script, text);
}

async function runFile(shell: Shell, file: string): Promise<number> {
  const { process, dialect } = shell;
  let text: string;
  try {
    const path = absolute(process.cwd, file);
    if (process.files.kind(path) === "directory") {
      await shell.stderr.write(`${file}: ${file}: Is a directory\n`);
      return 126;
    }
    text = await process.open(file).readAll();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const name = shell.name;
    const messages = {
      bash: `${name}: ${file}: ${error.message}`,
      dash: `${name}: 0: cannot open ${file}: No such file`,
      ash: `${name}: can't open '${file}': ${error.message}`,
    };
    await shell.stderr.write(`${messages[dialect.name]}\n`);
    return dialect.name === "bash" ? (error.code === "EACCES" ? 126 : 127) : 2;
  }
  Object.assign(shell, { mode: "file", name: file, script: file });
  return evaluate(shell, text);
}

/** Line by line, because the commands may read from the same input. */
async function runStdin(shell: Shell): Promise<number> {
  let status = 0;
  let text = "";
  let line = 1;
  shell.firstLine = 1;
  for (;;) {
    const more = await shell.stdin.readLine();
    if (more === undefined) break;
    text += more;
    line++;
    if (isIncomplete(text)) continue;
    if (shell.options.verbose) await shell.stderr.write(text);
    status = await evaluate(shell, text);
    text = "";
    shell.firstLine = line;
  }
  return text.trim() === "" ? status : evaluate(shell, text);
}
