// Running shell code as a process of its own, or as if it were one: what `exit`, a signal and the
// EXIT trap mean at its end.

import type * as A from "unbash";
import type { Child, Process, Signal, SpawnOptions } from "../../machine/process.ts";
import { ignored, signalNumbers } from "../../machine/signals.ts";
import { FatalSignal, Interrupted, Leave, type Shell, ShellError, TrapCame } from "./state.ts";
import { before, parseScript } from "./syntax.ts";

/** Parses and runs a text as part of this shell. */
export async function evaluate(shell: Shell, text: string): Promise<number> {
  const parsed = parseScript(text);
  if (!parsed.error) return shell.run(shell, parsed.script, text);
  const runnable = before(parsed);
  if (runnable.length > 0) {
    await shell.run(shell, { ...parsed.script, commands: runnable }, text);
  }
  const name = shell.script ?? shell.name;
  const message = shell.dialect.syntax(parsed.error, text, shell);
  const named = shell.dialect.name === "bash" ? `${name.replace(/^-/, "")}: ${message}` : message;
  await shell.stderr.write(`${named}\n`);
  shell.status = 2;
  return 2;
}

/** Runs `body` to the end of the shell, and then the EXIT trap; gives the exit code. */
export async function toTheEnd(shell: Shell, body: () => Promise<number>): Promise<number> {
  let signal: Signal | undefined;
  let status = await ending(shell, body, (fatal) => {
    signal = fatal;
  });
  const trap = shell.traps.get("EXIT");
  if (trap) {
    shell.traps.delete("EXIT");
    shell.status = status;
    const left = await ending(shell, async () => {
      await evaluate(shell, trap);
      return -1;
    });
    if (left >= 0) status = left;
  }
  if (signal) {
    // Now it dies of it, so that its parent can tell.
    shell.process.trap(signal, undefined);
    shell.process.kill(shell.process.pid, signal);
  }
  return status & 255;
}

async function ending(
  shell: Shell,
  body: () => Promise<number>,
  onSignal: (signal: Signal) => void = () => {},
): Promise<number> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof Leave) {
      return error.how === "exit" || error.how === "return" ? error.count : shell.status;
    }
    if (error instanceof ShellError) {
      await shell.complain(error.message);
      return error.status;
    }
    if (error instanceof FatalSignal) {
      onSignal(error.signal);
      return 128 + signalNumbers[error.signal];
    }
    if (error instanceof Interrupted || error instanceof TrapCame) return 130;
    throw error;
  }
}

/** Starts a subshell that runs `body`. */
export function startSubshell(
  shell: Shell,
  body: (shell: Shell) => Promise<number>,
  options: SpawnOptions = {},
): Child {
  return shell.process.fork(
    (process) => {
      const copy = shell.fork(process);
      restoreTraps(shell, copy, process);
      return toTheEnd(copy, () => body(copy));
    },
    withStreams(shell, options),
  );
}

/**
 * Signals that the shell traps do in its children what they always do; what it ignores, they
 * ignore.
 */
function restoreTraps(shell: Shell, copy: Shell, process: Process): void {
  for (const [name, command] of shell.traps) {
    if (command === "" && name.startsWith("SIG")) process.trap(name as Signal, ignored);
  }
  copy.pendingTraps = [];
}

/** What children inherit of the open files. */
export function withStreams(shell: Shell, options: SpawnOptions = {}): SpawnOptions {
  const { streams } = shell;
  const [stdin, stdout, stderr] = [streams.get(0), streams.get(1), streams.get(2)];
  const descriptors = new Map([...streams].filter(([number]) => number > 2));
  return {
    ...(stdin && "read" in stdin ? { stdin } : {}),
    ...(stdout && "write" in stdout ? { stdout } : {}),
    ...(stderr && "write" in stderr ? { stderr } : {}),
    cwd: shell.process.cwd,
    descriptors,
    ...options,
  };
}

/** The output of a script run in a subshell, without the newlines at its end. */
export async function capture(shell: Shell, script: A.Script): Promise<string> {
  const only = script.commands.length === 1 ? script.commands[0]?.command : undefined;
  if (only?.type === "Command" && !only.name && only.prefix.length === 1) {
    const redirect = only.prefix[0];
    if (redirect?.type === "Redirect" && redirect.operator === "<" && redirect.target) {
      return fileText(shell, redirect.target.value);
    }
  }
  const { reader, writer } = shell.process.pipe();
  const source = script.source ?? shell.source;
  const child = startSubshell(
    shell,
    (copy) => {
      // bash: inside `$(…)` set -e starts anew as off.
      if (shell.dialect.name === "bash") copy.options.errexit = false;
      return copy.run(copy, script, source);
    },
    { stdout: writer },
  );
  const text = await reader.readAll();
  shell.substitution = await shell.process.wait(child.exit);
  shell.status = shell.substitution;
  return text.replaceAll("\0", "").replace(/\n+$/, "");
}

/** `$(< file)` */
async function fileText(shell: Shell, path: string): Promise<string> {
  const text = await shell.process.open(path).readAll();
  return text.replace(/\n+$/, "");
}
