// A bare machine for tests: a clock, a wire, a file tree with the usual directories and users, and
// whatever programs the test plants. Not used outside tests.

import { present } from "../sim/assert.ts";
import { type ClockControl, createClock, type Host } from "../sim/clock.ts";
import { createRandom } from "../sim/random.ts";
import { makeDevices } from "./devices.ts";
import { createFabric } from "./fabric.ts";
import type { FileSystem } from "./files.ts";
import { createMachine } from "./kernel.ts";
import type { Machine, MachineOptions } from "./machine.ts";
import type { Fabric } from "./network.ts";
import type { Program, SpawnOptions } from "./process.ts";
import { createTree } from "./tree.ts";
import type { Terminal } from "./tty.ts";

export interface TestMachine {
  readonly machine: Machine;
  readonly clock: ClockControl;
  readonly fabric: Fabric;
  readonly files: FileSystem;
  /** Runs a program to its end. Fails if it is still running after an hour of virtual time. */
  run(argv: readonly string[], options?: RunOptions): Promise<Outcome>;
  /** Opens a terminal; `screen()` is all that was shown since the last call. */
  terminal(argv: readonly string[], options?: SpawnOptions): TestTerminal;
}

export interface RunOptions extends Omit<SpawnOptions, "stdin"> {
  readonly stdin?: string;
}

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** Both, in the order in which they were written. */
  readonly both: string;
}

export interface TestTerminal extends Terminal {
  screen(): string;
  /** Types, lets `ms` pass, and returns what was shown. */
  enter(keys: string, ms?: number): Promise<string>;
}

export interface TestMachineOptions extends Partial<Omit<MachineOptions, "clock">> {
  /** Needed unless `beside` is given. */
  readonly host?: Host;
  readonly programs?: Readonly<Record<string, Program>>;
  readonly address?: string;
  /** To put several machines on one wire. */
  readonly beside?: TestMachine;
}

/** 2024-01-01T00:00:00Z */
export const testStart = 1_704_067_200_000;

export function testMachine(options: TestMachineOptions = {}): TestMachine {
  const clock = options.beside?.clock ?? createClock(testStart, present(options.host, "a host"));
  const fabric = options.beside?.fabric ?? createFabric(clock);
  const hostname = options.hostname ?? "box";
  const address = options.address ?? "10.0.0.2";
  const files = options.files ?? createTree({ clock }).files;
  plantBasics(files, hostname, address);
  for (const [path, program] of Object.entries(options.programs ?? {})) {
    files.install(path, program);
  }
  const machine = createMachine({
    adapter: fabric.attach({ addresses: [address], place: hostname }),
    clock,
    random: createRandom(1),
    ...options,
    hostname,
    files,
  });
  return {
    machine,
    clock,
    fabric,
    files,
    run: (argv, run) => runOn({ machine, clock }, argv, run),
    terminal(argv, spawn) {
      let shown = "";
      const terminal = machine.openTerminal(argv, {
        columns: 80,
        rows: 24,
        cwd: "/root",
        ...spawn,
        output: (text) => {
          shown += text;
        },
      });
      const screen = () => {
        const text = shown;
        shown = "";
        return text;
      };
      const enter = async (keys: string, ms = 50) => {
        terminal.type(keys);
        await clock.advance(ms);
        return screen();
      };
      return { ...terminal, screen, enter };
    },
  };
}

function plantBasics(files: FileSystem, hostname: string, address: string): void {
  for (const path of ["/tmp", "/root", "/etc", "/usr/bin", "/usr/sbin", "/home/user", "/var/log"]) {
    files.makeDirectory(path, { parents: true });
  }
  for (const name of ["bin", "sbin"]) files.symlink(`usr/${name}`, `/${name}`);
  files.chmod("/tmp", 0o1777);
  files.chown("/home/user", 1000, 1000);
  const users = ["root:x:0:0:root:/root:/bin/bash", "user:x:1000:1000::/home/user:/bin/bash"];
  files.write("/etc/passwd", `${users.join("\n")}\n`);
  files.write("/etc/group", "root:x:0:\nuser:x:1000:\n");
  files.write("/etc/hostname", `${hostname}\n`);
  files.write("/etc/hosts", `127.0.0.1\tlocalhost\n${address}\t${hostname}\n`);
  makeDevices(files);
}

async function runOn(
  { machine, clock }: Pick<TestMachine, "machine" | "clock">,
  argv: readonly string[],
  { stdin = "", ...options }: RunOptions = {},
): Promise<Outcome> {
  const text = { out: "", err: "", both: "" };
  const writer = (name: "out" | "err") => ({
    isTerminal: false,
    write: async (more: string) => {
      text[name] += more;
      text.both += more;
    },
  });
  let left: string | undefined = stdin;
  const read = async () => {
    const piece = left;
    left = undefined;
    return piece === "" ? undefined : piece;
  };
  const reader = {
    ...{ isTerminal: false, read, readLine: read, readUntil: read, readWithin: read },
    ...{ readAll: async () => (await read()) ?? "", unread() {} },
  };
  const child = machine.spawn(argv, {
    cwd: "/root",
    ...options,
    stdin: reader,
    stdout: writer("out"),
    stderr: writer("err"),
  });
  let code: number | undefined;
  void child.exit.then((exit) => {
    code = exit;
  });
  const end = clock.now() + 3_600_000;
  for (;;) {
    await clock.settle();
    if (code !== undefined) break;
    const due = clock.nextDue();
    if (due === undefined || due > end) throw new Error(`${argv.join(" ")} does not end`);
    await clock.runUntil(due, () => code !== undefined);
  }
  return { code, ...text };
}
