// Walks the syntax tree: lists, pipelines, loops, conditions, subshells. Simple commands are
// command.ts's, words are expand.ts's.

import type * as A from "unbash";
import type { Child, SpawnOptions } from "../../machine/process.ts";
import { ignored } from "../../machine/signals.ts";
import { runSimple } from "./command.ts";
import { isUnary, TestError, testBinary, testUnary } from "./condition.ts";
import { arithmeticText, expandPattern, expandRegExp, expandWord, expandWords } from "./expand.ts";
import { giveTerminal, waitForeground } from "./jobs.ts";
import { patternRegExp } from "./pattern.ts";
import { redirect } from "./redirect.ts";
import { evaluateIn } from "./special.ts";
import { Leave, type Shell, ShellError } from "./state.ts";
import { evaluate, startSubshell } from "./subshell.ts";
import { surroundings } from "./surroundings.ts";

/** Units of work that one statement counts for: a few hundred of them take a millisecond. */
const STATEMENT = 5;

/** Runs a parsed script as part of the shell. */
export async function runScript(shell: Shell, script: A.Script, source: string): Promise<number> {
  const before = { source: shell.source, position: shell.position };
  shell.source = source;
  try {
    return await runList(shell, script.commands);
  } finally {
    Object.assign(shell, before);
  }
}

/** As `runScript`, at the very end of a process: its last command may take the process over. */
export async function runToEnd(shell: Shell, script: A.Script, source: string): Promise<number> {
  shell.source = source;
  return runList(shell, script.commands, true);
}

async function runList(
  shell: Shell,
  statements: readonly A.Statement[],
  tail = false,
): Promise<number> {
  let status = 0;
  for (const [i, statement] of statements.entries()) {
    await shell.process.step(STATEMENT);
    if (shell.options.noexec && !shell.interactive) return 0;
    const last = tail && i === statements.length - 1;
    status = statement.background
      ? await background(shell, statement)
      : await runNode(shell, statement.command, last);
    if (shell.pendingTraps.length > 0) await runTraps(shell);
  }
  return status;
}

/** The commands of the traps whose signals have come. */
export async function runTraps(shell: Shell): Promise<void> {
  for (let signal = shell.pendingTraps.shift(); signal; signal = shell.pendingTraps.shift()) {
    const command = shell.traps.get(signal);
    if (!command) continue;
    const { status } = shell;
    await evaluate(shell, command);
    shell.status = status;
  }
}

export async function runNode(
  shell: Shell,
  node: A.PipelineNode | A.AndOr | A.CompoundList,
  tail = false,
): Promise<number> {
  switch (node.type) {
    case "CompoundList":
      return runList(shell, node.commands, tail);
    case "AndOr":
      return andOr(shell, node, tail);
    case "Pipeline":
      return pipeline(shell, node, tail);
    default: {
      const status = await runCommand(shell, node, tail);
      shell.pipeStatus = [status];
      return settle(shell, status, node);
    }
  }
}

/** Notes the status; `set -e` ends the shell here. */
async function settle(shell: Shell, status: number, node: { type: string }): Promise<number> {
  shell.status = status;
  if (status === 0 || shell.tested > 0) return status;
  // Of these, the command inside that failed has been judged already.
  if (/^(If|While|For|ArithmeticFor|Case|BraceGroup|Function)$/.test(node.type)) return status;
  const trap = shell.traps.get("ERR");
  if (trap) {
    await evaluate(shell, trap);
    shell.status = status;
  }
  if (shell.options.errexit) throw new Leave("exit", status);
  return status;
}

async function tested<T>(shell: Shell, run: () => Promise<T>): Promise<T> {
  shell.tested++;
  try {
    return await run();
  } finally {
    shell.tested--;
  }
}

async function andOr(shell: Shell, node: A.AndOr, tail: boolean): Promise<number> {
  const [first, ...rest] = node.commands;
  if (!first) return 0;
  let status = await tested(shell, () => runNode(shell, first));
  for (const [i, command] of rest.entries()) {
    if ((node.operators[i] === "&&") !== (status === 0)) continue;
    const last = i === rest.length - 1;
    status = last
      ? await runNode(shell, command, tail)
      : await tested(shell, () => runNode(shell, command));
  }
  return status;
}

