// How pods move between the places of the queue.
// pkg/scheduler/internal/queue/scheduling_queue_test.go.

import { expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { pod } from "../controllers/test-objects.ts";
import { createClock } from "../sim/clock.ts";
import { podInfo } from "./pod-info.ts";
import { type Queued, SchedulingQueue } from "./queue.ts";

function setUp() {
  const clock = createClock(0, immediate);
  const stopping = new AbortController();
  const queue = new SchedulingQueue({
    ...{ clock, signal: stopping.signal },
    ...{ firstBackoffMs: 1000, lastBackoffMs: 10_000, leftoverMs: 60_000 },
  });
  const popped: Queued[] = [];
  const take = async () => {
    for (let next = await queue.pop(); next; next = await queue.pop()) {
      popped.push(next);
      queue.addUnschedulable(next, queue.cycle);
    }
  };
  const info = (name: string, priority = 0) => {
    const it = pod(name, { priority });
    it.metadata.uid = name;
    return podInfo(it);
  };
  const names = () =>
    popped.splice(0).map(
      ({
        info: {
          pod: { metadata },
        },
      }) => metadata.name,
    );
  return { clock, queue, take, info, names, stop: () => stopping.abort() };
}

test("the most important come first, then those that came first", async () => {
  const { clock, queue, take, info, names } = setUp();
  queue.add(info("a"));
  queue.add(info("b"));
  queue.add(info("high", 10));
  void take();
  await clock.settle();
  expect(names()).toEqual(["high", "a", "b"]);
});

test("what failed waits for something to happen, and then for its back-off, which doubles", async () => {
  const { clock, queue, take, info, names } = setUp();
  void take();
  queue.add(info("a"));
  await clock.advance(5000);
  expect(names()).toEqual(["a"]);
  queue.moveAll();
  await clock.settle();
  expect(names()).toEqual(["a"]);
  for (const wait of [2000, 4000, 8000, 10_000, 10_000]) {
    queue.moveAll();
    await clock.advance(wait - 1);
    expect(names()).toEqual([]);
    await clock.advance(1);
    expect(names()).toEqual(["a"]);
  }
});

test("what fails while something happens backs off instead of waiting", async () => {
  const { clock, queue, info } = setUp();
  queue.add(info("a"));
  const [first] = await Promise.all([queue.pop(), clock.settle()]);
  queue.moveAll();
  queue.addUnschedulable(first as Queued, queue.cycle);
  expect(queue.hasUnschedulable).toBe(false);
  const next = queue.pop();
  await clock.advance(1000);
  expect((await next)?.attempts).toBe(2);
});

test("a pod that waits is tried at once when it changes in a way that counts", async () => {
  const { clock, queue, take, info, names } = setUp();
  void take();
  queue.add(info("a"));
  await clock.settle();
  names();
  queue.update(info("a"), false);
  await clock.settle();
  expect(names()).toEqual([]);
  queue.update(info("a"), true);
  await clock.settle();
  expect(names()).toEqual(["a"]);
});

test("a pod that is deleted is not given any more, even if it was offered", async () => {
  const { clock, queue, take, info, names } = setUp();
  void take();
  await clock.settle();
  queue.add(info("a"));
  queue.add(info("b"));
  queue.delete("a");
  await clock.settle();
  expect(names()).toEqual(["b"]);
});

test("after a minute all that waits is tried again, and nothing ticks when nothing waits", async () => {
  const { clock, queue, take, info, names } = setUp();
  void take();
  queue.add(info("a"));
  await clock.advance(60_000);
  expect(names()).toEqual(["a"]);
  await clock.advance(30_000);
  expect(names()).toEqual(["a"]);
  queue.delete("a");
  await clock.advance(60_000);
  expect(clock.nextDue()).toBeUndefined();
});

test("closing ends the wait of whoever takes from it", async () => {
  const { clock, queue, stop } = setUp();
  const next = queue.pop();
  stop();
  await clock.settle();
  expect(await next).toBeUndefined();
});
