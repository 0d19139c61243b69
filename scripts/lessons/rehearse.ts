// Goes through a lesson in the two ways in which a reader can: typing its console blocks one after
// the other, and doing nothing but its tasks, as slides do. Says what came of it; judges nothing.

import type { Scene } from "../../sandbox/scene.ts";
import type { ConsoleStep, LessonSteps, TaskStep } from "../../src/lessons/steps.ts";
import { type Checked, Reader, type Typed } from "./reader.ts";

export interface PlayedBlock {
  readonly step: ConsoleStep;
  readonly typed: readonly Typed[];
}

export interface PlayedTask {
  readonly step: TaskStep;
  readonly before: Checked;
  /** Empty where it had been done already. */
  readonly solution: readonly Typed[];
  readonly after: Checked;
}

export interface ReadLesson {
  readonly blocks: readonly PlayedBlock[];
  /** What the blocks before a task had not done yet was done by its solution. */
  readonly tasks: readonly PlayedTask[];
}

/** Types every console block that is not skipped. */
export async function readThrough({ steps }: LessonSteps, scene: Scene): Promise<ReadLesson> {
  const reader = await Reader.enter(scene);
  const blocks: PlayedBlock[] = [];
  const tasks: PlayedTask[] = [];
  for (const step of steps) {
    if (step.kind === "task") tasks.push(await perform(step, reader));
    else if (!step.isSkipped) blocks.push({ step, typed: await reader.block(step) });
  }
  return { blocks, tasks };
}

/** Does the tasks alone. */
export async function solveThrough(
  { steps }: LessonSteps,
  scene: Scene,
): Promise<readonly PlayedTask[]> {
  const reader = await Reader.enter(scene);
  const tasks: PlayedTask[] = [];
  for (const step of steps) if (step.kind === "task") tasks.push(await perform(step, reader));
  return tasks;
}

/** The blocks of a section, in the state in which a slide shows it: the tasks before it done. */
export async function readSection(
  { steps }: LessonSteps,
  scene: Scene,
  { section, before }: { readonly section: string; readonly before: readonly string[] },
): Promise<readonly PlayedBlock[]> {
  const reader = await Reader.enter(scene);
  const blocks: PlayedBlock[] = [];
  for (const step of steps) {
    if (step.kind === "task") {
      if (!before.includes(step.id)) continue;
      for (const line of step.solution) await reader.type(line);
    } else if (step.section === section && !step.isSkipped) {
      blocks.push({ step, typed: await reader.block(step) });
    }
  }
  return blocks;
}

async function perform(step: TaskStep, reader: Reader): Promise<PlayedTask> {
  const before = await reader.check(step.check);
  const solution: Typed[] = [];
  if (before.exitCode !== 0) {
    for (const line of step.solution) solution.push(await reader.type(line));
  }
  const after = await reader.check(step.check);
  return { step, before, solution, after };
}
