// groups, uptime, free, nproc, tty, clear, reset, stty, tput, man: small things about a machine.

import { cookedMode, rawMode } from "../../machine/tty.ts";
import { groupName, identityOf } from "../../machine/users.ts";
import { formatTime } from "./time-format.ts";
import { Failure, humanSize, type Tool, tool } from "./tool.ts";

export const groups = tool({ usage: "[OPTION]... [USERNAME]..." }, async (it) => {
  for (const name of it.operands) {
    const found = identityOf(it.files, name);
    if (!found) await it.complain(`‘${name}’: no such user`);
    else it.print(`${name} : ${found.groups.map((one) => groupName(it.files, one)).join(" ")}\n`);
  }
  if (it.operands.length > 0) return;
  it.print(`${it.process.identity.groups.map((one) => groupName(it.files, one)).join(" ")}\n`);
});

/** ` 12:00:00 up  1:05,  1 user,  load average: 0.00, 0.00, 0.00` */
export function uptimeLine(it: Tool): string {
  const now = it.process.clock.now();
  const minutes = Math.floor((now - it.process.system.booted) / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24];
  const rest = String(minutes % 60).padStart(2, "0");
  const day = days > 0 ? `${days} day${days > 1 ? "s" : ""}, ` : "";
  const time = hours > 0 ? `${String(hours).padStart(2)}:${rest}` : `${minutes % 60} min`;
  const users = new Set(
    it.process
      .processes()
      .map(({ tty }) => tty)
      .filter(Boolean),
  ).size;
  return ` ${formatTime("%H:%M:%S", now)} up ${day}${time},  ${users} user${users === 1 ? "" : "s"},  load average: 0.00, 0.00, 0.00\n`;
}

export const uptime = tool(
  {
    options: "p,pretty s,since",
    usage: "[options]",
  },
  async (it) => {
    const { booted } = it.process.system;
    if (it.has("s")) it.print(`${formatTime("%Y-%m-%d %H:%M:%S", booted)}\n`);
    else if (it.has("p")) {
      const minutes = Math.floor((it.process.clock.now() - booted) / 60_000);
      const units: [number, string][] = [
        [Math.floor(minutes / 1440), "day"],
        [Math.floor(minutes / 60) % 24, "hour"],
        [minutes % 60, "minute"],
      ];
      const text = units
        .filter(([n]) => n > 0)
        .map(([n, noun]) => `${n} ${noun}${n === 1 ? "" : "s"}`)
        .join(", ");
      it.print(`up ${text || "0 minutes"}\n`);
    } else it.print(uptimeLine(it));
  },
);

// differs: nothing in the sandbox uses memory, so all of it is free.
export const free = tool(
  {
    options: "h,human b,bytes k,kibi m,mebi g,gibi t,total w,wide s: c:",
    usage: "[options]",
  },
  async (it) => {
    const { memory } = it.process.system;
    const divisor = it.has("b") ? 1 : it.has("m") ? 2 ** 20 : it.has("g") ? 2 ** 30 : 1024;
    const show = (bytes: number) =>
      it.has("h")
        ? `${humanSize(bytes)
            .replace(/([KMGT])$/, "$1i")
            .replace(/^(\d+)$/, "$1B")}`
        : String(Math.floor(bytes / divisor));
    const cells = (list: readonly string[]) => list.map((text) => text.padStart(12)).join("");
    it.print(
      `      ${cells(["total", "used", "free", "shared", "buff/cache", "available"]).replace(/^/, "   ")}\n`,
    );
    it.print(`Mem:  ${cells([memory, 0, memory, 0, 0, memory].map(show)).replace(/^/, "   ")}\n`);
    it.print(`Swap: ${cells([0, 0, 0].map(show)).replace(/^/, "   ")}\n`);
  },
);

export const nproc = tool(
  {
    options: ",all ,ignore:",
    usage: "[OPTION]...",
  },
  async (it) => it.print(`${it.process.system.cpus}\n`),
);

