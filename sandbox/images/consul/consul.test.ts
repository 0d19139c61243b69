import { expect, test } from "vitest";
import { immediate as host } from "../../../tests/support/hosts.ts";
import type { Child } from "../../machine/process.ts";
import { type TestMachine, testMachine } from "../../machine/test-machine.ts";
import { createRandom } from "../../sim/random.ts";
import { consul } from "./consul.ts";
import { versions } from "./versions.ts";

interface Box {
  readonly at: TestMachine;
  readonly address: string;
  log: string;
  child: Child | undefined;
}

const newest = versions.at(-1)?.version;
if (!newest) throw new Error("there is a version");

class Boxes {
  readonly all: Box[] = [];
  version = newest!;

  constructor(count: number, { seed = 1, version = newest! } = {}) {
    this.version = version;
    for (let i = 0; i < count; i++) this.add(`consul-${i}`, `10.0.0.${i + 2}`, seed);
  }

  add(hostname: string, address: string, seed = 1, files?: TestMachine["files"]): Box {
    const [first] = this.all;
    const at = testMachine({
      ...(first ? { beside: first.at } : { host }),
      ...{ hostname, address, programs: { "/bin/consul": consul(this.version) } },
      random: createRandom(seed).stream(`${hostname} ${address}`),
      ...(files && { files }),
    });
    const box: Box = { at, address, log: "", child: undefined };
    this.all.push(box);
    return box;
  }

  box(i: number): Box {
    return this.all[i]!;
  }

  start(box: Box, ...more: string[]): void {
    const joins = this.all.map(({ address }) => `-retry-join=${address}`);
    const argv = ["consul", "agent", "-server", "-data-dir=/data", ...joins, ...more];
    const write = async (text: string) => {
      box.log += text;
    };
    const out = { isTerminal: false, write };
    box.child = box.at.machine.spawn(argv, { cwd: "/", stdout: out, stderr: out });
  }

  async advance(ms: number): Promise<void> {
    await this.box(0).at.clock.advance(ms);
  }

  async run(i: number, line: string): Promise<string> {
    const { both, code } = await this.box(i).at.run(["consul", ...line.split(" ")]);
    return code === 0 ? both : `${both}[${code}]`;
  }
}

test("three servers", async () => {
  const boxes = new Boxes(3);
  for (const box of boxes.all) boxes.start(box, "-bootstrap-expect=3");
  await boxes.advance(20_000);
  console.log(boxes.box(0).log);
  console.log(boxes.box(1).log);
  console.log(await boxes.run(0, "members"));
  console.log(await boxes.run(1, "operator raft list-peers"));
  console.log(await boxes.run(1, "kv put answer 42"));
  console.log(await boxes.run(2, "kv get answer"));
  console.log(await boxes.run(2, "kv get nope"));
  console.log(await boxes.run(2, "catalog nodes"));
  console.log(await boxes.run(2, "info"));
  expect(1).toBe(1);
});
