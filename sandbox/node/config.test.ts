import { expect, test } from "vitest";
import { immediate as host } from "../../tests/support/hosts.ts";
import { encodeBase64 } from "../api/base64.ts";
import { configMaps } from "../api/configmap.ts";
import { secrets } from "../api/secret.ts";
import { services } from "../api/service.ts";
import { v1_20 as era } from "../eras/v1.20.ts";
import { type TestNodes, testNodes } from "./test-node.ts";

const container = (command: string[], more: object = {}) => ({
  ...{ name: "c", image: "toolbox:1", command },
  ...more,
});

const configMap = (cluster: TestNodes, name: string, data: Record<string, string>) =>
  cluster.client.create(configMaps, {
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data },
  });

const reasonOf = async (cluster: TestNodes, name: string) =>
  (await cluster.status(name)).containerStatuses?.[0]?.state?.waiting?.reason;

test("variables come from values, fields, amounts, ConfigMaps and Secrets", async () => {
  const cluster = await testNodes({ era, host });
  await configMap(cluster, "settings", { mode: "fast", "1st": "x" });
  await cluster.client.create(secrets, {
    ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "pw", namespace: "default" } },
    data: { password: encodeBase64("tiger") },
  });
  const env = [
    { name: "PLAIN", value: "a$(mode)b$$(mode)c$(NONE)" },
    { name: "PASSWORD", valueFrom: { secretKeyRef: { name: "pw", key: "password" } } },
    { name: "POD", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
    { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
    {
      name: "MEMORY",
      valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1Mi" } },
    },
    { name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
    { name: "MAYBE", valueFrom: { configMapKeyRef: { name: "no", key: "k", optional: true } } },
  ];
  const envFrom = [{ configMapRef: { name: "settings" } }];
  const resources = { limits: { cpu: "200m", memory: "64Mi" } };
  await cluster.run("web", {
    containers: [container(["forever"], { env, envFrom, resources })],
  });
  await cluster.advance(8_000);
  const lines = (await cluster.exec("web", ["env"])).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "HOSTNAME=web",
      "mode=fast",
      "PLAIN=afastb$(mode)c$(NONE)",
      "PASSWORD=tiger",
      "POD=web",
      "IP=10.244.1.2",
      "NODE=node1",
      "MEMORY=64",
      "CPU=1",
      "FLAVOR=test",
    ]),
  );
  expect(lines.some((line) => line.startsWith("MAYBE"))).toBe(false);
  expect(await cluster.said("web")).toContain(
    "InvalidEnvironmentVariableNames: Keys [1st] from the EnvFrom configMap default/settings were skipped since they are considered invalid environment variable names.",
  );
});

test("a container waits for the ConfigMap that it names, and starts when it comes", async () => {
  const cluster = await testNodes({ era, host });
  const envFrom = [{ configMapRef: { name: "settings" } }];
  await cluster.run("web", { containers: [container(["forever"], { envFrom })] });
  await cluster.advance(5_000);
  expect(await reasonOf(cluster, "web")).toBe("CreateContainerConfigError");
  expect(await cluster.said("web")).toContain('Failed: Error: configmap "settings" not found');
  await configMap(cluster, "settings", { mode: "fast" });
  await cluster.advance(17_000);
  expect((await cluster.status("web")).phase).toBe("Running");
  const env = [{ name: "A", valueFrom: { configMapKeyRef: { name: "settings", key: "none" } } }];
  await cluster.run("key", { containers: [container(["forever"], { env })] });
  await cluster.advance(5_000);
  expect(await cluster.said("key")).toContain(
    "Failed: Error: couldn't find key none in ConfigMap default/settings",
  );
});

test("services of the namespace appear as variables unless that is switched off", async () => {
  const cluster = await testNodes({ era, host });
  for (const name of ["kubernetes", "my-db"]) {
    await cluster.client.create(services, {
      ...{
        apiVersion: "v1",
        kind: "Service",
        metadata: { name, namespace: "default" },
        status: {},
      },
      spec: { clusterIP: name === "my-db" ? "10.96.0.9" : "10.96.0.1", ports: [{ port: 443 }] },
    });
  }
  await cluster.run("links", { containers: [container(["forever"])] });
  await cluster.run("bare", { enableServiceLinks: false, containers: [container(["forever"])] });
  await cluster.advance(8_000);
  const links = await cluster.exec("links", ["env"]);
  expect(links).toContain("MY_DB_SERVICE_HOST=10.96.0.9\nMY_DB_SERVICE_PORT=443\n");
  expect(links).toContain("MY_DB_PORT_443_TCP=tcp://10.96.0.9:443\n");
  const bare = await cluster.exec("bare", ["env"]);
  expect(bare).toContain("KUBERNETES_SERVICE_HOST=10.96.0.1\n");
  expect(bare).not.toContain("MY_DB");
});

