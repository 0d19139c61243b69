// top: the processes, again and again.

import type { Process } from "../../machine/process.ts";
import { withScreen } from "./screen.ts";
import { uptimeLine } from "./system-tools.ts";
import { duration, type Tool, tool } from "./tool.ts";

export const top = tool(
  {
    options: "b n: d: p: u: i c H o: w? 1",
    usage: "-hv | -bcEeHiOSs1 -d secs -n max -u|U user -p pid(s)",
    version: "procps-ng 4.0.2",
  },
  async (it) => {
    const seconds = duration(it.value("d") ?? "3") ?? 3;
    const rounds = Number(it.value("n") ?? Infinity);
    if (it.has("b") || !it.process.tty) {
      for (let i = 0; i < rounds; i++) {
        if (i > 0) await it.process.sleep(seconds * 1000);
        it.print(`${i > 0 ? "\n" : ""}${page(it, Infinity, 512).join("\n")}\n`);
        await it.flush();
      }
      return 0;
    }
    await withScreen(it.process, async (screen) => {
      for (let i = 0; i < rounds; i++) {
        await screen.draw(page(it, screen.rows, screen.columns), { row: 5, column: 0 });
        const key = await screen.keys.within(seconds * 1000);
        if (key === undefined || key === "q" || key === "<C-c>") return;
      }
    });
    return 0;
  },
);

function page(it: Tool, rows: number, columns: number): string[] {
  const { process } = it;
  const pids = it.value("p")?.split(",").map(Number);
  const user = it.value("u");
  const all = process
    .processes()
    .filter(
      ({ pid, user: own }) => (!pids || pids.includes(pid)) && (user === undefined || own === user),
    );
  const stopped = all.filter(({ state }) => state === "stopped").length;
  const memory = (process.system.memory / 2 ** 20).toFixed(1);
  const lines = [
    `top -${uptimeLine(it).trimEnd()}`,
    `Tasks: ${String(all.length).padStart(3)} total,   1 running, ${String(all.length - 1 - stopped).padStart(3)} sleeping, ${String(stopped).padStart(3)} stopped,   0 zombie`,
    "%Cpu(s):  0.0 us,  0.0 sy,  0.0 ni,100.0 id,  0.0 wa,  0.0 hi,  0.0 si,  0.0 st",
    `MiB Mem : ${memory.padStart(8)} total, ${memory.padStart(8)} free,      0.0 used,      0.0 buff/cache`,
    `MiB Swap:      0.0 total,      0.0 free,      0.0 used. ${memory.padStart(8)} avail Mem`,
    "",
    "    PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND",
    ...all.map((one) => row(process, one)),
  ];
  return lines.slice(0, rows).map((line) => line.slice(0, columns));
}

function row(
  own: Process,
  { pid, user, state, argv }: ReturnType<Process["processes"]>[number],
): string {
  const letter = state === "stopped" ? "T" : pid === own.pid ? "R" : "S";
  const name = (argv[0] ?? "").replace(/^.*\//, "");
  return `${String(pid).padStart(7)} ${user.padEnd(9)} 20   0       0      0      0 ${letter}   0.0   0.0   0:00.00 ${name}`;
}
