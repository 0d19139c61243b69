// Which pane is where: what the dock of a narrow screen shows, and what stands in the lower half.

import { signal } from "@preact/signals";

export type Pane = "lesson" | "terminal" | "cluster" | "files";

export const dock = signal<Pane>("lesson");
export const lower = signal<"terminal" | "files">("terminal");

/** Something happens in the terminal: on a narrow screen it comes up. */
export function showTerminal(): void {
  lower.value = "terminal";
  if (dock.value !== "terminal") dock.value = "terminal";
}

export function showFiles(): void {
  lower.value = "files";
  dock.value = "files";
}