test("command and arguments replace what the image says, and may name variables", async () => {
  const cluster = await testNodes({ era, host });
  const env = [{ name: "WHO", value: "world" }];
  await cluster.run("hello", {
    restartPolicy: "Never",
    containers: [container(["echo"], { args: ["hello", "$(WHO)"], env })],
  });
  await cluster.advance(5_000);
  expect((await cluster.ask("containerLogs", "hello")).body).toBe("hello world\n");
});

test("a pod knows its names: hostname, /etc/hosts and /etc/resolv.conf", async () => {
  const cluster = await testNodes({ era, host, node: { clusterDns: ["10.96.0.10"] } });
  await cluster.run("web-0", {
    ...{ hostname: "web-0", subdomain: "nginx" },
    hostAliases: [{ ip: "10.1.2.3", hostnames: ["foo.local", "bar"] }],
    containers: [container(["forever"])],
  });
  await cluster.run("own", {
    dnsPolicy: "None",
    dnsConfig: {
      nameservers: ["1.1.1.1"],
      searches: ["x.y"],
      options: [{ name: "ndots", value: "2" }],
    },
    containers: [container(["forever"])],
  });
  await cluster.run("node", { hostNetwork: true, containers: [container(["forever"])] });
  await cluster.advance(8_000);
  expect(await cluster.exec("web-0", ["id"])).toBe("0:0 web-0\n");
  const hosts = (await cluster.exec("web-0", ["cat", "/etc/hosts"])).split("\n");
  expect(hosts[0]).toBe("# Kubernetes-managed hosts file.");
  expect(hosts).toContain("10.244.1.2\tweb-0.nginx.default.svc.cluster.local\tweb-0");
  expect(hosts.slice(-3)).toEqual([
    "# Entries added by HostAliases.",
    "10.1.2.3\tfoo.local\tbar",
    "",
  ]);
  expect(await cluster.exec("web-0", ["cat", "/etc/resolv.conf"])).toBe(
    "nameserver 10.96.0.10\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n",
  );
  expect(await cluster.exec("own", ["cat", "/etc/resolv.conf"])).toBe(
    "nameserver 1.1.1.1\nsearch x.y\noptions ndots:2\n",
  );
  expect(await cluster.exec("node", ["id"])).toBe("0:0 node1\n");
  expect(await cluster.exec("node", ["cat", "/etc/resolv.conf"])).toBe("nameserver 10.0.0.2\n");
  expect((await cluster.status("node")).podIP).toBe("10.0.0.11");
});

test("a security context says who runs a container", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("user", {
    securityContext: { runAsUser: 101, runAsGroup: 5 },
    containers: [container(["forever"])],
  });
  await cluster.run("root", {
    containers: [container(["forever"], { securityContext: { runAsNonRoot: true } })],
  });
  await cluster.run("sealed", {
    containers: [container(["forever"], { securityContext: { readOnlyRootFilesystem: true } })],
  });
  await cluster.advance(8_000);
  expect(await cluster.exec("user", ["id"])).toBe("101:5 user\n");
  expect(await reasonOf(cluster, "root")).toBe("CreateContainerConfigError");
  expect(await cluster.said("root")).toContain(
    "Failed: Error: container has runAsNonRoot and image will run as root",
  );
  expect(await cluster.exec("sealed", ["write", "/x", "y"])).toBe(
    "write: Read-only file system\n[1]",
  );
});

test("a container's last words stand in its status", async () => {
  const cluster = await testNodes({ era, host });
  await cluster.run("words", {
    restartPolicy: "Never",
    containers: [container(["write", "/dev/termination-log", "no more disk"])],
  });
  await cluster.advance(5_000);
  const [status] = (await cluster.status("words")).containerStatuses ?? [];
  expect(status?.state?.terminated?.message).toBe("no more disk");
});
