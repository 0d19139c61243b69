// Which tasks of the page are done. Level-triggered, like a controller: when something has changed
// and then been still for a moment, the checks of the tasks in view are run. Nobody presses
// "check".

import { effect, signal } from "@preact/signals";
import { session } from "./session.ts";
import { front, openTerminal } from "./terminals.ts";

export type TaskState = "unknown" | "open" | "checking" | "done" | "undone";

interface Task {
  readonly id: string;
  readonly check: string;
}

/** After the last change, in real milliseconds. */
const STILL_MS = 300;

const states = signal<ReadonlyMap<string, TaskState>>(new Map());
const tasks = new Map<string, Task>();
const inView = new Set<string>();

export const stateOfTask = (id: string): TaskState => states.value.get(id) ?? "unknown";

function setState(id: string, state: TaskState): void {
  if (states.peek().get(id) !== state) states.value = new Map(states.peek()).set(id, state);
}

/** What was done on an earlier visit. */
export function restoreDone(ids: readonly string[]): void {
  for (const id of ids) if (stateOfTask(id) === "unknown") setState(id, "undone");
}

/** A task is on the page. Returns how to forget it. */
export function watchTask(task: Task): () => void {
  tasks.set(task.id, task);
  if (!states.peek().has(task.id)) setState(task.id, "unknown");
  begin();
  const element = document.querySelector(`[data-task="${CSS.escape(task.id)}"]`);
  const watching = new IntersectionObserver(([entry]) => {
    if (entry?.isIntersecting) inView.add(task.id);
    else inView.delete(task.id);
    plan();
  });
  if (element) watching.observe(element);
  return () => {
    tasks.delete(task.id);
    inView.delete(task.id);
    watching.disconnect();
  };
}

let timer: ReturnType<typeof setTimeout> | undefined;
let isChecking = false;
/** What of the cluster the last round of checks has seen. */
let seen = "";

let hasBegun = false;

function begin(): void {
  if (hasBegun) return;
  hasBegun = true;
  effect(() => {
    void session.version.value;
    void session.epoch.value;
    plan();
  });
}

function plan(): void {
  clearTimeout(timer);
  timer = setTimeout(() => void round(), STILL_MS);
}

/** How far the cluster is: if nothing has happened since, a check says the same again. */
function mark(): string {
  const { changes, commands } = session.history.peek();
  const ended = commands.filter(({ end }) => end).length;
  return [session.epoch.peek(), changes.length, ended, [...inView].sort().join()].join();
}

async function round(): Promise<void> {
  if (isChecking || !session.isLive.peek() || session.status.peek() !== "running") return;
  if (session.errand.peek()) return plan();
  const now = mark();
  if (now === seen) return;
  isChecking = true;
  try {
    for (const { id, check } of tasks.values()) {
      if (inView.has(id)) await look(id, check);
    }
  } finally {
    isChecking = false;
    // The checks themselves change nothing, but time went on meanwhile.
    seen = now;
  }
  if (mark() !== seen) plan();
}

async function look(id: string, check: string): Promise<void> {
  const { exitCode } = await session.check(check);
  const before = stateOfTask(id);
  const wasDone = before === "done" || before === "undone";
  setState(id, exitCode === 0 ? "done" : wasDone ? "undone" : "open");
}

/** Types the solution of a task, at full speed. */
export async function solve(id: string, solution: readonly string[]): Promise<void> {
  session.look(undefined);
  front.value = 0;
  await openTerminal(0);
  await session.perform(0, solution, true);
  const task = tasks.get(id);
  if (task) await look(id, task.check);
}

export const doneTasks = (): readonly string[] =>
  [...states.peek()]
    .filter(([, state]) => state === "done" || state === "undone")
    .map(([id]) => id);
