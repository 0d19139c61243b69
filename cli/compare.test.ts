import { describe, expect, test } from "vitest";
import { compareResults } from "./compare.ts";
import { outputLines } from "./golden.ts";

interface Pair {
  readonly command?: string;
  readonly nodesExact?: boolean;
  readonly expected: string;
  readonly actual: string;
}

function differenceOf(pair: Pair): readonly string[] | undefined {
  const { command = "kubectl get pods", nodesExact = false } = pair;
  const result = (text: string) => ({ lines: outputLines(text), exit: 0 });
  return compareResults({ command, nodesExact }, result(pair.expected), result(pair.actual));
}

const uid = "7d30f4dc-378c-44d8-b8df-10169e3e730a";
const otherUid = "44601df2-fe48-446a-a507-87b01f35c199";

const managed = `metadata:
  managedFields:
  - apiVersion: v1
    fieldsV1:
      f:data: {}
    manager: kubectl
  name: a
`;

const diff = `diff -u -N /tmp/LIVE-1/v1.ConfigMap.default.c /tmp/MERGED-2/v1.ConfigMap.default.c
--- /tmp/LIVE-1/v1.ConfigMap.default.c\t2026-11-21 02:51:36.689059830 +0000
+++ /tmp/MERGED-2/v1.ConfigMap.default.c\t2026-11-21 02:51:36.701059831 +0000
@@ -1,5 +1,5 @@
 apiVersion: v1
 data:
-  k: v
+  k: w
 kind: ConfigMap
@@ -9,7 +9,12 @@
       f:data:
         .: {}
-        f:k: {}
+        f:l: {}
     manager: kubectl
`;

const structDiff = (path: string): string => `The Pod "p" is invalid: spec: Forbidden: no
  core.PodSpec{
- \tHostname: "${path}",
\u00a0\u00a0\t... // 3 identical fields
  }

* other: Required value
`;

const events = (rows: readonly string[]): string =>
  ["LAST SEEN   TYPE     REASON      OBJECT    MESSAGE", ...rows].join("\n");
const scheduled =
  "8s          Normal   Scheduled   pod/p     Successfully assigned default/p to node1";
const started = "7s          Normal   Started     pod/p     Started container c";

const described = (rows: readonly string[]): string =>
  [
    "Events:",
    "  Type    Reason   Age   From     Message",
    "  ----    ------   ----  ----     -------",
    ...rows,
  ].join("\n");

