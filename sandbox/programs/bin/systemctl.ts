// systemctl, service and journalctl: what the machine's init keeps running.

import type { JournalEntry, UnitState } from "../../machine/system.ts";
import { parseDate } from "./parse-date.ts";
import { formatTime } from "./time-format.ts";
import { Failure, type Tool, tool } from "./tool.ts";

const fullName = (name: string) => (/\.\w+$/.test(name) ? name : `${name}.service`);

/** `5min ago`, `1h 2min ago` */
function ago(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} day${days > 1 ? "s" : ""} ago`;
  if (hours > 0) return `${hours}h ${minutes}min ago`;
  if (minutes > 0)
    return seconds < 600 ? `${minutes}min ${seconds % 60}s ago` : `${minutes}min ago`;
  return `${seconds}s ago`;
}

const line = ({ at, source, pid, text }: JournalEntry, hostname: string) =>
  `${formatTime("%b %d %H:%M:%S", at)} ${hostname} ${source}[${pid}]: ${text}\n`;

export const systemctl = tool(
  {
    options:
      "n,lines: l,full ,no-pager ,now q,quiet a,all t,type: ,state: p,property: ,no-legend f,force ,user o,output:",
    usage: "[OPTIONS...] COMMAND ...",
    version: "252 (252.17-1~deb12u1)",
  },
  async (it) => {
    const [command = "list-units", ...names] = it.operands;
    const { units } = it.process.system;
    switch (command) {
      case "daemon-reload":
      case "reset-failed":
      case "daemon-reexec":
        return 0;
      case "list-units":
      case "list-unit-files":
        return list(it, command);
      case "is-system-running":
        it.print("running\n");
        return 0;
    }
    if (names.length === 0) throw new Failure("Too few arguments.");
    let status = 0;
    for (const name of names) {
      const state = units.state(name);
      switch (command) {
        case "status":
          status = Math.max(status, await show(it, name, state));
          break;
        case "is-active":
          if (!it.has("q")) it.print(`${state?.active ?? "inactive"}\n`);
          if (state?.active !== "active") status = 3;
          break;
        case "is-enabled":
          if (!state)
            throw new Failure(
              `Failed to get unit file state for ${fullName(name)}: No such file or directory`,
            );
          it.print(state.enabled ? "enabled\n" : "disabled\n");
          if (!state.enabled) status = 1;
          break;
        case "is-failed":
          it.print(`${state?.active ?? "inactive"}\n`);
          if (state?.active !== "failed") status = 1;
          break;
        case "cat":
          if (!state) throw new Failure(`No files found for ${fullName(name)}.`);
          it.print(unitFile(state));
          break;
        case "show":
          if (state) it.print(properties(it, state));
          break;
        default:
          status = Math.max(status, await control(it, command, name));
      }
    }
    return status;
  },
);

const verbs: Readonly<Record<string, string>> = {
  start: "start",
  stop: "stop",
  restart: "restart",
  reload: "reload",
  "reload-or-restart": "reload",
  "try-restart": "restart",
  enable: "enable",
  disable: "disable",
  kill: "kill",
  mask: "mask",
  unmask: "unmask",
};

async function control(it: Tool, command: string, name: string): Promise<number> {
  const { units } = it.process.system;
  const unit = fullName(name);
  const verb = verbs[command];
  if (verb === undefined) throw new Failure(`Unknown command verb ${command}.`);
  if (it.process.identity.uid !== 0) {
    await it.process.stderr.write(
      `Failed to ${verb} ${unit}: Interactive authentication required.\nSee system logs and 'systemctl status ${unit}' for details.\n`,
    );
    return 1;
  }
  const state = units.state(name);
  if (!state) {
    const why =
      verb === "enable" || verb === "disable"
        ? `Unit file ${unit} does not exist.`
        : `Unit ${unit} not found.`;
    await it.process.stderr.write(
      verb === "enable" || verb === "disable"
        ? `Failed to ${verb} unit: ${why}\n`
        : `Failed to ${verb} ${unit}: ${why}\n`,
    );
    return verb === "enable" || verb === "disable" ? 1 : 5;
  }
  if (verb === "enable" || verb === "disable") {
    units.enable(name, verb === "enable");
    const path = `/etc/systemd/system/multi-user.target.wants/${unit}`;
    if (state.enabled !== (verb === "enable")) {
      await it.process.stderr.write(
        verb === "enable"
          ? `Created symlink ${path} → /lib/systemd/system/${unit}.\n`
          : `Removed "${path}".\n`,
      );
    }
    if (!it.has("now")) return 0;
  }
  const stops = verb === "stop" || verb === "restart" || verb === "disable";
  if (stops) await it.process.wait(units.stop(name));
  if (
    verb === "start" ||
    verb === "restart" ||
    verb === "enable" ||
    (verb === "reload" && state.active !== "active")
  )
    await units.start(name);
  if (verb === "kill" && state.pid !== undefined) it.process.kill(state.pid, "SIGTERM");
  return 0;
}

function activeLine(it: Tool, { active, since, exitCode }: UnitState): string {
  const stamp = `since ${formatTime("%a %Y-%m-%d %H:%M:%S UTC", since)}; ${ago(it.process.clock.now() - since)}`;
  if (active === "active") return `active (running) ${stamp}`;
  if (active === "failed") return `failed (Result: exit-code) ${stamp}`;
  if (active === "activating") return `activating (auto-restart) (Result: exit-code) ${stamp}`;
  return exitCode === undefined ? "inactive (dead)" : `inactive (dead) ${stamp}`;
}

async function show(it: Tool, name: string, state: UnitState | undefined): Promise<number> {
  if (!state) {
    await it.process.stderr.write(`Unit ${fullName(name)} could not be found.\n`);
    return 4;
  }
  const { unit, enabled, pid, active, exitCode } = state;
  const mark = active === "failed" ? "×" : active === "active" ? "●" : "○";
  it.print(`${mark} ${unit.name} - ${unit.description}\n`);
  it.print(
    `     Loaded: loaded (/lib/systemd/system/${unit.name}; ${enabled ? "enabled" : "disabled"}; preset: enabled)\n`,
  );
  it.print(`     Active: ${activeLine(it, state)}\n`);
  const program = (unit.argv[0] ?? "").replace(/^.*\//, "");
  if (pid !== undefined) {
    it.print(
      `   Main PID: ${pid} (${program})\n     CGroup: /system.slice/${unit.name}\n             └─${pid} ${unit.argv.join(" ")}\n`,
    );
  } else if (exitCode !== undefined)
    it.print(
      `   Main PID: (code=exited, status=${exitCode}${exitCode === 0 ? "/SUCCESS" : "/FAILURE"})\n`,
    );
  const entries = it.process.system.units.journal.filter((entry) => entry.unit === unit.name);
  const shown = entries.slice(-Number(it.value("n") ?? 10));
  if (shown.length > 0)
    it.print(`\n${shown.map((entry) => line(entry, it.process.hostname)).join("")}`);
  return active === "active" ? 0 : 3;
}

async function list(it: Tool, command: string): Promise<number> {
  const states = it.process.system.units.list();
  const width = Math.max(4, ...states.map(({ unit }) => unit.name.length));
  if (command === "list-unit-files") {
    it.print(`${"UNIT FILE".padEnd(width)} STATE    PRESET\n`);
    for (const { unit, enabled } of states)
      it.print(
        `${unit.name.padEnd(width)} ${(enabled ? "enabled" : "disabled").padEnd(8)} enabled\n`,
      );
    it.print(`\n${states.length} unit files listed.\n`);
    return 0;
  }
  const shown = states.filter(({ active }) => it.has("a") || active !== "inactive");
  it.print(`  ${"UNIT".padEnd(width)} LOAD   ACTIVE   SUB     DESCRIPTION\n`);
  for (const { unit, active } of shown) {
    const sub = active === "active" ? "running" : active === "failed" ? "failed" : "dead";
    it.print(
      `${active === "failed" ? "●" : " "} ${unit.name.padEnd(width)} loaded ${active.padEnd(8)} ${sub.padEnd(7)} ${unit.description}\n`,
    );
  }
  it.print(
    `\nLOAD   = Reflects whether the unit definition was properly loaded.\nACTIVE = The high-level unit activation state, i.e. generalization of SUB.\nSUB    = The low-level unit activation state, values depend on unit type.\n${shown.length} loaded units listed.\n`,
  );
  return 0;
}

function unitFile({ unit }: UnitState): string {
  const env = Object.entries(unit.env ?? {})
    .map(([name, value]) => `Environment="${name}=${value}"\n`)
    .join("");
  return `# /lib/systemd/system/${unit.name}\n[Unit]\nDescription=${unit.description}\n\n[Service]\n${env}ExecStart=${unit.argv.join(" ")}\nRestart=${unit.restart ?? "no"}\n\n[Install]\nWantedBy=multi-user.target\n`;
}

