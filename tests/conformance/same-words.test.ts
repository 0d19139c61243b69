// A stock kubectl and ours say the same: the same commands on two clusters in the same state, one
// through the port and one at the workstation's prompt, compared as transcripts are.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compareResults } from "../../cli/compare.ts";
import { type CommandResult, outputLines } from "../../cli/golden.ts";
import { loadScene } from "../../cli/scenes.ts";
import { boot, type Cluster } from "../../sandbox/cluster.ts";
import { settle } from "../../sandbox/settle.ts";
import { immediate } from "../support/hosts.ts";
import { findKubectl } from "../support/kubectl.ts";
import { Stock } from "../support/stock.ts";
import { commandsOf, files } from "./same-words.ts";

const LONGEST_MS = 120_000;

/** The workstation of a cluster of its own. */
class Ours {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  write(name: string, text: string): void {
    this.#cluster.workstation.files.write(`${this.#cluster.scene.workstation.home}/${name}`, text);
  }

  settle(): Promise<void> {
    return settle(this.#cluster);
  }

  async run(line: string): Promise<CommandResult> {
    const { clock } = this.#cluster;
    let result: CommandResult = { lines: ["[never over]"], exit: 124 };
    let isOver = false;
    void this.#cluster.execute(line).then(({ output, exitCode }) => {
      result = { lines: outputLines(output), exit: exitCode };
      isOver = true;
    });
    await clock.runUntil(clock.now() + LONGEST_MS, () => isOver);
    return result;
  }
}

for (const release of ["1.20", "1.33"]) {
  const kubectl = findKubectl(release);
  const title = `ours says what a stock kubectl ${release} says`;
  if (kubectl === undefined) {
    test(title, ({ skip }) => skip(`no kubectl ${release} was found`));
    continue;
  }
  describe(title, { timeout: 60_000 }, () => {
    const era = `v${release}`;
    let stock: Stock;
    let ours: Ours;
    beforeAll(async () => {
      stock = await Stock.start({ kubectl, era, scene: "consul" });
      const scene = loadScene("consul", { era, start: new Date().toISOString() });
      ours = new Ours(await boot(scene, immediate));
      for (const [name, text] of Object.entries(files)) {
        stock.write(name, text);
        ours.write(name, text);
      }
    });
    afterAll(() => stock?.stop());

    test.each(commandsOf(release))("%s", async (command) => {
      if (command === "settle") {
        await stock.settle();
        await ours.settle();
        return;
      }
      const theirs = await stock.run(command);
      const own = await ours.run(command);
      expect(compareResults({ command, nodesExact: false }, theirs, own) ?? []).toEqual([]);
    });
  });
}
