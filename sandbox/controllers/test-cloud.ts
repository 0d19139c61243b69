// A cloud for tests: controllers are given it before there is a clock that it could work by.

import { type Cloud, type CloudTiming, createCloud } from "../machine/cloud.ts";
import type { ClockControl } from "../sim/clock.ts";
import { createRandom } from "../sim/random.ts";

export interface TestCloud {
  readonly cloud: Cloud;
  begin(clock: ClockControl, timing?: Partial<CloudTiming>): void;
}

export function testCloud(): TestCloud {
  let made: Cloud | undefined;
  return {
    cloud: new Proxy({} as Cloud, { get: (_target, name) => Reflect.get(made as Cloud, name) }),
    begin(clock, timing = {}) {
      const random = createRandom(1);
      made = createCloud({ provider: "aws", region: "us-west-2", clock, random, timing });
    },
  };
}
