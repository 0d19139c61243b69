import { expect, test } from "vitest";
import { v1_20 } from "../eras/v1.20.ts";
import { threeWayDiff } from "./strategic-diff.ts";
import { strategicMergePatch } from "./strategic-merge.ts";

const schema = v1_20.schema;
const type = schema.definition("apps/v1", "Deployment") as string;

const deployment = (containers: readonly object[], more: object = {}) => ({
  spec: { replicas: 2, ...more, template: { spec: { containers } } },
});

const web = { name: "web", image: "nginx:1.19" };
const side = { name: "side", image: "busybox" };

function diffOf(original: object, modified: object, current: object) {
  const versions = { original, modified, current } as Parameters<typeof threeWayDiff>[0];
  const patch = threeWayDiff(versions, { schema, type });
  return { patch, result: strategicMergePatch(versions.current, patch, { schema, type }) };
}

test("nothing to change is an empty patch, whatever the server filled in", () => {
  const applied = deployment([web]);
  const current = deployment([{ ...web, imagePullPolicy: "Always" }], { revisionHistoryLimit: 10 });
  expect(diffOf(applied, applied, current).patch).toEqual({});
});

test("a container is found by its name, and what others set stays", () => {
  const current = deployment([{ ...web, imagePullPolicy: "Always" }]);
  const { patch, result } = diffOf(
    deployment([web]),
    deployment([{ ...web, image: "nginx:1.20" }]),
    current,
  );
  expect(patch).toEqual({
    spec: {
      template: {
        spec: {
          containers: [{ name: "web", image: "nginx:1.20" }],
          "$setElementOrder/containers": [{ name: "web" }],
        },
      },
    },
  });
  expect(result).toEqual(deployment([{ ...web, image: "nginx:1.20", imagePullPolicy: "Always" }]));
});

test("what the last manifest had and this one has not is taken away", () => {
  const { patch, result } = diffOf(
    deployment([web, side], { minReadySeconds: 5 }),
    deployment([web]),
    deployment([web, side], { minReadySeconds: 5, paused: true }),
  );
  expect(patch).toMatchObject({ spec: { minReadySeconds: null } });
  expect(result).toEqual(deployment([web], { paused: true }));
});

test("a change of the strategy drops the settings of the other one", () => {
  const rolling = { strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } } };
  const recreate = { strategy: { type: "Recreate" } };
  const { result } = diffOf(
    deployment([web], recreate),
    deployment([web], recreate),
    deployment([web], rolling),
  );
  expect(result).toEqual(deployment([web], recreate));
});
