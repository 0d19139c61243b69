// What small tools have in common: options, messages in the usual form, output that is gathered and
// flowing, lines one after the other without blocking the host.

import { absolute, FileError } from "../../machine/files.ts";
import { NetworkError } from "../../machine/network.ts";
import type { Process, Program, Reader } from "../../machine/process.ts";
import { BrokenPipe } from "../../machine/streams.ts";
import { parseOptions, UsageError } from "./options.ts";

export interface ToolSpec {
  /** As `parseOptions` takes them; `,help` and `,version` are added. */
  readonly options?: string;
  /** Behind `Usage: name `. */
  readonly usage: string;
  /** Exit status for wrong usage; 1 if not given. */
  readonly usageStatus?: number;
  readonly stopEarly?: boolean;
  readonly digits?: string;
  /** Takes all arguments as they are. */
  readonly plain?: boolean;
  /** What --version prints behind the name; `(GNU coreutils) 9.1` if not given. */
  readonly version?: string;
}

/** Ends a tool early. Without a message it has said what there is to say. */
export class Failure extends Error {
  override readonly name = "Failure";
  readonly status: number;
  constructor(message = "", status = 1) {
    super(message);
    this.status = status;
  }
}

/** Ends a tool early with a hint at --help. */
export class WrongUsage extends Error {
  override readonly name = "WrongUsage";
}

const FLUSH_AT = 8_192;

export class Tool {
  readonly process: Process;
  readonly name: string;
  readonly operands: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;
  /** The exit status so far. */
  status = 0;
  #output = "";

  constructor(
    process: Process,
    name: string,
    given: { values: ReadonlyMap<string, readonly string[]>; operands: readonly string[] },
  ) {
    this.process = process;
    this.name = name;
    this.#values = given.values;
    this.operands = given.operands;
  }

  has(option: string): boolean {
    return this.#values.has(option);
  }

  /** How often it was given. */
  count(option: string): number {
    return this.#values.get(option)?.length ?? 0;
  }

  /** The last value given. */
  value(option: string): string | undefined {
    return this.#values.get(option)?.at(-1);
  }

  values(option: string): readonly string[] {
    return this.#values.get(option) ?? [];
  }

