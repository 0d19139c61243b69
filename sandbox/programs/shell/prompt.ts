// PS1 and PS2: backslash escapes, then expansion.

import * as A from "unbash";
import { baseName } from "../../machine/files.ts";
import { formatTime } from "../bin/time-format.ts";
import { expandWord } from "./expand.ts";
import type { Shell } from "./state.ts";

/** The prompt as it is to be shown; `\[` and `\]` stay as marks of what takes no room. */
export async function promptText(shell: Shell, name: "PS1" | "PS2"): Promise<string> {
  const { variables, dialect, process } = shell;
  const root = process.identity.uid === 0;
  const usual = name === "PS2" ? "> " : root ? dialect.prompts.root : dialect.prompts.user;
  const bash = name === "PS1" && dialect.name === "bash" ? "\\s-\\v\\$ " : usual;
  const format = variables.get(name) ?? bash;
  const escaped = dialect.name === "dash" ? format : decoded(shell, format);
  if (!/[$`]/.test(escaped)) return escaped;
  const command = A.parse(`x "${escaped.replace(/(["\\])/g, "\\$1")}"`).commands[0]?.command;
  const word = command?.type === "Command" ? command.suffix[0] : undefined;
  const { status } = shell;
  const text = word?.type === "Word" ? await expandWord(shell, word) : escaped;
  shell.status = status;
  return text;
}

/** Marks around escape sequences that move nothing. */
export const hiddenFrom = "\x01";
export const hiddenTo = "\x02";

function decoded(shell: Shell, format: string): string {
  const { process, variables } = shell;
  const now = process.clock.now();
  const home = variables.get("HOME") ?? "";
  const inside = home !== "" && home !== "/" && `${process.cwd}/`.startsWith(`${home}/`);
  const short = inside ? `~${process.cwd.slice(home.length)}` : process.cwd;
  return format.replace(/\\(0[0-7]{2}|[0-7]{3}|D\{[^}]*\}|[\s\S])/g, (whole, code: string) => {
    switch (code[0]) {
      case "u":
        return process.user;
      case "h":
        return process.hostname.split(".")[0] ?? "";
      case "H":
        return process.hostname;
      case "w":
        return short;
      case "W":
        return short === "~" || short === "/" ? short : baseName(short);
      case "$":
        return process.identity.uid === 0 ? "#" : "$";
      case "n":
        return "\n";
      case "r":
        return "\r";
      case "t":
        return formatTime("%H:%M:%S", now);
      case "T":
        return formatTime("%I:%M:%S", now);
      case "@":
        return formatTime("%I:%M %p", now);
      case "A":
        return formatTime("%H:%M", now);
      case "d":
        return formatTime("%a %b %d", now);
      case "D":
        return formatTime(code.slice(2, -1) || "%X", now);
      case "s":
        return baseName(shell.name.replace(/^-/, ""));
      case "v":
        return "5.2";
      case "V":
        return "5.2.15";
      case "j":
        return String(shell.jobs?.all.length ?? 0);
      case "!":
      case "#":
        return String(shell.history.length + 1);
      case "[":
        return hiddenFrom;
      case "]":
        return hiddenTo;
      case "e":
        return "\x1b";
      case "a":
        return "\x07";
      case "\\":
        return "\\";
    }
    return /^\d/.test(code) ? String.fromCharCode(Number.parseInt(code, 8)) : whole;
  });
}