async function pipeline(shell: Shell, node: A.Pipeline, tail: boolean): Promise<number> {
  const negated = node.prefixes.filter(({ type }) => type === "Negation").length % 2 === 1;
  const time = node.prefixes.find(({ type }) => type === "Time");
  const start = shell.process.clock.now();
  const [only] = node.commands;
  const run = async () => {
    if (!only) return 0;
    if (node.commands.length > 1) return runStages(shell, node);
    const status = await runCommand(shell, only, tail && !negated && !time);
    shell.pipeStatus = [status];
    return status;
  };
  const status = negated ? await tested(shell, run) : await run();
  if (time)
    await tellTime(shell, shell.process.clock.now() - start, "posix" in time && !!time.posix);
  if (negated) {
    shell.status = status === 0 ? 1 : 0;
    return shell.status;
  }
  return settle(shell, status, node.commands.length === 1 && only ? only : node);
}

async function tellTime(shell: Shell, ms: number, posix: boolean): Promise<void> {
  const seconds = (ms / 1000).toFixed(3);
  if (posix) {
    await shell.stderr.write(`real ${(ms / 1000).toFixed(2)}\nuser 0.00\nsys 0.00\n`);
    return;
  }
  const minutes = Math.floor(ms / 60_000);
  const rest = (Number(seconds) - minutes * 60).toFixed(3);
  await shell.stderr.write(`\nreal\t${minutes}m${rest}s\nuser\t0m0.000s\nsys\t0m0.000s\n`);
}

/** All stages at once, each a process, joined by pipes. */
async function runStages(
  shell: Shell,
  { commands, operators, pos, end }: A.Pipeline,
): Promise<number> {
  const children: Child[] = [];
  let input: SpawnOptions = {};
  for (const [i, command] of commands.entries()) {
    const last = i === commands.length - 1;
    const pipe = last ? undefined : shell.process.pipe();
    const output = pipe ? { stdout: pipe.writer } : {};
    const errors = pipe && operators[i] === "|&" ? { stderr: pipe.writer } : {};
    const group = shell.options.monitor ? { group: children[0]?.pid ?? ("new" as const) } : {};
    const child = startSubshell(shell, (copy) => runCommand(copy, command, true), {
      ...input,
      ...output,
      ...errors,
      ...group,
    });
    children.push(child);
    if (i === 0) giveTerminal(shell, child.pid);
    input = pipe ? { stdin: pipe.reader } : {};
  }
  const statuses = await waitForeground(shell, { children, text: shell.source.slice(pos, end) });
  shell.pipeStatus = statuses;
  const failed = shell.options.pipefail ? statuses.findLast((status) => status !== 0) : undefined;
  return failed ?? statuses.at(-1) ?? 0;
}

async function background(shell: Shell, statement: A.Statement): Promise<number> {
  const text = shell.source.slice(statement.pos, statement.end).replace(/\s*&\s*$/, "");
  const { monitor } = shell.options;
  const streams = monitor ? { group: "new" as const } : { stdin: shell.process.reading("") };
  const child = startSubshell(
    shell,
    (copy) => {
      if (!monitor) {
        copy.process.trap("SIGINT", ignored);
        copy.process.trap("SIGQUIT", ignored);
      }
      return runNode(copy, statement.command, true);
    },
    streams,
  );
  shell.lastBackground = child.pid;
  const job = shell.jobs?.add([child], text);
  if (job && shell.interactive) await shell.stderr.write(`[${job.number}] ${child.pid}\n`);
  shell.status = 0;
  return 0;
}

async function runCommand(shell: Shell, node: A.CommandNode, tail: boolean): Promise<number> {
  shell.position = node.pos;
  const text = () => shell.source.slice(node.pos, node.end);
  try {
    if (node.type === "Command") {
      return await runSimple(shell, node, { runNode, tail, text: text() });
    }
    if (node.type === "Redirected") {
      const restore = await redirect(shell, node.redirects);
      try {
        return await runCompound(shell, node.command, tail);
      } finally {
        restore();
      }
    }
    return await runCompound(shell, node, tail);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    shell.position = node.pos;
    await shell.complain(error.message);
    shell.status = error.status;
    if (error.fatal && !shell.interactive) throw new Leave("exit", error.status);
    if (node.type === "Command" && !shell.interactive && shell.dialect.name !== "bash") {
      const name = node.name?.value ?? "";
      if (specialBuiltins.has(name)) throw new Leave("exit", error.status);
    }
    return error.status;
  }
}