  /** The one of these options that was given last. */
  lastOf(...options: readonly string[]): string | undefined {
    const order = [...this.#values.keys()];
    return options
      .filter((one) => order.includes(one))
      .sort((a, b) => order.indexOf(a) - order.indexOf(b))
      .at(-1);
  }

  get files() {
    return this.process.files;
  }

  path(path: string): string {
    return absolute(this.process.cwd, path);
  }

  /** Gathers output; `flush` sends it. */
  print(text: string): void {
    this.#output += text;
  }

  async flush(): Promise<void> {
    const text = this.#output;
    this.#output = "";
    if (text !== "") await this.process.stdout.write(text);
  }

  /** Sends what has been gathered if it is much. */
  async flow(): Promise<void> {
    if (this.#output.length >= FLUSH_AT) await this.flush();
  }

  /** Says what went wrong and goes on; the exit status will be 1, or `status`. */
  async complain(message: string, status = 1): Promise<void> {
    await this.flush();
    this.status = status;
    await this.process.stderr.write(`${this.process.argv[0]}: ${message}\n`);
  }

  /** Runs `act`; a refusal of the kernel becomes `name: what: why`. */
  async attempt(what: string, act: () => void | Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await this.complain(`${what}: ${error.message}`);
      return false;
    }
  }

  /** Opens an operand for reading; `-` is standard input. Undefined if it cannot, which is said. */
  async open(path: string, status = 1): Promise<Reader | undefined> {
    if (path === "-") return this.process.stdin;
    try {
      return this.process.open(path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await this.complain(`${path}: ${error.message}`, status);
      return undefined;
    }
  }

  /** The whole text of an operand. */
  async read(path: string, status = 1): Promise<string | undefined> {
    const reader = await this.open(path, status);
    return reader?.readAll();
  }

  /** All operands one after the other, standard input if there are none. */
  async readAll(operands: readonly string[] = this.operands): Promise<string> {
    let text = "";
    for (const path of operands.length > 0 ? operands : ["-"])
      text += (await this.read(path)) ?? "";
    return text;
  }

  /**
   * Calls `line` for each line, without its newline. Output flows after each piece that was read.
   * Stops when `line` returns false; what was not looked at stays readable.
   */
  async lines(
    reader: Reader,
    line: (text: string, ended: boolean) => boolean | void,
    delimiter = "\n",
  ): Promise<void> {
    let rest = "";
    for (;;) {
      const piece = await reader.read();
      if (piece === undefined) break;
      const pieces = (rest + piece).split(delimiter);
      rest = pieces.pop() ?? "";
      for (const [i, text] of pieces.entries()) {
        if (line(text, true) !== false) continue;
        const left = [...pieces.slice(i + 1), rest].join(delimiter);
        reader.unread(left);
        return this.flush();
      }
      await this.flush();
      await this.process.step(pieces.length);
    }
    if (rest !== "") line(rest, false);
    await this.flush();
  }

  /** A whole number that an option or operand must be. */
  integer(text: string, what: string): number {
    if (!/^[-+]?\d+$/.test(text)) throw new Failure(`invalid ${what}: ‘${text}’`);
    return Number(text);
  }
}

/**
 * Makes a program of a tool's body, which resolves to its exit status (or leaves that to `status`).
 */
export function tool(spec: ToolSpec, run: (tool: Tool) => Promise<number | void>): Program {
  return async (process) => {
    const name = (process.argv[0] ?? "").replace(/^.*\//, "");
    const args = process.argv.slice(1);
    let made: Tool | undefined;
    try {
      const options = `${spec.options ?? ""} ,help ,version`;
      const given = spec.plain
        ? { values: new Map<string, readonly string[]>(), operands: args }
        : parseOptions(args, options, spec);
      made = new Tool(process, name, given);
      if (made.has("help") && !spec.plain) {
        await process.stdout.write(`Usage: ${name} ${spec.usage}\n`);
        return 0;
      }
      if (made.has("version") && !spec.plain) {
        await process.stdout.write(`${name} ${spec.version ?? "(GNU coreutils) 9.1"}\n`);
        return 0;
      }
      const status = await run(made);
      await made.flush();
      return status ?? made.status;
    } catch (error) {
      await made?.flush();
      const message = explain(error, process.argv[0] ?? name);
      if (message === undefined) throw error;
      if (message !== "") await process.stderr.write(message);
      return error instanceof Failure ? error.status : (spec.usageStatus ?? 1);
    }
  };
}

function explain(error: unknown, name: string): string | undefined {
  if (error instanceof Failure) return error.message === "" ? "" : `${name}: ${error.message}\n`;
  if (error instanceof UsageError || error instanceof WrongUsage) {
    const first = error.message === "" ? "" : `${name}: ${error.message}\n`;
    return `${first}Try '${name} --help' for more information.\n`;
  }
  if (error instanceof FileError) {
    // ENOSPC and its like arrive while writing.
    return `${name}: ${error.path === "" ? "write error" : error.path}: ${error.message}\n`;
  }
  if (error instanceof BrokenPipe) return `${name}: write error: ${error.message}\n`;
  if (error instanceof NetworkError) return `${name}: ${error.about}: ${error.message}\n`;
  return undefined;
}

/** Seconds from `1`, `0.5`, `2m`, `1h`, `1d`; undefined if it is no duration. */
export function duration(text: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  if (!match) return text === "infinity" || text === "inf" ? 1e9 : undefined;
  return Number(match[1]) * ({ m: 60, h: 3600, d: 86_400 }[match[2] ?? ""] ?? 1);
}

/** `1.5K`, as ls, du and df print sizes with -h: rounded up. */
export function humanSize(bytes: number, base = 1024): string {
  if (bytes < base) return String(bytes);
  let size = bytes;
  let unit = -1;
  while (size >= base && unit < 5) {
    size /= base;
    unit++;
  }
  const letters = base === 1024 ? "KMGTPE" : "kMGTPE";
  const shown =
    size < 10 ? (Math.ceil(size * 10 - 1e-9) / 10).toFixed(1) : String(Math.ceil(size - 1e-9));
  return shown === String(base) ? `1.0${letters[unit + 1]}` : shown + letters[unit];
}
