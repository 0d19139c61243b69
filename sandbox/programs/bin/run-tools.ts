// env, timeout, nohup, xargs, nice, setsid, time: programs that run others.

import { type Child, SpawnError, type SpawnOptions } from "../../machine/process.ts";
import { ignored, signalNamed } from "../../machine/signals.ts";
import { duration, Failure, type Tool, tool, WrongUsage } from "./tool.ts";

/** Starts a program, or ends as a tool does that cannot: 127, or 126 if it may not. */
export function start(it: Tool, argv: readonly string[], options: SpawnOptions = {}): Child {
  try {
    return it.process.spawn(argv, options);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    const missing = error.reason === "not found";
    const why = missing
      ? "No such file or directory"
      : error.reason === "exec format error"
        ? "Exec format error"
        : "Permission denied";
    throw new Failure(whatFailed(it.name, argv[0] ?? "", why), missing ? 127 : 126);
  }
}

function whatFailed(tool: string, name: string, why: string): string {
  if (tool === "xargs") return `${name}: ${why}`;
  if (tool === "env") return `‘${name}’: ${why}`;
  return `failed to run command ‘${name}’: ${why}`;
}

export const env = tool(
  {
    options: "i,ignore-environment u,unset: 0,null C,chdir: S,split-string: v",
    stopEarly: true,
    usageStatus: 125,
    usage: "[OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]",
  },
  async (it) => {
    const { process } = it;
    const rest = it.has("S")
      ? [...(it.value("S") ?? "").split(/\s+/), ...it.operands]
      : [...it.operands];
    const variables = new Map(it.has("i") || rest[0] === "-" ? [] : process.env);
    if (rest[0] === "-") rest.shift();
    for (const name of it.values("u")) variables.delete(name);
    while (/^[^=]+=/.test(rest[0] ?? "")) {
      const [name = "", value = ""] = (rest.shift() ?? "").split(/=(.*)/s);
      variables.set(name, value);
    }
    if (rest.length === 0) {
      for (const [name, value] of variables)
        it.print(`${name}=${value}${it.has("0") ? "\0" : "\n"}`);
      return 0;
    }
    const cwd = it.value("C");
    const options = { env: variables, ...(cwd === undefined ? {} : { cwd: it.path(cwd) }) };
    try {
      return await process.exec(rest, options);
    } catch (error) {
      if (error instanceof SpawnError) start(it, rest, options);
      throw error;
    }
  },
);

export const timeout = tool(
  {
    options: "s,signal: k,kill-after: v,verbose ,preserve-status ,foreground",
    stopEarly: true,
    usageStatus: 125,
    usage: "[OPTION] DURATION COMMAND [ARG]...",
  },
  async (it) => {
    const [text, ...argv] = it.operands;
    if (text === undefined || argv.length === 0) throw new WrongUsage("");
    const seconds = duration(text);
    if (seconds === undefined) throw new WrongUsage(`invalid time interval ‘${text}’`);
    const signal = signalNamed(it.value("s") ?? "TERM");
    if (!signal) throw new WrongUsage(`${it.value("s")}: invalid signal`);
    const child = start(it, argv);
    let late = false;
    const timers = [];
    if (seconds > 0) {
      timers.push(
        it.process.clock.after(seconds * 1000, () => {
          late = true;
          child.kill(signal);
          child.kill("SIGCONT");
          const grace = duration(it.value("k") ?? "");
          if (grace !== undefined)
            timers.push(it.process.clock.after(grace * 1000, () => child.kill("SIGKILL")));
        }),
      );
    }
    const code = await it.process.wait(child.exit);
    for (const timer of timers) timer.cancel();
    if (!late || it.has("preserve-status")) return code;
    return child.signal === "SIGKILL" ? 137 : 124;
  },
);

export const nohup = tool(
  {
    stopEarly: true,
    usageStatus: 125,
    usage: "COMMAND [ARG]...",
  },
  async (it) => {
    if (it.operands.length === 0) throw new WrongUsage("missing operand");
    const { process } = it;
    process.trap("SIGHUP", ignored);
    let options: SpawnOptions = {};
    if (process.stdin.isTerminal) options = { stdin: process.reading("") };
    if (process.stdout.isTerminal) {
      const stdout = process.create("nohup.out", { append: true });
      const input = process.stdin.isTerminal ? "ignoring input and " : "";
      await process.stderr.write(`nohup: ${input}appending output to 'nohup.out'\n`);
      options = { ...options, stdout, ...(process.stderr.isTerminal ? { stderr: stdout } : {}) };
    } else if (process.stdin.isTerminal) await process.stderr.write("nohup: ignoring input\n");
    return process.wait(start(it, it.operands, options).exit);
  },
);

