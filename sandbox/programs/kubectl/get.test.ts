import { expect, test } from "vitest";
import { immediate as testHost } from "../../../tests/support/hosts.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { testSession } from "./test-session.ts";

test("get prints what there is", async () => {
  const s = await testSession({ era: v1_20, host: testHost });
  for (const l of [
    "get ns",
    "get",
    "get nothing",
    "get pods nope nope2",
    "get pod/a b",
    "get ns -o yaml",
    "get ns default -o jsonpath='{.metadata.name}'",
    "get pods -A",
    "get ns,pods",
    "gte x",
    "get pods --nosuch",
    "get ns --show-labels -o wide",
    "get ns -o name",
    "get pods -l app=a=b",
    "get -h",
    "",
    "get pods --context nope",
    "get ns -s http://localhost:8080",
    "get ns -s https://nohost:1 ",
    "get ns --sort-by=.metadata.name",
  ])
    console.log("$ kubectl " + l + "\n" + (await s.run("kubectl " + l)));
  expect(1).toBe(1);
});
