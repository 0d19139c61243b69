// A stock kubectl of two releases does on `kennel serve` what it does on a real cluster.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findKubectl } from "../support/kubectl.ts";
import { Stock } from "../support/stock.ts";

const web = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
      - name: nginx
        image: nginx:1.19
`;

const box = `apiVersion: v1
kind: Pod
metadata:
  name: box
spec:
  containers:
  - name: box
    image: busybox:1.36
    command: ["sh", "-c", "echo hello; sleep 2; echo later; sleep 100000"]
`;

for (const release of ["1.20", "1.33"]) {
  const kubectl = findKubectl(release);
  const title = `a stock kubectl ${release} on an API of v${release}`;
  if (kubectl === undefined) {
    test(title, ({ skip }) => skip(`no kubectl ${release} was found`));
    continue;
  }
  describe(title, { timeout: 60_000 }, () => {
    let stock: Stock;
    const out = async (line: string): Promise<string> => (await stock.run(line)).lines.join("\n");
    beforeAll(async () => {
      stock = await Stock.start({ kubectl, era: `v${release}`, scene: "consul" });
      stock.write("web.yaml", web);
      stock.write("box.yaml", box);
      await out("kubectl apply -f web.yaml -f box.yaml");
      await stock.settle();
    });
    afterAll(() => stock?.stop());

    test("gets tables, names, YAML and columns", async () => {
      expect(await out("kubectl get deployments")).toMatch(
        /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +2\/2 +2 +2 +\d+s$/,
      );
      expect(await out("kubectl get pods -l app=web -o name")).toMatch(/^(pod\/web-\S+\n?){2}$/);
      expect(await out("kubectl get pod box -o jsonpath='{.status.phase}'")).toBe("Running");
      expect(await out("kubectl get deploy web -o yaml")).toContain("image: nginx:1.19");
      expect(await out("kubectl get nodes -o wide")).toMatch(/INTERNAL-IP/);
      expect(await stock.run("kubectl get pod nope")).toEqual({
        lines: ['Error from server (NotFound): pods "nope" not found'],
        exit: 1,
      });
    });

    test("watches what changes", async () => {
      const watch = stock.follow("kubectl get pods -l app=web --watch");
      await watch.says(/(web-\S+ +1\/1 +Running.*\n){2}/);
      await out("kubectl scale deploy web --replicas=3");
      await watch.says(/ContainerCreating/);
      await watch.says(/(web-\S+ +1\/1 +Running[\s\S]*){3}/);
      await watch.stop();
      expect(await out("kubectl scale deploy web --replicas=2")).toBe("deployment.apps/web scaled");
      await stock.settle();
    });

    test("describes", async () => {
      expect(await out("kubectl describe pod box")).toMatch(/Started container box/);
      expect(await out("kubectl describe node node2")).toMatch(/Allocated resources:/);
      expect(await out("kubectl describe deploy web")).toMatch(/NewReplicaSet: +web-/);
    });

    test("applies, and says what changed", async () => {
      expect(await out("kubectl apply -f web.yaml")).toBe("deployment.apps/web unchanged");
      stock.write("web3.yaml", web.replace("nginx:1.19", "nginx:1.20"));
      const diff = await stock.run("kubectl diff -f web3.yaml");
      expect(diff.exit).toBe(1);
      expect(diff.lines.join("\n")).toMatch(/-.* image: nginx:1.19\n\+.* image: nginx:1.20/);
      expect(await out("kubectl apply -f web3.yaml")).toBe("deployment.apps/web configured");
      expect(await out("kubectl rollout status deploy/web")).toMatch(
        /deployment "web" successfully rolled out$/,
      );
      expect(await out("kubectl rollout history deploy/web")).toMatch(/1 +<none>\n2 +<none>/);
      expect(await out("kubectl rollout undo deploy/web")).toBe("deployment.apps/web rolled back");
      expect(await out("kubectl get deploy web -o jsonpath='{..image}'")).toBe("nginx:1.19");
    });

    test("applies at the server's side", async () => {
      const own = (data: string) =>
        `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: own}\ndata: ${data}\n`;
      const apply = "kubectl apply --server-side -f own.yaml";
      stock.write("own.yaml", own("{a: one}"));
      expect(await out(apply)).toBe("configmap/own serverside-applied");
      stock.write("own.yaml", own("{a: two, b: three}"));
      expect(await out(apply)).toBe("configmap/own serverside-applied");
      expect(JSON.parse(await out("kubectl get cm own -o jsonpath='{.data}'"))).toEqual({
        a: "two",
        b: "three",
      });
    });

    test("patches in three ways, and edits", async () => {
      const patch = "kubectl patch deploy web";
      expect(await out(`${patch} -p '{"metadata":{"labels":{"a":"1"}}}'`)).toBe(
        "deployment.apps/web patched",
      );
      await out(`${patch} --type=merge -p '{"metadata":{"labels":{"b":"2"}}}'`);
      await out(`${patch} --type=json -p '[{"op":"add","path":"/metadata/labels/c","value":"3"}]'`);
      const labels = "kubectl get deploy web -o jsonpath='{.metadata.labels}'";
      expect(JSON.parse(await out(labels))).toEqual({ a: "1", b: "2", c: "3" });
      expect(
        await out('KUBE_EDITOR="sed -i \'s/a: \\"1\\"/a: \\"9\\"/\'" kubectl edit deploy web'),
      ).toBe("deployment.apps/web edited");
      expect(JSON.parse(await out(labels))).toEqual({ a: "9", b: "2", c: "3" });
      expect(await out("KUBE_EDITOR=cat kubectl edit deploy web")).toMatch(
        /Edit cancelled, no changes made\./,
      );
    });

    test("waits, and gives up", async () => {
      expect(await out("kubectl wait pod/box --for=condition=Ready")).toBe("pod/box condition met");
      const late = await stock.run("kubectl wait pod/box --for=condition=Nope --timeout=1s");
      expect(late).toEqual({
        lines: ["error: timed out waiting for the condition on pods/box"],
        exit: 1,
      });
    });

    test("shows logs, and follows them", async () => {
      expect(await out("kubectl logs box")).toBe("hello\nlater");
      expect(await out("kubectl logs box --tail=1")).toBe("later");
      const follow = stock.follow("kubectl logs -f box");
      await follow.says("hello\nlater\n");
      await follow.stop();
      expect((await stock.run("kubectl logs nope")).exit).toBe(1);
    });

    test("runs commands in containers, with streams and exit codes", async () => {
      expect(await out("kubectl exec box -- hostname")).toBe("box");
      expect(await stock.run("kubectl exec box -- sh -c 'echo to-err >&2; exit 3'")).toEqual({
        lines: ["to-err", "command terminated with exit code 3"],
        exit: 3,
      });
      expect((await stock.run("kubectl exec -i box -- cat", "one\ntwo\n")).lines).toEqual([
        "one",
        "two",
      ]);
    });

    test("says why a command cannot be started, and outlives that", async () => {
      const missing = await stock.run("kubectl exec box -- nope");
      expect(missing.exit).toBeGreaterThan(0);
      expect(missing.lines.join("\n")).toContain(
        'exec: "nope": executable file not found in $PATH',
      );
    });

    test("outlives clients that hang up in the middle", async () => {
      const exec = stock.follow("kubectl exec -i box -- sh -c 'echo here; cat'");
      await exec.says("here");
      await exec.stop();
      expect(await out("kubectl exec box -- hostname")).toBe("box");
    });

    test("gives a shell on a terminal", async () => {
      const shell = stock.follow("script -qec 'kubectl exec -it box -- sh' /dev/null");
      await shell.says(/# $/);
      shell.type("echo $((6 * 7)); tty\r");
      await shell.says(/\n42\r\n\/dev\/pts\/\d/);
      shell.type("sleep 1000\r");
      await shell.says(/sleep 1000\S*\r\n$/);
      shell.type("\x03");
      await shell.says(/\^C\r\n.*# $/);
      shell.type("exit 5\r");
      expect(await shell.ended).toBe(5);
    });

    test("copies files there and back", async () => {
      stock.write("note", "kept\n");
      expect(await out("kubectl cp note box:/tmp/note")).toBe("");
      expect(await out("kubectl exec box -- cat /tmp/note")).toBe("kept");
      await out("kubectl cp box:/tmp/note back");
      expect(await out("cat back")).toBe("kept");
    });

    test("forwards ports", async () => {
      const forward = stock.follow("kubectl port-forward deploy/web :80");
      await forward.says(/Forwarding from 127.0.0.1:\d+ -> 80/);
      const [, port] = /127.0.0.1:(\d+)/.exec(forward.output) ?? [];
      const answer = await fetch(`http://127.0.0.1:${port}/`);
      expect(await answer.text()).toContain("Welcome to nginx!");
      await forward.stop();
    });

    test("explains, and lists what is served", async () => {
      expect(await out("kubectl explain pod.spec.nodeName")).toMatch(/FIELD: +nodeName/);
      expect(await out("kubectl api-resources")).toMatch(/statefulsets +sts +apps\/v1 +true/);
      expect(await out("kubectl api-versions")).toMatch(/^apps\/v1$/m);
      expect(await out("kubectl version -o yaml 2>/dev/null")).toMatch(
        new RegExp(`serverVersion:[\\s\\S]*gitVersion: v${release}`),
      );
    });

    test("deletes, and waits until it is gone", async () => {
      expect(await out("kubectl delete pod box --grace-period=1")).toBe('pod "box" deleted');
      expect((await stock.run("kubectl get pod box")).exit).toBe(1);
      expect(await out("kubectl delete -f web.yaml")).toMatch(/deployment.apps "web" deleted/);
    });
  });
}
