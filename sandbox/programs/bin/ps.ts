// ps, pgrep, pkill, killall, pidof: the processes of this machine.
// differs: processes have no memory and no processor time of their own.

import type { ProcessInfo } from "../../machine/process.ts";
import { signalNamed } from "../../machine/signals.ts";
import { identityOf } from "../../machine/users.ts";
import { signalIn } from "./kill.ts";
import { formatTime } from "./time-format.ts";
import { Failure, type Tool, tool, WrongUsage } from "./tool.ts";

const nameOf = ({ argv }: ProcessInfo) => (argv[0] ?? "").replace(/^-|^.*\//, "").slice(0, 15);

interface Column {
  readonly title: string;
  readonly right?: boolean;
  readonly width?: number;
  cell(it: Tool, process: ProcessInfo): string;
}

const elapsed = (it: Tool, { started }: ProcessInfo): string => {
  const seconds = Math.floor((it.process.clock.now() - started) / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24];
  const tail = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return days > 0 ? `${days}-${two(hours)}:${tail}` : hours > 0 ? `${two(hours)}:${tail}` : tail;
};

const startTime = (it: Tool, { started }: ProcessInfo): string =>
  formatTime(it.process.clock.now() - started < 86_400_000 ? "%H:%M" : "%b%d", started);

const state = (process: ProcessInfo): string => (process.state === "stopped" ? "T" : "S");

const columns: Readonly<Record<string, Column>> = {
  pid: { title: "PID", right: true, width: 7, cell: (_, { pid }) => String(pid) },
  ppid: { title: "PPID", right: true, width: 7, cell: (_, { parent }) => String(parent) },
  pgid: { title: "PGID", right: true, width: 7, cell: (_, { group }) => String(group) },
  sid: { title: "SID", right: true, width: 7, cell: (_, { session }) => String(session) },
  user: { title: "USER", width: 8, cell: (_, { user }) => user },
  uid: {
    title: "UID",
    right: true,
    width: 5,
    cell: (it, { user }) => String(identityOf(it.files, user)?.uid ?? user),
  },
  uname: { title: "UID", width: 8, cell: (_, { user }) => user },
  c: { title: "C", right: true, width: 2, cell: () => "0" },
  cpu: { title: "%CPU", right: true, width: 4, cell: () => "0.0" },
  mem: { title: "%MEM", right: true, width: 4, cell: () => "0.0" },
  vsz: { title: "VSZ", right: true, width: 6, cell: () => "0" },
  rss: { title: "RSS", right: true, width: 5, cell: () => "0" },
  tty: { title: "TTY", width: 8, cell: (_, { tty }) => tty ?? "?" },
  stat: {
    title: "STAT",
    width: 4,
    cell: (_, process) => state(process) + (process.pid === process.session ? "s" : ""),
  },
  s: { title: "S", width: 1, cell: (_, process) => state(process) },
  start: { title: "START", width: 5, cell: startTime },
  stime: { title: "STIME", width: 5, cell: startTime },
  time: { title: "TIME", right: true, width: 8, cell: () => "00:00:00" },
  bsdtime: { title: "TIME", right: true, width: 6, cell: () => "0:00" },
  etime: { title: "ELAPSED", right: true, width: 11, cell: elapsed },
  cmd: { title: "CMD", cell: (_, { argv }) => argv.join(" ") },
  command: { title: "COMMAND", cell: (_, { argv }) => argv.join(" ") },
  comm: { title: "CMD", cell: (_, process) => nameOf(process) },
  comm2: { title: "COMMAND", width: 15, cell: (_, process) => nameOf(process) },
};

const aliases: Readonly<Record<string, string>> = {
  args: "command",
  cmd: "cmd",
  comm: "comm2",
  "%cpu": "cpu",
  pcpu: "cpu",
  "%mem": "mem",
  pmem: "mem",
  state: "s",
  pgrp: "pgid",
  tt: "tty",
  tname: "tty",
  euser: "user",
  ruser: "user",
};

interface Selection {
  readonly processes: readonly ProcessInfo[];
  readonly shown: readonly string[];
  readonly titles: boolean;
}

export const ps = tool(
  {
    plain: true,
    usage: "[options]",
    version: "from procps-ng 4.0.2",
  },
  async (it) => {
    const { processes, shown, titles } = select(it);
    const list = shown.map((spec) => {
      const [key = "", title] = spec.split("=");
      const column = columns[aliases[key] ?? key];
      if (!column) throw new Failure(`unknown user-defined format specifier "${key}"`, 1);
      return { ...column, title: title ?? column.title };
    });
    const rows = processes.map((process) => list.map((column) => column.cell(it, process)));
    const header =
      titles && list.some(({ title }) => title !== "") ? [list.map(({ title }) => title)] : [];
    for (const row of [...header, ...rows]) {
      const cells = row.map((cell, i) => {
        const { width = 0, right } = list[i] ?? {};
        const least = Math.max(width, header[0]?.[i]?.length ?? 0);
        if (right) return cell.padStart(least);
        return i === row.length - 1 ? cell : cell.padEnd(least);
      });
      it.print(`${cells.join(" ").trimEnd()}\n`);
    }
    return processes.length > 0 ? 0 : 1;
  },
);

const resources = "user pid cpu mem vsz rss tty stat start bsdtime command".split(" ");

function select(it: Tool): Selection {
  const all = it.process.processes();
  let chosen: readonly ProcessInfo[] | undefined;
  let shown = ["pid", "tty", "time", "comm"];
  let titles = true;
  const args = it.operands;
  let formatted: string[] | undefined;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const value = (inline: string) => (inline !== "" ? inline : (args[++i] ?? ""));
    const numbers = (text: string) => text.split(/[,\s]+/).map(Number);
    if (arg === "--no-headers" || arg === "--no-heading") titles = false;
    else if (/^--sort/.test(arg)) {
      if (!arg.includes("=")) i++;
    } else if (
      /^--(format|pid|user|ppid)\b/.test(arg) ||
      /^-[opuUC]/.test(arg) ||
      /^--/.test(arg)
    ) {
      const [, name = "", inline = ""] =
        /^--?([a-z]+|[opuUC])=?(.*)$/s.exec(/^--/.test(arg) ? arg : `-${arg[1]}=${arg.slice(2)}`) ??
        [];
      const text = value(inline);
      if (name === "o" || name === "format")
        formatted = [...(formatted ?? []), ...text.split(/[,\s]+/)];
      else if (name === "p" || name === "pid")
        chosen = all.filter(({ pid }) => numbers(text).includes(pid));
      else if (name === "ppid") chosen = all.filter(({ parent }) => numbers(text).includes(parent));
      else if (/^(u|U|user)$/.test(name))
        chosen = all.filter(({ user }) => text.split(",").includes(user));
      else if (name === "C")
        chosen = all.filter((process) => text.split(",").includes(nameOf(process)));
      else throw new Failure(`unknown gnu long option`);
    } else {
      const dash = arg.startsWith("-");
      for (const letter of arg.replace(/^-/, "")) {
        if (/[eA]/.test(letter) || (letter === "a" && !dash) || letter === "x") chosen = all;
        else if (letter === "f")
          shown = dash ? ["uname", "pid", "ppid", "c", "stime", "tty", "time", "cmd"] : shown;
        else if (letter === "F")
          shown = ["uname", "pid", "ppid", "c", "rss", "stime", "tty", "time", "cmd"];
        else if (letter === "l")
          shown = ["s", "uid", "pid", "ppid", "c", "rss", "tty", "time", "comm"];
        else if (letter === "u" && !dash) shown = resources;
        else if (letter === "o")
          formatted = [...(formatted ?? []), ...(args[++i] ?? "").split(/[,\s]+/)];
        else if (letter === "h") titles = false;
        else if (!/[wfaxHmTcj]/.test(letter))
          throw new Failure(`error: unsupported option (BSD syntax)`.replace("error: ", ""));
      }
      if (!dash && /[ax]/.test(arg) && !arg.includes("u") && !formatted)
        shown = ["pid", "tty", "stat", "bsdtime", "command"];
    }
  }
  const { tty } = it.process;
  const own = tty?.name.replace("/dev/", "");
  chosen ??= all.filter((process) => process.tty === own && process.user === it.process.user);
  return { processes: chosen, shown: formatted?.filter(Boolean) ?? shown, titles };
}

