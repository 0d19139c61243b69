import { expect, test } from "vitest";
import { immediate as host } from "../../tests/support/hosts.ts";
import { configMaps } from "../api/configmap.ts";
import type { Container } from "../api/pod.ts";
import { v1_20 as era } from "../eras/v1.20.ts";
import { createImageRegistry } from "../machine/image.ts";
import { type TestNodes, testNodes } from "../node/test-node.ts";
import { createCatalog } from "../programs/bin/catalog.ts";
import { usualPath } from "./base-files.ts";
import { imagesOf } from "./index.ts";

const { images } = imagesOf(
  createCatalog({
    explanations: async () => ({}),
    userland: async () => (await import("../programs/bin/userland.ts")).userland,
    toolbox: async () => (await import("../programs/bin/toolbox.ts")).toolbox,
    installers: async () => (await import("../programs/bin/packages.ts")).installers,
    mysql: async () => (await import("./mysql/programs.ts")).mysqlPrograms,
  }),
  Date.UTC(2026, 0, 20),
);

async function cluster(container: Partial<Container> & { image: string }): Promise<TestNodes> {
  const made = await testNodes({ era, host, images });
  await made.run("web", { containers: [{ name: "c", ...container }] });
  await made.advance(30_000);
  return made;
}

const logs = async ({ ask }: TestNodes, query = {}): Promise<string> =>
  String((await ask("containerLogs", "web", query)).body);

const shell = (cluster: TestNodes, script: string) => cluster.exec("web", ["sh", "-c", script]);

test("every image has its files", () => {
  const registry = createImageRegistry({ images, unknown: "refuse" });
  for (const image of images) {
    const { files } = registry.layer(image);
    const { entrypoint = [], cmd = [], env = {} } = image.config;
    const [program = ""] = [...entrypoint, ...cmd];
    const path = env["PATH"] ?? usualPath;
    const places = path.split(":").map((place) => `${place}/${program}`);
    const found = [program, ...places].filter((path) => path.startsWith("/") && files.kind(path));
    expect(found, image.names[0]).not.toEqual([]);
  }
  expect(registry.find("nginx:1.19")).toMatchObject({
    image: { config: { env: { NGINX_VERSION: "1.19.10" } } },
  });
  expect(registry.find("nginx:9.99")).toBe("no such tag");
  expect(registry.find("ngnix")).toBe("no such repository");
  expect(registry.find("registry.example.com/web")).toBe("no such host");
});

test("nginx serves its pages and says so", async () => {
  const web = await cluster({ image: "nginx:1.18" });
  const page = await shell(web, "curl -s localhost");
  expect(page).toContain("<h1>Welcome to nginx!</h1>");
  expect(page.length).toBe(612);
  expect(await shell(web, "curl -sI localhost/index.html | tr -d '\\r'")).toMatch(
    /^HTTP\/1.1 200 OK\nServer: nginx\/1.18.0\nDate: .* GMT\nContent-Type: text\/html\nContent-Length: 612\n/,
  );
  expect(await shell(web, "curl -s localhost/missing")).toBe(
    "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n" +
      "<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n" +
      "</body>\r\n</html>\r\n",
  );
  const said = (await logs(web)).split("\n");
  expect(said.slice(0, 2)).toEqual([
    "/docker-entrypoint.sh: /docker-entrypoint.d/ is not empty, will attempt to perform configuration",
    "/docker-entrypoint.sh: Looking for shell scripts in /docker-entrypoint.d/",
  ]);
  expect(said.slice(-4)).toEqual([
    expect.stringMatching(
      /^127.0.0.1 - - \[13\/Jan\/2021:12:00:\d\d \+0000\] "HEAD \/index.html HTTP\/1.1" 200 0 "-" "curl\/.*" "-"$/,
    ),
    expect.stringMatching(
      /^2021\/01\/13 12:00:\d\d \[error\] 29#29: \*3 open\(\) "\/usr\/share\/nginx\/html\/missing" failed \(2: No such file or directory\), client: 127.0.0.1, server: localhost, request: "GET \/missing HTTP\/1.1", host: "localhost"$/,
    ),
    expect.stringMatching(/"GET \/missing HTTP\/1.1" 404 153 "-" "curl\/.*" "-"$/),
    "",
  ]);
});