function properties(it: Tool, { unit, active, pid, enabled }: UnitState): string {
  const all: Readonly<Record<string, string>> = {
    Id: unit.name,
    Description: unit.description,
    LoadState: "loaded",
    ActiveState: active,
    SubState: active === "active" ? "running" : "dead",
    MainPID: String(pid ?? 0),
    UnitFileState: enabled ? "enabled" : "disabled",
  };
  const wanted = it.value("p")?.split(",");
  return Object.entries(all)
    .filter(([name]) => !wanted || wanted.includes(name))
    .map(([name, value]) => `${name}=${value}\n`)
    .join("");
}

export const service = tool(
  {
    plain: true,
    usage: "< option > | --status-all | [ service_name [ command | --full-restart ] ]",
  },
  async (it) => {
    const [name, command] = it.operands;
    if (name === undefined || command === undefined)
      throw new Failure("usage: service NAME COMMAND");
    const argv = ["systemctl", command, name];
    const child = it.process.spawn(argv);
    return it.process.wait(child.exit);
  },
);

class Ended extends Error {}

export const journalctl = tool(
  {
    options:
      "u,unit: f,follow n,lines? e,pager-end x,catalog r,reverse o,output: b,boot? k q,quiet ,no-pager S,since: U,until: p,priority: g,grep: ,no-hostname t,identifier: ,vacuum-time: ,disk-usage",
    usage: "[OPTIONS...] [MATCHES...]",
    version: "252 (252.17-1~deb12u1)",
  },
  async (it) => {
    const { units } = it.process.system;
    const wanted = it.values("u").map(fullName);
    const since = dateOption(it, "S");
    const until = dateOption(it, "U");
    const pattern = it.value("g");
    const matches = (entry: JournalEntry) =>
      (wanted.length === 0 || wanted.includes(entry.unit)) &&
      (since === undefined || entry.at >= since) &&
      (until === undefined || entry.at <= until) &&
      (pattern === undefined || new RegExp(pattern).test(entry.text));
    const show = (entry: JournalEntry) =>
      it.value("o") === "cat" ? `${entry.text}\n` : line(entry, it.process.hostname);
    const all = units.journal.filter(matches);
    const given = it.has("n")
      ? Number(it.value("n") || it.operands.find((word) => /^\d+$/.test(word)) || 10)
      : it.has("f")
        ? 10
        : Infinity;
    const shown = given === Infinity ? all : all.slice(-given);
    if (shown.length === 0 && !it.has("f")) it.print("-- No entries --\n");
    for (const entry of it.has("r") ? [...shown].reverse() : shown) it.print(show(entry));
    await it.flush();
    if (!it.has("f")) return 0;
    return follow(it, matches, show);
  },
);

function dateOption(it: Tool, option: string): number | undefined {
  const text = it.value(option);
  if (text === undefined) return undefined;
  const at = parseDate(text, it.process.clock.now());
  if (at === undefined) throw new Failure(`Failed to parse timestamp: ${text}`);
  return at;
}

async function follow(
  it: Tool,
  matches: (entry: JournalEntry) => boolean,
  show: (entry: JournalEntry) => string,
): Promise<number> {
  const { process } = it;
  let wake = () => {};
  const stop = process.system.units.follow((entry) => {
    if (!matches(entry)) return;
    it.print(show(entry));
    wake();
  });
  process.trap("SIGINT", () => process.interrupt(new Ended()));
  try {
    for (;;) {
      const more = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await it.flush();
      await process.wait(more);
    }
  } catch (error) {
    if (error instanceof Ended) return 0;
    throw error;
  } finally {
    stop();
  }
}
