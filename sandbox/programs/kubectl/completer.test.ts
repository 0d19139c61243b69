import { expect, test } from "vitest";
import { immediate as host } from "../../../tests/support/hosts.ts";
import { v1_20 as era } from "../../eras/v1.20.ts";
import { kubectlCompleter } from "./completer.ts";
import { testSession } from "./test-session.ts";

async function session() {
  const made = await testSession({ era, host });
  made.machine.files.install("/usr/bin/tab", async (process) => {
    const words = process.argv.slice(1);
    const current = words.pop() ?? "";
    const found = await kubectlCompleter(era)({ words, current }, process);
    const fitting = found?.filter((each) => each.startsWith(current)).toSorted();
    await process.stdout.write(fitting ? fitting.join(" ") : "files");
    return 0;
  });
  for (const name of ["data-web-0", "data-web-1"]) {
    await made.client.send({
      method: "POST",
      path: "/api/v1/namespaces/default/configmaps",
      body: { apiVersion: "v1", kind: "ConfigMap", metadata: { name } },
    });
  }
  return (line: string) => made.run(`tab ${line}`);
}

test.each([
  ["a command", "kubectl des", "describe"],
  ["a command below another", "kubectl rollout und", "undo"],
  ["a type", "kubectl get persistentvolumec", "persistentvolumeclaims"],
  ["a type after another", "kubectl get pods,storagec", "pods,storageclasses"],
  ["names of what is there", "kubectl get cm data", "data-web-0 data-web-1"],
  ["names that are not on the line yet", "kubectl delete cm data-web-0 data", "data-web-1"],
  ["names behind a slash", "kubectl describe cm/data-web-1", "cm/data-web-1"],
  ["names in another namespace: none", "kubectl get cm -n kube-system data", ""],
  ["a namespace", "kubectl get pods -n kube", "kube-system"],
  ["a flag", "kubectl get --all-n", "--all-namespaces"],
  ["the value of a flag", "kubectl get --output=ya", "--output=yaml"],
  ["the value of a short flag", "kubectl get pods -o wi", "wide"],
  ["files for -f", "kubectl apply -f man", "files"],
  ["files behind --", "kubectl exec web-0 -- ca", "files"],
  ["nothing where the server has no such type", "kubectl get nonsense da", ""],
])("Tab completes %s", async (_, line, found) => {
  expect(await (await session())(line)).toBe(found);
});
