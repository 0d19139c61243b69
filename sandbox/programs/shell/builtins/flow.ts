// Builtins that steer: exit, return, break, eval, source, exec, trap, command, wait for nothing.

import { absolute, FileError } from "../../../machine/files.ts";
import type { Signal } from "../../../machine/process.ts";
import { onPath } from "../../../machine/programs.ts";
import { ignored, signalNamed, signalNumbers } from "../../../machine/signals.ts";
import { FatalSignal, Leave, type Shell, ShellError, TrapCame } from "../state.ts";
import { evaluate, withStreams } from "../subshell.ts";
import { quoted } from "../variables.ts";
import { type Builtin, letters } from "./builtin.ts";
import { describe } from "./names.ts";

async function statusOf(shell: Shell, name: string, args: readonly string[]): Promise<number> {
  const [text] = args;
  if (text === undefined) return shell.status;
  if (/^[-+]?\d+$/.test(text)) return Number(text) & 255;
  if (shell.dialect.name !== "bash")
    throw new ShellError(`${name}: Illegal number: ${text}`, 2, true);
  await shell.complain(`${name}: ${text}: numeric argument required`);
  return 2;
}

const countOf = (name: string, args: readonly string[]): number => {
  const [text = "1"] = args;
  if (!/^\d+$/.test(text))
    throw new ShellError(`${name}: ${text}: numeric argument required`, 128, true);
  if (text === "0") throw new ShellError(`${name}: 0: loop count out of range`);
  return Number(text);
};

const leaveLoop =
  (how: "break" | "continue"): Builtin =>
  async (shell, args) => {
    const count = countOf(how, args);
    if (shell.loops === 0) {
      if (shell.dialect.name === "bash") {
        await shell.complain(`${how}: only meaningful in a \`for', \`while', or \`until' loop`);
      }
      return 0;
    }
    throw new Leave(how, Math.min(count, shell.loops));
  };

const source: Builtin = async (shell, args, { name }) => {
  const [path, ...positional] = args[0] === "--" ? args.slice(1) : args;
  if (path === undefined) {
    if (shell.dialect.name !== "bash")
      throw new ShellError(`${name}: filename argument required`, 2);
    await shell.complain(`${name}: filename argument required`);
    await shell.stderr.write(`${name}: usage: ${name} filename [arguments]\n`);
    return 2;
  }
  const { process } = shell;
  const found = path.includes("/") ? path : (onPath(path, sought(shell)) ?? path);
  const text = readScript(shell, absolute(process.cwd, found), path);
  const before = { positional: shell.positional, script: shell.script, firstLine: shell.firstLine };
  if (positional.length > 0) shell.positional = positional;
  shell.script = path;
  shell.firstLine = 1;
  shell.sourced++;
  try {
    return await evaluate(shell, text);
  } catch (error) {
    if (error instanceof Leave && error.how === "return") return error.count;
    throw error;
  } finally {
    shell.sourced--;
    Object.assign(
      shell,
      positional.length > 0 ? before : { ...before, positional: shell.positional },
    );
  }
};

function sought({ process, variables }: Shell) {
  const env = new Map([["PATH", variables.get("PATH") ?? ""]]);
  return { env, cwd: process.cwd, files: process.files };
}

function readScript(shell: Shell, full: string, path: string): string {
  try {
    return shell.process.files.read(full);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (shell.dialect.name === "bash") throw new ShellError(`${path}: ${error.message}`);
    const why =
      shell.dialect.name === "dash" && path.includes("/")
        ? `cannot open ${path}: No such file`
        : `${path}: not found`;
    throw new ShellError(`.: ${why}`, shell.dialect.name === "dash" ? 2 : 127);
  }
}

const exec: Builtin = async (shell, args) => {
  const { flags, rest } = letters(args, "cl");
  let argv = rest;
  let name: string | undefined;
  if (args[0] === "-a") [name, ...argv] = args.slice(1);
  if (argv.length === 0) return 0;
  const env = flags.has("c") ? new Map<string, string>() : shell.variables.environment();
  const { process } = shell;
  if (!argv[0]?.includes("/") && !onPath(argv[0] ?? "", sought(shell))) {
    const message =
      shell.dialect.name === "bash"
        ? `exec: ${argv[0]}: not found`
        : shell.dialect.notFound(`exec: ${argv[0]}`);
    throw new ShellError(message, 127, true);
  }
  const status = await process.exec(
    argv,
    withStreams(shell, { env, ...(name === undefined ? {} : { name }) }),
  );
  shell.traps.delete("EXIT");
  throw new Leave("exit", status);
};

