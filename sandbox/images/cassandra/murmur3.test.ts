import { expect, test } from "vitest";
import { tokenOf } from "./murmur3.ts";

const text = (value: string): bigint => tokenOf(new TextEncoder().encode(value));

function int(value: number): bigint {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setInt32(0, value);
  return tokenOf(bytes);
}

test("partition keys have the tokens that Cassandra gives them", () => {
  expect(int(1)).toBe(-4069959284402364209n);
  expect(int(2)).toBe(-3248873570005575792n);
  expect(int(3)).toBe(9010454139840013625n);
  expect(text("foo")).toBe(-2129773440516405919n);
});

test("bytes beyond ASCII and keys of several blocks have a token too", () => {
  expect(text("é")).not.toBe(text("e"));
  expect(text("x".repeat(40))).toBe(text("x".repeat(40)));
});
