import { expect, test } from "vitest";
import { immediate as host } from "../../tests/support/hosts.ts";
import { v1_20 as era } from "../eras/v1.20.ts";
import { testNodes } from "./test-node.ts";

const container = (command: string[], more: object = {}) => ({
  ...{ name: "c", image: "toolbox:1", command },
  ...more,
});

test("a pod gets an address and is Ready when its container runs", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("web", { containers: [container(["serve"])] });
  await cluster.advance(5_000);
  const status = await cluster.status("web");
  expect(status.phase).toBe("Running");
  expect(status.podIP).toBe("10.244.1.2");
  expect(status.conditions?.map(({ type, status: is }) => `${type}=${is}`)).toEqual([
    "Initialized=True",
    "Ready=True",
    "ContainersReady=True",
    "PodScheduled=True",
  ]);
  expect(await cluster.said("web")).toEqual([
    'Pulling: Pulling image "toolbox:1"',
    expect.stringMatching(/^Pulled: Successfully pulled image "toolbox:1" in 1\.\d+s$/),
    "Created: Created container c",
    "Started: Started container c",
  ]);
});
