// mysqld's error log, which the image sends to the container's. sql/log.cc.

import type { Process } from "../../../machine/process.ts";

export type Level = "Note" | "Warning" | "ERROR";

export interface Log {
  note(text: string, thread?: number): void;
  warning(text: string, thread?: number): void;
  error(text: string, thread?: number): void;
  /** A line as it is. */
  raw(text: string): void;
}

/** `2017-01-13T10:00:00.123456Z 0 [Note] text` */
export function errorLog({ clock, stderr }: Process): Log {
  const say = (level: Level, text: string, thread: number) => {
    const stamp = new Date(clock.now()).toISOString().replace("Z", "000Z");
    void stderr.write(`${stamp} ${thread} [${level}] ${text}\n`);
  };
  return {
    note: (text, thread = 0) => say("Note", text, thread),
    warning: (text, thread = 0) => say("Warning", text, thread),
    error: (text, thread = 0) => say("ERROR", text, thread),
    raw: (text) => void stderr.write(`${text}\n`),
  };
}

/** `170113 10:00:00`, as InnoDB writes it within its lines. */
export function shortMoment(ms: number): string {
  const [date = "", time = ""] = new Date(ms).toISOString().slice(0, 19).split("T");
  const hour = time.replace(/^0/, " ");
  return `${date.slice(2).replaceAll("-", "")} ${hour}`;
}
