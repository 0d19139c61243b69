import { expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import type { Process, Program, Signal } from "./process.ts";
import { ignored } from "./signals.ts";
import { testMachine } from "./test-machine.ts";

const echo: Program = async ({ argv, stdout }) => {
  await stdout.write(`${argv.slice(1).join(" ")}\n`);
  return 0;
};
const cat: Program = async ({ stdin, stdout }) => {
  for (let text = await stdin.read(); text !== undefined; text = await stdin.read()) {
    await stdout.write(text);
  }
  return 0;
};
const sleep: Program = async (process) => {
  await process.sleep(Number(process.argv[1]) * 1000);
  return 0;
};
const yes: Program = async ({ stdout }) => {
  for (;;) await stdout.write("y\n");
};

const box = (programs: Record<string, Program> = {}) =>
  testMachine({
    host: immediate,
    programs: {
      "/bin/echo": echo,
      "/bin/cat": cat,
      "/bin/sleep": sleep,
      "/bin/yes": yes,
      ...programs,
    },
  });

/** A program of the test's own, run to its end. */
const running = (body: (process: Process) => Promise<number | void>) =>
  box({ "/bin/it": async (process) => (await body(process)) ?? 0 }).run(["it"]);

test("a program is found on PATH, by its path, and behind #!", async () => {
  const it = box();
  expect(await it.run(["echo", "a", "b"])).toMatchObject({ code: 0, out: "a b\n" });
  expect(await it.run(["/bin/echo", "x"])).toMatchObject({ out: "x\n" });
  it.files.write("/tmp/script", "#!/bin/echo -n\nignored\n", { mode: 0o755 });
  expect(await it.run(["/tmp/script", "arg"])).toMatchObject({ out: "-n /tmp/script arg\n" });
});

test("what cannot be run says why", () => {
  const { machine, files } = box();
  files.write("/tmp/plain", "text", { mode: 0o755 });
  files.write("/tmp/data", "text");
  expect(() => machine.spawn(["nope"])).toThrow("nope: not found");
  expect(() => machine.spawn(["/tmp"])).toThrow("is a directory");
  expect(() => machine.spawn(["/tmp/data"])).toThrow("permission denied");
  expect(() => machine.spawn(["/tmp/plain"])).toThrow("exec format error");
});

test("a program that wants to become one that is not there ends, and says so", async () => {
  const become = (path: string) => running((process) => process.exec([path]));
  expect(await become("nope")).toMatchObject({ code: 127, err: "it: exec: nope: not found\n" });
  expect(await become("/tmp")).toMatchObject({ code: 126 });
});

test("starting a process takes a millisecond", async () => {
  const it = box();
  const before = it.clock.now();
  await it.run(["echo"]);
  expect(it.clock.now() - before).toBe(1);
});

test("a signal ends whatever a process waits for, with 128 and its number", async () => {
  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGKILL", 137],
    ["SIGINT", 130],
  ] as const) {
    const { machine, clock } = box();
    const child = machine.spawn(["sleep", "100"]);
    await clock.advance(10);
    child.kill(signal);
    await clock.settle();
    expect(await child.exit).toBe(code);
    expect(child.signal).toBe(signal);
    expect(machine.processes().map(({ argv }) => argv[0])).toEqual(["/sbin/init"]);
  }
});

test("a program that clings to life after its death is dead all the same", async () => {
  const { machine, clock } = box({ "/bin/cling": () => new Promise(() => {}) });
  const child = machine.spawn(["cling"]);
  await clock.advance(5);
  child.kill("SIGKILL");
  await clock.advance(0);
  expect(await child.exit).toBe(137);
});

test("a trapped signal runs its handler; SIGKILL is never trapped", async () => {
  const heard: Signal[] = [];
  const { machine, clock } = box({
    "/bin/trap": async (process) => {
      process.trap("SIGTERM", () => heard.push("SIGTERM"));
      process.trap("SIGKILL", () => heard.push("SIGKILL"));
      await process.sleep(1000);
      return 7;
    },
  });
  const child = machine.spawn(["trap"]);
  await clock.advance(10);
  child.kill("SIGTERM");
  await clock.advance(1000);
  expect(await child.exit).toBe(7);
  expect(heard).toEqual(["SIGTERM"]);
  const other = machine.spawn(["trap"]);
  await clock.advance(10);
  other.kill("SIGKILL");
  await clock.settle();
  expect(await other.exit).toBe(137);
});

