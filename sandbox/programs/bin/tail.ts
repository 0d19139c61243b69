// tail: the end of files, and with -f what comes after it.

import { FileError } from "../../machine/files.ts";
import { banner, countOf } from "./head.ts";
import { type Tool, tool } from "./tool.ts";

export const tail = tool(
  {
    options:
      "n,lines: c,bytes: f,follow? F ,retry q,quiet ,silent v,verbose s,sleep-interval: ,pid:",
    digits: "n",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const bytes = it.lastOf("n", "c") === "c";
    const amount = bytes
      ? countOf(it.value("c") ?? "", "bytes")
      : countOf(it.value("n") ?? "10", "lines");
    const operands = it.operands.length > 0 ? it.operands : ["-"];
    const follows = it.has("f") || it.has("F");
    const followed: Followed[] = [];
    for (const [i, path] of operands.entries()) {
      const text = await beginning(it, path);
      if (text === undefined && !it.has("F")) continue;
      if (text !== undefined) banner(it, path, i);
      it.print(ending(text ?? "", amount, bytes));
      await it.flush();
      if (follows && path !== "-") followed.push({ path, full: it.path(path), seen: text ?? "" });
    }
    if (followed.length > 0) await follow(it, followed);
    else if (follows && it.operands.length > 0) {
      await it.complain("no files remaining");
    }
  },
);

async function beginning(it: Tool, path: string): Promise<string | undefined> {
  if (path === "-") return it.process.stdin.readAll();
  try {
    return await it.process.open(path).readAll();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.code === "EISDIR") await it.complain(`error reading '${path}': ${error.message}`);
    else await it.complain(`cannot open '${path}' for reading: ${error.message}`);
    return undefined;
  }
}

function ending(
  text: string,
  { sign, count }: { sign: string; count: number },
  bytes: boolean,
): string {
  if (bytes)
    return sign === "+" ? text.slice(count - 1) : text.slice(Math.max(0, text.length - count));
  const lines = text.split(/(?<=\n)/);
  if (sign === "+") return lines.slice(Math.max(0, count - 1)).join("");
  return count === 0 ? "" : lines.slice(-count).join("");
}

interface Followed {
  readonly path: string;
  readonly full: string;
  seen: string;
}

/** Waits for changes; ends only with the process. */
async function follow(it: Tool, all: readonly Followed[]): Promise<void> {
  const { files } = it.process;
  let wake = () => {};
  let last = all.at(-1);
  const stops = all.map(({ full }) => files.watch(full, () => wake()));
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        wake = resolve;
      });
      for (const one of all) {
        const now = files.kind(one.full) === "file" ? files.read(one.full) : "";
        if (now === one.seen) continue;
        const truncated = !now.startsWith(one.seen);
        if (truncated && one.seen !== "" && now !== "") {
          await it.process.stderr.write(`${it.name}: ${one.path}: file truncated\n`);
        }
        const more = truncated ? now : now.slice(one.seen.length);
        one.seen = now;
        if (more === "") continue;
        if (all.length > 1 && last !== one) it.print(`\n==> ${one.path} <==\n`);
        last = one;
        it.print(more);
        await it.flush();
      }
      await it.process.wait(changed);
    }
  } finally {
    for (const stop of stops) stop();
  }
}
