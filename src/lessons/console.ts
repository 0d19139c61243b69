// A console block: what is typed after `$ `, with further lines after `> `, and what is printed
// below. The same text is shown on the page, typed by its buttons, replayed by the tests and
// rewritten when the outputs are recorded.

import { parse } from "unbash";

export interface ConsoleCommand {
  /** Several lines where it goes on; without prompts. */
  readonly command: string;
  /** With a newline at its end, unless it is empty. */
  readonly output: string;
  /** The line of the block on which it begins, counted from 0. */
  readonly line: number;
}

export interface ConsoleText {
  readonly commands: readonly ConsoleCommand[];
  /** Lines before the first command, which belong to nothing. */
  readonly stray: readonly string[];
}

/** Reads a block. A line of output can begin with `> `, but none with `$ `. */
export function readConsole(text: string): ConsoleText {
  const commands: { command: string; output: string; line: number }[] = [];
  const stray: string[] = [];
  for (const [line, content] of text.replace(/\n$/, "").split("\n").entries()) {
    const last = commands.at(-1);
    if (content.startsWith("$ ")) commands.push({ command: content.slice(2), output: "", line });
    else if (!last) {
      if (content !== "") stray.push(content);
    } else if (isContinuation(content) && last.output === "" && isOpen(last.command)) {
      last.command += `\n${content.slice(2)}`;
    } else last.output += `${content}\n`;
  }
  return { commands, stray };
}

const isContinuation = (line: string): boolean => line.startsWith("> ") || line === ">";

/** True if a shell would ask for more: an open quote, loop, here-document or trailing backslash. */
function isOpen(command: string): boolean {
  if (/(?:^|[^\\])(?:\\\\)*\\$/.test(command)) return true;
  const script = parse(command);
  return (script.errors ?? []).length > 0 || hasOpenHereDoc(script);
}

function hasOpenHereDoc(node: unknown): boolean {
  if (typeof node !== "object" || node === null) return false;
  if ("type" in node && node.type === "HereDoc" && "closing" in node && !node.closing) return true;
  return Object.values(node).some(hasOpenHereDoc);
}

/** The block again, with these outputs. */
export function writeConsole(commands: readonly Omit<ConsoleCommand, "line">[]): string {
  return commands
    .map(({ command, output }) => {
      const [first = "", ...rest] = command.split("\n");
      const typed = [`$ ${first}`, ...rest.map((line) => `> ${line}`)].join("\n");
      return `${typed}\n${output}`;
    })
    .join("");
}
