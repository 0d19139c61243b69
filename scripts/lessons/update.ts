// `npm run lessons:update [-- FILE…]`: types the console blocks of lessons and snippets into their
// scenes, and puts down below each command what it printed.

import { readFileSync, writeFileSync } from "node:fs";
import { playedFiles, readPlayedFile } from "./played-files.ts";
import { readThrough } from "./rehearse.ts";
import { writeOutputs } from "./write-outputs.ts";

const wanted = process.argv.slice(2);
for (const file of wanted.length > 0 ? wanted : playedFiles()) {
  const played = readPlayedFile(file);
  const { blocks, tasks } = await readThrough(played, played.scene);
  const written = writeOutputs(played.text, blocks);
  const isNew = written !== readFileSync(file, "utf8");
  if (isNew) writeFileSync(file, written);
  process.stdout.write(`${isNew ? "written  " : "unchanged"}  ${file}\n`);
  for (const { step, after } of tasks) {
    if (after.exitCode === 0) continue;
    process.stdout.write(
      `${file}:${step.line}: the task ${step.id} is not done: ${after.output}\n`,
    );
    process.exitCode = 1;
  }
}
