import { expect, test } from "vitest";
import { fingerprint, fnv32, safeEncode } from "./hash.ts";
import { createRandom, suffix, uuid } from "./random.ts";

test("the same seed gives the same numbers, another seed others", () => {
  const numbers = (seed: number) => {
    const random = createRandom(seed);
    return [random.next(), random.next(), random.next()];
  };
  expect(numbers(7)).toEqual(numbers(7));
  expect(numbers(7)).not.toEqual(numbers(8));
});

test("a stream does not depend on what others have drawn", () => {
  const quiet = createRandom(7);
  const busy = createRandom(7);
  for (let i = 0; i < 10; i++) busy.next();
  busy.stream("other").next();
  expect(busy.stream("names").next()).toBe(quiet.stream("names").next());
});

test("numbers below a bound are spread over all of them", () => {
  const random = createRandom(1);
  const seen = new Set(Array.from({ length: 200 }, () => random.below(10)));
  expect([...seen].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("suffixes have the letters of Kubernetes, and uuids the form of version 4", () => {
  const random = createRandom(3);
  expect(suffix(random)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
  for (let i = 0; i < 50; i++) {
    expect(uuid(random)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  }
});

test("fingerprints tell texts apart, and are stable", () => {
  expect(fingerprint("kennel")).toBe(fingerprint("kennel"));
  expect(fingerprint("kennel")).not.toBe(fingerprint("kennek"));
  expect(fingerprint("")).toMatch(/^[0-9a-f]{16}$/);
});

test("FNV-1 and the safe encoding are those of Kubernetes", () => {
  expect(fnv32(new TextEncoder().encode("a"))).toBe(0x050c5d7e);
  expect(safeEncode("2152996056")).toBe("6596ffb49b");
});
