import { expect, test } from "vitest";
import { immediate, messages } from "../tests/support/hosts.ts";
import type { ClusterHost } from "./cluster.ts";
import { stateFingerprint } from "./fingerprint.ts";
import { completeScene } from "./scene.ts";
import { type Input, type Session, startSession } from "./session.ts";

const scene = completeScene({
  name: "test",
  nodes: 2,
  age: 600,
  runtime: { unknownImages: "run", speed: "instant" },
});

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "nginx:1.19"}]}
`;

interface Played {
  readonly session: Session;
  readonly screen: string;
  readonly fingerprint: string;
}

async function play(host: ClusterHost, inputs: readonly Input[], until: number): Promise<Played> {
  let screen = "";
  const onOutput = (_: number, text: string) => {
    screen += text;
  };
  const session = await startSession({ scene, host, inputs, onOutput });
  await session.run(until);
  return { session, screen, fingerprint: stateFingerprint(session.cluster) };
}

/** A person who types at whatever moment the host gives him. */
async function live(host: ClusterHost): Promise<Played> {
  let screen = "";
  const onOutput = (_: number, text: string) => {
    screen += text;
  };
  const session = await startSession({ scene, host, onOutput });
  session.do({ type: "open", columns: 80, rows: 24 });
  session.do({ type: "save", path: `${scene.workstation.home}/web.yaml`, text: manifest });
  const typed = [
    "kubectl apply -f web.yaml\r",
    "kubectl get po",
    "ds -w\r",
    "\x03",
    "sleep 2; date\r",
  ];
  let turns = 0;
  // Types in the middle of whatever is going on, and stops there too, as a slice that is used up
  // does.
  const isStopped = () => {
    const next = typed[0];
    if (next !== undefined && session.at >= 3000 * (6 - typed.length)) {
      typed.shift();
      session.do({ type: "keys", terminal: 0, keys: next });
    }
    return ++turns % 50 === 0;
  };
  while (session.at < 20_000) await session.run(Math.min(session.at + 250, 20_000), isStopped);
  return { session, screen, fingerprint: stateFingerprint(session.cluster) };
}

test("the inputs of a session, played again, give the same screen and the same state", async () => {
  const first = await live(immediate);
  expect(first.screen).toContain("deployment.apps/web created");
  expect(first.screen).toMatch(/web-\S+ +1\/1 +Running/);
  const again = await play(immediate, first.session.inputs, 20_000);
  expect(again.screen).toBe(first.screen);
  expect(again.fingerprint).toBe(first.fingerprint);
});

test("another host with other turns gives the same state", async () => {
  const first = await live(immediate);
  const host = messages();
  const again = await play(host, first.session.inputs, 20_000);
  host.close();
  expect(again.fingerprint).toBe(first.fingerprint);
});

test("to stop on the way and go on changes nothing", async () => {
  const { session, fingerprint } = await live(immediate);
  const again = await startSession({ scene, host: immediate, inputs: session.inputs });
  let turns = 0;
  while (!(await again.run(20_000, () => ++turns % 7 === 0))) turns++;
  expect(stateFingerprint(again.cluster)).toBe(fingerprint);
});

test("an input takes its place at the next instant, and the last one keeps its order", async () => {
  const session = await startSession({ scene, host: immediate });
  expect(session.do({ type: "open", columns: 80, rows: 24 })).toBe(1);
  await session.run(500);
  expect(session.do({ type: "keys", terminal: 0, keys: "a" })).toBe(501);
  expect(session.do({ type: "keys", terminal: 0, keys: "b" })).toBe(501);
});

test("a terminal that is kept begins again when its shell has ended", async () => {
  let screen = "";
  const onOutput = (_: number, text: string) => {
    screen += text;
  };
  const session = await startSession({ scene, host: immediate, onOutput, keepsTerminals: true });
  session.do({ type: "open", columns: 80, rows: 24 });
  await session.run(500);
  session.do({ type: "keys", terminal: 0, keys: "exit 3\r" });
  await session.run(1000);
  expect(session.isOver(0)).toBe(true);
  expect(screen).toContain("133;D;3");
  screen = "";
  session.do({ type: "keys", terminal: 0, keys: "\r" });
  await session.run(1500);
  session.do({ type: "keys", terminal: 0, keys: "echo again\r" });
  await session.run(2000);
  expect(screen).toContain("again\x07again\r\n");
  expect(session.isOver(0)).toBe(false);
});
