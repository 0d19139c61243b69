// Marks around prompts and commands, for a terminal that asks for them with TERM_PROGRAM=kennel:
// OSC 133, as VS Code, iTerm and kitty read it. By them the page knows which commands there were,
// and when the shell waits for the next. They show nothing.

import { hiddenFrom, hiddenTo } from "./prompt.ts";
import type { Shell } from "./state.ts";

const mark = (text: string): string => `\x1b]133;${text}\x07`;

const isAsked = ({ process, dialect }: Shell): boolean =>
  dialect.name === "bash" && process.env.get("TERM_PROGRAM") === "kennel";

/** The prompt between its marks. */
export function markedPrompt(shell: Shell, prompt: string): string {
  if (!isAsked(shell)) return prompt;
  const hidden = (text: string) => `${hiddenFrom}${mark(text)}${hiddenTo}`;
  return `${hidden("A")}${prompt}${hidden("B")}`;
}

/** Before a command line runs. */
export async function markStart(shell: Shell, line: string): Promise<void> {
  if (isAsked(shell)) await shell.stderr.write(mark(`C;cmdline_url=${encodeURIComponent(line)}`));
}

/** When it has ended. */
export async function markEnd(shell: Shell): Promise<void> {
  if (isAsked(shell)) await shell.stderr.write(mark(`D;${shell.status}`));
}
