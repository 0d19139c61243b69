import { expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { completeScene } from "../scene.ts";
import { startSession } from "../session.ts";
import { CommandReader } from "./commands.ts";

const scene = completeScene({ name: "test", nodes: 1, runtime: { speed: "instant" } });

test("a command stays pending when its line is too long for the terminal and is drawn again", async () => {
  const commands = new CommandReader();
  const news: boolean[] = [];
  const session = await startSession({
    scene,
    host: immediate,
    onOutput: (terminal, text) => {
      const read = commands.read(terminal, text, 0);
      news.push(commands.isPending(terminal) || read.some((item) => "exitCode" in item));
    },
  });
  session.do({ type: "open", columns: 40, rows: 24 });
  await session.run(1000);
  await commands.prompt(0);
  const ended = commands.end(0);
  news.length = 0;
  session.do({ type: "keys", terminal: 0, keys: `sleep 1; echo ${"long ".repeat(30)}; false\r` });
  await session.run(1500);
  expect(news).not.toContain(false);
  expect(commands.isPending(0)).toBe(true);
  await session.run(5000);
  expect(await ended).toBe(1);
  expect(commands.isPending(0)).toBe(false);
});
