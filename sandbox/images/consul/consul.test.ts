// Three servers that find each other, elect a leader and keep what they are told.

import { expect, test } from "vitest";
import { Boxes } from "./test-boxes.ts";

test("three servers elect one leader, and each knows what was told to another", async () => {
  const boxes = new Boxes(3);
  await boxes.form();
  const peers = (await boxes.run(1, "operator raft list-peers")).trim().split("\n").slice(1);
  expect(peers).toHaveLength(3);
  expect(peers.filter((line) => / leader /.test(line))).toHaveLength(1);
  const members = await boxes.run(0, "members");
  expect(members.match(/ alive /g)).toHaveLength(3);
  expect(await boxes.run(1, "kv put answer 42")).toBe("Success! Data written to: answer\n");
  expect(await boxes.run(2, "kv get answer")).toBe("42\n");
  expect(await boxes.run(2, "kv get nope")).toBe("Error! No key exists at: nope\n[1]");
  const nodes = await boxes.run(2, "catalog nodes");
  for (const name of ["consul-0", "consul-1", "consul-2"]) expect(nodes).toContain(name);
});

test("without a majority nothing is written, and another leader is elected when one is lost", async () => {
  const boxes = new Boxes(3);
  await boxes.form();
  await boxes.run(0, "kv put answer 42");
  const peers = await boxes.run(0, "operator raft list-peers");
  const leader = boxes.all.findIndex((_, i) => new RegExp(`consul-${i} .* leader `).test(peers));
  boxes.unplug(boxes.box(leader));
  await boxes.advance(30_000);
  const [a = 0, b = 0] = [0, 1, 2].filter((i) => i !== leader);
  expect(await boxes.run(a, "kv get answer")).toBe("42\n");
  boxes.unplug(boxes.box(b));
  await boxes.advance(30_000);
  expect(await boxes.run(a, "kv put answer 43")).toMatch(/\[1\]$/);
});
