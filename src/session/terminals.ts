// Which terminal is in front, and what runs commands in terminals for the reader: the buttons of
// console blocks, tasks, slides. Panes show it; the session does it.

import { signal } from "@preact/signals";
import type { Wait } from "../lessons/fence.ts";
import { waitCheck } from "../lessons/fence.ts";
import { session } from "./session.ts";

/** The terminal in front, from 0. */
export const front = signal(0);

/** Counts how often the terminal in front should take the keyboard. */
export const focusAsked = signal(0);

/** What was asked for cannot be typed: something runs there. */
export const blocked = signal<Blocked | undefined>(undefined);

export interface Blocked {
  readonly terminal: number;
  readonly running: string;
  readonly command: string;
}

/** How large a terminal will be; the pane says so when it knows. */
let measure = async (): Promise<{ columns: number; rows: number }> => ({ columns: 100, rows: 24 });

/** The terminal pane says how it measures the room for a screen. */
export function setMeasure(take: typeof measure): void {
  measure = take;
}

/** Opens terminals until there is one of this number, starting the cluster if need be. */
export async function openTerminal(terminal: number): Promise<void> {
  await session.start();
  while (session.terminals.value <= terminal) {
    const next = nextTerminal(session.terminals.value);
    await session.do({ type: "open", ...(await measure()) });
    await next;
  }
}

/** Resolves when there are more terminals than that. */
function nextTerminal(count: number): Promise<void> {
  return new Promise((resolve) => {
    const stop = session.terminals.subscribe((now) => {
      if (now <= count) return;
      resolve();
      queueMicrotask(() => stop());
    });
  });
}

export interface RunOptions {
  readonly terminal?: number;
  readonly wait?: Wait | undefined;
}

/** Types a command, after waiting for what it has to wait for. Says so if something runs there. */
export async function run(command: string, options: RunOptions = {}): Promise<void> {
  const { terminal = 0, wait } = options;
  session.look(undefined);
  front.value = terminal;
  await openTerminal(terminal);
  focusAsked.value++;
  const busy = session.history.value.running(terminal);
  if (busy) {
    blocked.value = { terminal, running: busy.line, command };
    return;
  }
  if (wait) await waitUntil(wait);
  await session.perform(terminal, [command]);
}

/** What runs there is interrupted, and the command typed. */
export async function interruptAndRun({ terminal, command }: Blocked): Promise<void> {
  blocked.value = undefined;
  await session.do({ type: "keys", terminal, keys: "\x03" });
  await session.perform(terminal, [command]);
}

export async function runInNew({ command }: Blocked): Promise<void> {
  blocked.value = undefined;
  const terminal = session.terminals.value;
  front.value = terminal;
  await openTerminal(terminal);
  await session.perform(terminal, [command]);
}

export async function waitUntil(wait: Wait): Promise<void> {
  if (wait.for === "time") return session.advance(wait.ms);
  const check = waitCheck(wait);
  if (check === undefined) return session.settle();
  await session.waitFor(check, wait.for === "workload" ? `${wait.name} is ready` : "it is done");
}
