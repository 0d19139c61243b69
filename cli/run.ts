// `kennel run`: plays scripts and prints their transcripts, or compares them with what they expect.
// Knows nothing of the cluster: whoever calls it says how a session is opened.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { compareResults } from "./compare.ts";
import { type CommandResult, parseScript, printStep, ScriptError, type Step } from "./golden.ts";
import { parseRunOptions, type RunOptions, UsageError } from "./options.ts";

/** A fresh cluster and a workstation, for one script. */
export interface Session {
  /** Does what the step says; the result is that of a command. */
  execute(step: Step): Promise<CommandResult | undefined>;
  close(): Promise<void>;
}

/** What of a script a session has to know before its first step. */
export interface SessionOptions extends Pick<RunOptions, "scene" | "era" | "client" | "seed"> {
  /** From `@nodes`. */
  readonly nodes: number | undefined;
}

export type OpenSession = (options: SessionOptions) => Promise<Session>;

export interface Output {
  print(text: string): void;
  complain(text: string): void;
}

/**
 * Resolves to the exit status: 2 for a wrong command line, 1 if a script cannot be read or differs.
 */
export async function run(
  argv: readonly string[],
  open: OpenSession,
  output: Output,
): Promise<number> {
  try {
    const options = parseRunOptions(argv);
    const runs = new ScriptRuns(options, open, output);
    for (const file of options.files) await runs.play(file);
    return runs.finish();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    output.complain(`kennel run: ${error.message}`);
    return 2;
  }
}

class ScriptRuns {
  readonly #options: RunOptions;
  readonly #open: OpenSession;
  readonly #output: Output;
  #compared = 0;
  #matching = 0;
  #unreadable = 0;

  constructor(options: RunOptions, open: OpenSession, output: Output) {
    this.#options = options;
    this.#open = open;
    this.#output = output;
  }

  async play(file: string): Promise<void> {
    const steps = this.#read(file);
    if (!steps) return;
    const { folder, check, scene, era, client, seed } = this.#options;
    const nodes = steps.find((step) => step.kind === "nodes")?.count;
    const session = await this.#open({ scene, era, client, seed, nodes });
    const transcript: string[] = [];
    try {
      for (const step of steps) {
        const result = await session.execute(step);
        const text = printStep(step, result);
        if (folder !== undefined) transcript.push(text);
        else if (!check) this.#output.print(text);
        if (check && result) this.#check(file, step, result);
      }
    } finally {
      await session.close();
    }
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${basename(file, extname(file))}.out`), transcript.join(""));
  }

  /** Says how many matched, and gives the exit status. */
  finish(): number {
    if (this.#options.check) {
      this.#output.print(`${this.#matching} of ${this.#compared} commands match\n`);
    }
    return this.#unreadable === 0 && this.#matching === this.#compared ? 0 : 1;
  }

  #read(file: string): Step[] | undefined {
    try {
      return parseScript(readFileSync(file, "utf8"));
    } catch (error) {
      const isUnreadable =
        error instanceof ScriptError || (error instanceof Error && "code" in error);
      if (!isUnreadable) throw error;
      this.#unreadable++;
      this.#output.complain(`kennel run: ${file}: ${error.message}\n`);
      return undefined;
    }
  }

  #check(file: string, step: Step, result: CommandResult): void {
    if (step.kind !== "command" || step.flaky) return;
    this.#compared++;
    const difference = compareResults(step, step.expected, result);
    if (!difference) this.#matching++;
    else {
      const lines = [`${file}:${step.line}: $ ${step.command}`, ...difference.map((l) => `  ${l}`)];
      this.#output.print(`${lines.join("\n")}\n`);
    }
  }
}
