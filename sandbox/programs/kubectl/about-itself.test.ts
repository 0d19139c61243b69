// What kubectl tells of itself, of the cluster, and of whoever asks.

import { expect, test } from "vitest";
import { immediate as host } from "../../../tests/support/hosts.ts";
import { v1_20 } from "../../eras/v1.20.ts";
import { v1_34 } from "../../eras/v1.34.ts";
import { testSession } from "./test-session.ts";

test("the version of 1.20 is a struct, and a number if it is to be short", async () => {
  const { run } = await testSession({ era: v1_20, host });
  expect(await run("kubectl version --client")).toMatch(
    /^Client Version: version\.Info\{Major:"1", Minor:"20", GitVersion:"v1\.20\.2", .*\}$/,
  );
  expect(await run("kubectl version --client --short")).toBe("Client Version: v1.20.2");
});

test("the newest version is a number, and --short is forgotten", async () => {
  const { run } = await testSession({ era: v1_34, host });
  expect(await run("kubectl version --client")).toBe(
    "Client Version: v1.34.1\nKustomize Version: v5.7.1",
  );
  expect(await run("kubectl version --short")).toBe(
    "error: unknown flag: --short\nSee 'kubectl version --help' for usage.\n[exit 1]",
  );
});

test("the client's version is told even if no server answers", async () => {
  const { run } = await testSession({ era: v1_34, host });
  expect(await run("kubectl version -s https://10.0.0.1:1")).toBe(
    [
      "Client Version: v1.34.1",
      "Kustomize Version: v5.7.1",
      "The connection to the server 10.0.0.1:1 was refused - did you specify the right host or port?",
      "[exit 1]",
    ].join("\n"),
  );
});

test("cluster-info says where the control plane is", async () => {
  const { run } = await testSession({ era: v1_20, host });
  expect(await run("kubectl cluster-info")).toBe(
    "Kubernetes control plane is running at https://10.0.0.1:6443\n\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.",
  );
});

test("can-i answers yes or no, and warns of what makes no sense", async () => {
  const { run } = await testSession({ era: v1_20, host });
  expect(await run("kubectl auth can-i create pods")).toBe("yes");
  expect(await run("kubectl auth can-i list nodes")).toBe(
    "Warning: resource 'nodes' is not namespace scoped\n\nyes",
  );
  expect(await run("kubectl auth can-i -q frob widgets")).toBe(
    "Warning: the server doesn't have a resource type 'widgets'\n\nWarning: verb 'frob' is not a known verb",
  );
  expect(await run("kubectl auth can-i get")).toBe(
    "error: you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.\n[exit 1]",
  );
});

test("plugins are found on PATH", async () => {
  const { run, machine } = await testSession({ era: v1_20, host });
  expect(await run("kubectl plugin list")).toBe(
    "error: unable to find any kubectl plugins in your PATH\n[exit 1]",
  );
  machine.files.makeDirectory("/usr/local/bin", { parents: true });
  machine.files.install("/usr/local/bin/kubectl-hello", async () => 0);
  expect(await run("kubectl plugin list")).toBe(
    "The following compatible plugins are available:\n\n/usr/local/bin/kubectl-hello",
  );
});

test("what is not simulated says so and fails", async () => {
  const { run } = await testSession({ era: v1_20, host });
  expect(await run("kubectl debug web-0")).toBe("error: kubectl debug is not simulated\n[exit 1]");
});
