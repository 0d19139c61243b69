// watch: runs a command again and again and shows its output, full-screen.

import type { Reader } from "../../machine/process.ts";
import { formatTime } from "./time-format.ts";
import { duration, type Tool, tool, WrongUsage } from "./tool.ts";

class Ended extends Error {}

export const watch = tool(
  {
    options:
      "n,interval: d,differences? t,no-title e,errexit g,chgexit x,exec b,beep c,color p,precise w",
    stopEarly: true,
    usage: "[options] command",
    version: "from procps-ng 4.0.2",
  },
  async (it) => {
    if (it.operands.length === 0) throw new WrongUsage("missing command");
    const seconds = Math.max(0.1, duration(it.value("n") ?? "2") ?? 2);
    const { process } = it;
    const screen = process.stdout.isTerminal;
    process.trap("SIGINT", () => process.interrupt(new Ended()));
    process.trap("SIGWINCH", () => {});
    let before: string[] | undefined;
    if (screen) await process.stdout.write("\x1b[?1049h\x1b[H\x1b[2J");
    try {
      for (;;) {
        const { text, code } = await output(it);
        const lines = text.split("\n");
        if (it.has("g") && before && before.join("\n") !== lines.join("\n")) return 0;
        await process.stdout.write(page(it, { lines, before, seconds }));
        before = lines;
        if (it.has("e") && code !== 0) return 8;
        await process.sleep(seconds * 1000);
      }
    } catch (error) {
      if (!(error instanceof Ended)) throw error;
      return 130;
    } finally {
      if (screen && !process.killed.aborted) await process.stdout.write("\x1b[?1049l");
    }
  },
);

async function output(it: Tool): Promise<{ text: string; code: number }> {
  const { process } = it;
  const pipe = process.pipe();
  const argv = it.has("x") ? it.operands : ["sh", "-c", it.operands.join(" ")];
  const child = process.spawn(argv, {
    stdin: process.reading(""),
    stdout: pipe.writer,
    stderr: pipe.writer,
  });
  const text = await readAll(pipe.reader);
  return { text, code: await process.wait(child.exit) };
}

const readAll = (reader: Reader): Promise<string> => reader.readAll();

interface Shown {
  readonly lines: readonly string[];
  readonly before: readonly string[] | undefined;
  readonly seconds: number;
}

function page(it: Tool, { lines, before, seconds }: Shown): string {
  const { columns = 80, rows = 24 } = it.process.tty ?? {};
  const out: string[] = [];
  if (!it.has("t")) {
    const title = `Every ${seconds.toFixed(1)}s: ${it.operands.join(" ")}`;
    const right = `${it.process.hostname}: ${formatTime("%a %b %e %H:%M:%S %Y", it.process.clock.now())}`;
    const room = Math.max(0, columns - right.length - 1);
    out.push(`${title.slice(0, room).padEnd(room)} ${right}`, "");
  }
  const room = rows - out.length;
  for (const [i, line] of lines.slice(0, room).entries()) {
    const cut = line.slice(0, columns);
    const old = before?.[i];
    out.push(it.has("d") && before && old !== line ? marked(cut, old ?? "") : cut);
  }
  if (!it.process.stdout.isTerminal) return `${out.join("\n").trimEnd()}\n`;
  return `\x1b[H${out.map((line) => `${line}\x1b[K`).join("\n")}\x1b[J`;
}

/** What changed, in reverse. */
function marked(line: string, old: string): string {
  let text = "";
  let on = false;
  for (let i = 0; i < line.length; i++) {
    const changed = line[i] !== old[i];
    if (changed !== on) text += changed ? "\x1b[7m" : "\x1b[27m";
    on = changed;
    text += line[i];
  }
  return on ? `${text}\x1b[27m` : text;
}