/** How `trap` and `kill` call a signal, or `EXIT`, `ERR`. */
function conditionNamed(text: string): string | undefined {
  const upper = text.toUpperCase().replace(/^SIG/, "");
  if (upper === "0" || upper === "EXIT") return "EXIT";
  if (upper === "ERR" || upper === "DEBUG" || upper === "RETURN") return upper;
  return signalNamed(text);
}

const trap: Builtin = async (shell, args) => {
  const list = args[0] === "--" ? args.slice(1) : args;
  if (list[0] === "-l") {
    const all = Object.entries(signalNumbers).map(([name, number]) => `${number}) ${name}`);
    await shell.stdout.write(`${all.join("\n")}\n`);
    return 0;
  }
  if (list.length === 0 || list[0] === "-p") {
    for (const [name, command] of shell.traps) {
      await shell.stdout.write(
        `trap -- ${quoted(command)} ${name}\n`.replace(/-- ([^'$].*) (\w+)\n/, "-- '$1' $2\n"),
      );
    }
    return 0;
  }
  const single =
    list.length === 1 ||
    (conditionNamed(list[0] as string) !== undefined && /^\d+$/.test(list[0] as string));
  const command = single ? "-" : (list[0] as string);
  let status = 0;
  for (const word of single ? list : list.slice(1)) {
    const name = conditionNamed(word);
    if (!name) {
      await shell.complain(`trap: ${word}: invalid signal specification`);
      status = 1;
      continue;
    }
    setTrap(shell, name, command);
  }
  return status;
};

function setTrap(shell: Shell, name: string, command: string): void {
  if (command === "-") shell.traps.delete(name);
  else shell.traps.set(name, command);
  if (name === "EXIT" && shell.dialect.name === "bash" && !shell.interactive) guardExit(shell);
  if (!name.startsWith("SIG")) return;
  const signal = name as Signal;
  if (command === "-") shell.process.trap(signal, undefined);
  else if (command === "") shell.process.trap(signal, ignored);
  else {
    shell.process.trap(signal, () => {
      shell.pendingTraps.push(signal);
      if (shell.waiting) shell.process.interrupt(new TrapCame());
    });
  }
}

/** bash runs the EXIT trap before a signal ends it; other shells just end. */
function guardExit(shell: Shell): void {
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    if (shell.traps.has(signal)) continue;
    const set = shell.traps.has("EXIT");
    const fatal = () => shell.process.interrupt(new FatalSignal(signal));
    shell.process.trap(signal, set ? fatal : undefined);
  }
}

const command: Builtin = async (shell, args, context) => {
  const { flags, rest } = letters(args, "vVp");
  if (flags.has("v") || flags.has("V")) {
    let status = 0;
    for (const name of rest) {
      const found = await describe(shell, name, flags.has("V") ? "sentence" : "short");
      if (found === undefined) {
        status = 1;
        if (flags.has("V")) await shell.complain(`command: ${name}: not found`);
      } else await shell.stdout.write(`${found}\n`);
    }
    return shell.dialect.name === "bash" || status === 0 ? status : 127;
  }
  return rest.length === 0 ? 0 : context.invoke(shell, rest, { ...context, plain: true });
};

export const flow: Readonly<Record<string, Builtin>> = {
  ":": async () => 0,
  true: async () => 0,
  false: async () => 1,
  async exit(shell, args) {
    if (shell.interactive && shell.jobs?.all.some(({ state }) => state === "stopped")) {
      if (!shell.warned) {
        shell.warned = true;
        await shell.stderr.write("exit\nThere are stopped jobs.\n");
        return 1;
      }
    }
    if (shell.interactive) await shell.stderr.write("exit\n");
    throw new Leave("exit", await statusOf(shell, "exit", args));
  },
  async return(shell, args) {
    if (shell.functionNames.length === 0 && shell.sourced === 0) {
      if (shell.dialect.name !== "bash")
        throw new Leave("exit", await statusOf(shell, "return", args));
      throw new ShellError("return: can only `return' from a function or sourced script", 2);
    }
    throw new Leave("return", await statusOf(shell, "return", args));
  },
  break: leaveLoop("break"),
  continue: leaveLoop("continue"),
  async eval(shell, args) {
    return args.length === 0 ? 0 : evaluate(shell, args.join(" "));
  },
  ".": source,
  source,
  exec,
  trap,
  command,
  builtin: (shell, args, context) => context.invoke(shell, args, { ...context, plain: true }),
};
