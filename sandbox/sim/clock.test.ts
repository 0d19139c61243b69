import { expect, test } from "vitest";
import { immediate, messages } from "../../tests/support/hosts.ts";
import { createClock, type Host } from "./clock.ts";
import { createRandom } from "./random.ts";

const START = 1_000_000;

test("time stands still until it is advanced, and lands exactly where it was sent", async () => {
  const clock = createClock(START, immediate);
  expect(clock.now()).toBe(START);
  await clock.advance(1234);
  expect(clock.now()).toBe(START + 1234);
});

test("timers run in the order of their instants, then in the order they were set", async () => {
  const clock = createClock(START, immediate);
  const ran: string[] = [];
  clock.after(20, () => ran.push("late"));
  clock.after(10, () => ran.push("first"));
  clock.after(10, () => ran.push("second"));
  clock.after(10, () => {
    ran.push("third");
    clock.after(0, () => ran.push("from third"));
  });
  await clock.advance(15);
  expect(ran).toEqual(["first", "second", "third", "from third"]);
  await clock.advance(5);
  expect(ran.at(-1)).toBe("late");
});

test("a cancelled timer does not run, and does not count as due", async () => {
  const clock = createClock(START, immediate);
  let ran = false;
  const timer = clock.after(10, () => {
    ran = true;
  });
  timer.cancel();
  expect(clock.nextDue()).toBeUndefined();
  await clock.advance(20);
  expect(ran).toBe(false);
});

test("everything that follows from an instant happens in it, however long the chain of promises", async () => {
  const clock = createClock(START, immediate);
  let at = 0;
  const chain = async () => {
    for (let i = 0; i < 1000; i++) await Promise.resolve();
    at = clock.now();
  };
  clock.after(5, () => void chain());
  clock.after(6, () => {});
  await clock.advance(10);
  expect(at).toBe(START + 5);
});

test("a sleep ends with the reason of the signal that aborts it", async () => {
  const clock = createClock(START, immediate);
  const stop = new AbortController();
  const slept = clock.sleep(1000, stop.signal).then(
    () => "woke",
    (reason: unknown) => reason,
  );
  clock.after(10, () => stop.abort("enough"));
  await clock.advance(20);
  expect(await slept).toBe("enough");
  expect(clock.nextDue()).toBeUndefined();
});

test("a pause may fall between turns, and the next run takes up there", async () => {
  const clock = createClock(START, immediate);
  let ran = 0;
  for (let i = 0; i < 100; i++) clock.soon(() => ran++);
  let asked = 0;
  expect(await clock.runUntil(START + 10, () => ++asked > 3)).toBe(false);
  expect(ran).toBeGreaterThan(0);
  expect(ran).toBeLessThan(100);
  expect(clock.now()).toBe(START);
  expect(await clock.runUntil(START + 10, () => false)).toBe(true);
  expect(ran).toBe(100);
});

test("an instant can be entered before anything of it has run", async () => {
  const clock = createClock(START, immediate);
  const ran: string[] = [];
  clock.after(10, () => ran.push("timer"));
  await clock.runUntil(START + 9, () => false);
  clock.enter(START + 10);
  ran.push("input");
  await clock.settle();
  expect(ran).toEqual(["input", "timer"]);
  expect(() => clock.enter(START + 10)).toThrow("nothing may be due before");
});

test("what goes in a circle within one instant is found out", async () => {
  const clock = createClock(START, immediate);
  const again = () => clock.soon(again);
  again();
  await expect(clock.settle()).rejects.toThrow("goes in a circle");
});

test("a load that is held stops time, and a quick one and a slow one continue alike", async () => {
  const orders: string[][] = [];
  for (const turns of [0, 3]) {
    const clock = createClock(START, immediate);
    const order: string[] = [];
    orders.push(order);
    const load = async () => {
      for (let i = 0; i < turns; i++) await immediate.turn();
      return "loaded";
    };
    const loader = async () => {
      order.push(await clock.hold(load()));
      order.push(`at ${clock.now() - START}`);
    };
    const neighbour = async () => {
      await Promise.resolve();
      order.push("neighbour");
    };
    clock.after(5, () => void loader());
    clock.after(5, () => void neighbour());
    clock.after(6, () => order.push("later"));
    await clock.advance(10);
  }
  expect(orders[0]).toEqual(orders[1]);
  expect(orders[0]).toEqual(["neighbour", "loaded", "at 5", "later"]);
});

/** Many processes that sleep, spawn and talk by chance; what they did, in order. */
async function busyRun(host: Host, seed: number): Promise<string[]> {
  const clock = createClock(START, host);
  const random = createRandom(seed);
  const log: string[] = [];
  const actor = async (name: string, depth: number): Promise<void> => {
    const chance = random.stream(name);
    for (let i = 0; i < 8; i++) {
      await clock.sleep(chance.below(5));
      log.push(`${clock.now()} ${name} ${i}`);
      if (depth > 0 && chance.next() < 0.3) void actor(`${name}.${i}`, depth - 1);
      if (chance.next() < 0.5) await Promise.resolve();
    }
  };
  for (let i = 0; i < 5; i++) void actor(`a${i}`, 2);
  await clock.advance(200);
  return log;
}

test("two hosts give the same run", async () => {
  const host = messages();
  for (let seed = 1; seed <= 5; seed++) {
    expect(await busyRun(host, seed)).toEqual(await busyRun(immediate, seed));
  }
  host.close();
});