/** Processes whose name matches, as pgrep finds them; itself not counted. */
function matching(it: Tool): readonly ProcessInfo[] {
  const [pattern] = it.operands;
  if (pattern === undefined && !it.has("u") && !it.has("P"))
    throw new WrongUsage("no matching criteria specified");
  const expression = new RegExp(
    it.has("x") ? `^(?:${pattern})$` : (pattern ?? ""),
    it.has("i") ? "i" : "",
  );
  const users = it.value("u")?.split(",");
  const parents = it.value("P")?.split(",").map(Number);
  const found = it.process.processes().filter((process) => {
    if (process.pid === it.process.pid) return false;
    if (users && !users.includes(process.user)) return false;
    if (parents && !parents.includes(process.parent)) return false;
    return expression.test(it.has("f") ? process.argv.join(" ") : nameOf(process)) !== it.has("v");
  });
  if (it.has("n")) return found.slice(-1);
  return it.has("o") ? found.slice(0, 1) : found;
}

const patternOptions = "f,full x,exact i,ignore-case n,newest o,oldest u,euid: P,parent: v,inverse";

export const pgrep = tool(
  {
    options: `${patternOptions} l,list-name a,list-full c,count d,delimiter:`,
    usageStatus: 2,
    usage: "[options] <pattern>",
    version: "from procps-ng 4.0.2",
  },
  async (it) => {
    const found = matching(it);
    const lines = found.map((process) => {
      if (it.has("a")) return `${process.pid} ${process.argv.join(" ")}`;
      return it.has("l") ? `${process.pid} ${nameOf(process)}` : String(process.pid);
    });
    if (it.has("c")) it.print(`${found.length}\n`);
    else if (lines.length > 0) it.print(`${lines.join(it.value("d") ?? "\n")}\n`);
    return found.length > 0 ? 0 : 1;
  },
);

