// The log of an agent, as hclog writes it: one line for each thing that happens, where it happens.
// Upstream: hashicorp/go-hclog intlogger.go.

import type { Clock } from "../../sim/clock.ts";

export const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"] as const;
export type Level = (typeof levels)[number];

/** What stands behind the message as `name=value`. */
export type Values = Readonly<Record<string, string | number | boolean | readonly string[]>>;

export interface LogOptions {
  readonly clock: Clock;
  readonly level: Level;
  /** Before each line. */
  readonly indent: string;
  readonly write: (line: string) => void;
  /** An error of several lines is shown as several lines. */
  readonly multiline: boolean;
}

/** Where all loggers of an agent write to. */
export class LogOutput {
  readonly #options: LogOptions;
  readonly #followers = new Map<(line: string) => void, number>();
  #level: number;

  constructor(options: LogOptions) {
    this.#options = options;
    this.#level = levels.indexOf(options.level);
  }

  get level(): Level {
    return levels[this.#level] ?? "INFO";
  }

  say(level: Level, name: string, text: string): void {
    const { clock, indent, write } = this.#options;
    const stamp = new Date(clock.now()).toISOString();
    const line = `${stamp} ${`[${level}]`.padEnd(7)} ${name}: ${text}`;
    const rank = levels.indexOf(level);
    if (rank >= this.#level) write(`${indent}${line}\n`);
    for (const [follower, wanted] of this.#followers) if (rank >= wanted) follower(line);
  }

  valuesText(values: Values): string {
    return Object.entries(values)
      .map(([name, value]) => ` ${name}=${this.#valueText(value)}`)
      .join("");
  }

  /** Shows new lines to somebody else, from a level of his own. Returns how to stop. */
  follow(level: Level, follower: (line: string) => void): () => void {
    this.#followers.set(follower, levels.indexOf(level));
    return () => {
      this.#followers.delete(follower);
    };
  }

  #valueText(value: Values[string]): string {
    if (typeof value !== "string") {
      return typeof value === "object"
        ? `[${value.map((each) => (this.#options.multiline ? JSON.stringify(each) : each)).join(", ")}]`
        : String(value);
    }
    if (this.#options.multiline && value.includes("\n")) {
      return `\n${value.trimEnd().replaceAll(/^/gm, "  | ")}`;
    }
    return /[\s"]/.test(value) ? JSON.stringify(value) : value;
  }
}

/** Speaks for one part of the agent. */
export class Logger {
  readonly #output: LogOutput;
  readonly #name: string;
  readonly #values: Values;

  constructor(output: LogOutput, name: string, values: Values = {}) {
    this.#output = output;
    this.#name = name;
    this.#values = values;
  }

  named(name: string): Logger {
    return new Logger(this.#output, `${this.#name}.${name}`, this.#values);
  }

  with(values: Values): Logger {
    return new Logger(this.#output, this.#name, values);
  }

  info(text: string, values?: Values): void {
    this.say("INFO", text, values);
  }

  warn(text: string, values?: Values): void {
    this.say("WARN", text, values);
  }

  error(text: string, values?: Values): void {
    this.say("ERROR", text, values);
  }

  say(level: Level, text: string, values: Values = {}): void {
    const all = this.#output.valuesText(this.#values) + this.#output.valuesText(values);
    this.#output.say(level, this.#name, all === "" ? text : `${text}:${all}`);
  }
}
