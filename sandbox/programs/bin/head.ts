// head: the beginning of files.

import { FileError } from "../../machine/files.ts";
import type { Reader } from "../../machine/process.ts";
import { Failure, type Tool, tool } from "./tool.ts";

/** A number of lines or bytes: `10`, `-3`, `+5`, `2K`. */
export function countOf(text: string, what: string): { sign: string; count: number } {
  const match = /^([-+]?)(\d+)([bKMG]?)$/.exec(text);
  if (!match) throw new Failure(`invalid number of ${what}: ‘${text}’`);
  const unit = { b: 512, K: 1024, M: 2 ** 20, G: 2 ** 30 }[match[3] ?? ""] ?? 1;
  return { sign: match[1] ?? "", count: Number(match[2]) * unit };
}

/** `==> file <==` between files. */
export function banner(it: Tool, path: string, index: number): void {
  const wanted = it.has("v") || (it.operands.length > 1 && !it.has("q"));
  if (wanted)
    it.print(`${index > 0 ? "\n" : ""}==> ${path === "-" ? "standard input" : path} <==\n`);
}

/** Opens an operand with head's own words for what fails. */
async function openOrSay(it: Tool, path: string): Promise<Reader | undefined> {
  if (path === "-") return it.process.stdin;
  try {
    return it.process.open(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.code === "EISDIR") await it.complain(`error reading '${path}': ${error.message}`);
    else await it.complain(`cannot open '${path}' for reading: ${error.message}`);
    return undefined;
  }
}

export const head = tool(
  {
    options: "n,lines: c,bytes: q,quiet ,silent v,verbose",
    digits: "n",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const bytes = it.lastOf("n", "c") === "c";
    const { sign, count } = bytes
      ? countOf(it.value("c") ?? "", "bytes")
      : countOf(it.value("n") ?? "10", "lines");
    for (const [i, path] of (it.operands.length > 0 ? it.operands : ["-"]).entries()) {
      const reader = await openOrSay(it, path);
      if (!reader) continue;
      banner(it, path, i);
      if (sign === "-") {
        const text = await reader.readAll();
        const lines = text.split(/(?<=\n)/);
        it.print(
          bytes
            ? text.slice(0, -count || undefined)
            : lines.slice(0, Math.max(0, lines.length - count)).join(""),
        );
      } else if (bytes) {
        let left = count;
        while (left > 0) {
          const text = await reader.readUntil("", left);
          if (text === undefined) break;
          it.print(text);
          left -= text.length;
        }
      } else if (count > 0) {
        let left = count;
        await it.lines(reader, (text, ended) => {
          it.print(ended ? `${text}\n` : text);
          return --left > 0;
        });
      }
      await it.flush();
    }
  },
);
