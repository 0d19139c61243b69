// The log of a node as logback writes it; the images differ in how a line begins.

import type { Process } from "../../machine/process.ts";

export type LogStyle = "short" | "full";

export interface Said {
  readonly level?: "INFO" | "WARN" | "ERROR";
  readonly thread?: string;
  /** The file of the source that says it, and the line. */
  readonly from?: string;
}

export class Log {
  readonly #process: Process;
  readonly #style: LogStyle;

  constructor(process: Process, style: LogStyle) {
    this.#process = process;
    this.#style = style;
  }

  say(
    text: string,
    { level = "INFO", thread = "main", from = "CassandraDaemon.java:0" }: Said = {},
  ) {
    const { clock, stdout, killed } = this.#process;
    if (killed.aborted) return;
    const [date = "", time = ""] = new Date(clock.now()).toISOString().replace("Z", "").split("T");
    const head =
      this.#style === "short"
        ? `${level.padEnd(5)} ${time.slice(0, 8)}`
        : `${level.padEnd(5)} [${thread}] ${date} ${time.replace(".", ",")} ${from} -`;
    void stdout.write(`${head} ${text}\n`);
  }
}
