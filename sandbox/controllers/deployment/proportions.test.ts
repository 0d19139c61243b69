import { expect, test } from "vitest";
import type { Deployment } from "../../api/deployment.ts";
import type { IntOrPercent } from "../../api/int-or-percent.ts";
import type { ReplicaSet } from "../../api/replicaset.ts";
import { maxSurge, maxUnavailable, newReplicas, proportionalSizes } from "./proportions.ts";
import { sizeAnnotations } from "./revisions.ts";

const template = { spec: { containers: [] } };

function deploymentOf(
  replicas: number,
  surge: IntOrPercent,
  unavailable: IntOrPercent,
): Deployment {
  const rollingUpdate = { maxSurge: surge, maxUnavailable: unavailable };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { replicas, template, strategy: { type: "RollingUpdate", rollingUpdate } },
    status: {},
  };
}

function setOf(name: string, replicas: number, before: Deployment): ReplicaSet {
  const creationTimestamp = `2021-01-0${name.length}T00:00:00Z`;
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: { name, creationTimestamp, annotations: sizeAnnotations(before) },
    spec: { replicas, template },
    status: { replicas },
  };
}

test.each([
  { replicas: 10, surge: 0, unavailable: 2, most: [0, 2] },
  { replicas: 10, surge: "25%", unavailable: "25%", most: [3, 2] },
  { replicas: 2, surge: "25%", unavailable: "25%", most: [1, 0] },
  { replicas: 1, surge: "0%", unavailable: "10%", most: [0, 1] },
  { replicas: 4, surge: 0, unavailable: 0, most: [0, 1] },
  { replicas: 3, surge: 1, unavailable: 5, most: [1, 3] },
])(
  "of $replicas, with $surge more and $unavailable fewer",
  ({ replicas, surge, unavailable, most }) => {
    const deployment = deploymentOf(replicas, surge, unavailable);
    expect([maxSurge(deployment), maxUnavailable(deployment)]).toEqual(most);
  },
);

// NewRSNewReplicas: how many the new set may have, given what there is.
test.each([
  { replicas: 1, surge: 5, present: 0, current: 0, next: 1 },
  { replicas: 10, surge: 0, present: 0, current: 0, next: 10 },
  { replicas: 10, surge: 2, present: 10, current: 0, next: 2 },
  { replicas: 10, surge: 2, present: 8, current: 2, next: 4 },
  { replicas: 10, surge: 2, present: 10, current: 2, next: 2 },
])(
  "a new set of $current beside $present of $replicas",
  ({ replicas, surge, present, current, next }) => {
    const deployment = deploymentOf(replicas, surge, 0);
    const sets = [setOf("old", present, deployment), setOf("newer", current, deployment)];
    expect(newReplicas(deployment, sets, current)).toBe(next);
  },
);

// scale(): a change of size in the middle of a rollout is shared out.
test.each([
  { before: 10, after: 12, sizes: [10, 0], next: [10, 0] },
  { before: 10, after: 20, sizes: [5, 5], next: [10, 10] },
  { before: 10, after: 5, sizes: [5, 5], next: [2, 3] },
  { before: 10, after: 11, sizes: [5, 5], next: [5, 6] },
  { before: 10, after: 6, sizes: [8, 2], next: [5, 1] },
  { before: 10, after: 0, sizes: [8, 2], next: [0, 0] },
])("$sizes of $before go to $after as $next", ({ before, after, sizes, next }) => {
  const sets = sizes.flatMap((size, index) =>
    size > 0 ? [setOf(["old", "newer"][index] as string, size, deploymentOf(before, 0, 1))] : [],
  );
  const found = proportionalSizes(deploymentOf(after, 0, 1), sets);
  const expected = next.filter((_, index) => (sizes[index] as number) > 0);
  if (sets.length === 1) expect([...found.values()]).toEqual([after]);
  else expect(["old", "newer"].map((name) => found.get(name))).toEqual(expected);
});
