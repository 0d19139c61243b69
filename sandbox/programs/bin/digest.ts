// md5sum, sha1sum, sha256sum, base64, xxd, od: bytes made visible.

import { decodeBase64, encodeBase64, utf8 } from "../../api/base64.ts";
import { type Tool, tool } from "./tool.ts";

type Digest = (bytes: Uint8Array) => string;

const rotateLeft = (value: number, by: number) => (value << by) | (value >>> (32 - by));
const rotateRight = (value: number, by: number) => (value >>> by) | (value << (32 - by));

/** The message with the padding that all three digests share. */
function padded(bytes: Uint8Array, littleEndian: boolean): DataView {
  const length = ((bytes.length + 8) >> 6) * 64 + 64;
  const view = new DataView(new ArrayBuffer(length));
  for (const [i, byte] of bytes.entries()) view.setUint8(i, byte);
  view.setUint8(bytes.length, 0x80);
  view.setUint32(length - (littleEndian ? 8 : 4), bytes.length * 8, littleEndian);
  return view;
}

const word = (value: number) => (value >>> 0).toString(16).padStart(8, "0");

const sines = Array.from(
  { length: 64 },
  (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0,
);
const turns = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
];

const md5: Digest = (bytes) => {
  const view = padded(bytes, true);
  let [a0, b0, c0, d0] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      const mixes = [(b & c) | (~b & d), (d & b) | (~d & c), b ^ c ^ d, c ^ (b | ~d)];
      const index = [i, 5 * i + 1, 3 * i + 5, 7 * i][round] ?? 0;
      const sum =
        (a +
          (mixes[round] ?? 0) +
          (sines[i] ?? 0) +
          view.getUint32(offset + (index % 16) * 4, true)) |
        0;
      [a, d, c] = [d, c, b];
      b = (b + rotateLeft(sum, turns[round]?.[i % 4] ?? 0)) | 0;
    }
    [a0, b0, c0, d0] = [(a0 + a) | 0, (b0 + b) | 0, (c0 + c) | 0, (d0 + d) | 0];
  }
  return [a0, b0, c0, d0].map((one) => word(swap(one))).join("");
};

const swap = (value: number) =>
  ((value & 255) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24);

export const sha1: Digest = (bytes) => {
  const view = padded(bytes, false);
  let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    const w = Array.from({ length: 16 }, (_, i) => view.getInt32(offset + i * 4));
    for (let i = 16; i < 80; i++)
      w[i] = rotateLeft((w[i - 3] ?? 0) ^ (w[i - 8] ?? 0) ^ (w[i - 14] ?? 0) ^ (w[i - 16] ?? 0), 1);
    let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
    for (let i = 0; i < 80; i++) {
      const round = Math.floor(i / 20);
      const mix =
        round === 0 ? (b & c) | (~b & d) : round === 2 ? (b & c) | (b & d) | (c & d) : b ^ c ^ d;
      const constant = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6][round] ?? 0;
      const sum = (rotateLeft(a, 5) + mix + e + constant + (w[i] ?? 0)) | 0;
      [e, d, c, b, a] = [d, c, rotateLeft(b, 30), a, sum];
    }
    state = [a, b, c, d, e].map((one, i) => (one + (state[i] ?? 0)) | 0);
  }
  return state.map(word).join("");
};

/** The first 32 bits of the fractional parts of roots of the first primes. */
function rootBits(count: number, power: number): number[] {
  const bits: number[] = [];
  for (let n = 2; bits.length < count; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) prime &&= n % d !== 0;
    if (prime) bits.push(((n ** power % 1) * 2 ** 32) | 0);
  }
  return bits;
}

