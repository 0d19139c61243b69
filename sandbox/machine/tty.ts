// Terminals: the line between whoever types (the page, the command line, `kubectl exec`) and the
// processes behind it. This file is the contract; line-discipline.ts does the work.

/** As its processes see it. */
export interface Tty {
  /** `/dev/pts/0`. */
  readonly name: string;
  readonly columns: number;
  readonly rows: number;
  mode: TtyMode;
  /** All services off, or all on again. */
  raw: boolean;
  /** The process group that may read, and that ^C, ^Z and ^\ go to. */
  foreground: number;
}

/** What the line discipline does for its processes. */
export interface TtyMode {
  /** Gathers lines, with ^H ^W ^U ^D to edit them. */
  readonly lines: boolean;
  /** Sends what is typed back to the screen. */
  readonly echo: boolean;
  /** Makes signals of ^C, ^Z and ^\. */
  readonly signals: boolean;
  /** Writes a carriage return before each newline. */
  readonly newlines: boolean;
}

export const cookedMode: TtyMode = { lines: true, echo: true, signals: true, newlines: true };
export const rawMode: TtyMode = { lines: false, echo: false, signals: false, newlines: false };

/** The other end: the screen and the keyboard. */
export interface Terminal {
  /** Keys as a terminal sends them: `\r` for Enter, `\x03` for ^C, `\x1b[A` for the arrow. */
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** The line is dropped: SIGHUP to the session. */
  hangUp(): void;
  /** Exit code of what was started on it. */
  readonly exit: Promise<number>;
}

export interface TerminalOptions {
  readonly columns: number;
  readonly rows: number;
  /**
   * Takes what is to be shown; a promise that it returns holds the writers back until it settles.
   */
  readonly output: (text: string) => void | Promise<void>;
}
