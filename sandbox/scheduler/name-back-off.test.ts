import { expect, test } from "vitest";
import { NameBackOff } from "./name-back-off.ts";

test("a name waits twice as long each time it fails, and at most a minute", () => {
  const names = new NameBackOff();
  const waits = Array.from({ length: 8 }, () => names.failed("a", names.end("a")) / 1000);
  expect(waits).toEqual([1, 3, 7, 15, 31, 63, 123, 183]);
});

test("who fails while the name waits is let in with it", () => {
  const names = new NameBackOff();
  expect(names.failed("a", 0)).toBe(1_000);
  expect(names.failed("a", 400)).toBe(1_000);
  expect(names.failed("a", 1_000)).toBe(3_000);
  expect(names.failed("b", 1_000)).toBe(2_000);
});

test("a name that has not failed for a minute begins anew", () => {
  const names = new NameBackOff();
  for (const at of [0, 1_000, 3_000]) names.failed("a", at);
  expect(names.failed("a", 63_001)).toBe(64_001);
});
