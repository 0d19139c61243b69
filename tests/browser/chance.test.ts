// Runs in Chromium itself. The fingerprint is what Node gives.

import { expect, test } from "vitest";
import { fingerprint } from "../../sandbox/sim/hash.ts";
import { createRandom, suffix, uuid } from "../../sandbox/sim/random.ts";

test("a seed gives the same thousand draws in the browser as in Node", () => {
  const random = createRandom(7).stream("browser");
  const draw = () => `${uuid(random)} ${suffix(random)} ${random.next()}`;
  expect(typeof document).toBe("object");
  expect(fingerprint(Array.from({ length: 1000 }, draw).join("\n"))).toBe("b8007fff0adfd79f");
});