test("nginx over an empty volume forbids the index, and serves what is put there", async () => {
  const made = await testNodes({ era, host, images });
  const mount = { name: "www", mountPath: "/usr/share/nginx/html" };
  const container = { name: "c", image: "k8s.gcr.io/nginx-slim:0.8", volumeMounts: [mount] };
  await made.run("web", { volumes: [{ name: "www", emptyDir: {} }], containers: [container] });
  await made.advance(30_000);
  expect(await shell(made, "curl -s http://localhost/")).toBe(
    '<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body bgcolor="white">\r\n' +
      "<center><h1>403 Forbidden</h1></center>\r\n<hr><center>nginx/1.11.1</center>\r\n" +
      "</body>\r\n</html>\r\n",
  );
  await shell(made, 'echo "$(hostname)" > /usr/share/nginx/html/index.html');
  expect(await shell(made, "curl -s http://localhost/")).toBe("web\n");
});

test("nginx with a wrong configuration does not start", async () => {
  const made = await testNodes({ era, host, images });
  const wrong = "server {\n  listen 80;\n  location / { proxy_pass http://api; }\n}\n";
  await made.client.create(configMaps, {
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "default", name: "conf" } },
    data: { "default.conf": wrong },
  });
  const mount = { name: "conf", mountPath: "/etc/nginx/conf.d" };
  await made.run("web", {
    volumes: [{ name: "conf", configMap: { name: "conf" } }],
    containers: [{ name: "c", image: "nginx:1.19", volumeMounts: [mount] }],
  });
  await made.advance(30_000);
  expect((await made.status("web")).containerStatuses?.[0]).toMatchObject({
    lastState: { terminated: { exitCode: 1, reason: "Error" } },
  });
  expect(await logs(made, { previous: "true" })).toMatch(
    /\[emerg\] 1#1: host not found in upstream "api" in \/etc\/nginx\/conf.d\/default.conf:3\nnginx: \[emerg\] host not found in upstream "api" in \/etc\/nginx\/conf.d\/default.conf:3\n$/,
  );
});

test("nginx reads its configuration again when it is told to, and stops when it is told to", async () => {
  const web = await cluster({ image: "nginx" });
  const extra = "server { listen 8080; location / { return 200 'hi $remote_addr\\n'; } }";
  await shell(web, `echo "${extra.replaceAll("$", "\\$")}" > /etc/nginx/conf.d/x.conf`);
  expect(await shell(web, "nginx -t")).toBe(
    "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n" +
      "nginx: configuration file /etc/nginx/nginx.conf test is successful\n",
  );
  expect(await shell(web, "curl -s localhost:8080")).toBe("[7]");
  await shell(web, "nginx -s reload");
  expect(await shell(web, "curl -s localhost:8080")).toBe("hi 127.0.0.1\n");
  expect(await shell(web, "echo 'server {' > /etc/nginx/conf.d/y.conf; nginx -t")).toMatch(
    /nginx: \[emerg\] unexpected end of file, expecting "}" in \/etc\/nginx\/conf.d\/y.conf:1\nnginx: configuration file \/etc\/nginx\/nginx.conf test failed\n\[1\]$/,
  );
  await web.remove("web");
  expect((await web.story("web", 3)).slice(0, 2)).toEqual([
    "0s Running terminating c=running ready",
    "0s Running terminating c=Completed(0)",
  ]);
});

test("nginx sends requests on, and says when nobody is there", async () => {
  const web = await cluster({ image: "nginx:1.19" });
  const conf =
    "server { listen 81; location /a/ { proxy_pass http://localhost/; } location / { proxy_pass http://127.0.0.1:99; } }";
  await shell(web, `echo "${conf}" > /etc/nginx/conf.d/x.conf; nginx -s reload`);
  expect(await shell(web, "curl -s localhost:81/a/index.html")).toContain("Welcome to nginx!");
  expect(await shell(web, "curl -s localhost:81/b")).toContain("502 Bad Gateway");
  expect(await logs(web)).toContain(
    'connect() failed (111: Connection refused) while connecting to upstream, client: 127.0.0.1, server: , request: "GET /b HTTP/1.1", upstream: "http://127.0.0.1:99/b", host: "localhost:81"',
  );
});

test("nginx that is not root cannot make its directories", async () => {
  const web = await cluster({ image: "nginx:1.19", securityContext: { runAsUser: 1000 } });
  expect(await logs(web)).toMatch(
    /nginx: \[emerg\] mkdir\(\) "\/var\/cache\/nginx\/client_temp" failed \(13: Permission denied\)\n$/,
  );
});

test("busybox has a shell, and its shell has nothing to do", async () => {
  const idle = await cluster({ image: "busybox" });
  expect(await idle.status("web")).toMatchObject({
    containerStatuses: [{ lastState: { terminated: { exitCode: 0, reason: "Completed" } } }],
  });
  const box = await cluster({ image: "busybox:1.28", command: ["sleep", "3600"] });
  expect(await shell(box, "ls / | head -3; id -un; which wget; cat /etc/hostname")).toBe(
    "bin\ndev\netc\nroot\n/bin/wget\nweb\n",
  );
});
