import { expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import { testBox } from "../test-box.ts";
import { createCatalog } from "./catalog.ts";
import { installers } from "./packages.ts";
import { toolbox } from "./toolbox.ts";
import { userland } from "./userland.ts";

test("every program that a set names can be fetched", async () => {
  const box = testBox(immediate);
  const { catalog } = box;
  const sets = {
    ...catalog.workstation,
    ...catalog.busybox,
    ...catalog.oldBusybox,
    ...catalog.apk,
  };
  for (const program of new Set(Object.values(sets))) {
    box.files.install("/usr/bin/probe", program);
    // Whatever it does with this, it must be there: a missing one would stop the clock's run.
    const child = box.machine.spawn(["probe", "--help"]);
    await box.clock.advance(1000);
    child.kill("SIGKILL");
    await box.clock.settle();
    expect(await child.exit).toBeDefined();
  }
});

test("no program is in two places", () => {
  expect(Object.keys(toolbox).filter((name) => name in userland)).toEqual([]);
});

test("programs are fetched once, when one of them is run for the first time", async () => {
  const box = testBox(immediate);
  const calls = { userland: 0, toolbox: 0 };
  const catalog = createCatalog({
    explanations: async () => ({}),
    userland: async () => {
      calls.userland++;
      return userland;
    },
    toolbox: async () => {
      calls.toolbox++;
      return toolbox;
    },
    installers: async () => installers,
    mysql: async () => () => ({}),
  });
  box.files.install("/usr/bin/echo2", catalog.tool("echo"));
  box.files.install("/usr/bin/tr2", catalog.tool("tr"));
  expect(calls).toEqual({ userland: 0, toolbox: 0 });
  expect((await box.run(["echo2", "a"])).out).toBe("a\n");
  expect((await box.run(["tr2", "a", "b"], { stdin: "a" })).out).toBe("b");
  expect((await box.run(["tr2", "a", "b"], { stdin: "aa" })).out).toBe("bb");
  expect(calls).toEqual({ userland: 1, toolbox: 1 });
});

test("apt-get brings what a bare image lacks, after an update, as root", async () => {
  const box = testBox(immediate);
  box.files.remove("/usr/bin/nslookup");
  const before = await box.run(["apt-get", "install", "-y", "dnsutils"]);
  expect(before).toMatchObject({ code: 100, err: "E: Unable to locate package dnsutils\n" });
  expect((await box.run(["apt-get", "update"])).out).toMatch(
    /^Get:1 .*\nReading package lists... Done\n$/s,
  );
  const { code, out } = await box.run(["apt-get", "install", "-y", "dnsutils"]);
  expect(code).toBe(0);
  expect(out).toContain("Setting up bind9-dnsutils");
  expect(box.files.kind("/usr/bin/nslookup")).toBe("file");
  expect((await box.run(["apt-get", "update"], { user: "user" })).err).toContain(
    "Permission denied",
  );
});
