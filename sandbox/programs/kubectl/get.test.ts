// What get says of what is there and of what is not.

import { beforeAll, expect, test } from "vitest";
import { immediate as host } from "../../../tests/support/hosts.ts";
import { v1_20 as era } from "../../eras/v1.20.ts";
import { testSession } from "./test-session.ts";

let session: Awaited<ReturnType<typeof testSession>>;
beforeAll(async () => {
  session = await testSession({ era, host });
});

const said = (line: string) => session.run(`kubectl ${line}`);

test("what there is comes in the form that is asked for", async () => {
  expect(await said("get ns -o name")).toMatch(/^namespace\/default\n(?:namespace\/[\w-]+\s)*/);
  expect(await said("get ns default -o jsonpath='{.metadata.name}'")).toMatch(/^default/);
  expect(await said("get ns default --show-labels")).toMatch(
    /^NAME +STATUS +AGE +LABELS\ndefault +Active +\S+ +<none>/,
  );
  const sorted = (await said("get ns --sort-by=.metadata.name --no-headers")).match(/^\S+/gm);
  expect(sorted).toEqual([...(sorted ?? [])].sort());
});

test("each thing that is not there is missed by its name", async () => {
  expect(await said("get pods nope nope2")).toContain(
    'Error from server (NotFound): pods "nope" not found\n' +
      'Error from server (NotFound): pods "nope2" not found',
  );
  expect(await said("get pods")).toBe("No resources found in default namespace.");
  expect(await said("get pods -A")).toBe("No resources found");
});

test.each([
  ["get nothing", 'error: the server doesn\'t have a resource type "nothing"\n'],
  ["get", "You must specify the type of resource to get."],
  ["get pod/a b", "there is no need to specify a resource type as a separate argument"],
  ["gte x", 'Error: unknown command "gte" for "kubectl"\n'],
  ["get pods --nosuch", "Error: unknown flag: --nosuch\n"],
  ["get pods -l app=a=b", "found '=', expected: ',' or 'end of string'"],
  ["get pods --context nope", "context was not found for specified context: nope"],
])("%s is refused", async (line, text) => {
  expect(await said(line)).toContain(text);
});
