// The parameters that the shell itself keeps: `$?`, `$#`, RANDOM, LINENO …; and arithmetic over
// them.

import { evaluate } from "./arithmetic.ts";
import type { Shell } from "./state.ts";
import { elements, type Value } from "./variables.ts";

/** Variables that are kept elsewhere than among the variables. */
export function arrayValue(shell: Shell, name: string): Value | undefined {
  if (name === "PIPESTATUS") return shell.pipeStatus.map(String);
  if (name === "FUNCNAME") return [...shell.functionNames];
  if (name === "BASH_SOURCE") return [shell.script ?? shell.name];
  return shell.variables.find(name)?.value;
}

export function element(shell: Shell, value: Value | undefined, index: string): string | undefined {
  if (value instanceof Map) return value.get(index);
  const at = Number(evaluateIn(shell, index));
  if (Array.isArray(value)) return value[at < 0 ? value.length + at : at];
  return at === 0 || at === -1 ? value : undefined;
}

/** The value of a parameter that is no list; undefined if it is not set. */
export function scalar(shell: Shell, name: string): string | undefined {
  switch (name) {
    case "?":
      return String(shell.status);
    case "#":
      return String(shell.positional.length);
    case "$":
      return String(shell.mainPid);
    case "!":
      return shell.lastBackground ? String(shell.lastBackground) : undefined;
    case "0":
      return shell.name;
    case "-":
      return flags(shell);
    case "@":
    case "*":
      return shell.positional.join(" ");
  }
  if (/^\d+$/.test(name)) return shell.positional[Number(name) - 1];
  return shell.variables.get(name) ?? dynamic(shell, name);
}

/** Computed when they are asked for; assigning to them makes ordinary variables of them. */
function dynamic(shell: Shell, name: string): string | undefined {
  const { process, dialect } = shell;
  if (name === "LINENO") return String(shell.line);
  if (name === "PPID") return String(process.parent);
  if (!dialect.extended) return undefined;
  switch (name) {
    case "RANDOM":
      return String(process.random.below(32_768));
    case "SECONDS":
      return String(Math.floor((process.clock.now() - shell.started) / 1000));
    case "EPOCHSECONDS":
      return String(Math.floor(process.clock.now() / 1000));
    case "BASHPID":
      return String(process.pid);
    case "UID":
    case "EUID":
      return String(process.identity.uid);
    case "HOSTNAME":
      return process.hostname;
    case "PIPESTATUS":
    case "FUNCNAME":
    case "BASH_SOURCE":
      return elements(arrayValue(shell, name))[0];
    case "BASH_VERSION":
      return dialect.name === "bash" ? "5.2.15(1)-release" : undefined;
    case "BASH_SUBSHELL":
      return String(shell.subshell);
    case "COLUMNS":
    case "LINES": {
      const { tty } = process;
      const size = name === "COLUMNS" ? tty?.columns : tty?.rows;
      return size === undefined || !shell.interactive ? undefined : String(size);
    }
  }
  return undefined;
}

function flags({ options, interactive, dialect, mode }: Shell): string {
  const letters = `${options.errexit ? "e" : ""}${options.noglob ? "f" : ""}`;
  const hash = dialect.name === "bash" ? "h" : "";
  const more = `${interactive ? "i" : ""}${options.monitor ? "m" : ""}${options.nounset ? "u" : ""}`;
  const brace = dialect.name === "bash" ? "B" : "";
  const history = interactive && dialect.name === "bash" ? "H" : "";
  const from = mode === "command" ? "c" : mode === "file" ? "" : "s";
  return `${letters}${hash}${more}${options.xtrace ? "x" : ""}${brace}${history}${from}`;
}

/** The value of an arithmetic expression over the shell's variables. */
export function evaluateIn(shell: Shell, text: string): bigint {
  return evaluate(text, {
    get(name, key) {
      if (key === undefined) return scalar(shell, name);
      return element(shell, shell.variables.find(name)?.value, subscript(shell, key));
    },
    set(name, key, value) {
      if (key === undefined) shell.variables.set(name, value);
      else {
        const isMap = shell.variables.find(name)?.value instanceof Map;
        const at = isMap ? subscript(shell, key) : Number(evaluateIn(shell, key));
        shell.variables.setElement(name, at, value);
      }
    },
  });
}

/** `${m[$k]}` in arithmetic reaches here with the dollar sign still in it. */
function subscript(shell: Shell, key: string): string {
  const name = /^\$\{?(\w+)\}?$/.exec(key)?.[1];
  return name === undefined ? key.replace(/^(["'])(.*)\1$/, "$2") : (scalar(shell, name) ?? "");
}