describe("these may differ", () => {
  test.each<[string, Pair]>([
    [
      "ages, and the widths that come of them",
      {
        expected: "NAME   AGE   NODE\na      8s    x",
        actual: "NAME   AGE     NODE\na      3m38s   x",
      },
    ],
    [
      "ages in rows without a header",
      { expected: "a   1/1   Running   8s", actual: "a   1/1   Running   41m" },
    ],
    [
      "times in every form",
      {
        expected: 'a: "2026-11-21T02:56:47Z"\nStart Time:   Sat, 21 Nov 2026 02:53:54 +0000',
        actual: 'a: "2027-01-02T22:06:40.123456Z"\nStart Time:  Tue, 03 Dec 2024 12:03:04 +0000',
      },
    ],
    [
      "durations of a job, of a back-off, of a deletion",
      {
        expected: "Duration:  2s\nback-off 10s restarting\nTerminating (lasts 7s)\n1 (3s ago)",
        actual:
          "Duration:      1m2s\nback-off 1m20s restarting\nTerminating (lasts 2m)\n1 (11h ago)",
      },
    ],
    [
      "addresses",
      { expected: "10.244.35.5:80,10.1.1.1:80", actual: "10.0.0.9:80,192.168.1.255:80" },
    ],
    ["uids", { expected: `pvc-${uid} /tmp/${uid}`, actual: `pvc-${otherUid} /tmp/${otherUid}` }],
    [
      "resource versions",
      { expected: '  resourceVersion: "1184"', actual: '  resourceVersion: "7"' },
    ],
    [
      "the address of the server",
      {
        expected:
          "The connection to the server 10.1.2.3:6443 was refused\nserver: https://a.b:6443",
        actual: "The connection to the server 192.0.2.1:443 was refused\nserver: https://10.0.0.1",
      },
    ],
    [
      "generated suffixes, hashes and names of events",
      {
        expected: "pod/web-6886c44bb7-5mf4t\nweb-6dff96c8d\nj-bmj4g.18e9eff133d0e2cf",
        actual: "pod/web-69ddb96fb8-x7k2p\nweb-5884c6c575\nj-w2nt8.17aaeff133d0e2c0",
      },
    ],
    [
      "the order of rows with generated names",
      {
        expected: "NAME      READY\nfirst     1/1\nx-5mf4t   1/1\nx-8cx58   0/1",
        actual: "NAME      READY\nfirst     1/1\nx-bbbbb   0/1\nx-zzzzz   1/1",
      },
    ],
    [
      "the order of lines with generated names",
      {
        expected: 'pod "x-5mf4t" deleted\npod "y-8cx58" deleted',
        actual: 'pod "y-bbbbb" deleted\npod "x-zzzzz" deleted',
      },
    ],
    [
      "the chosen node",
      {
        expected: "NAME   NODE\na      node1\n\nNode:  node2/10.0.0.1\n  nodeName: node3",
        actual: "NAME   NODE\na      node4\n\nNode:  node4/10.0.0.9\n  nodeName: node1",
      },
    ],
    [
      "the chosen node in custom columns and in a path",
      {
        command: "kubectl get pod -o custom-columns=N:.metadata.name,HOST:.spec.nodeName",
        expected: "N   HOST\na   node1",
        actual: "N   HOST\na   node3",
      },
    ],
    [
      "the chosen node by itself",
      {
        command: "kubectl get pod a -o jsonpath='{.spec.nodeName}'",
        expected: "node1",
        actual: "node3",
      },
    ],
    ["the width of columns", { expected: "a      b   c d", actual: "a  b       c d   " }],
    [
      "indentation beyond eight spaces",
      { expected: "Labels:  a=b\n         c=d", actual: "Labels:     a=b\n            c=d" },
    ],
    [
      "the order, the ages and the repetition of events",
      {
        command: "kubectl get events",
        expected: events([scheduled, scheduled, started]),
        actual: events([started.replace("7s ", "12m"), scheduled.replace("node1", "node3")]),
      },
    ],
    [
      "whether an image was pulled or there",
      {
        command: "kubectl get ev",
        expected: events([
          '9s          Normal   Pulling     pod/p     Pulling image "a:1"',
          '9s          Normal   Pulled      pod/p     Successfully pulled image "a:1" in 26.694µs',
        ]),
        actual: events([
          '1s          Normal   Pulled      pod/p     Container image "a:1" already present on machine',
        ]),
      },
    ],
    [
      "the order, ages and counts of events in describe",
      {
        command: "kubectl describe pod p",
        expected: described([
          "  Normal  Created  10s   kubelet  Created container a",
          '  Normal  Pulling  9s    kubelet  Pulling image "a"',
          "  Normal  Created  9s    kubelet  Created container b",
        ]),
        actual: described([
          "  Normal  Created  4s (x3 over 1m2s)  kubelet  Created container b",
          "  Normal  Created  4s                 kubelet  Created container a",
        ]),
      },
    ],
    [
      "how far a pull has failed",
      {
        expected: "a   0/1   ErrImagePull   0   7s",
        actual: "a   0/1   ImagePullBackOff   0   7s",
      },
    ],
    ["managedFields in YAML", { expected: managed, actual: "metadata:\n  name: a" }],
    [
      "managedFields in JSON",
      {
        expected:
          '{\n    "managedFields": [\n        {\n            "a": []\n        }\n    ],\n    "name": "a"\n}',
        actual: '{\n    "name": "a"\n}',
      },
    ],
    [
      "managedFields on one line",
      {
        expected:
          'map{"managedFields":[]interface {}{map{"k:{x}":{}}}, "name":"a"}\n{"managedFields":[{"a":[]}],"name":"a"}',
        actual: 'map{"name":"a"}\n{"name":"a"}',
      },
    ],
    [
      "of a diff all but its signed lines",
      {
        command: "kubectl diff -f c.yaml",
        expected: diff,
        actual: diff
          .replaceAll("LIVE-1", "LIVE-846677641")
          .replaceAll("02:51:36", "03:00:00")
          .replace(" data:\n", " data:\n  a: b\n")
          .replace("@@ -1,5 +1,5 @@", "@@ -1,6 +1,6 @@")
          .replace("+        f:l: {}\n", ""),
      },
    ],
    ["the struct diff of v1.20", { expected: structDiff("a"), actual: structDiff("b") }],
    [
      "ids of containers and images",
      {
        expected:
          "    Container ID:  docker://1f\n    Image ID:  a@sha256:00\n  imageID: docker://x",
        actual: "    Container ID:  containerd://e2\n    Image ID:    b\n  imageID: containerd://y",
      },
    ],
    [
      "versions of kernel, system and runtime in describe node",
      {
        command: "kubectl describe node node1",
        expected:
          " Kernel Version:  4.19\n OS Image:  Debian\n Container Runtime Version:  docker://19",
        actual:
          " Kernel Version:  6.1\n OS Image:    Other 1\n Container Runtime Version:  containerd://1",
      },
    ],
    [
      "repeated lines of rollout status",
      {
        command: "kubectl rollout status sts/a",
        expected: "Waiting\nWaiting\ndone",
        actual: "Waiting\ndone",
      },
    ],
    [
      "the time and process id before a warning",
      {
        expected: "W1121 02:51:27.095228   22587 helpers.go:553] deprecated",
        actual: "W0102 12:00:00.000000       1 helpers.go:553] deprecated",
      },
    ],
  ])("%s", (_, pair) => {
    expect(differenceOf(pair)).toBeUndefined();
  });
});

