// Job control: which process groups the shell has started, which of them has the terminal, and what
// is said when they stop or end. bash: jobs.c.

import type { Child, Signal } from "../../machine/process.ts";
import { signalNumbers } from "../../machine/signals.ts";
import { cookedMode } from "../../machine/tty.ts";
import { Interrupted, type Shell } from "./state.ts";

export interface Job {
  readonly number: number;
  readonly group: number;
  readonly children: readonly Child[];
  /** The command, as it was typed. */
  readonly text: string;
  state: "running" | "stopped" | "done";
  status: number;
  /** Its state has not been told yet. */
  news: boolean;
  disowned: boolean;
}

/** What a signal is called when it has ended a command. */
export const signalTexts: Readonly<Partial<Record<Signal, string>>> = {
  SIGHUP: "Hangup",
  SIGINT: "Interrupt",
  SIGQUIT: "Quit",
  SIGABRT: "Aborted",
  SIGKILL: "Killed",
  SIGUSR1: "User defined signal 1",
  SIGUSR2: "User defined signal 2",
  SIGSEGV: "Segmentation fault",
  SIGALRM: "Alarm clock",
  SIGTERM: "Terminated",
};

export class Jobs {
  readonly all: Job[] = [];
  #recent: Job[] = [];

  add(children: readonly Child[], text: string): Job {
    const number = (this.all.at(-1)?.number ?? 0) + 1;
    const group = children[0]?.pid ?? 0;
    const job: Job = {
      ...{ number, group, children, text },
      ...{ state: "running", status: 0, news: false, disowned: false },
    };
    this.all.push(job);
    this.#recent.push(job);
    this.#follow(job);
    return job;
  }

  remove(job: Job): void {
    const at = this.all.indexOf(job);
    if (at >= 0) this.all.splice(at, 1);
    this.#recent = this.#recent.filter((other) => other !== job);
  }

  /** `+` for the current job, `-` for the one before it. */
  mark(job: Job): string {
    const order = this.#order();
    return job === order.at(-1) ? "+" : job === order.at(-2) ? "-" : " ";
  }

  /** By `%1`, `%+`, `%-`, `%name`, `%?part`, or a pid. */
  find(spec: string): Job | undefined {
    if (/^\d+$/.test(spec)) {
      return this.all.find(({ children }) => children.some(({ pid }) => pid === Number(spec)));
    }
    const name = spec.replace(/^%/, "");
    const order = this.#order();
    if (name === "" || name === "+" || name === "%") return order.at(-1);
    if (name === "-") return order.at(-2) ?? order.at(-1);
    if (/^\d+$/.test(name)) return this.all.find(({ number }) => number === Number(name));
    if (name.startsWith("?")) return this.all.find(({ text }) => text.includes(name.slice(1)));
    return this.all.find(({ text }) => text.startsWith(name));
  }

  resume(job: Job, signal: (pid: number, signal: Signal) => boolean): void {
    job.state = "running";
    job.news = false;
    this.#touch(job);
    signal(-job.group, "SIGCONT");
  }

  /** Stopped jobs come before running ones when it is asked which is current. */
  #order(): Job[] {
    const live = this.#recent.filter(({ state }) => state !== "done");
    const rank = (job: Job) => (job.state === "stopped" ? 1 : 0);
    const pool = live.length > 0 ? live : this.#recent;
    return [...pool].sort(
      (a, b) => rank(a) - rank(b) || this.#recent.indexOf(a) - this.#recent.indexOf(b),
    );
  }

  #touch(job: Job): void {
    this.#recent = [...this.#recent.filter((other) => other !== job), job];
  }

  /** Keeps the job's state as its processes change. */
  #follow(job: Job): void {
    const last = job.children.at(-1);
    if (!last) return;
    void last.exit.then((status) => {
      job.status = status;
      job.state = "done";
      job.news = true;
    });
  }
}

/** `[1]+  Stopped                 sleep 100` */
export function describeJob(jobs: Jobs, job: Job, withPid = false): string {
  const last = job.children.at(-1);
  let state = "Running";
  if (job.state === "stopped") state = "Stopped";
  else if (job.state === "done") {
    const signal = last?.signal;
    if (signal) state = signalTexts[signal] ?? signal;
    else state = job.status === 0 ? "Done" : `Exit ${job.status}`;
  }
  const pid = withPid ? `${job.group} ` : " ";
  const ending = job.state === "running" ? " &" : "";
  return `[${job.number}]${jobs.mark(job)} ${pid}${state.padEnd(24)}${job.text}${ending}\n`;
}

/** Tells of jobs that have ended since the last time. */
export async function reportJobs(shell: Shell): Promise<void> {
  const { jobs } = shell;
  if (!jobs) return;
  for (const job of jobs.all.filter(({ state }) => state === "done")) {
    if (job.news && !job.disowned && shell.interactive) {
      await shell.stderr.write(describeJob(jobs, job));
    }
    jobs.remove(job);
  }
}

interface Foreground {
  readonly children: readonly Child[];
  readonly text: string;
  /** The job that they are already. */
  readonly job?: Job;
}

/**
 * The exit status of processes in the foreground. In an interactive shell they may stop instead.
 */
export async function waitForeground(
  shell: Shell,
  { children, text, job: known }: Foreground,
): Promise<number[]> {
  const { process, jobs } = shell;
  if (!shell.options.monitor || !jobs) {
    const statuses: number[] = [];
    for (const child of children) statuses.push(await process.wait(child.exit));
    await tellDeath(shell, children, text);
    return statuses;
  }
  const { tty } = process;
  try {
    for (const child of children) {
      if ((await process.wait(child.change())) !== "stopped") continue;
      const job = known ?? jobs.add(children, text);
      job.state = "stopped";
      job.news = false;
      const status = 128 + signalNumbers.SIGTSTP;
      await shell.stderr.write(`\n${describeJob(jobs, job)}`);
      return [...children.map(() => status)];
    }
  } finally {
    if (tty) {
      tty.foreground = process.group;
      if (!shell.subshell) tty.mode = cookedMode;
    }
  }
  if (known) jobs.remove(known);
  const statuses: number[] = [];
  for (const child of children) statuses.push(await child.exit);
  if (children.some(({ signal }) => signal === "SIGINT")) {
    shell.status = statuses.at(-1) ?? 130;
    throw new Interrupted();
  }
  await tellDeath(shell, children, text);
  return statuses;
}

/** A command that a signal ended is worth a word. */
export async function tellDeath(
  shell: Shell,
  children: readonly Child[],
  text: string,
): Promise<void> {
  const last = children.at(-1);
  const signal = last?.signal;
  const name = signal && signalTexts[signal];
  if (!last || !name || signal === "SIGINT") return;
  if (shell.interactive || signal === "SIGTERM") await shell.stderr.write(`${name}\n`);
  else if (shell.dialect.name === "bash") {
    const pid = String(last.pid).padStart(5);
    await shell.complain(`${pid} ${name.padEnd(23)} ${text}`);
  } else await shell.stderr.write(`${name}\n`);
}

/** Lets a process group have the terminal. */
export function giveTerminal(shell: Shell, group: number): void {
  const { tty } = shell.process;
  if (tty && shell.options.monitor) tty.foreground = group;
}
