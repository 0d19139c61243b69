// kill: a signal to processes by their numbers.

import { signalNamed, signalNumbers } from "../../machine/signals.ts";
import { Failure, tool } from "./tool.ts";

/** `-9`, `-KILL`, `-s TERM` taken out of the arguments. */
export function signalIn(args: readonly string[]): { signal: string; rest: string[] } {
  let signal = "TERM";
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const named = /^-(?:s|-signal=?)(.*)$/.exec(arg);
    if (named && !signalNamed(arg.slice(1))) signal = named[1] || (args[++i] ?? "");
    else if (/^-(\d+|[A-Z][A-Z0-9]+)$/.test(arg)) signal = arg.slice(1);
    else rest.push(arg);
  }
  return { signal, rest };
}

export const kill = tool({ plain: true, usage: "[options] <pid> [...]" }, async (it) => {
  if (it.operands[0] === "-l" || it.operands[0] === "-L") {
    it.print(
      `${Object.keys(signalNumbers)
        .map((name) => name.slice(3))
        .join(" ")}\n`,
    );
    return 0;
  }
  const { signal: text, rest } = signalIn(it.operands);
  const signal = text === "0" ? undefined : signalNamed(text);
  if (!signal && text !== "0") throw new Failure(`unknown signal name ${text}`);
  for (const target of rest.filter((arg) => arg !== "--")) {
    const pid = Number(target);
    if (!/^-?\d+$/.test(target)) {
      await it.complain(`failed to parse argument: '${target}'`);
    } else if (
      !(signal
        ? it.process.kill(pid, signal)
        : it.process.processes().some((process) => process.pid === pid))
    ) {
      await it.complain(
        `(${target}): No such process`
          .replace(/^/, "sending signal to ")
          .replace("sending signal to (", "("),
      );
    }
  }
  return it.status;
});