export const pkill = tool(
  {
    options: `${patternOptions} e,echo c,count s,signal: 1 2 3 9 K H T I`,
    plain: false,
    usageStatus: 2,
    usage: "[options] <pattern>",
    version: "from procps-ng 4.0.2",
  },
  async (it) => {
    const number = ["9", "1", "2", "3"].find((one) => it.has(one));
    const signal = signalNamed(it.value("s") ?? number ?? "TERM") ?? "SIGTERM";
    const found = matching(it);
    for (const { pid } of found) it.process.kill(pid, signal);
    return found.length > 0 ? 0 : 1;
  },
);

export const killall = tool({ plain: true, usage: "[OPTION]... NAME..." }, async (it) => {
  const { signal: text, rest } = signalIn(it.operands);
  const signal = signalNamed(text);
  if (!signal) throw new Failure(`${text}: unknown signal; killall -l lists signals.`);
  let status = rest.length > 0 ? 0 : 1;
  for (const name of rest.filter((arg) => !arg.startsWith("-"))) {
    const found = it.process
      .processes()
      .filter((process) => nameOf(process) === name && process.pid !== it.process.pid);
    for (const { pid } of found) it.process.kill(pid, signal);
    if (found.length > 0) continue;
    await it.process.stderr.write(`${name}: no process found\n`);
    status = 1;
  }
  return status;
});

export const pidof = tool(
  {
    options: "s x",
    usage: "[options] program [...]",
  },
  async (it) => {
    const found = it.process.processes().filter((process) => it.operands.includes(nameOf(process)));
    const pids = found.map(({ pid }) => pid).reverse();
    if (pids.length > 0) it.print(`${(it.has("s") ? pids.slice(0, 1) : pids).join(" ")}\n`);
    return pids.length > 0 ? 0 : 1;
  },
);