describe("these may not differ", () => {
  test.each<[string, Pair]>([
    ["a status", { expected: "a   1/1   Running   8s", actual: "a   1/1   Pending   8s" }],
    [
      "a missing row",
      { expected: "NAME   AGE\na      8s\nb      8s", actual: "NAME   AGE\na      8s" },
    ],
    [
      "the order of rows with given names",
      { expected: "NAME   AGE\na      8s\nb      8s", actual: "NAME   AGE\nb      8s\na      8s" },
    ],
    [
      "the rest of a row with a generated name",
      { expected: "NAME      READY\nx-5mf4t   1/1", actual: "NAME      READY\nx-5mf4t   0/1" },
    ],
    [
      "a suffix of letters that Kubernetes does not use",
      { expected: "web-5mf4t", actual: "web-5mfaa" },
    ],
    ["a suffix that is too long", { expected: "web-5mf4t", actual: "web-5mf4tt" }],
    ["a suffix where there was a number", { expected: "web-0", actual: "web-5mf4t" }],
    ["a uid that is none", { expected: uid, actual: "1234" }],
    [
      "an age that is none",
      { expected: "NAME   AGE\na      8s", actual: "NAME   AGE\na      <unknown>" },
    ],
    ["a duration that is set", { expected: "delay=5s timeout=1s", actual: "delay=0s timeout=1s" }],
    ["a duration in a message", { expected: "op=Exists for 300s", actual: "op=Exists for 30s" }],
    ["no address where there was one", { expected: "a   10.0.0.1   b", actual: "a   <none>   b" }],
    [
      "an empty resource version",
      { expected: 'resourceVersion: ""', actual: 'resourceVersion: "3"' },
    ],
    ["a single space", { expected: "a b", actual: "a  b" }],
    ["a space at the end", { expected: "deployment.apps/web ", actual: "deployment.apps/web" }],
    ["indentation of up to eight spaces", { expected: "        a", actual: "      a" }],
    ["an empty line in between", { expected: "a\n\nb", actual: "a\nb" }],
    [
      "no node where there was one",
      { expected: "NAME   NODE\na      node1", actual: "NAME   NODE\na      <none>" },
    ],
    [
      "the chosen node, where it is to be exact",
      {
        nodesExact: true,
        expected: "NAME   NODE\na      node1",
        actual: "NAME   NODE\na      node2",
      },
    ],
    [
      "the name of a node elsewhere",
      { expected: "node/node1 cordoned", actual: "node/node2 cordoned" },
    ],
    [
      "the message of an event",
      {
        command: "kubectl get events",
        expected: events([scheduled, started]),
        actual: events([scheduled, started.replace("container c", "container d")]),
      },
    ],
    [
      "a missing event",
      {
        command: "kubectl get events",
        expected: events([scheduled, started]),
        actual: events([scheduled]),
      },
    ],
    [
      "how many objects with generated names it happened to",
      {
        command: "kubectl get events",
        expected: events([
          scheduled.replace("/p ", "/p-5mf4t "),
          scheduled.replace("/p ", "/p-8cx58 "),
        ]),
        actual: events([scheduled.replace("/p ", "/p-5mf4t ")]),
      },
    ],
    [
      "the object of an event",
      {
        command: "kubectl get events",
        expected: events([scheduled]),
        actual: events([scheduled.replace("pod/p ", "pod/q ")]),
      },
    ],
    [
      "the type of an event in describe",
      {
        command: "kubectl describe pod p",
        expected: described(["  Normal  Created  10s   kubelet  Created container a"]),
        actual: described(["  Warning  Created  10s   kubelet  Created container a"]),
      },
    ],
    [
      "the image that was pulled",
      {
        command: "kubectl get ev",
        expected: events([
          '9s          Normal   Pulled      pod/p     Successfully pulled image "a:1"',
        ]),
        actual: events([
          '9s          Normal   Pulled      pod/p     Successfully pulled image "a:2"',
        ]),
      },
    ],
    [
      "what stands behind managedFields",
      { expected: managed, actual: managed.replace("name: a", "name: b") },
    ],
    [
      "a signed line of a diff",
      { command: "kubectl diff -f c.yaml", expected: diff, actual: diff.replace("k: w", "k: x") },
    ],
    [
      "an error of diff",
      {
        command: "kubectl diff -f c.yaml",
        expected: "error: no file a",
        actual: "error: no file b",
      },
    ],
    [
      "what stands before and behind a struct diff",
      { expected: structDiff("a"), actual: structDiff("a").replace("* other", "* another") },
    ],
    [
      "a struct diff that is not there",
      { expected: structDiff("a"), actual: structDiff("a").replace(/\n {2}core.*\n {2}\}\n/s, "") },
    ],
    ["an image id that is not there", { expected: "    Image ID:  a", actual: "    Image ID:" }],
    [
      "the version of the kubelet in describe node",
      {
        command: "kubectl describe node node1",
        expected: " Kubelet Version:  v1.20.2",
        actual: " Kubelet Version:  v1.20.3",
      },
    ],
    [
      "the version of a kernel elsewhere",
      { expected: "Kernel Version:  4", actual: "Kernel Version:  5" },
    ],
    ["a repeated line of another command", { expected: "a\na", actual: "a" }],
    [
      "a step of a rollout",
      {
        command: "kubectl rollout status sts/a",
        expected: "Waiting 2\nWaiting 1",
        actual: "Waiting 2",
      },
    ],
    [
      "the source of a warning",
      {
        expected: "W1121 02:51:27.095228   22587 helpers.go:553] deprecated",
        actual: "W1121 02:51:27.095228   22587 helpers.go:554] deprecated",
      },
    ],
  ])("%s", (_, pair) => {
    expect(differenceOf(pair)).not.toBeUndefined();
  });
});

test("an exit status counts, and is told", () => {
  const lines = ["a"];
  const step = { command: "false", nodesExact: false };
  expect(compareResults(step, { lines, exit: 1 }, { lines, exit: 0 })).toEqual([
    "- [exit 1]",
    "+ [exit 0]",
  ]);
});

test("a difference shows what was expected and what was printed, as it was compared", () => {
  const pair = {
    expected: "NAME   STATUS    AGE\na      Running   8s",
    actual: "NAME   STATUS    AGE\na      Pending   9s",
  };
  expect(differenceOf(pair)).toEqual(["- a  Running  <age>", "+ a  Pending  <age>"]);
});
