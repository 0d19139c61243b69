// exec and attach for a stock kubectl: the streams of a remote process over SPDY streams or over
// the channels of a WebSocket. apimachinery remotecommand: v4.channel.k8s.io, v5.channel.k8s.io.

import type { Session } from "../../sandbox/api/http.ts";
import type { Status } from "../../sandbox/api/status.ts";
import { endOf, type Pipe } from "./frames.ts";
import { ByteQueue, type SpdyStream, serveSpdy } from "./spdy.ts";
import { messagesOf } from "./websocket.ts";

type Run = (session: Session) => Promise<number>;

/** What the client asked for in the query. */
export interface Wanted {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** `Status` as the error stream carries it at the end. */
export function endStatus(code: number | Status): string {
  if (typeof code === "object") return JSON.stringify(code);
  if (code === 0) return JSON.stringify({ metadata: {}, status: "Success" });
  return JSON.stringify({
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: exit status ${code}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  });
}

/** Serves one exec or attach over SPDY; the client opens a stream for each thing it wants. */
export function overSpdy(pipe: Pipe, wanted: Wanted, run: Run): void {
  const streams = new Map<string, SpdyStream>();
  const expected =
    1 +
    Object.entries(wanted).filter(([, is]) => is).length -
    (wanted.tty && wanted.stderr ? 1 : 0);
  const stop = new AbortController();
  serveSpdy(
    pipe,
    (stream) => {
      streams.set(stream.headers["streamtype"] ?? "", stream);
      // A terminal's sizes come on a stream of their own.
      if (streams.size === expected) void serve();
    },
    () => stop.abort(),
  );
  const serve = async () => {
    const stdin = streams.get("stdin");
    const resize = streams.get("resize");
    const running = run({
      ...(stdin && { stdin: texts(stdin.input) }),
      ...(resize && { resizes: sizes(resize.input) }),
      stdout: async (text) => streams.get("stdout")?.write(text),
      stderr: async (text) => (streams.get("stderr") ?? streams.get("stdout"))?.write(text),
      signal: stop.signal,
    });
    const code = await endOf(running, stop.signal);
    if (code === undefined) return;
    streams.get("error")?.write(endStatus(code));
    for (const stream of streams.values()) stream.end();
  };
}

/** Serves one exec or attach over a WebSocket with the channels of v4 or v5. */
export function overWebSocket(pipe: Pipe, wanted: Wanted, run: Run): void {
  const messages = messagesOf(pipe);
  const stop = new AbortController();
  const stdin = new ByteQueue();
  const resizes = new ByteQueue();
  const queues = new Map([
    [0, stdin],
    [4, resizes],
  ]);
  messages.read((bytes) => {
    if (!bytes) {
      stdin.end();
      resizes.end();
      stop.abort();
      return;
    }
    const channel = bytes[0] ?? 0;
    // In v5 channel 255 closes the one that it names.
    if (channel === 255) queues.get(bytes[1] ?? 0)?.end();
    else queues.get(channel)?.push(bytes.subarray(1));
  });
  const send = async (channel: number, text: string) =>
    messages.write(Buffer.concat([Buffer.from([channel]), Buffer.from(text)]));
  const running = run({
    ...(wanted.stdin && { stdin: texts(stdin) }),
    ...(wanted.tty && { resizes: sizes(resizes) }),
    stdout: (text) => send(1, text),
    stderr: (text) => send(wanted.tty ? 1 : 2, text),
    signal: stop.signal,
  });
  void endOf(running, stop.signal).then(async (code) => {
    if (code === undefined) return;
    await send(3, endStatus(code));
    messages.close();
  });
}

async function* texts(input: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of input) yield decoder.decode(bytes, { stream: true });
}

async function* sizes(input: AsyncIterable<Buffer>) {
  for await (const bytes of input) {
    for (const line of bytes.toString().split("\n")) {
      if (line.trim() === "") continue;
      const { Width, Height } = JSON.parse(line) as { Width: number; Height: number };
      yield { columns: Width, rows: Height };
    }
  }
}
