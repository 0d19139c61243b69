// Connections to containers: exec, attach and port-forward take over a request's connection, with
// the process's own streams or terminal at this end. client-go tools/remotecommand; kubectl
// pkg/util/term.

import type { Session } from "../../../api/http.ts";
import { StatusError } from "../../../api/status.ts";
import type { Process } from "../../../machine/process.ts";
import { CommandError } from "../cli/errors.ts";
import type { Ask, Connection } from "./connection.ts";

/** Which of its streams a command joins. */
export interface Streams {
  readonly stdin: boolean;
  /** Keys go through as they are typed, and sizes with them. */
  readonly tty: boolean;
}

/** True if the process can be the near end of a remote terminal; says why if it cannot. */
export async function canBeTerminal(process: Process): Promise<boolean> {
  if (process.stdin.isTerminal && process.tty) return true;
  await process.stderr.write(
    "Unable to use a TTY - input is not a terminal or the right kind of file\n",
  );
  return false;
}

/** Resolves to the exit code of what runs at the far end. */
export async function joinStreams(
  process: Process,
  connection: Connection,
  { ask, stdin, tty }: Streams & { readonly ask: Ask },
): Promise<number> {
  const leaving = new AbortController();
  const leave = () => leaving.abort();
  process.killed.addEventListener("abort", leave, { once: true });
  const terminal = tty ? process.tty : undefined;
  const sizes = terminal && new Sizes(process);
  const session: Session = {
    signal: leaving.signal,
    ...(stdin && { stdin: typed(process) }),
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    ...(sizes && { resizes: sizes }),
  };
  if (terminal) terminal.raw = true;
  try {
    return await process.wait(connection.join({ ...ask, signal: leaving.signal }, session));
  } catch (error) {
    // What goes wrong behind the server comes through the connection, and is not the server's.
    if (error instanceof StatusError && error.reason === "InternalError") {
      throw new CommandError(error.message);
    }
    throw error;
  } finally {
    if (terminal) terminal.raw = false;
    sizes?.end();
    process.killed.removeEventListener("abort", leave);
    leave();
  }
}

async function* typed({ stdin }: Process): AsyncGenerator<string> {
  for (let text = await stdin.read(); text !== undefined; text = await stdin.read()) yield text;
}

type Size = { readonly columns: number; readonly rows: number };

/** The terminal's size, and each that it gets later. */
class Sizes implements AsyncIterable<Size> {
  readonly #process: Process;
  readonly #waiting: ((result: IteratorResult<Size, undefined>) => void)[] = [];
  readonly #sizes: Size[] = [];
  #ended = false;

  constructor(process: Process) {
    this.#process = process;
    this.#take();
    process.trap("SIGWINCH", () => this.#take());
  }

  #take(): void {
    const { tty } = this.#process;
    if (!tty) return;
    const size = { columns: tty.columns, rows: tty.rows };
    const next = this.#waiting.shift();
    if (next) next({ done: false, value: size });
    else this.#sizes.push(size);
  }

  end(): void {
    this.#ended = true;
    this.#process.trap("SIGWINCH", undefined);
    for (const next of this.#waiting.splice(0)) next({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): AsyncIterator<Size, undefined> {
    return {
      next: () => {
        const size = this.#sizes.shift();
        if (size) return Promise.resolve({ done: false, value: size });
        if (this.#ended) return Promise.resolve({ done: true, value: undefined });
        return new Promise((resolve) => this.#waiting.push(resolve));
      },
    };
  }
}
