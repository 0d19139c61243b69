// The machine's init: keeps services running and what they print. systemd, as far as systemctl and
// journalctl show it.

import type { Clock } from "../sim/clock.ts";
import type { Child, Signal, SpawnOptions } from "./process.ts";
import { callSink } from "./streams.ts";
import type { JournalEntry, Unit, UnitState, Units } from "./system.ts";

export interface UnitHost {
  readonly clock: Clock;
  readonly spawn: (argv: readonly string[], options: SpawnOptions) => Child;
  readonly kill: (pid: number, signal: Signal) => boolean;
}

interface Kept {
  readonly unit: Unit;
  state: UnitState;
  child: Child | undefined;
  /** Somebody asked it to run. */
  wanted: boolean;
}

/** systemd's DefaultTimeoutStopSec. */
const STOP_MS = 90_000;
const RESTART_MS = 100;
/** Lines that the journal keeps. */
const KEPT = 10_000;

export function createUnits(host: UnitHost): Units {
  const units = new Map<string, Kept>();
  const followers = new Set<(entry: JournalEntry) => void>();
  const journal: JournalEntry[] = [];
  const now = () => host.clock.now();
  const find = (name: string) => units.get(name.includes(".") ? name : `${name}.service`);

  function log(entry: JournalEntry): void {
    journal.push(entry);
    if (journal.length > 2 * KEPT) journal.splice(0, KEPT);
    for (const on of followers) on(entry);
  }

  const say = ({ unit }: Kept, text: string) =>
    log({ at: now(), source: "systemd", pid: 1, text, unit: unit.name });

  function become(kept: Kept, change: Partial<UnitState>): void {
    kept.state = { ...kept.state, since: now(), ...change };
  }

  function launch(kept: Kept): void {
    const { unit } = kept;
    const source = unit.name.replace(/\.\w+$/, "");
    let rest = "";
    let pid = 0;
    const sink = callSink((text) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) log({ at: now(), source, pid, text: line, unit: unit.name });
    });
    const output = { write: async (text: string) => void sink.put(text), isTerminal: false };
    say(kept, `Started ${unit.description}.`);
    const child = host.spawn(unit.argv, {
      stdout: output,
      stderr: output,
      env: new Map(Object.entries(unit.env ?? {})),
      ...(unit.user === undefined ? {} : { user: unit.user }),
    });
    pid = child.pid;
    kept.child = child;
    become(kept, { active: "active", pid, exitCode: undefined });
    void child.exit.then((code) => ended(kept, child, code));
  }

  function ended(kept: Kept, child: Child, exitCode: number): void {
    if (kept.child !== child) return;
    const { unit } = kept;
    kept.child = undefined;
    const clean = exitCode === 0 || child.signal === "SIGTERM";
    become(kept, { active: clean ? "inactive" : "failed", pid: undefined, exitCode });
    if (!clean) {
      const how = child.signal
        ? `code=killed, status=${exitCode - 128}/${child.signal.slice(3)}`
        : `code=exited, status=${exitCode}/${exitCode === 1 ? "FAILURE" : "n/a"}`;
      say(kept, `${unit.name}: Main process exited, ${how}`);
      say(kept, `${unit.name}: Failed with result '${child.signal ? "signal" : "exit-code"}'.`);
    }
    const again = unit.restart === "always" || (unit.restart === "on-failure" && !clean);
    if (!kept.wanted || !again) return;
    become(kept, { active: "activating" });
    host.clock.after(unit.restartMs ?? RESTART_MS, () => {
      if (kept.wanted && !kept.child) launch(kept);
    });
  }

  async function stop(name: string): Promise<void> {
    const kept = find(name);
    if (!kept) return;
    kept.wanted = false;
    const { child, unit } = kept;
    if (!child) {
      if (kept.state.active === "activating") become(kept, { active: "inactive" });
      return;
    }
    say(kept, `Stopping ${unit.description}...`);
    host.kill(child.pid, "SIGTERM");
    const kill = host.clock.after(STOP_MS, () => host.kill(child.pid, "SIGKILL"));
    await child.exit;
    kill.cancel();
    say(kept, `Stopped ${unit.description}.`);
  }

  return {
    journal,
    register(unit, { enabled = true } = {}) {
      const state: UnitState = {
        unit,
        active: "inactive",
        enabled,
        since: now(),
        pid: undefined,
        exitCode: undefined,
      };
      units.set(unit.name, { unit, state, child: undefined, wanted: false });
    },
    state: (name) => find(name)?.state,
    list: () => [...units.values()].map(({ state }) => state),
    async start(name) {
      const kept = find(name);
      if (!kept) return;
      kept.wanted = true;
      if (!kept.child) launch(kept);
    },
    stop,
    enable(name, enabled) {
      const kept = find(name);
      if (kept) kept.state = { ...kept.state, enabled };
    },
    follow(on) {
      followers.add(on);
      return () => followers.delete(on);
    },
  };
}
