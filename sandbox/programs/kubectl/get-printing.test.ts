import { expect, test } from "vitest";
import { immediate as host } from "../../../tests/support/hosts.ts";
import { keyOf } from "../../api/meta.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { withoutAdmission } from "../../controllers/test-objects.ts";
import { eras } from "../../eras/index.ts";
import { testSession } from "./test-session.ts";

/** One pod that has ended, on a cluster of that release. */
async function session(name: string) {
  const found = eras[name];
  if (!found) throw new Error(name);
  const era = withoutAdmission(found);
  const made = await testSession({ era, host });
  const pod = await made.client.create<Pod>(pods, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "done", namespace: "default" },
    spec: { containers: [{ name: "c", image: "i" }] },
    status: {},
  });
  const { client } = made;
  const current = await client.get(pods, keyOf(pod));
  await client.updateStatus(pods, { ...current, status: { phase: "Succeeded" } });
  return (line: string) => made.run(`kubectl ${line}`);
}

test.each([
  ["v1.3", /^NAME +READY +STATUS +RESTARTS +AGE$/],
  ["v1.5", /^$/],
  ["v1.11", /done +0\/1 +Succeeded/],
])("in %s pods that have ended are shown as then", async (name, shown) => {
  const said = await session(name);
  expect((await said("get pods")).trim()).toMatch(shown);
  expect(await said("get pods -a")).toMatch(/done +0\/1 +Succeeded/);
  expect(await said("get pods done")).toMatch(/done +0\/1 +Succeeded/);
});

test("other formats leave them out in 1.5, and did not in 1.3", async () => {
  expect(await (await session("v1.3"))("get pods -o name")).toBe("pod/done");
  expect(await (await session("v1.5"))("get pods -o name")).toBe("");
});

test("the flag that nobody needs is told so, and then is none", async () => {
  expect(await (await session("v1.10"))("get pods -a")).toContain(
    "Flag --show-all has been deprecated, will be removed in an upcoming release\n",
  );
  expect(await (await session("v1.20"))("get pods -a")).toContain("unknown shorthand flag: 'a'");
});