export const tty = tool(
  {
    options: "s,silent",
    usage: "[OPTION]...",
  },
  async (it) => {
    const name = it.process.stdin.isTerminal ? it.process.tty?.name : undefined;
    if (!it.has("s")) it.print(`${name ?? "not a tty"}\n`);
    return name ? 0 : 1;
  },
);

export const clear = tool({ options: "x V T:", usage: "[options]" }, async (it) =>
  it.print("\x1b[H\x1b[2J\x1b[3J"),
);

export const reset = tool({ plain: true, usage: "[options]" }, async (it) => {
  if (it.process.tty) it.process.tty.raw = false;
  it.print("\x1bc\x1b[!p\x1b[?3;4l\x1b[4l\x1b>");
});

export const stty = tool({ plain: true, usage: "[SETTING]..." }, async (it) => {
  const { tty: terminal, stdin } = it.process;
  if (!terminal || !stdin.isTerminal)
    throw new Failure("'standard input': Inappropriate ioctl for device");
  if (it.operands.length === 0 || it.operands[0] === "-a") {
    it.print(`speed 38400 baud; rows ${terminal.rows}; columns ${terminal.columns}; line = 0;\n`);
    const { echo, lines, signals } = terminal.mode;
    it.print(`${signals ? "" : "-"}isig ${lines ? "" : "-"}icanon ${echo ? "" : "-"}echo\n`);
  }
  for (const setting of it.operands) {
    const on = !setting.startsWith("-");
    if (setting === "size") it.print(`${terminal.rows} ${terminal.columns}\n`);
    else if (/^-?echo$/.test(setting)) terminal.mode = { ...terminal.mode, echo: on };
    else if (/^-?icanon$/.test(setting)) terminal.mode = { ...terminal.mode, lines: on };
    else if (/^-?isig$/.test(setting)) terminal.mode = { ...terminal.mode, signals: on };
    else if (setting === "raw") terminal.mode = rawMode;
    else if (setting === "sane" || setting === "cooked" || setting === "-raw")
      terminal.mode = cookedMode;
    else if (!/^-|^\d/.test(setting)) throw new Failure(`invalid argument ‘${setting}’`);
  }
});

const capabilities: Readonly<Record<string, string>> = {
  clear: "\x1b[H\x1b[2J\x1b[3J",
  bold: "\x1b[1m",
  dim: "\x1b[2m",
  smul: "\x1b[4m",
  rmul: "\x1b[24m",
  rev: "\x1b[7m",
  sgr0: "\x1b(B\x1b[m",
  civis: "\x1b[?25l",
  cnorm: "\x1b[?12l\x1b[?25h",
  el: "\x1b[K",
  ed: "\x1b[J",
  home: "\x1b[H",
  smcup: "\x1b[?1049h",
  rmcup: "\x1b[?1049l",
};

export const tput = tool({ plain: true, usage: "[options] capname [parameters]" }, async (it) => {
  const [name = "", first = "0", second = "0"] = it.operands.filter((arg) => !arg.startsWith("-T"));
  const { tty: terminal } = it.process;
  const known = capabilities[name];
  if (known !== undefined) it.print(known);
  else if (name === "cols") it.print(`${terminal?.columns ?? 80}\n`);
  else if (name === "lines") it.print(`${terminal?.rows ?? 24}\n`);
  else if (name === "colors") it.print("256\n");
  else if (name === "setaf") it.print(`\x1b[3${first}m`);
  else if (name === "setab") it.print(`\x1b[4${first}m`);
  else if (name === "cup") it.print(`\x1b[${Number(first) + 1};${Number(second) + 1}H`);
  else throw new Failure(`unknown terminfo capability '${name}'`, 4);
});

export const man = tool(
  {
    plain: true,
    usage: "[SECTION] PAGE...",
  },
  async (it) => {
    const page = it.operands.at(-1);
    if (page === undefined) {
      await it.process.stderr.write("What manual page do you want?\nFor example, try 'man man'.\n");
      return 1;
    }
    await it.process.stderr.write(`No manual entry for ${page}\n`);
    return 16;
  },
);
