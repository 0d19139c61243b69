// Events as series. client-go/tools/events/event_broadcaster_test.go.

import { afterEach, beforeEach, expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { type Event, events } from "../api/event.ts";
import { type Pod, pods } from "../api/pod.ts";
import { type TestCluster, testCluster } from "../controllers/test-cluster.ts";
import { pod, withoutAdmission } from "../controllers/test-objects.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { type ActionRecorder, createActionRecorder } from "./events-v1.ts";

let cluster: TestCluster;
let recorder: ActionRecorder;
let stopping: AbortController;
let about: Pod;

beforeEach(async () => {
  cluster = await testCluster({ era: withoutAdmission(v1_20), host: immediate, controllers: [] });
  stopping = new AbortController();
  const { client, clock } = cluster;
  recorder = createActionRecorder({
    ...{ client, clock, controller: "default-scheduler", host: "master" },
    signal: stopping.signal,
  });
  about = await client.create(pods, pod("p"));
});
afterEach(() => {
  stopping.abort();
  cluster.stop();
});

const MINUTE = 60_000;
const say = (message: string, it: Pod = about) => {
  const rest = { type: "Warning", reason: "FailedScheduling", action: "Scheduling" } as const;
  recorder.record({ about: it, message, ...rest });
};
const told = async (): Promise<readonly Event[]> => {
  await cluster.clock.settle();
  return (await cluster.client.list(events)).items;
};
const counts = async () => (await told()).map(({ series }) => series?.count ?? 0);

test("an event says who did what to whom, and when to the microsecond", async () => {
  say("no");
  const [event] = await told();
  expect(event).toMatchObject({
    involvedObject: { kind: "Pod", name: "p", resourceVersion: about.metadata.resourceVersion },
    ...{ type: "Warning", reason: "FailedScheduling", action: "Scheduling", message: "no" },
    ...{ eventTime: "2021-01-13T12:00:00.000000Z", firstTimestamp: null },
    ...{ reportingComponent: "default-scheduler", reportingInstance: "default-scheduler-master" },
  });
  expect(event?.metadata.name).toMatch(/^p\.[0-9a-f]{16}$/);
  expect(event?.count).toBeUndefined();
});

test("what is said again is a series, which keeps the first message and is told of once", async () => {
  for (const message of ["one", "two", "three"]) {
    say(message);
    await told();
  }
  const all = await told();
  expect(all.map(({ message, series }) => [message, series?.count])).toEqual([["one", 1]]);
});

test("a series is written again when it is over, and what comes then is a new event", async () => {
  say("one");
  await cluster.advance(MINUTE);
  say("two");
  await cluster.advance(MINUTE);
  say("three");
  expect(await counts()).toEqual([1]);
  await cluster.advance(13 * MINUTE);
  expect(await counts()).toEqual([2]);
  say("four");
  expect((await told()).map(({ message }) => message)).toEqual(["one", "four"]);
});

test("a series that lasts is written every half hour", async () => {
  for (let minute = 0; minute < 30; minute++) {
    say("again");
    await cluster.advance(MINUTE);
  }
  expect(await counts()).toEqual([29]);
  expect(await told()).toHaveLength(1);
});

test("a pod that has changed since has an event of its own", async () => {
  say("one");
  const body = { metadata: { labels: { a: "b" } } };
  const changed = await cluster.client.patch(pods, { namespace: "default", name: "p" }, { body });
  say("two", changed);
  say("three", changed);
  expect((await told()).map(({ message }) => message)).toEqual(["one", "two"]);
  expect(await counts()).toEqual([0, 1]);
});

test("a series whose event has gone begins with what is known of it", async () => {
  say("one");
  const [event] = await told();
  const name = event?.metadata.name ?? "";
  await cluster.client.delete(events, { namespace: "default", name });
  say("two");
  expect(await counts()).toEqual([1]);
});

test("nothing ticks when no series is under way", async () => {
  say("one");
  await told();
  expect(cluster.clock.nextDue()).toBeUndefined();
  say("two");
  await cluster.advance(20 * MINUTE);
  expect(cluster.clock.nextDue()).toBeUndefined();
});
