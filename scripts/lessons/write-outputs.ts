// Puts what was printed into the console blocks of a file, and leaves every other character as it
// is.

import { writeConsole } from "../../src/lessons/console.ts";
import type { PlayedBlock } from "./rehearse.ts";

/** The file's text with the outputs of these blocks. */
export function writeOutputs(text: string, blocks: readonly PlayedBlock[]): string {
  const lines = text.split("\n");
  for (const { step, typed } of blocks.toReversed()) {
    const [indent = ""] = /^\s*/.exec(lines[step.line - 1] ?? "") ?? [];
    const end = lines.findIndex((line, index) => index >= step.line && line.trim() === "```");
    const written = writeConsole(typed).trimEnd().split("\n");
    const block = written.map((line) => (line === "" ? "" : `${indent}${line}`));
    lines.splice(step.line, end - step.line, ...block);
  }
  return lines.join("\n");
}
