// Joins what callers of the runtime have (functions, lists that go on) to what processes read and
// write.

import type { Reader, Writer } from "../../machine/process.ts";
import type { Pipe } from "../../machine/streams.ts";

/** A writer for a process that hands on all it is given. */
export function writerOf(put: (text: string) => void | Promise<void>): Writer {
  return { isTerminal: false, write: async (text) => put(text) };
}

/** A reader for a process that gives what the list gives; without one it is at its end. */
export function readerOf(from: AsyncIterable<string> | Pipe | undefined): Reader {
  const read = from === undefined ? async () => undefined : nextOf(from);
  return {
    isTerminal: false,
    ...{ read, readLine: read, readUntil: read, readWithin: read },
    readAll: async () => (await read()) ?? "",
    unread() {},
  };
}

function nextOf(from: AsyncIterable<string> | Pipe): () => Promise<string | undefined> {
  if ("source" in from) {
    from.source.retain();
    return async () => {
      for (;;) {
        const text = from.source.take();
        if (text !== "") return text;
        await new Promise<void>((resolve) => {
          from.source.ready(resolve);
        });
      }
    };
  }
  const iterator = from[Symbol.asyncIterator]();
  return async () => {
    const { value, done } = await iterator.next();
    return done ? undefined : value;
  };
}
