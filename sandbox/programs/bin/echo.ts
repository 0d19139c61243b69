// echo, printf, yes, true, false, pwd, printenv … the programs behind what shells mostly do
// themselves.

import { TestError, testArguments, wholeNumber } from "../shell/condition.ts";
import { echoed } from "./escapes.ts";
import { formatPrintf } from "./printf-format.ts";
import { Failure, tool, WrongUsage } from "./tool.ts";

export const echo = tool({ plain: true, usage: "[SHORT-OPTION]... [STRING]..." }, async (it) => {
  let newline = true;
  let escapes = false;
  let first = 0;
  for (; /^-[neE]+$/.test(it.operands[first] ?? ""); first++) {
    for (const letter of (it.operands[first] ?? "").slice(1)) {
      if (letter === "n") newline = false;
      else escapes = letter === "e";
    }
  }
  const words = it.operands.slice(first).join(" ");
  const { text, stop } = escapes ? echoed(words) : { text: words, stop: false };
  it.print(newline && !stop ? `${text}\n` : text);
});

export const printf = tool({ plain: true, usage: "FORMAT [ARGUMENT]..." }, async (it) => {
  const [format, ...values] = it.operands;
  if (format === undefined) throw new WrongUsage("missing operand");
  const { text, errors } = formatPrintf(format, values, it.process.clock.now());
  for (const error of errors) {
    await it.complain(error.replace(/^(.*): invalid number$/s, "‘$1’: expected a numeric value"));
  }
  it.print(text);
});

export const yes = tool({ usage: "[STRING]..." }, async (it) => {
  const line = `${it.operands.join(" ") || "y"}\n`;
  for (;;) await it.process.stdout.write(line.repeat(64));
});

export const isTrue = async (): Promise<number> => 0;
export const isFalse = async (): Promise<number> => 1;

export const pwd = tool({ options: "L,logical P,physical", usage: "[OPTION]..." }, async (it) =>
  it.print(`${it.has("P") ? it.files.realPath(it.process.cwd) : it.process.cwd}\n`),
);

export const printenv = tool(
  { options: "0,null", usage: "[OPTION]... [VARIABLE]..." },
  async (it) => {
    const { env } = it.process;
    if (it.operands.length === 0) {
      for (const [name, value] of env) it.print(`${name}=${value}\n`);
      return 0;
    }
    for (const name of it.operands) {
      const value = env.get(name);
      if (value === undefined) it.status = 1;
      else it.print(`${value}\n`);
    }
    return it.status;
  },
);

/** `test` and `[` as programs. */
export const test = tool({ plain: true, usage: "EXPRESSION" }, async (it) => {
  let args = it.operands;
  if (it.name === "[") {
    if (args.at(-1) !== "]") throw new Failure("missing ‘]’", 2);
    args = args.slice(0, -1);
  }
  const { cwd, identity, files, stdin, stdout, stderr } = it.process;
  try {
    const truth = testArguments(args, {
      ...{ files, cwd, uid: identity.uid, isSet: () => false, isOn: () => false },
      isTerminal: (n) => [stdin, stdout, stderr][n]?.isTerminal ?? false,
      number: wholeNumber,
    });
    return truth ? 0 : 1;
  } catch (error) {
    if (error instanceof TestError) throw new Failure(error.message, 2);
    throw error;
  }
});
