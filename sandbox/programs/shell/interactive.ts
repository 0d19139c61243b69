// A shell that somebody types to: start-up files, prompts, history, and what ^C and ^D mean.

import { absolute, FileError } from "../../machine/files.ts";
import { completeLine } from "./complete.ts";
import { Editor } from "./editor.ts";
import { expandHistory } from "./history.ts";
import { reportJobs } from "./jobs.ts";
import { markEnd, markedPrompt, markStart } from "./marks.ts";
import { promptText } from "./prompt.ts";
import { Interrupted, Leave, type Shell } from "./state.ts";
import { evaluate } from "./subshell.ts";
import { isIncomplete } from "./syntax.ts";

export interface InteractiveOptions {
  readonly login: boolean;
  readonly norc: boolean;
  readonly rcfile: string | undefined;
}

/** Lines that are kept. */
const HISTORY = 500;

/** Runs until `exit`, ^D, or the end of the terminal. */
export async function interact(shell: Shell, options: InteractiveOptions): Promise<number> {
  const { process } = shell;
  const { tty } = process;
  if (tty && shell.stdin.isTerminal) {
    shell.options.monitor = true;
    tty.foreground = process.group;
  }
  process.trap("SIGINT", () => process.interrupt(new Interrupted()));
  for (const signal of ["SIGTERM", "SIGQUIT", "SIGTSTP", "SIGTTIN", "SIGTTOU"] as const) {
    process.trap(signal, () => {});
  }
  try {
    await startUp(shell, options);
    loadHistory(shell);
    return await (tty && shell.stdin.isTerminal ? converse(shell) : converseOnStreams(shell));
  } catch (error) {
    if (error instanceof Leave && error.how === "exit") return error.count;
    throw error;
  } finally {
    if (!process.killed.aborted) saveHistory(shell);
  }
}

async function startUp(shell: Shell, { login, norc, rcfile }: InteractiveOptions): Promise<void> {
  const home = shell.variables.get("HOME") ?? "";
  if (norc) return;
  const run = async (path: string): Promise<boolean> => {
    const full = absolute(shell.process.cwd, path);
    if (shell.process.files.kind(full) !== "file" || !shell.process.files.access(full, 4))
      return false;
    await guarded(shell, `. '${full}'`);
    return true;
  };
  if (login) {
    await run("/etc/profile");
    const own =
      shell.dialect.name === "bash" ? [".bash_profile", ".bash_login", ".profile"] : [".profile"];
    for (const name of own) if (await run(`${home}/${name}`)) break;
  }
  // bash that is called sh does as a POSIX shell does.
  if (shell.dialect.name !== "bash" || /(?:^|\/)sh$/.test(shell.name)) {
    const file = shell.variables.get("ENV");
    if (file) await run(file);
  } else if (!login) {
    await run("/etc/bash.bashrc");
    await run(rcfile ?? `${home}/.bashrc`);
  }
}

function historyFile(shell: Shell): string | undefined {
  const home = shell.variables.get("HOME");
  if (shell.dialect.name === "dash") return undefined;
  const name = shell.dialect.name === "bash" ? ".bash_history" : ".ash_history";
  return shell.variables.get("HISTFILE") ?? (home ? `${home}/${name}` : undefined);
}

