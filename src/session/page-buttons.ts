// The buttons of console blocks: "run" types a command into the terminal, "copy" copies it. One
// listener for the whole page.

import type { Wait } from "../lessons/fence.ts";
import { showTerminal } from "../panes/places.ts";
import { run } from "./terminals.ts";

document.addEventListener("click", (event) => {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  if (!(button instanceof HTMLElement)) return;
  const { run: command, copy } = button.dataset;
  if (command !== undefined) void runFrom(button, command);
  if (copy !== undefined) void navigator.clipboard.writeText(copy).then(() => flash(button));
});

/** What a block waits for it waits for before its first command. */
async function runFrom(button: HTMLElement, command: string): Promise<void> {
  const block = button.closest<HTMLElement>(".console");
  const isFirst = block?.querySelector("[data-run]") === button;
  const wait =
    isFirst && block?.dataset["wait"] ? (JSON.parse(block.dataset["wait"]) as Wait) : undefined;
  const terminal = Number(block?.dataset["terminal"] ?? 1) - 1;
  showTerminal();
  button.blur();
  await run(command, { terminal, wait });
  flash(button);
}

function flash(button: HTMLElement): void {
  button.dataset["state"] = "done";
  setTimeout(() => delete button.dataset["state"], 1200);
}