test("an endless writer waits for its reader and dies of SIGPIPE when the reader leaves", async () => {
  let written = 0;
  const { code } = await running(async (process) => {
    const { reader, writer } = process.pipe();
    const first = process.fork(
      async ({ stdin, clock }) => {
        await clock.sleep(1000);
        expect(written).toBeLessThan(100_000);
        await stdin.read();
        return 0;
      },
      { stdin: reader },
    );
    const endless: Program = async ({ stdout }) => {
      for (;;) {
        await stdout.write("x".repeat(1000));
        written += 1000;
      }
    };
    const last = process.fork(endless, { stdout: writer });
    expect(await process.wait(first.exit)).toBe(0);
    return process.wait(last.exit);
  });
  expect(code).toBe(141);
});

test("stopped processes go on where they were", async () => {
  const { machine, clock } = box();
  const child = machine.spawn(["sleep", "1"]);
  await clock.advance(500);
  child.kill("SIGSTOP");
  expect(await child.change()).toBe("stopped");
  await clock.advance(5000);
  expect(machine.processes().at(-1)?.state).toBe("stopped");
  child.kill("SIGCONT");
  await clock.advance(0);
  expect(await child.exit).toBe(0);
});

test("pid 1 of a container shuts out what it does not trap, except SIGKILL from outside", async () => {
  const { machine, clock } = testMachine({
    host: immediate,
    container: true,
    programs: { "/bin/sleep": sleep },
  });
  const child = machine.spawn(["sleep", "100"]);
  const helper = machine.spawn(["sleep", "100"]);
  expect(child.pid).toBe(1);
  await clock.advance(10);
  machine.kill(1, "SIGTERM");
  await clock.advance(10);
  expect(machine.processes().length).toBe(2);
  machine.kill(1, "SIGKILL");
  await clock.settle();
  expect(await child.exit).toBe(137);
  expect(await helper.exit).toBe(137);
  expect(machine.isDown).toBe(true);
});

test("processes ignore what their parents ignore", async () => {
  const { code } = await running(async (process) => {
    process.trap("SIGHUP", ignored);
    const child = process.spawn(["sleep", "1"]);
    await process.sleep(100);
    child.kill("SIGHUP");
    return process.wait(child.exit);
  });
  expect(code).toBe(0);
});

test("users have the rights that /etc/passwd and the modes give them", async () => {
  const it = box({
    "/bin/who": async ({ user, identity, stdout, files }) => {
      await stdout.write(`${user} ${identity.uid} ${files.access("/root", 2)}\n`);
      return 0;
    },
  });
  expect((await it.run(["who"])).out).toBe("root 0 true\n");
  expect((await it.run(["who"], { user: "user" })).out).toBe("user 1000 false\n");
  expect((await it.run(["who"], { user: "77" })).out).toBe("77 77 false\n");
});

test("an error of the kernel's that a program lets through ends it with a message", async () => {
  const outcome = await running(async ({ files }) => {
    files.read("/none");
  });
  expect(outcome).toMatchObject({ code: 1, err: "it: No such file or directory\n" });
});

test("a bug in a program stops the sandbox", async () => {
  await expect(running(() => Promise.reject(new TypeError("bug")))).rejects.toThrow("bug");
});

test("devices: null swallows, stdout is the process's own, full refuses", async () => {
  const outcome = await running(async (process) => {
    await process.create("/dev/null").write("x");
    await process.create("/dev/stdout").write("out\n");
    await process.create("/proc/self/fd/2").write("err\n");
    expect(await process.open("/dev/null").read()).toBe(undefined);
    await expect(process.create("/dev/full").write("x")).rejects.toThrow("No space left");
  });
  expect(outcome).toMatchObject({ code: 0, out: "out\n", err: "err\n" });
});