function loadHistory(shell: Shell): void {
  const path = historyFile(shell);
  if (path === undefined || shell.process.files.kind(path) !== "file") return;
  try {
    shell.history.push(
      ...shell.process.files
        .read(path)
        .split("\n")
        .filter((line) => line !== "")
        .slice(-HISTORY),
    );
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}

function saveHistory(shell: Shell): void {
  const path = historyFile(shell);
  if (path === undefined || shell.history.length === 0) return;
  try {
    shell.process.files.write(
      path,
      shell.history
        .slice(-HISTORY)
        .map((line) => `${line}\n`)
        .join(""),
      { mode: 0o600 },
    );
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}

/** Runs a text; ^C ends it, not the shell. */
async function guarded(shell: Shell, text: string): Promise<void> {
  try {
    await evaluate(shell, text);
  } catch (error) {
    if (error instanceof Leave) {
      if (error.how === "exit") throw error;
      return;
    }
    if (!(error instanceof Interrupted)) throw error;
    shell.status = 130;
    shell.loops = shell.tested = 0;
    shell.functionNames = [];
    await shell.stderr.write("\n");
  }
}

async function converse(shell: Shell): Promise<number> {
  const { process } = shell;
  const { tty } = process;
  if (!tty) return shell.status;
  const editor = new Editor({
    tty,
    input: shell.stdin,
    output: shell.stderr,
    history: shell.history,
    complete: (line, cursor) => completeLine(shell, line, cursor),
    marksPastes: shell.dialect.name === "bash" && process.env.get("TERM") !== "dumb",
  });
  for (;;) {
    await reportJobs(shell);
    const command = shell.variables.get("PROMPT_COMMAND");
    if (command && shell.dialect.name === "bash") await guarded(shell, command);
    const text = await readCommand(shell, editor);
    if (text === "interrupted") {
      shell.status = 130;
      continue;
    }
    if (text === "end") {
      const stopped = shell.jobs?.all.some(({ state }) => state === "stopped");
      const bash = shell.dialect.name === "bash";
      await shell.stderr.write(bash ? "exit\n" : "\n");
      if (!stopped || shell.warned) return shell.status;
      shell.warned = true;
      await shell.stderr.write("There are stopped jobs.\n");
      continue;
    }
    const [command0 = ""] = text.split(" ");
    if (command0 !== "exit") shell.warned = false;
    if (text.trim() === "") continue;
    await markStart(shell, text);
    await guarded(shell, text);
    await markEnd(shell);
  }
}

/** A command, however many lines it has. */
async function readCommand(shell: Shell, editor: Editor): Promise<string | "end" | "interrupted"> {
  let text = "";
  for (;;) {
    const prompt = await promptText(shell, text === "" ? "PS1" : "PS2");
    const typed = await editor.read(text === "" ? markedPrompt(shell, prompt) : prompt);
    if (typed === "interrupted") return typed;
    if (typed === "end") {
      if (text === "") return typed;
      remember(shell, text);
      return text;
    }
    const expanded =
      text === "" && shell.dialect.name === "bash"
        ? expandHistory(typed.line, shell.history)
        : { line: typed.line, changed: false };
    if ("missing" in expanded) {
      await shell.stderr.write(`bash: ${expanded.missing}: event not found\n`);
      return "interrupted";
    }
    if (expanded.changed) await shell.stderr.write(`${expanded.line}\n`);
    text = text === "" ? expanded.line : `${text}\n${typed.line}`;
    if (!isIncomplete(text)) {
      remember(shell, text);
      return text;
    }
  }
}

function remember(shell: Shell, text: string): void {
  const control = shell.variables.get("HISTCONTROL") ?? "";
  if (text.trim() === "") return;
  if (/ignorespace|ignoreboth/.test(control) && text.startsWith(" ")) return;
  if (/ignoredups|ignoreboth/.test(control) && shell.history.at(-1) === text) return;
  shell.history.push(
    ...(text.includes("<<") ? [text] : [text.replace(/\\\n/g, "").replace(/\s*\n\s*/g, joined)]),
  );
}

/** Lines of one command are one entry. */
function joined(_newline: string, at: number, whole: string): string {
  return /(?:\b(?:do|then|else|in)|[;{(&|])\s*$/.test(whole.slice(0, at)) ? " " : "; ";
}

/** `bash -i` without a terminal. */
async function converseOnStreams(shell: Shell): Promise<number> {
  let text = "";
  for (;;) {
    await shell.stderr.write(await promptText(shell, text === "" ? "PS1" : "PS2"));
    const line = await shell.stdin.readLine();
    if (line === undefined) break;
    text += line;
    if (isIncomplete(text)) continue;
    await guarded(shell, text);
    text = "";
  }
  await shell.stderr.write("exit\n");
  return shell.status;
}
