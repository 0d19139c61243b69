// Consul on bare machines, for tests: several boxes on one wire. Not used outside tests.

import { immediate as host } from "../../../tests/support/hosts.ts";
import type { Child } from "../../machine/process.ts";
import { type TestMachine, testMachine } from "../../machine/test-machine.ts";
import { createRandom } from "../../sim/random.ts";
import { consul } from "./consul.ts";
import { type ConsulVersion, versions } from "./versions.ts";

export interface Box {
  readonly at: TestMachine;
  readonly address: string;
  log: string;
  child: Child | undefined;
}

export const versionOf = (tag: string): ConsulVersion => {
  const found = versions.find(({ tags }) => tags.includes(tag));
  if (!found) throw new Error(`no version ${tag}`);
  return found.version;
};

export class Boxes {
  readonly all: Box[] = [];
  readonly #version: ConsulVersion;
  readonly #seed: number;
  #first: TestMachine | undefined;

  constructor(count: number, { seed = 1, tag = "1.22" } = {}) {
    this.#version = versionOf(tag);
    this.#seed = seed;
    for (let i = 0; i < count; i++) this.add(`consul-${i}`, `10.0.0.${i + 2}`);
  }

  /** One more; with the data of another one it takes over from it. */
  add(hostname: string, address: string, from?: Box): Box {
    const at = testMachine({
      ...(this.#first ? { beside: this.#first } : { host }),
      ...{ hostname, address, programs: { "/bin/consul": consul(this.#version) } },
      random: createRandom(this.#seed).stream(`${hostname} ${address}`),
    });
    at.files.makeDirectory("/data");
    if (from) at.files.mount("/data", from.at.files.place("/data"));
    this.#first ??= at;
    const box: Box = { at, address, log: "", child: undefined };
    this.all.push(box);
    return box;
  }

  box(i: number): Box {
    const box = this.all[i];
    if (!box) throw new Error(`no box ${i}`);
    return box;
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

  /** A cluster of all of them, with a leader. */
  async form(...more: string[]): Promise<void> {
    const expect = `-bootstrap-expect=${this.all.length}`;
    for (const box of this.all) this.start(box, expect, ...more);
    await this.advance(20_000);
  }

  async advance(ms: number): Promise<void> {
    await this.#first?.clock.advance(ms);
  }

  /** What a command prints, with its exit code if that is not 0. */
  async run(i: number, line: string): Promise<string> {
    const { both, code } = await this.box(i).at.run(["consul", ...line.split(" ")]);
    return code === 0 ? both : `${both}[${code}]`;
  }

  /** The machine ends, and its address is nobody's. Its files are left. */
  unplug(box: Box): void {
    box.at.machine.shutdown();
    box.at.machine.adapter.detach();
  }
}