test("a terminal echoes, edits lines, and sends ^C and ^Z to the foreground", async () => {
  const it = box();
  const terminal = it.terminal(["cat"]);
  await it.clock.advance(5);
  expect(await terminal.enter("helo\x7flo\r")).toBe("helo\b \blo\r\nhello\r\n");
  expect(await terminal.enter("gone\x15kept word\x17\r")).toContain("\r\nkept \r\n");
  expect(await terminal.enter("\x03")).toBe("^C");
  expect(await terminal.exit).toBe(130);
  const second = it.terminal(["cat"]);
  await it.clock.advance(5);
  await second.enter("x\x04");
  expect(await second.enter("\x04")).toBe("");
  expect(await second.exit).toBe(0);
});

test("raw mode passes keys as they are, and what was typed ahead is not lost", async () => {
  const it = box({
    "/bin/raw": async ({ tty, stdin, stdout, clock }) => {
      await clock.sleep(100);
      if (tty) tty.raw = true;
      await stdout.write(JSON.stringify(await stdin.read()));
      await stdout.write(JSON.stringify(await stdin.read()));
      return 0;
    },
  });
  const slow = it.terminal(["raw"]);
  await it.clock.advance(5);
  expect(await slow.enter("ab", 10)).toContain("ab");
  await it.clock.advance(200);
  expect(slow.screen()).toContain('"ab"');
  expect(await slow.enter("\x03\x1b[A")).toBe('"\\u0003\\u001b[A"');
});

test("resizing sends SIGWINCH, hanging up ends the session", async () => {
  let sizes = "";
  const it = box({
    "/bin/size": async (process) => {
      process.trap("SIGWINCH", () => {
        sizes += `${process.tty?.columns}x${process.tty?.rows} `;
      });
      await process.sleep(100_000);
      return 0;
    },
  });
  const terminal = it.terminal(["size"]);
  await it.clock.advance(5);
  terminal.resize(100, 30);
  expect(sizes).toBe("100x30 ");
  terminal.hangUp();
  await it.clock.settle();
  expect(await terminal.exit).toBe(129);
});

test("a slow screen holds the writer back, and no time passes meanwhile", async () => {
  const it = box();
  let release = () => {};
  let shown = "";
  it.machine.openTerminal(["yes"], {
    columns: 80,
    rows: 24,
    output(text) {
      shown += text;
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    },
  });
  const moving = it.clock.advance(1000);
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(shown).toBe("y\r\n");
  expect(it.clock.now() % 1000).toBe(1);
  it.machine.shutdown();
  release();
  await moving;
});

test("an endless loop costs virtual time, so that it neither hangs the host nor stops the clock", async () => {
  const { machine, clock } = box({
    "/bin/spin": async (process) => {
      for (;;) await process.step(5);
    },
  });
  const child = machine.spawn(["spin"]);
  await clock.advance(100);
  child.kill("SIGINT");
  await clock.settle();
  expect(await child.exit).toBe(130);
});

test("units run, are started again, and leave lines in the journal", async () => {
  const it = box({
    "/bin/daemon": async (process) => {
      await process.stdout.write("ready\n");
      await process.sleep(5000);
      return 3;
    },
  });
  const { units } = it.machine.system;
  units.register({
    name: "daemon.service",
    description: "A daemon",
    argv: ["daemon"],
    restart: "on-failure",
  });
  await units.start("daemon");
  await it.clock.advance(1000);
  expect(units.state("daemon")).toMatchObject({ active: "active", enabled: true });
  await it.clock.advance(5000);
  expect(units.state("daemon.service")?.active).toBe("active");
  const stopping = units.stop("daemon");
  await it.clock.advance(100);
  await stopping;
  expect(units.state("daemon")?.active).toBe("inactive");
  expect(units.journal.map(({ source, text }) => `${source}: ${text}`)).toEqual([
    "systemd: Started A daemon.",
    "daemon: ready",
    "systemd: daemon.service: Main process exited, code=exited, status=3/n/a",
    "systemd: daemon.service: Failed with result 'exit-code'.",
    "systemd: Started A daemon.",
    "daemon: ready",
    "systemd: Stopping A daemon...",
    "systemd: Stopped A daemon.",
  ]);
});