/** In a POSIX shell an error in one of these ends the script. */
const specialBuiltins = new Set(
  ". : break continue eval exec exit export readonly return set shift trap unset".split(" "),
);

type Compound = Exclude<A.CommandNode, A.Command | A.Redirected>;

async function runCompound(shell: Shell, node: Compound, tail: boolean): Promise<number> {
  switch (node.type) {
    case "BraceGroup":
      return runList(shell, node.body.commands, tail);
    case "Subshell": {
      if (tail && !shell.traps.has("EXIT")) return runList(shell, node.body.commands, true);
      const group = shell.options.monitor ? { group: "new" as const } : {};
      const body = (copy: Shell) => runList(copy, node.body.commands, true);
      const child = startSubshell(shell, body, group);
      giveTerminal(shell, child.pid);
      const text = shell.source.slice(node.pos, node.end);
      const [status = 0] = await waitForeground(shell, { children: [child], text });
      return status;
    }
    case "If":
      return runIf(shell, node, tail);
    case "While": {
      const holds = async () => {
        const status = await tested(shell, () => runList(shell, node.clause.commands));
        return (status === 0) === (node.kind === "while");
      };
      return loop(shell, node.body, { holds });
    }
    case "For":
      return runFor(shell, node);
    case "ArithmeticFor":
      return runArithmeticFor(shell, node);
    case "Case":
      return runCase(shell, node, tail);
    case "Function":
      shell.functions.set(node.name.value, { node, source: shell.source });
      return 0;
    case "TestCommand":
      return (await condition(shell, node.expression)) ? 0 : 1;
    case "ArithmeticCommand": {
      const extent = { text: node.body, pos: node.pos + 2 };
      const text = await arithmeticText(shell, node.expression, extent);
      return inArithmetic("((", () => (evaluateIn(shell, text) !== 0n ? 0 : 1));
    }
    case "Select":
    case "Coproc":
      throw new ShellError(`${node.type.toLowerCase()}: not simulated`, 2);
  }
}

/** Errors of `((…))` say where they come from. */
function inArithmetic<T>(prefix: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ShellError) throw new ShellError(`${prefix}: ${error.message}`, 1);
    throw error;
  }
}

async function runIf(shell: Shell, node: A.If, tail: boolean): Promise<number> {
  for (const branch of [node, ...node.elif]) {
    const status = await tested(shell, () => runList(shell, branch.clause.commands));
    if (status === 0) return runList(shell, branch.then.commands, tail);
  }
  return node.else ? runList(shell, node.else.commands, tail) : 0;
}

interface Rounds {
  readonly holds: () => Promise<boolean>;
  /** What is done after each round. */
  readonly update?: () => Promise<unknown>;
}

/** Runs the body while the test holds; `break` and `continue` end here. */
async function loop(
  shell: Shell,
  body: A.CompoundList,
  { holds, update }: Rounds,
): Promise<number> {
  let status = 0;
  shell.loops++;
  try {
    while (await holds()) {
      await shell.process.step(STATEMENT);
      try {
        status = await runList(shell, body.commands);
      } catch (error) {
        if (!(error instanceof Leave) || (error.how !== "break" && error.how !== "continue")) {
          throw error;
        }
        if (error.count > 1 && shell.loops > 1) throw new Leave(error.how, error.count - 1);
        status = 0;
        if (error.how === "break") break;
      }
      await update?.();
    }
  } catch (error) {
    if (!(error instanceof Leave) || error.how !== "break") throw error;
    // A `break` in the condition.
    if (error.count > 1 && shell.loops > 1) throw new Leave("break", error.count - 1);
    return 0;
  } finally {
    shell.loops--;
  }
  return status;
}

async function runFor(shell: Shell, node: A.For): Promise<number> {
  const words = node.wordlist ? await expandWords(shell, node.wordlist) : [...shell.positional];
  let i = 0;
  const holds = async () => {
    const word = words[i++];
    if (word === undefined) return false;
    shell.variables.set(node.name.value, word);
    if (shell.options.xtrace)
      await shell.stderr.write(`+ for ${node.name.value} in ${words.join(" ")}\n`);
    return true;
  };
  return loop(shell, node.body, { holds });
}

