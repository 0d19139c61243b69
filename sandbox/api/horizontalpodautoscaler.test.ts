import { expect, test } from "vitest";
import { immediate } from "../../tests/support/hosts.ts";
import { testServer } from "../apiserver/test-server.ts";
import { v1_20 } from "../eras/v1.20.ts";
import { v1_34 } from "../eras/v1.34.ts";
import type { Era } from "./era.ts";

const pathIn = (version: string) =>
  `/apis/autoscaling/${version}/namespaces/default/horizontalpodautoscalers`;
const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "web" };
const resource = (name: string, target: object) => ({
  type: "Resource",
  resource: { name, target },
});
const cpu = resource("cpu", { type: "Utilization", averageUtilization: 50 });
const memory = resource("memory", { type: "AverageValue", averageValue: "100Mi" });

async function server(era: Era, version: string, spec: object) {
  const made = await testServer({ era, host: immediate });
  await made.object("POST", pathIn(version), {
    body: JSON.stringify({
      ...{ apiVersion: `autoscaling/${version}`, kind: "HorizontalPodAutoscaler" },
      metadata: { name: "web" },
      spec: { scaleTargetRef, maxReplicas: 5, ...spec },
    }),
  });
  return made;
}

test("an autoscaler looks different in each version and says the same", async () => {
  const { object } = await server(v1_34, "v2", { metrics: [memory, cpu] });
  const old = await object("GET", `${pathIn("v1")}/web`);
  expect(old.spec).toMatchObject({ minReplicas: 1, targetCPUUtilizationPercentage: 50 });
  expect(old.spec).not.toHaveProperty("metrics");
  expect(old.metadata.annotations).toEqual({
    "autoscaling.alpha.kubernetes.io/metrics": JSON.stringify([memory]),
  });
  await object("PUT", `${pathIn("v1")}/web`, { body: JSON.stringify(old) });
  const again = await object("GET", `${pathIn("v2")}/web`);
  expect(again.spec.metrics).toEqual([memory, cpu]);
  expect(again.metadata.annotations).toBeUndefined();
});

test("an autoscaler without a metric watches how busy processors are", async () => {
  const { object } = await server(v1_20, "v2beta2", {});
  expect((await object("GET", `${pathIn("v1")}/web`)).spec.targetCPUUtilizationPercentage).toBe(80);
});

test.each([
  [v1_20, "v2beta2", [cpu], "<unknown>/50%"],
  [v1_34, "v2", [cpu], "cpu: <unknown>/50%"],
  [v1_34, "v2", [memory, cpu], "memory: <unknown>/100Mi, cpu: <unknown>/50%"],
  [
    v1_20,
    "v2beta2",
    [memory, cpu, resource("x/y", { type: "AverageValue", averageValue: "1" })],
    "<unknown>/100Mi, <unknown>/1 + 1 more...",
  ],
])("a table shows what an autoscaler aims at (%#)", async (...row) => {
  const [era, version, metrics, shown] = row as [Era, string, object[], string];
  const { object } = await server(era, version, { metrics });
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  const table = await object("GET", `${pathIn(version)}/web`, { headers: { accept } });
  expect(table["rows"][0].cells[2]).toBe(shown);
});