const sha256: Digest = (bytes) => {
  const view = padded(bytes, false);
  const constants = rootBits(64, 1 / 3);
  let state = rootBits(8, 1 / 2);
  for (let offset = 0; offset < view.byteLength; offset += 64) {
    const w = Array.from({ length: 16 }, (_, i) => view.getInt32(offset + i * 4));
    for (let i = 16; i < 64; i++) {
      const [x, y] = [w[i - 15] ?? 0, w[i - 2] ?? 0];
      const s0 = rotateRight(x, 7) ^ rotateRight(x, 18) ^ (x >>> 3);
      const s1 = rotateRight(y, 17) ^ rotateRight(y, 19) ^ (y >>> 10);
      w[i] = ((w[i - 16] ?? 0) + s0 + (w[i - 7] ?? 0) + s1) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
      const one = (h + s1 + ((e & f) ^ (~e & g)) + (constants[i] ?? 0) + (w[i] ?? 0)) | 0;
      const s0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    state = [a, b, c, d, e, f, g, h].map((one, i) => (one + (state[i] ?? 0)) | 0);
  }
  return state.map(word).join("");
};

const summing = (digest: Digest) =>
  tool(
    {
      options: "c,check b,binary t,text ,quiet ,status w,warn ,tag z",
      usage: "[OPTION]... [FILE]...",
    },
    async (it) => {
      let failed = 0;
      for (const path of it.operands.length > 0 ? it.operands : ["-"]) {
        const text = await it.read(path);
        if (text === undefined) continue;
        if (it.has("c")) failed += await check(it, text, digest);
        else it.print(`${digest(utf8(text))}  ${path}\n`);
        await it.process.step(text.length / 100);
      }
      if (failed > 0)
        await it.complain(
          `WARNING: ${failed} computed checksum${failed === 1 ? "" : "s"} did NOT match`,
        );
    },
  );

async function check(it: Tool, list: string, digest: Digest): Promise<number> {
  let failed = 0;
  for (const line of list.split("\n")) {
    const [, sum, path] = /^([0-9a-f]+) [ *](.*)$/.exec(line) ?? [];
    if (sum === undefined || path === undefined) continue;
    const text = await it.read(path);
    const matches = text !== undefined && digest(utf8(text)) === sum;
    if (!matches) failed++;
    if (!it.has("status") && !(matches && it.has("quiet")))
      it.print(`${path}: ${matches ? "OK" : "FAILED"}\n`);
  }
  return failed;
}

export const md5sum = summing(md5);
export const sha1sum = summing(sha1);
export const sha256sum = summing(sha256);

export const base64 = tool(
  {
    options: "d,decode w,wrap: i,ignore-garbage D",
    usage: "[OPTION]... [FILE]",
  },
  async (it) => {
    const text = await it.read(it.operands[0] ?? "-");
    if (text === undefined) return 1;
    if (it.has("d") || it.has("D")) {
      const decoded = decodeBase64(it.has("i") ? text.replace(/[^A-Za-z0-9+/=]/g, "") : text);
      if (decoded !== undefined) it.print(decoded);
      else {
        const usable = /^[A-Za-z0-9+/\s]*/.exec(text)?.[0].replace(/\s/g, "") ?? "";
        it.print(decodeBase64(usable.slice(0, usable.length - (usable.length % 4))) ?? "");
        await it.complain("invalid input");
      }
      return it.status;
    }
    const width = Number(it.value("w") ?? 76);
    const encoded = encodeBase64(text);
    if (encoded === "") return 0;
    it.print(
      width > 0 ? `${encoded.match(new RegExp(`.{1,${width}}`, "g"))?.join("\n")}\n` : encoded,
    );
    return 0;
  },
);

const visible = (byte: number) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".");

export const xxd = tool(
  { options: "p l: c: s: u", usage: "[options] [infile [outfile]]" },
  async (it) => {
    const text = await it.read(it.operands[0] ?? "-");
    if (text === undefined) return 2;
    const bytes = utf8(text).slice(0, Number(it.value("l") ?? Infinity));
    const hex = (byte: number) => byte.toString(16).padStart(2, "0");
    if (it.has("p")) {
      const all = [...bytes].map(hex).join("");
      it.print((all.match(/.{1,60}/g) ?? []).map((line) => `${line}\n`).join(""));
      return 0;
    }
    for (let at = 0; at < bytes.length; at += 16) {
      const row = [...bytes.slice(at, at + 16)];
      const digits = row.map((byte, i) => hex(byte) + (i % 2 === 1 ? " " : "")).join("");
      it.print(
        `${at.toString(16).padStart(8, "0")}: ${digits.padEnd(41)}${row.map(visible).join("")}\n`,
      );
    }
    return 0;
  },
);

const names: Readonly<Record<number, string>> = {
  0: "\\0",
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};

export const od = tool(
  {
    options: "c x b A,address-radix: t,format: N,read-bytes: v w:",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const bytes = utf8(await it.readAll()).slice(0, Number(it.value("N") ?? Infinity));
    if (it.status !== 0) return;
    const type = it.has("c")
      ? "c"
      : (it.value("t") ?? (it.has("x") ? "x2" : it.has("b") ? "o1" : "o2"));
    const address = (at: number) =>
      it.value("A") === "n"
        ? ""
        : at
            .toString(it.value("A") === "d" ? 10 : it.value("A") === "x" ? 16 : 8)
            .padStart(it.value("A") === "x" ? 6 : 7, "0");
    for (let at = 0; at < bytes.length; at += 16) {
      const row = [...bytes.slice(at, at + 16)];
      it.print(`${address(at)}${cells(row, type)}\n`);
    }
    if (it.value("A") !== "n") it.print(`${address(bytes.length)}\n`);
  },
);

function cells(row: readonly number[], type: string): string {
  if (type.startsWith("c")) {
    return row
      .map(
        (byte) =>
          ` ${(names[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : byte.toString(8).padStart(3, "0"))).padStart(3)}`,
      )
      .join("");
  }
  const base = type.startsWith("x") ? 16 : type.startsWith("o") ? 8 : 10;
  const size = Number(type.slice(1) || 4);
  let text = "";
  for (let i = 0; i < row.length; i += size) {
    const value = row.slice(i, i + size).reduceRight((sum, byte) => sum * 256 + byte, 0);
    const width = base === 16 ? size * 2 : base === 8 ? Math.ceil((size * 8) / 3) : size * 3;
    text += ` ${value.toString(base).padStart(width, base === 10 ? " " : "0")}`;
  }
  return text;
}
