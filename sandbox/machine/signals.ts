// Signals: their numbers, and what they do to a process that does not trap them.

import type { Signal } from "./process.ts";

export const signalNumbers: Readonly<Record<Signal, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGABRT: 6,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGWINCH: 28,
};

/** What a signal does if nobody traps it. */
export function defaultAction(signal: Signal): "end" | "stop" | "continue" | "nothing" {
  if (signal === "SIGCONT") return "continue";
  if (signal === "SIGCHLD" || signal === "SIGWINCH") return "nothing";
  return /^SIG(STOP|TSTP|TTIN|TTOU)$/.test(signal) ? "stop" : "end";
}

/** By number or by name, with or without SIG: `9`, `KILL`, `SIGKILL`. */
export function signalNamed(text: string): Signal | undefined {
  const names = Object.keys(signalNumbers) as Signal[];
  const wanted = text.toUpperCase();
  return names.find(
    (name) => name === wanted || name.slice(3) === wanted || String(signalNumbers[name]) === text,
  );
}

/** A trap that does nothing. It is told from others: a process's children inherit it. */
export const ignored = (): void => {};
