// Runs a program for somebody at the far end of a connection: `kubectl exec`, `ssh`. Its terminal
// or its streams are the session's.

import type { Session } from "../api/http.ts";
import type { Machine } from "./machine.ts";
import type { SpawnOptions } from "./process.ts";
import { BoundReader, createPipe, hostOwner, type Source } from "./streams.ts";

export interface SessionOptions extends Pick<SpawnOptions, "env" | "cwd" | "user"> {
  readonly argv: readonly string[];
  /** Give it a terminal; the session's sizes then matter. */
  readonly tty: boolean;
}

/** Resolves to the exit code. Throws `SpawnError` if there is no such program. */
export async function runSession(
  machine: Machine,
  session: Session,
  { tty, ...command }: SessionOptions,
): Promise<number> {
  return tty ? onTerminal(machine, session, command) : onStreams(machine, session, command);
}

type Command = Omit<SessionOptions, "tty">;

async function onTerminal(
  machine: Machine,
  session: Session,
  { argv, ...options }: Command,
): Promise<number> {
  const sizes = session.resizes?.[Symbol.asyncIterator]();
  const first = await sizes?.next();
  const size = first && !first.done ? first.value : { columns: 80, rows: 24 };
  const terminal = machine.openTerminal(argv, {
    ...options,
    ...size,
    output: (text) => session.stdout(text),
  });
  const gone = () => terminal.hangUp();
  session.signal.addEventListener("abort", gone, { once: true });
  const feed = async () => {
    for await (const text of session.stdin ?? []) terminal.type(text);
  };
  const follow = async () => {
    for (let next = await sizes?.next(); next && !next.done; next = await sizes?.next()) {
      terminal.resize(next.value.columns, next.value.rows);
    }
  };
  const helpers = Promise.allSettled([feed(), follow()]);
  try {
    return await terminal.exit;
  } finally {
    session.signal.removeEventListener("abort", gone);
    helpers.catch(() => {});
  }
}

async function onStreams(
  machine: Machine,
  session: Session,
  { argv, ...options }: Command,
): Promise<number> {
  const child = machine.spawn(argv, {
    ...options,
    stdin: new BoundReader(inputOf(session), hostOwner(machine.clock)),
    stdout: { isTerminal: false, write: (text) => session.stdout(text) },
    stderr: { isTerminal: false, write: (text) => session.stderr(text) },
  });
  const gone = () => child.kill("SIGHUP");
  session.signal.addEventListener("abort", gone, { once: true });
  try {
    return await child.exit;
  } finally {
    session.signal.removeEventListener("abort", gone);
  }
}

/** What the other end sends; nothing at all if it sends nothing. */
function inputOf({ stdin }: Session): Source {
  const { source, sink } = createPipe();
  sink.retain();
  if (!stdin) sink.release();
  else {
    void (async () => {
      for await (const text of stdin) sink.put(text);
    })()
      .catch(() => {})
      .then(() => sink.release());
  }
  return source;
}
