import { expect, test } from "vitest";
import { immediate as host } from "../../../tests/support/hosts.ts";
import { v1_20 as era } from "../../eras/v1.20.ts";
import { createTrace } from "../../sim/trace.ts";
import { testSession } from "../kubectl/test-session.ts";
import { why } from "./why.ts";

const claim = `apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: data
spec:
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 1Gi}}
`;

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers: [{name: web, image: nginx}]
  volumes: [{name: data, persistentVolumeClaim: {claimName: data}}]
`;

async function session() {
  const made = await testSession({ era, host });
  const trace = createTrace(made.machine.clock);
  made.machine.files.install("/usr/bin/kubectl-why", why(era, trace));
  made.write("data.yaml", claim);
  made.write("web.yaml", pod);
  await made.run("kubectl create -f /root/data.yaml -f /root/web.yaml");
  trace.decide({
    by: "persistentvolume-controller",
    about: { kind: "PersistentVolumeClaim", namespace: "default", name: "data" },
    verdict: "no volume fits",
    rule: "syncClaim",
    options: [
      {
        about: { kind: "PersistentVolume", name: "small" },
        taken: false,
        rule: "size",
        why: "it is too small",
        remedy: "make a larger one",
      },
    ],
  });
  return made;
}

const ofTheClaim = `PersistentVolumeClaim data
  no volume fits
    decided by persistentvolume-controller, 0s ago; the rule: syncClaim
    - PersistentVolume small  size  it is too small
    what would help: make a larger one`;

test("a claim is explained by what was decided about it, each volume with its rule", async () => {
  const { run } = await session();
  expect(await run("kubectl why pvc/data")).toBe(ofTheClaim);
});

test("a pod that waits is explained by the claims that it waits for", async () => {
  const { run } = await session();
  expect(await run("kubectl why pod web")).toBe(
    `Pod web\n${ofTheClaim
      .split("\n")
      .map((line) => `  ${line}`)
      .join("\n")}`,
  );
});

test("what nobody decided anything about is said to be so", async () => {
  const { run } = await session();
  expect(await run("kubectl why ns default")).toBe(
    "Namespace default\n  Nobody has had to decide anything about it.",
  );
});

test("it fails as kubectl does", async () => {
  const { run } = await session();
  expect(await run("kubectl why")).toBe(
    "error: You must say what: kubectl why TYPE/NAME\n[exit 1]",
  );
  expect(await run("kubectl why pvc/none")).toBe(
    'Error from server (NotFound): persistentvolumeclaims "none" not found\n[exit 1]',
  );
});
