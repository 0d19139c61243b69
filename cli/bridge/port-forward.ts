// port-forward for a stock kubectl: pairs of SPDY streams, one for the data and one for errors, for
// each connection. Newer clients wrap the same SPDY in a WebSocket.

import type { Session } from "../../sandbox/api/http.ts";
import { endOf, type Pipe } from "./frames.ts";
import { type SpdyStream, serveSpdy } from "./spdy.ts";

/** Joins one connection to a port inside of the pod. */
export type Connect = (port: number, session: Session) => Promise<number>;

export function forwardPorts(pipe: Pipe, connect: Connect): void {
  const waiting = new Map<string, SpdyStream>();
  const stop = new AbortController();
  serveSpdy(
    pipe,
    (stream) => {
      const { streamtype, requestid = "", port = "0" } = stream.headers;
      if (streamtype === "error") {
        waiting.set(requestid, stream);
        return;
      }
      const errors = waiting.get(requestid);
      waiting.delete(requestid);
      const running = connect(Number(port), {
        stdin: texts(stream.input),
        stdout: async (text) => stream.write(text),
        stderr: async (text) => errors?.write(text),
        signal: stop.signal,
      });
      void endOf(running, stop.signal).then(() => {
        stream.end();
        errors?.end();
      });
    },
    () => stop.abort(),
  );
}

async function* texts(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of input) yield decoder.decode(bytes, { stream: true });
}
