// What create's subcommands take, and what they cannot do without.

import { beforeAll, expect, test } from "vitest";
import { immediate as host } from "../../../../tests/support/hosts.ts";
import { v1_20 as era } from "../../../eras/v1.20.ts";
import { testSession } from "../test-session.ts";

let session: Awaited<ReturnType<typeof testSession>>;
beforeAll(async () => {
  session = await testSession({ era, host });
});

const said = (line: string) => session.run(`kubectl ${line}`);

test("a binding is for users that kubectl itself need not know", async () => {
  expect(await said("create rolebinding b --role=r --user=bob --user=eve")).toBe(
    "rolebinding.rbac.authorization.k8s.io/b created",
  );
  expect(await said("get rolebinding b -o jsonpath='{.subjects[*].name}'")).toMatch(/^bob eve/);
  expect(await said("get pods --user=bob")).toContain('auth info "bob" does not exist');
});

test("a service that is a name elsewhere must say which", async () => {
  expect(await said("create service externalname there")).toContain(
    'required flag(s) "external-name" not set',
  );
});
