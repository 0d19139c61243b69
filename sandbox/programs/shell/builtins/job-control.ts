// Builtins about processes: jobs, fg, bg, wait, kill, disown.

import { signalNamed, signalNumbers } from "../../../machine/signals.ts";
import { describeJob, giveTerminal, type Job, tellDeath, waitForeground } from "../jobs.ts";
import { type Shell, ShellError, TrapCame } from "../state.ts";
import type { Builtin } from "./builtin.ts";

function jobNamed(shell: Shell, name: string, spec: string | undefined): Job {
  const job = shell.jobs?.find(spec ?? "%+");
  if (job && job.state !== "done") return job;
  if (job && name === "wait") return job;
  const which = spec === undefined ? "current" : spec;
  throw new ShellError(`${name}: ${which}: no such job`, name === "wait" ? 127 : 1);
}

function needsControl(shell: Shell, name: string): void {
  if (!shell.options.monitor) throw new ShellError(`${name}: no job control`);
}

const jobs: Builtin = async (shell, args) => {
  const list = shell.jobs;
  if (!list) return 0;
  const [flag] = args;
  for (const job of [...list.all]) {
    if (flag === "-p") await shell.stdout.write(`${job.group}\n`);
    else if (flag !== "-r" || job.state === "running") {
      await shell.stdout.write(describeJob(list, job, flag === "-l"));
    }
    job.news = false;
    if (job.state === "done") list.remove(job);
  }
  return 0;
};

const fg: Builtin = async (shell, args) => {
  needsControl(shell, "fg");
  const job = jobNamed(shell, "fg", args[0]);
  await shell.stdout.write(`${job.text}\n`);
  giveTerminal(shell, job.group);
  shell.jobs?.resume(job, (pid, signal) => shell.process.kill(pid, signal));
  const statuses = await waitForeground(shell, { children: job.children, text: job.text, job });
  return statuses.at(-1) ?? 0;
};

const bg: Builtin = async (shell, args) => {
  needsControl(shell, "bg");
  const job = jobNamed(shell, "bg", args[0]);
  if (job.state === "running") {
    await shell.complain(`bg: job ${job.number} already in background`);
    return 0;
  }
  shell.jobs?.resume(job, (pid, signal) => shell.process.kill(pid, signal));
  await shell.stdout.write(`[${job.number}]${shell.jobs?.mark(job)} ${job.text} &\n`);
  return 0;
};

const wait: Builtin = async (shell, args) => {
  const any = args[0] === "-n";
  const specs = any ? args.slice(1) : args;
  const list = shell.jobs;
  if (!list) return 0;
  shell.waiting = true;
  try {
    if (any) return await waitAny(shell, specs);
    let status = 0;
    if (specs.length === 0)
      for (const child of shell.helpers.splice(0)) await shell.process.wait(child.exit);
    const wanted = specs.length > 0 ? specs : list.all.map(({ number }) => `%${number}`);
    for (const spec of wanted) status = await waitFor(shell, spec);
    return specs.length > 0 ? status : 0;
  } catch (error) {
    if (!(error instanceof TrapCame)) throw error;
    const signal = shell.pendingTraps[0];
    return signal ? 128 + signalNumbers[signal] : 130;
  } finally {
    shell.waiting = false;
  }
};

async function waitFor(shell: Shell, spec: string): Promise<number> {
  const list = shell.jobs;
  const job = list?.find(spec);
  if (!list || !job) {
    if (!/^\d+$/.test(spec)) throw new ShellError(`wait: ${spec}: no such job`, 127);
    await shell.complain(`wait: pid ${spec} is not a child of this shell`);
    return 127;
  }
  let status = 0;
  for (const child of job.children) status = await shell.process.wait(child.exit);
  list.remove(job);
  const [last] = job.children.slice(-1);
  if (last?.signal !== "SIGTERM" || shell.interactive)
    await tellDeath(shell, job.children, job.text);
  return status;
}

async function waitAny(shell: Shell, specs: readonly string[]): Promise<number> {
  const list = shell.jobs;
  const all = list?.all.filter(
    (job) => specs.length === 0 || specs.some((s) => list.find(s) === job),
  );
  if (!list || !all || all.length === 0) return 127;
  const ended = all.map(async (job) => ({ job, status: (await job.children.at(-1)?.exit) ?? 0 }));
  const { job, status } = await shell.process.wait(Promise.race(ended));
  list.remove(job);
  return status;
}

const kill: Builtin = async (shell, args) => {
  let [first = "", ...targets] = args;
  if (first === "-l" || first === "-L") return listSignals(shell, targets);
  let name = "TERM";
  if (first === "-s" || first === "-n") [name = "", first = "", ...targets] = targets;
  else if (/^-./.test(first) && first !== "--") {
    name = first.slice(1);
    [first = "", ...targets] = targets;
  }
  if (first === "--") [first = "", ...targets] = targets;
  if (first === "") {
    const usage =
      "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n";
    await shell.stderr.write(usage);
    return 2;
  }
  const signal = name === "0" ? undefined : signalNamed(name);
  if (!signal && name !== "0") throw new ShellError(`kill: ${name}: invalid signal specification`);
  let status = 0;
  for (const target of [first, ...targets]) {
    const job = target.startsWith("%") ? jobNamed(shell, "kill", target) : undefined;
    const pid = job ? (shell.options.monitor ? -job.group : job.group) : Number(target);
    if (!job && !/^-?\d+$/.test(target)) {
      await shell.complain(`kill: ${target}: arguments must be process or job IDs`);
      status = 1;
      continue;
    }
    const known = signal
      ? shell.process.kill(pid, signal)
      : shell.process.processes().some((process) => process.pid === pid);
    if (!known) {
      await shell.complain(`kill: (${target}) - No such process`);
      status = 1;
    } else if (job?.state === "stopped" && (signal === "SIGTERM" || signal === "SIGHUP")) {
      shell.process.kill(pid, "SIGCONT");
    }
  }
  return status;
};

async function listSignals(shell: Shell, wanted: readonly string[]): Promise<number> {
  for (const text of wanted) {
    const number = Number(text) > 128 ? String(Number(text) - 128) : text;
    const signal = signalNamed(number);
    if (!signal) throw new ShellError(`kill: ${text}: invalid signal specification`);
    const answer = /^\d+$/.test(text) ? signal.slice(3) : signalNumbers[signal];
    await shell.stdout.write(`${answer}\n`);
  }
  if (wanted.length > 0) return 0;
  const all = Object.entries(signalNumbers).map(([name, n]) => `${String(n).padStart(2)}) ${name}`);
  let text = "";
  for (const [i, entry] of all.entries()) text += entry + (i % 5 === 4 ? "\n" : "\t");
  await shell.stdout.write(text.endsWith("\n") ? text : `${text}\n`);
  return 0;
}

export const jobControl: Readonly<Record<string, Builtin>> = {
  jobs,
  fg,
  bg,
  wait,
  kill,
  async disown(shell, args) {
    const job = jobNamed(
      shell,
      "disown",
      args.find((arg) => !arg.startsWith("-")),
    );
    if (args.includes("-h")) job.disowned = true;
    else shell.jobs?.remove(job);
    return 0;
  },
  async suspend(shell) {
    shell.process.kill(shell.process.pid, "SIGSTOP");
    return 0;
  },
};