async function runArithmeticFor(shell: Shell, node: A.ArithmeticFor): Promise<number> {
  const { source } = shell;
  const value = async (expression: A.ArithmeticExpression | undefined) => {
    if (!expression) return 1n;
    const { pos, end } = expression;
    return evaluateIn(
      shell,
      await arithmeticText(shell, expression, { text: source.slice(pos, end), pos }),
    );
  };
  await value(node.initialize);
  const holds = async () => (await value(node.test)) !== 0n;
  return loop(shell, node.body, { holds, update: () => value(node.update) });
}

async function runCase(shell: Shell, node: A.Case, tail: boolean): Promise<number> {
  const word = await expandWord(shell, node.word);
  let falling = false;
  let status = 0;
  for (const { pattern, body, terminator } of node.items) {
    let matches = falling;
    for (const one of matches ? [] : pattern) {
      const source = await expandPattern(shell, one);
      matches ||= matcher(shell, source).test(word);
    }
    if (!matches) continue;
    const ends = terminator !== ";&" && terminator !== ";;&";
    status = await runList(shell, body.commands, tail && ends);
    if (ends) return status;
    falling = terminator === ";&";
  }
  return status;
}

function matcher(shell: Shell, pattern: string): RegExp {
  const expression = patternRegExp(pattern, { extended: true });
  return shell.extras.has("nocasematch") ? new RegExp(expression, "iu") : expression;
}

/** `[[ … ]]` */
async function condition(shell: Shell, node: A.TestExpression): Promise<boolean> {
  switch (node.type) {
    case "TestGroup":
      return condition(shell, node.expression);
    case "TestNot": {
      const value = await condition(shell, node.operand);
      return node.negations.length % 2 === 1 ? !value : value;
    }
    case "TestLogical": {
      for (const operand of node.operands) {
        const value = await condition(shell, operand);
        if (value !== (node.operator === "&&")) return value;
      }
      return node.operator === "&&";
    }
    case "TestUnary": {
      const operand = await expandWord(shell, node.operand);
      if (!isUnary(node.operator)) return operand !== "";
      return testUnary(node.operator, operand, surroundings(shell));
    }
    case "TestBinary":
      return comparison(shell, node);
  }
}

async function comparison(shell: Shell, node: A.TestBinaryExpression): Promise<boolean> {
  const { operator } = node;
  const left = await expandWord(shell, node.left);
  if (operator === "=~") {
    const source = await expandRegExp(shell, node.right);
    const match = regexp(source, shell.extras.has("nocasematch")).exec(left);
    shell.variables.set("BASH_REMATCH", match ? [...match].map((group) => group ?? "") : []);
    return match !== null;
  }
  if (operator === "==" || operator === "=" || operator === "!=") {
    const matches = matcher(shell, await expandPattern(shell, node.right)).test(left);
    return matches === (operator !== "!=");
  }
  const right = await expandWord(shell, node.right);
  const around = surroundings(shell);
  try {
    return testBinary(
      { left, operator, right },
      { ...around, number: (text) => evaluateIn(shell, text) },
    );
  } catch (error) {
    if (error instanceof TestError) throw new ShellError(`[[: ${error.message}`);
    if (error instanceof ShellError) throw new ShellError(`[[: ${error.message}`);
    throw error;
  }
}

/** A POSIX extended regular expression; what is none is an error of status 2. */
function regexp(source: string, fold: boolean): RegExp {
  const translated = source.replace(/\[\[:(\w+):\]\]/g, (_, name: string) => {
    const known = {
      digit: "\\d",
      space: "\\s",
      alpha: "[A-Za-z]",
      alnum: "[A-Za-z0-9]",
      upper: "[A-Z]",
      lower: "[a-z]",
    };
    return known[name as keyof typeof known] ?? "\\w";
  });
  try {
    return new RegExp(translated, fold ? "i" : "");
  } catch (error) {
    if (error instanceof SyntaxError) throw new ShellError("", 2);
    throw error;
  }
}
