// Clusters that go through faults which a seed draws. Whatever happens: some things never do, and
// when everything is repaired, everything comes to rest. More of it: KENNEL_SEEDS=1-500.

import { describe, expect, test } from "vitest";
import { loadScene } from "../cli/scenes.ts";
import { boot, type Cluster } from "../sandbox/cluster.ts";
import { leftOver, watchInvariants } from "./simulation/invariants.ts";
import { type Plan, planOf, textOf } from "./simulation/plans.ts";
import { immediate } from "./support/hosts.ts";

/** Longer than anything takes that heals by itself: evictions after five minutes, back-offs. */
const LONGEST_MS = 40 * 60_000;
const COMMAND_MS = 120_000;

const [first = 1, last = first] = (process.env.KENNEL_SEEDS ?? "20-29").split("-").map(Number);
const seeds = Array.from({ length: last - first + 1 }, (_, index) => first + index);

describe("a cluster with faults", () => {
  test.each(seeds)(
    "never breaks a rule and comes to rest: seed %i",
    async (seed) => {
      const plan = planOf(seed);
      expect(await problemsOf(plan), textOf(plan)).toEqual([]);
    },
    60_000,
  );
});

async function problemsOf(plan: Plan): Promise<readonly string[]> {
  const scene = loadScene(plan.scene, { era: plan.era, seed: plan.seed, nodes: 3 });
  const cluster = await boot(scene, immediate);
  const { clock, workstation } = cluster;
  workstation.files.write(`${scene.workstation.home}/work.yaml`, plan.manifest);
  const watch = watchInvariants(cluster);
  await command(cluster, "kubectl apply -f work.yaml");
  const start = clock.now();
  for (const { at, line } of plan.deeds) {
    const due = start + at * 1000;
    if (due > clock.now()) await clock.runUntil(due, () => false);
    await perform(cluster, line);
    if (watch.found.length > 0) return watch.found;
  }
  for (const name of cluster.nodes.keys()) {
    cluster.fabric.rejoin(name);
    await command(cluster, `kubectl uncordon ${name}; kubectl taint node ${name} out-`);
  }
  await clock.runUntil(clock.now() + LONGEST_MS, () => watch.found.length > 0);
  watch.stop();
  return [...watch.found, ...leftOver(cluster)];
}

async function perform(cluster: Cluster, line: string): Promise<void> {
  if (!line.startsWith("!")) {
    await command(cluster, line);
    return;
  }
  const [verb, place = "", unit = ""] = line.slice(1).split(" ");
  if (verb === "isolate") return cluster.fabric.isolate(place);
  if (verb === "rejoin") return cluster.fabric.rejoin(place);
  const machine =
    place === "control-plane" ? cluster.controlPlane : cluster.nodes.get(place)?.machine;
  const { units } = machine?.system ?? {};
  void units?.stop(unit).then(() => units.start(unit));
}

/** Runs it to its end, or as long as anybody has patience. */
async function command(cluster: Cluster, line: string): Promise<void> {
  let done = false;
  const running = cluster.execute(`timeout ${COMMAND_MS / 1000} bash -c '${line}'`);
  void running.then(() => {
    done = true;
  });
  await cluster.clock.runUntil(cluster.clock.now() + 2 * COMMAND_MS, () => done);
}
