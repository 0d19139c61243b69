import { expect, test } from "vitest";
import type { KubeObject } from "../api/meta.ts";
import { createClock } from "../sim/clock.ts";
import { Store } from "./store.ts";

const host = { turn: () => new Promise<void>((resolve) => setTimeout(resolve)) };
const object = (name: string): KubeObject => ({
  apiVersion: "v1",
  kind: "Event",
  metadata: { name },
});

test("what is kept for a time goes when it was not written again meanwhile", async () => {
  const clock = createClock(0, host);
  const store = new Store(clock, { expires: true });
  const put = (name: string, expect = 0) => {
    store.lease(`/registry/events/${name}`, 1000);
    return store.put(`/registry/events/${name}`, object(name), expect);
  };
  const names = () => store.list("/registry/events/").map(({ value }) => value.metadata.name);
  const first = put("a");
  await clock.advance(400);
  put("b");
  await clock.advance(400);
  put("a", first?.revision);
  await clock.advance(599);
  expect(names()).toEqual(["a", "b"]);
  await clock.advance(1);
  expect(names()).toEqual(["a"]);
  await clock.advance(400);
  expect(names()).toEqual([]);
  expect(clock.nextDue()).toBeUndefined();
});
