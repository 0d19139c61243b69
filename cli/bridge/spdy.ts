// SPDY/3.1, as far as kubectl and its kind speak it: the client opens streams with headers, both
// sides send data, nobody counts windows.
// https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/

import { constants, createDeflate, createInflate, type Deflate, type Inflate } from "node:zlib";
import { Gatherer, type Pipe } from "./frames.ts";

const words = [
  ..."options head post put delete trace accept accept-charset accept-encoding".split(" "),
  ..."accept-language accept-ranges age allow authorization cache-control connection".split(" "),
  ..."content-base content-encoding content-language content-length content-location".split(" "),
  ..."content-md5 content-range content-type date etag expect expires from host".split(" "),
  ..."if-match if-modified-since if-none-match if-range if-unmodified-since".split(" "),
  ..."last-modified location max-forwards pragma proxy-authenticate".split(" "),
  ..."proxy-authorization range referer retry-after server te trailer".split(" "),
  ..."transfer-encoding upgrade user-agent vary via warning www-authenticate method".split(" "),
  ...["get", "status", "200 OK", "version", "HTTP/1.1", "url", "public", "set-cookie"],
  ...["keep-alive", "origin"],
];
const tail =
  "100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505" +
  "203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request" +
  "401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented" +
  "503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, " +
  "Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,application/xml," +
  "application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdch" +
  "charset=utf-8charset=iso-8859-1,utf-,*,enq=0.";

const counted = (text: string): Buffer[] => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(text));
  return [length, Buffer.from(text)];
};
const dictionary = Buffer.concat([...words.flatMap(counted), Buffer.from(tail)]);

const SYN_STREAM = 1;
const SYN_REPLY = 2;
const RST_STREAM = 3;
const PING = 6;
const GOAWAY = 7;
const FIN = 1;

export type Headers = Readonly<Record<string, string>>;

/** One stream that the client opened. */
export interface SpdyStream {
  readonly headers: Headers;
  /** What the client sends; ends when it does. */
  readonly input: AsyncIterable<Buffer>;
  write(bytes: Buffer | string): void;
  /** Nothing more will be written. */
  end(): void;
}

/** Speaks SPDY on a pipe; `open` is called for each stream, in their order. */
export function serveSpdy(
  pipe: Pipe,
  open: (stream: SpdyStream) => void,
  closed: () => void,
): void {
  new Spdy(pipe, open, closed).start();
}

class Spdy {
  readonly #pipe: Pipe;
  readonly #open: (stream: SpdyStream) => void;
  readonly #closed: () => void;
  readonly #gatherer = new Gatherer();
  readonly #inflate: Inflate = createInflate({ dictionary, finishFlush: constants.Z_SYNC_FLUSH });
  readonly #deflate: Deflate = createDeflate({ dictionary, flush: constants.Z_SYNC_FLUSH });
  readonly #streams = new Map<number, ByteQueue>();
  #working: Promise<void> = Promise.resolve();

  constructor(pipe: Pipe, open: (stream: SpdyStream) => void, closed: () => void) {
    this.#pipe = pipe;
    this.#open = open;
    this.#closed = closed;
  }

  start(): void {
    this.#pipe.read((bytes) => {
      if (!bytes) {
        for (const queue of this.#streams.values()) queue.end();
        this.#closed();
        return;
      }
      this.#gatherer.push(bytes);
      // Headers are inflated asynchronously, and frames must keep their order.
      this.#working = this.#working.then(() => this.#frames());
    });
  }

  async #frames(): Promise<void> {
    for (;;) {
      const head = this.#gatherer.peek(8);
      if (!head) return;
      const length = head.readUIntBE(5, 3);
      if (!this.#gatherer.peek(8 + length)) return;
      const frame = this.#gatherer.take(8 + length);
      const body = frame.subarray(8);
      const flags = frame[4] ?? 0;
      if ((frame[0] ?? 0) & 0x80) await this.#control(frame.readUInt16BE(2), flags, body);
      else this.#data(frame.readUInt32BE(0), flags, body);
    }
  }

  async #control(type: number, flags: number, body: Buffer): Promise<void> {
    const id = body.length >= 4 ? body.readUInt32BE(0) & 0x7fffffff : 0;
    switch (type) {
      case SYN_STREAM:
        return this.#syn(id, flags, await this.#headers(body.subarray(10)));
      case RST_STREAM:
        this.#streams.get(id)?.end();
        return;
      case PING:
        this.#pipe.write(Buffer.concat([controlHead(PING, 0, 4), body]));
        return;
      case GOAWAY:
        return;
    }
  }

  async #syn(id: number, flags: number, headers: Headers): Promise<void> {
    const input = new ByteQueue();
    this.#streams.set(id, input);
    if (flags & FIN) input.end();
    const block = await this.#pack();
    const streamId = Buffer.alloc(4);
    streamId.writeUInt32BE(id);
    this.#pipe.write(Buffer.concat([controlHead(SYN_REPLY, 0, 4 + block.length), streamId, block]));
    this.#open({
      headers,
      input,
      write: (bytes) => this.#send(id, 0, Buffer.from(bytes)),
      end: () => this.#send(id, FIN, Buffer.alloc(0)),
    });
  }

  #data(id: number, flags: number, body: Buffer): void {
    const queue = this.#streams.get(id);
    if (body.length > 0) queue?.push(Buffer.from(body));
    if (flags & FIN) queue?.end();
  }

  #send(id: number, flags: number, bytes: Buffer): void {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(id);
    head.writeUInt32BE(bytes.length, 4);
    head[4] = flags;
    this.#pipe.write(Buffer.concat([head, bytes]));
  }

  async #headers(block: Buffer): Promise<Headers> {
    const plain = await through(this.#inflate, block);
    const headers: Record<string, string> = {};
    let at = 4;
    const text = () => {
      const length = plain.readUInt32BE(at);
      at += 4 + length;
      return plain.subarray(at - length, at).toString();
    };
    for (let left = plain.readUInt32BE(0); left > 0; left--) {
      const name = text();
      headers[name.toLowerCase()] = text();
    }
    return headers;
  }

  /** An empty block of headers. */
  #pack(): Promise<Buffer> {
    return through(this.#deflate, Buffer.alloc(4));
  }
}

function controlHead(type: number, flags: number, length: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8003);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE(length, 4);
  head[4] = flags;
  return head;
}

/** What a compressor makes of some bytes, its state kept for the next ones. */
function through(stream: Inflate | Deflate, bytes: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const take = (piece: Buffer) => void pieces.push(piece);
    stream.on("data", take);
    stream.once("error", reject);
    stream.write(bytes, () => {
      stream.flush(constants.Z_SYNC_FLUSH, () => {
        stream.off("data", take);
        stream.off("error", reject);
        resolve(Buffer.concat(pieces));
      });
    });
  });
}

/** Bytes that are read while they arrive. */
export class ByteQueue implements AsyncIterable<Buffer> {
  readonly #waiting: Buffer[] = [];
  #ended = false;
  #wake = () => {};

  push(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next) yield next;
      else if (this.#ended) return;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
