// The form of a script and of its transcript: the commands of a terminal session, what is done
// between them, and what each command is expected to print. tests/golden/ is full of them.
//
//   # text           comment; `# nodes: exact` and `# nodes: free` say whether node names count
//   $ COMMAND        one `bash -c` on the workstation; its output below it, `[exit N]` if it failed
//   @file NAME … @end   writes a file
//   @settle · @advance 30s · @nodes N · @flaky, before a command that does not count

import { parseDuration } from "../sandbox/api/time.ts";

/** What a command printed, stdout and stderr together, without empty lines at its end. */
export interface CommandResult {
  readonly lines: readonly string[];
  readonly exit: number;
}

export interface CommandStep {
  readonly kind: "command";
  readonly line: number;
  /** The script's own lines of this step, as they stand there. */
  readonly source: readonly string[];
  readonly command: string;
  readonly expected: CommandResult;
  /** Two recordings on a real cluster differed here: it is run, but does not count. */
  readonly flaky: boolean;
  /** The node that the scheduler chose is to be the same. */
  readonly nodesExact: boolean;
}

export type Step =
  | CommandStep
  | ({ readonly line: number; readonly source: readonly string[] } & (
      | { readonly kind: "comment" }
      | { readonly kind: "file"; readonly name: string; readonly content: string }
      | { readonly kind: "settle" }
      | { readonly kind: "nodes"; readonly count: number }
      | { readonly kind: "advance"; readonly ms: number }
    ));

/** The script cannot be read. The message begins with the number of the line. */
export class ScriptError extends Error {}

const directive =
  /^(?:#(?: |$)|\$ |@(?:file [^ ]|end$|settle$|flaky$|nodes |advance )|\[exit \d+\]$)/;
const escaped = new RegExp(`^\\\\+(?=${directive.source.slice(1)})`);

/** Puts a backslash before a line of output that could be taken for one of the script's own. */
export function escapeLine(line: string): string {
  return directive.test(line) || escaped.test(line) ? `\\${line}` : line;
}

/** The other way. */
export function unescapeLine(line: string): string {
  return escaped.test(line) ? line.slice(1) : line;
}

/** The lines of an output; empty ones at its end do not count. */
export function outputLines(output: string): string[] {
  const lines = output.split("\n");
  while (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Reads a script or a transcript. Throws `ScriptError`. */
export function parseScript(text: string): Step[] {
  const reader = new ScriptReader(text.split(/\r?\n/));
  return reader.read();
}

/** A step as a transcript shows it: the script's own lines, and below a command what it printed. */
export function printStep(step: Step, result?: CommandResult): string {
  const lines = [...step.source];
  if (result) {
    lines.push(...result.lines.map(escapeLine));
    if (result.exit !== 0) lines.push(`[exit ${result.exit}]`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

class ScriptReader {
  readonly #lines: readonly string[];
  readonly #steps: Step[] = [];
  #at = 0;
  #nodesExact = false;
  /** The number of the line with `@flaky` that waits for its command. */
  #flakyAt: number | undefined;

  constructor(lines: readonly string[]) {
    this.#lines = lines;
  }

  read(): Step[] {
    while (this.#at < this.#lines.length) this.#readStep();
    if (this.#flakyAt !== undefined) throw this.#error("@flaky stands before no command");
    return this.#steps;
  }

  #readStep(): void {
    const line = this.#next();
    const base = { line: this.#at, source: [line] };
    if (this.#flakyAt !== undefined && directive.test(line) && !line.startsWith("$ ")) {
      throw this.#error("@flaky stands before a command");
    }
    if (line.startsWith("$ ")) this.#readCommand(line);
    else if (/^#( |$)/.test(line)) {
      const nodes = /^# nodes: (exact|free)$/.exec(line)?.[1];
      if (nodes) this.#nodesExact = nodes === "exact";
      this.#steps.push({ kind: "comment", ...base });
    } else if (line.startsWith("@")) this.#readDirective(line, base);
    // Every other line here is output that belongs to no command: nothing is expected of it.
  }

  #readDirective(line: string, base: { readonly line: number; readonly source: string[] }): void {
    const [, word = "", argument = ""] = /^@(\S*) ?(.*)$/.exec(line) ?? [];
    if (word === "settle" && argument === "") this.#steps.push({ kind: "settle", ...base });
    else if (word === "flaky" && argument === "") this.#flakyAt = base.line;
    else if (word === "file" && argument !== "") this.#readFile(argument, base);
    else if (word === "nodes" && /^[1-9]\d*$/.test(argument)) {
      if (this.#steps.some(({ kind }) => kind !== "comment" && kind !== "nodes")) {
        throw this.#error("@nodes stands at the top");
      }
      this.#steps.push({ kind: "nodes", count: Number(argument), ...base });
    } else if (word === "advance") {
      const ms = parseDuration(argument);
      if (ms === undefined || ms < 0) throw this.#error(`"${argument}" is no duration`);
      this.#steps.push({ kind: "advance", ms, ...base });
    } else throw this.#error(`"${line}" is not understood`);
  }

  #readFile(name: string, base: { readonly line: number; readonly source: string[] }): void {
    const content: string[] = [];
    for (;;) {
      if (this.#at >= this.#lines.length) throw this.#error(`@file ${name} has no @end`, base.line);
      const line = this.#next();
      base.source.push(line);
      if (line === "@end") break;
      content.push(`${line}\n`);
    }
    this.#steps.push({ kind: "file", name, content: content.join(""), ...base });
  }

  #readCommand(first: string): void {
    const start = this.#at;
    const output: string[] = [];
    let exit = 0;
    while (this.#at < this.#lines.length && !directive.test(this.#lines[this.#at] ?? "")) {
      output.push(unescapeLine(this.#next()));
    }
    const status = /^\[exit (\d+)\]$/.exec(this.#lines[this.#at] ?? "")?.[1];
    if (status !== undefined) {
      exit = Number(status);
      this.#at++;
    }
    const flaky = this.#flakyAt !== undefined;
    this.#flakyAt = undefined;
    this.#steps.push({
      kind: "command",
      line: start,
      source: flaky ? ["@flaky", first] : [first],
      command: first.slice("$ ".length),
      expected: { lines: outputLines(output.join("\n")), exit },
      flaky,
      nodesExact: this.#nodesExact,
    });
  }

  #next(): string {
    return this.#lines[this.#at++] ?? "";
  }

  #error(message: string, line = this.#at): ScriptError {
    return new ScriptError(`line ${line}: ${message}`);
  }
}
