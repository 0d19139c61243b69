// WebSocket (RFC 6455) from the server's side, as far as kubectl speaks it: binary messages, pings,
// an orderly end.

import { createHash } from "node:crypto";
import { Gatherer, type Pipe } from "./frames.ts";

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** The head of the answer that switches protocols. */
export function acceptance(key: string, protocol: string): string {
  const accept = createHash("sha1")
    .update(key + GUID)
    .digest("base64");
  return [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept}`,
    `Sec-WebSocket-Protocol: ${protocol}`,
    "\r\n",
  ].join("\r\n");
}

/** The messages of a WebSocket as a pipe: each `read` is one message, each `write` sends one. */
export function messagesOf(pipe: Pipe): Pipe {
  const gatherer = new Gatherer();
  let message: Buffer[] = [];
  const send = (opcode: number, bytes: Buffer) =>
    pipe.write(Buffer.concat([head(opcode, bytes.length), bytes]));
  return {
    write: (bytes) => send(BINARY, bytes),
    close() {
      const normal = Buffer.alloc(2);
      normal.writeUInt16BE(1000);
      send(CLOSE, normal);
      pipe.close();
    },
    read(on) {
      pipe.read((bytes) => {
        if (!bytes) return on(undefined);
        gatherer.push(bytes);
        for (let frame = nextFrame(gatherer); frame; frame = nextFrame(gatherer)) {
          if (frame.opcode === PING) send(PONG, frame.bytes);
          else if (frame.opcode === CLOSE) {
            send(CLOSE, frame.bytes);
            on(undefined);
          } else if (frame.opcode !== PONG) {
            message.push(frame.bytes);
            if (!frame.isLast) continue;
            on(Buffer.concat(message));
            message = [];
          }
        }
      });
    },
  };
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly bytes: Buffer;
}

function nextFrame(gatherer: Gatherer): Frame | undefined {
  const start = gatherer.peek(2);
  if (!start) return undefined;
  const [first = 0, second = 0] = start;
  const short = second & 0x7f;
  const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
  const masked = (second & 0x80) !== 0;
  const headLength = 2 + extra + (masked ? 4 : 0);
  const whole = gatherer.peek(headLength);
  if (!whole) return undefined;
  const length =
    extra === 0 ? short : extra === 2 ? whole.readUInt16BE(2) : Number(whole.readBigUInt64BE(2));
  if (!gatherer.peek(headLength + length)) return undefined;
  const mask = Buffer.from(whole.subarray(headLength - 4, headLength));
  gatherer.take(headLength);
  const bytes = Buffer.from(gatherer.take(length));
  if (masked) for (let i = 0; i < length; i++) bytes[i] = (bytes[i] ?? 0) ^ (mask[i % 4] ?? 0);
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, bytes };
}

function head(opcode: number, length: number): Buffer {
  if (length < 126) return Buffer.from([0x80 | opcode, length]);
  if (length < 65536) {
    const bytes = Buffer.from([0x80 | opcode, 126, 0, 0]);
    bytes.writeUInt16BE(length, 2);
    return bytes;
  }
  const bytes = Buffer.alloc(10);
  bytes[0] = 0x80 | opcode;
  bytes[1] = 127;
  bytes.writeBigUInt64BE(BigInt(length), 2);
  return bytes;
}