/** Words of xargs: blanks separate, quotes and backslashes protect. */
function words(text: string): string[] {
  const found: string[] = [];
  for (const match of text.matchAll(/(?:"[^"\n]*"|'[^'\n]*'|\\[\s\S]|[^\s"'\\])+|["']/g)) {
    if (/^["']$/.test(match[0])) {
      const kind = match[0] === '"' ? "double" : "single";
      throw new Failure(
        `unmatched ${kind} quote; by default quotes are special to xargs unless you use the -0 option`,
      );
    }
    found.push(
      match[0].replace(
        /"([^"]*)"|'([^']*)'|\\([\s\S])/g,
        (_, ...kinds: (string | undefined)[]) =>
          kinds.slice(0, 3).find((kind) => kind !== undefined) ?? "",
      ),
    );
  }
  return found;
}

export const xargs = tool(
  {
    options:
      "n,max-args: I: i,replace? L: r,no-run-if-empty 0,null d,delimiter: P,max-procs: t,verbose p s: E: a,arg-file: x",
    stopEarly: true,
    usage: "[OPTION]... COMMAND [INITIAL-ARGS]...",
    version: "(GNU findutils) 4.9.0",
  },
  async (it) => {
    const path = it.value("a");
    const text =
      (path === undefined ? await it.process.stdin.readAll() : await it.read(path)) ?? "";
    const mark = it.has("i") ? it.value("i") || "{}" : it.value("I");
    const delimiter = it.has("0")
      ? "\0"
      : it.value("d")?.replace("\\n", "\n").replace("\\0", "\0").replace("\\t", "\t");
    const lines = text
      .replace(/\n$/, "")
      .split("\n")
      .filter((line) => line.trim() !== "");
    let items: string[];
    if (delimiter !== undefined) {
      items = text.split(delimiter);
      if (items.at(-1) === "" || (items.at(-1) === "\n" && delimiter !== "\n")) items.pop();
    } else items = mark !== undefined ? lines.map((line) => line.trimStart()) : words(text);
    const command = it.operands.length > 0 ? it.operands : ["echo"];
    const batches: (readonly string[])[] = [];
    if (mark !== undefined)
      for (const item of items) batches.push(command.map((arg) => arg.replaceAll(mark, item)));
    else if (it.has("L")) {
      const size = Number(it.value("L"));
      for (let i = 0; i < lines.length; i += size)
        batches.push([...command, ...lines.slice(i, i + size).flatMap(words)]);
    } else {
      const size = it.has("n") ? it.integer(it.value("n") ?? "", "number") : 5000;
      for (let i = 0; i < items.length; i += size)
        batches.push([...command, ...items.slice(i, i + size)]);
      if (items.length === 0 && !it.has("r")) batches.push(command);
    }
    return runAll(it, batches);
  },
);

async function runAll(it: Tool, batches: readonly (readonly string[])[]): Promise<number> {
  const most = Number(it.value("P") ?? 1) || batches.length;
  const running = new Set<Promise<void>>();
  let status = 0;
  let stop = false;
  for (const argv of batches) {
    if (it.has("t")) await it.process.stderr.write(`${argv.join(" ")}\n`);
    const child = start(it, argv, { stdin: it.process.reading("") });
    const done: Promise<void> = child.exit.then((code) => {
      running.delete(done);
      if (code === 255) stop = true;
      if (code === 255) status = 124;
      else if (code > 128) status = 125;
      else if (code === 126 || code === 127) status = code;
      else if (code !== 0) status = 123;
    });
    running.add(done);
    if (running.size >= most) await it.process.wait(Promise.race(running));
    if (stop) {
      await it.complain(`${argv[0]}: exited with status 255; aborting`);
      return 124;
    }
  }
  await it.process.wait(Promise.all(running));
  return status;
}

/** `nice`, `ionice`, `stdbuf`, `setsid`: here they only run the command. */
export const wrapper = tool(
  {
    options: "n,adjustment: i: o: e: c: w f",
    stopEarly: true,
    usage: "[OPTION] COMMAND [ARG]...",
  },
  async (it) => {
    if (it.operands.length === 0) throw new WrongUsage("missing operand");
    return it.process.wait(
      start(it, it.operands, it.name === "setsid" ? { session: true } : {}).exit,
    );
  },
);

/** For dash and ash, whose `time` is a program. */
export const time = tool(
  {
    options: "p v f: o:",
    stopEarly: true,
    usage: "[OPTION]... COMMAND [ARG]...",
  },
  async (it) => {
    const before = it.process.clock.now();
    const code = await it.process.wait(start(it, it.operands).exit);
    const ms = it.process.clock.now() - before;
    await it.process.stderr.write(
      `real\t${Math.floor(ms / 60_000)}m ${((ms % 60_000) / 1000).toFixed(2)}s\nuser\t0m 0.00s\nsys\t0m 0.00s\n`,
    );
    return code;
  },
);
