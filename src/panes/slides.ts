// Brings the cluster into the state of a slide: the scene of its lesson, with the tasks before it
// done. What somebody has done on the slides before stays as long as it comes to the same.

import { signal } from "@preact/signals";
import type { Scene } from "../../sandbox/worker/protocol.ts";
import { type State, session } from "../session/session.ts";
import { openTerminal } from "../session/terminals.ts";

export interface SlideLesson {
  readonly id: string;
  readonly scene: Scene;
  readonly tasks: readonly {
    readonly id: string;
    readonly check: string;
    readonly solution: readonly string[];
  }[];
}

export interface ListedSlide {
  readonly id: string;
  readonly title: string;
  readonly show: "both" | "terminal" | "cluster" | "nothing";
  readonly lesson?: string;
  readonly before?: readonly string[];
}

/** The cluster is being brought into a slide's state. */
export const isPreparing = signal(false);

/** States that were made once, by lesson and number of tasks. */
const made = new Map<string, State>();
let wanted = 0;
let shown = "";

/** Ends in the state of the slide that was asked for last. */
export async function prepare(slide: ListedSlide, lessons: readonly SlideLesson[]): Promise<void> {
  const lesson = lessons.find(({ id }) => id === slide.lesson);
  const mine = ++wanted;
  if (!lesson || slide.show === "nothing") return;
  const before = lesson.tasks.filter(({ id }) => slide.before?.includes(id));
  const key = `${lesson.id} ${before.length}`;
  if (key === shown || (await stays(lesson, before))) {
    shown = key;
    return;
  }
  if (mine !== wanted) return;
  isPreparing.value = true;
  try {
    const state = made.get(key);
    if (state) await session.load(state);
    else await make(key, lesson.scene, solutionsOf(before));
    if (mine === wanted) shown = key;
  } finally {
    if (mine === wanted) isPreparing.value = false;
  }
}

/** The cluster that runs is of the same lesson, and all that has to be done is done. */
async function stays(lesson: SlideLesson, before: SlideLesson["tasks"]): Promise<boolean> {
  const isSame = session.status.peek() === "running" && session.scene?.name === lesson.scene.name;
  if (!isSame || !shown.startsWith(`${lesson.id} `)) return false;
  const done = Number(shown.split(" ").at(-1));
  // Going back, the slide wants a state in which less was done.
  if (before.length < done) return false;
  for (const { check } of before) {
    if ((await session.check(check)).exitCode !== 0) return false;
  }
  return true;
}

const solutionsOf = (tasks: SlideLesson["tasks"]): readonly string[] =>
  tasks.flatMap(({ solution }) => solution);

/** Unless another slide is wanted meanwhile: then that one's cluster runs, and nothing is kept. */
async function make(key: string, scene: Scene, lines: readonly string[]): Promise<void> {
  await session.load({ scene, inputs: [], until: 0 });
  await openTerminal(0);
  if (lines.length > 0) {
    if (!(await session.perform(0, lines, true))) return;
    await session.do({ type: "keys", terminal: 0, keys: "\x0c" });
  }
  const { inputs, end } = session.history.peek();
  made.set(key, { scene, inputs: [...inputs], until: end });
}
