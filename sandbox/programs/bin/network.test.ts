// The tools that speak to other machines: curl, wget, nslookup, dig, ping, nc, ssh.

import { expect, test } from "vitest";
import { immediate } from "../../../tests/support/hosts.ts";
import type { DnsAnswer } from "../../machine/network.ts";
import type { Program } from "../../machine/process.ts";
import { type TestBox, testBox } from "../test-box.ts";

const web: Program = async (process) => {
  process.network.serve(80, async ({ method, path, headers, body }) => {
    if (path === "/missing") return { status: 404, headers: {}, body: "gone\n" };
    if (path === "/moved") return { status: 302, headers: { location: "/" }, body: "" };
    if (path === "/json")
      return {
        status: 200,
        headers: { "content-type": "application/json" },
        body: { kind: "Pod" },
      };
    if (path === "/slow") return new Promise(() => {});
    if (path === "/echo")
      return {
        status: 200,
        headers: {},
        body: `${method} ${headers["x-a"] ?? ""} ${typeof body === "string" ? body : JSON.stringify(body)}\n`,
      };
    return {
      status: 200,
      headers: { "content-type": "text/html", "content-length": "6" },
      body: "web-0\n",
    };
  });
  return process.wait(new Promise<number>(() => {}));
};

const zone: Record<string, readonly [type: "A" | "SRV" | "PTR", data: string][]> = {
  "web.default.svc.cluster.local": [["A", "10.0.0.3"]],
  "two.default.svc.cluster.local": [
    ["A", "10.0.0.3"],
    ["A", "10.0.0.4"],
    ["SRV", "10 50 0 web-0.two.default.svc.cluster.local."],
  ],
  "3.0.0.10.in-addr.arpa": [["PTR", "web.default.svc.cluster.local."]],
};

const dns: Program = async (process) => {
  process.network.serveDns(({ name, type }): DnsAnswer => {
    const found = zone[name];
    const answers = (found ?? [])
      .filter(([own]) => own === type)
      .map(([, data]) => ({ name, type, ttl: 30, data }));
    return { code: found ? "NOERROR" : "NXDOMAIN", authoritative: true, answers };
  });
  return process.wait(new Promise<number>(() => {}));
};

function boxes(): { box: TestBox; web: TestBox } {
  const box = testBox(immediate, { hostname: "client", address: "10.0.0.2" });
  const server = testBox(immediate, { beside: box, hostname: "web", address: "10.0.0.3" });
  server.files.install("/usr/bin/web", web);
  server.files.install("/usr/bin/dns", dns);
  server.machine.spawn(["web"]);
  server.machine.spawn(["dns"]);
  box.files.write(
    "/etc/resolv.conf",
    "nameserver 10.0.0.3\nsearch default.svc.cluster.local svc.cluster.local cluster.local\noptions ndots:5\n",
  );
  return { box, web: server };
}

const sh = (box: TestBox, script: string, user?: string) =>
  box
    .run(["bash", "-c", script], user === undefined ? {} : { user })
    .then(({ both, code }) => ({ both, code }));

test("curl fetches, follows, posts, and shows what it is asked for", async () => {
  const { box } = boxes();
  expect(await sh(box, "curl web")).toEqual({ both: expect.stringContaining("web-0\n"), code: 0 });
  expect(await sh(box, "curl -s web")).toEqual({ both: "web-0\n", code: 0 });
  expect(await sh(box, "curl -s http://web/missing")).toEqual({ both: "gone\n", code: 0 });
  expect(await sh(box, "curl -s -o /dev/null -w '%{http_code}\\n' web/missing")).toEqual({
    both: "404\n",
    code: 0,
  });
  expect(await sh(box, "curl -sSf web/missing")).toEqual({
    both: "curl: (22) The requested URL returned error: 404\n",
    code: 22,
  });
  expect(await sh(box, "curl -sL web/moved")).toEqual({ both: "web-0\n", code: 0 });
  expect(await sh(box, "curl -s -X PUT -H 'X-A: b' -d x=1 web/echo")).toEqual({
    both: "PUT b x=1\n",
    code: 0,
  });
  expect(
    await sh(box, `curl -s -H 'Content-Type: application/json' -d '{"a":1}' web/echo`),
  ).toEqual({ both: 'POST  {"a":1}\n', code: 0 });
  expect(await sh(box, "curl -s web/json")).toEqual({ both: '{\n  "kind": "Pod"\n}\n', code: 0 });
  expect(await sh(box, "curl -sI web")).toEqual({
    both: "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n",
    code: 0,
  });
  expect(await sh(box, "curl -s -o f web; cat f")).toEqual({ both: "web-0\n", code: 0 });
});

test("curl fails in its own words and with its own numbers", async () => {
  const { box } = boxes();
  expect(await sh(box, "curl -sS nope")).toEqual({
    both: "curl: (6) Could not resolve host: nope\n",
    code: 6,
  });
  expect(await sh(box, "curl -sS web:81")).toEqual({
    both: "curl: (7) Failed to connect to web port 81 after 0 ms: Couldn't connect to server\n",
    code: 7,
  });
  expect(await sh(box, "curl -sS -m 2 web/slow")).toEqual({
    both: "curl: (28) Operation timed out after 2000 milliseconds with 0 bytes received\n",
    code: 28,
  });
  expect(await sh(box, "curl -sS --connect-timeout 1 10.0.0.99")).toEqual({
    both: "curl: (28) Failed to connect to 10.0.0.99 port 80 after 1000 ms: Connection timed out\n",
    code: 28,
  });
  expect(await sh(box, "curl -sS https://web:80")).toMatchObject({ code: 35 });
  expect(await sh(box, "curl -sS ftp://web")).toMatchObject({ code: 1 });
  expect(await sh(box, "curl")).toMatchObject({ code: 2 });
  expect(await sh(box, "curl -s nope; echo $?")).toEqual({ both: "6\n", code: 0 });
});

test("^C ends a curl that waits", async () => {
  const { box } = boxes();
  const terminal = box.terminal(["bash", "--norc"]);
  await terminal.enter("curl -s web/slow\r", 1000);
  expect(await terminal.enter("\x03echo $?\r")).toContain("130");
});

test("wget saves under the name in the URL; BusyBox's says less", async () => {
  const { box } = boxes();
  expect(await sh(box, "cd /tmp && wget -q web && cat index.html && wget -qO- web")).toEqual({
    both: "web-0\nweb-0\n",
    code: 0,
  });
  expect(await sh(box, "wget web/missing")).toMatchObject({
    both: expect.stringContaining("ERROR 404: Not Found."),
    code: 8,
  });
  box.files.install("/usr/bin/wget", box.catalog.tool("busybox-wget"));
  expect(await sh(box, "wget -qO- web")).toEqual({ both: "web-0\n", code: 0 });
  expect(await sh(box, "wget -O- nope")).toEqual({ both: "wget: bad address 'nope'\n", code: 1 });
  expect(await sh(box, "wget web/missing")).toEqual({
    both: "Connecting to web (10.0.0.3:80)\nwget: server returned error: HTTP/1.1 404 Not Found\n",
    code: 1,
  });
});

test("nslookup of bind", async () => {
  const { box } = boxes();
  expect(await sh(box, "nslookup web")).toEqual({
    both: "Server:\t\t10.0.0.3\nAddress:\t10.0.0.3#53\n\nName:\tweb.default.svc.cluster.local\nAddress: 10.0.0.3\n\n",
    code: 0,
  });
  expect(await sh(box, "nslookup -type=srv two")).toEqual({
    both: "Server:\t\t10.0.0.3\nAddress:\t10.0.0.3#53\n\ntwo.default.svc.cluster.local\tservice = 10 50 0 web-0.two.default.svc.cluster.local.\n\n",
    code: 0,
  });
  expect(await sh(box, "nslookup nope")).toEqual({
    both: "Server:\t\t10.0.0.3\nAddress:\t10.0.0.3#53\n\n** server can't find nope: NXDOMAIN\n\n",
    code: 1,
  });
  expect(await sh(box, "nslookup web 10.0.0.99")).toEqual({
    both: ";; connection timed out; no servers could be reached\n\n",
    code: 1,
  });
});

test("nslookup of BusyBox, old and new", async () => {
  const { box } = boxes();
  box.files.install("/usr/bin/nslookup", box.catalog.tool("old-busybox-nslookup"));
  expect(await sh(box, "nslookup web")).toEqual({
    both: "Server:    10.0.0.3\nAddress 1: 10.0.0.3 web.default.svc.cluster.local\n\nName:      web\nAddress 1: 10.0.0.3 web.default.svc.cluster.local\n",
    code: 0,
  });
  expect(await sh(box, "nslookup nope")).toMatchObject({
    both: expect.stringMatching(/nslookup: can't resolve 'nope'\n$/),
    code: 1,
  });
  box.files.install("/usr/bin/nslookup", box.catalog.tool("busybox-nslookup"));
  const head = "Server:\t\t10.0.0.3\nAddress:\t10.0.0.3:53\n\n";
  const refused = (name: string) => `** server can't find ${name}: NXDOMAIN\n\n`;
  const rest = ["svc.cluster.local", "cluster.local"]
    .map((domain) => refused(`web.${domain}`))
    .join("");
  expect(await sh(box, "nslookup web")).toEqual({
    both: `${head}Name:\tweb.default.svc.cluster.local\nAddress: 10.0.0.3\n\n${rest}\n${rest}`,
    code: 1,
  });
  // A name with a dot is asked as it stands.
  expect(await sh(box, "nslookup web.default")).toEqual({
    both: head + refused("web.default").repeat(2),
    code: 1,
  });
});

test("dig, host and getent", async () => {
  const { box } = boxes();
  expect(await sh(box, "dig +short two.default.svc.cluster.local")).toEqual({
    both: "10.0.0.3\n10.0.0.4\n",
    code: 0,
  });
  expect(await sh(box, "dig +short two.default.svc.cluster.local SRV")).toEqual({
    both: "10 50 0 web-0.two.default.svc.cluster.local.\n",
    code: 0,
  });
  expect((await sh(box, "dig web")).both).toContain("status: NXDOMAIN");
  expect((await sh(box, "dig web.default.svc.cluster.local")).both).toContain(
    "web.default.svc.cluster.local. 30\tIN\tA\t10.0.0.3",
  );
  expect(await sh(box, "dig +short -x 10.0.0.3")).toEqual({
    both: "web.default.svc.cluster.local.\n",
    code: 0,
  });
  expect(await sh(box, "host web")).toEqual({
    both: "web.default.svc.cluster.local has address 10.0.0.3\n",
    code: 0,
  });
  expect(await sh(box, "host nope")).toEqual({
    both: "Host nope not found: 3(NXDOMAIN)\n",
    code: 1,
  });
  expect(await sh(box, "getent hosts web; getent hosts nope; echo $?")).toEqual({
    both: "10.0.0.3        web\n2\n",
    code: 0,
  });
});

test("ping and nc tell who is there", async () => {
  const { box } = boxes();
  expect((await sh(box, "ping -c 2 web")).both).toMatch(
    /2 packets transmitted, 2 received, 0% packet loss, time 1000ms\n/,
  );
  expect(await sh(box, "ping -c1 -W1 10.0.0.99 | tail -2")).toMatchObject({
    both: expect.stringContaining("100% packet loss"),
  });
  expect(await sh(box, "ping -c1 nope")).toEqual({
    both: "ping: nope: Name or service not known\n",
    code: 2,
  });
  expect(await sh(box, "nc -zv web 80")).toEqual({
    both: "Connection to web (10.0.0.3) 80 port [tcp/*] succeeded!\n",
    code: 0,
  });
  expect(await sh(box, "nc -zv web 81")).toEqual({
    both: "nc: connect to web port 81 (tcp) failed: Connection refused\n",
    code: 1,
  });
  expect((await sh(box, "printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc web 80")).both).toMatch(
    /^HTTP\/1.1 200 OK\r\n.*web-0\n$/s,
  );
});

test("two netcats talk to each other", async () => {
  const { box, web: server } = boxes();
  const waiting = server.machine.spawn(["bash", "-c", "nc -l -p 9000 > /tmp/got"]);
  await box.clock.advance(100);
  await sh(box, "echo hello | nc web 9000");
  await box.clock.advance(100);
  expect(await waiting.exit).toBe(0);
  expect(server.files.read("/tmp/got")).toBe("hello\n");
});

function withSsh() {
  const { box, web: node } = boxes();
  box.files.makeDirectory("/etc/ssh");
  box.files.write("/etc/ssh/ssh_config", "Host *\n    StrictHostKeyChecking accept-new\n");
  box.files.write("/etc/hosts", "10.0.0.3 node2\n", { append: true });
  node.machine.system.units.register({
    name: "ssh.service",
    description: "OpenBSD Secure Shell server",
    argv: ["/usr/sbin/sshd", "-D"],
    restart: "always",
  });
  return { box, node };
}

const added = "Warning: Permanently added 'node2' (ED25519) to the list of known hosts.\n";

test("ssh runs a command there, and warns only on first contact", async () => {
  const { box, node } = withSsh();
  await node.machine.system.units.start("ssh");
  expect(await sh(box, "ssh node2 hostname")).toEqual({ both: `${added}web\n`, code: 0 });
  expect(await sh(box, "ssh node2 'echo $SSH_CONNECTION | cut -d\" \" -f3; exit 7'")).toEqual({
    both: "10.0.0.3\n",
    code: 7,
  });
  expect(await sh(box, "for NODE in node2; do ssh $NODE sudo mkdir -p /mnt/consul; done")).toEqual({
    both: "",
    code: 0,
  });
  expect(node.files.kind("/mnt/consul")).toBe("directory");
  expect(await sh(box, "echo input | ssh node2 cat")).toEqual({ both: "input\n", code: 0 });
  expect(await sh(box, "ssh node2 'echo out; echo err >&2' 2>/dev/null")).toEqual({
    both: "out\n",
    code: 0,
  });
  expect(await sh(box, "ssh nobody@node2 true")).toEqual({
    both: "nobody@node2: Permission denied (publickey,password).\n",
    code: 255,
  });
  expect(await sh(box, "seq 3 | while read n; do ssh -n node2 echo $n; done")).toEqual({
    both: "1\n2\n3\n",
    code: 0,
  });
});

test("ssh says why it cannot", async () => {
  const { box } = withSsh();
  expect(await sh(box, "ssh node2 true")).toEqual({
    both: "ssh: connect to host node2 port 22: Connection refused\n",
    code: 255,
  });
  expect(await sh(box, "ssh nope true")).toEqual({
    both: "ssh: Could not resolve hostname nope: Name or service not known\n",
    code: 255,
  });
});

test("ssh gives a terminal, with its own ^C, and the local one back", async () => {
  const { box, node } = withSsh();
  await node.machine.system.units.start("ssh");
  node.files.write("/root/.bashrc", "PS1='node2# '\n");
  node.files.write("/root/.profile", ". ~/.bashrc\n");
  box.files.write("/root/.bashrc", "PS1='here# '\n");
  const terminal = box.terminal(["bash"]);
  await terminal.enter("ssh node2\r", 200);
  expect(await terminal.enter("hostname; tty\r", 200)).toMatch(
    /web\r\n\/dev\/pts\/0\r\n.*node2# $/s,
  );
  await terminal.enter("sleep 100\r", 500);
  expect(await terminal.enter("\x03", 200)).toContain("^C");
  terminal.resize(100, 40);
  expect(await terminal.enter("echo $?; stty size\r", 200)).toContain("130\r\n40 100\r\n");
  expect(await terminal.enter("exit 3\r", 200)).toContain("Connection to node2 closed.");
  expect(await terminal.enter("echo $?\r")).toContain("\r3\r\n");
});

test("a node that is cut off takes its ssh with it", async () => {
  const { box, node } = withSsh();
  await node.machine.system.units.start("ssh");
  const child = box.machine.spawn(["ssh", "node2", "sleep 1000"]);
  await box.clock.advance(1000);
  box.fabric.isolate("web");
  await box.clock.advance(31_000);
  expect(await child.exit).toBe(255);
  expect(node.machine.isDown).toBe(false);
});

test("scp carries files both ways", async () => {
  const { box, node } = withSsh();
  await node.machine.system.units.start("ssh");
  box.files.makeDirectory("/root/d");
  box.files.write("/root/d/a.yaml", "kind: Pod\n");
  expect(
    await sh(box, "scp -q d/a.yaml node2:/tmp/b.yaml && ssh node2 cat /tmp/b.yaml"),
  ).toMatchObject({ both: expect.stringContaining("kind: Pod\n"), code: 0 });
  expect(
    await sh(
      box,
      "scp -r d node2:/tmp && ssh node2 ls /tmp/d && scp node2:/tmp/d/a.yaml back && cat back",
    ),
  ).toEqual({ both: "a.yaml\nkind: Pod\n", code: 0 });
});

test("sudo is for those whom sudoers or a group allow", async () => {
  const box = testBox(immediate);
  expect(await sh(box, "sudo id -un", "user")).toEqual({
    both: "user is not in the sudoers file.\n",
    code: 1,
  });
  box.files.write("/etc/sudoers", "%user ALL=(ALL) NOPASSWD:ALL\n", { mode: 0o440 });
  expect(
    await sh(box, "sudo id -un; sudo -u user whoami; sudo sh -c 'echo $HOME $SUDO_USER'", "user"),
  ).toEqual({ both: "root\nuser\n/root user\n", code: 0 });
  expect(await sh(box, "sudo nosuch", "user")).toEqual({
    both: "sudo: nosuch: command not found\n",
    code: 1,
  });
});

test("systemctl and journalctl show what the init keeps", async () => {
  const { node, box } = withSsh();
  void box;
  expect(
    await sh(node, "systemctl is-active ssh; systemctl start ssh; systemctl is-active ssh"),
  ).toEqual({ both: "inactive\nactive\n", code: 0 });
  const status = await sh(node, "systemctl status ssh");
  expect(status.code).toBe(0);
  expect(status.both).toMatch(
    /^● ssh.service - OpenBSD Secure Shell server\n {5}Loaded: .*\n {5}Active: active \(running\) since .*\n {3}Main PID: \d+ \(sshd\)\n/,
  );
  expect((await sh(node, "journalctl -u ssh")).both).toMatch(
    /^Jan 01 .* web systemd\[1\]: Started OpenBSD Secure Shell server\.\n$/,
  );
  expect(
    await sh(
      node,
      "systemctl stop ssh; systemctl status ssh > /dev/null; echo $?; systemctl start nope",
    ),
  ).toEqual({
    both: "3\nFailed to start nope.service: Unit nope.service not found.\n",
    code: 5,
  });
  expect((await sh(node, "systemctl stop ssh", "user")).both).toContain(
    "Interactive authentication required",
  );
});

test("tail -f shows what is appended", async () => {
  const box = testBox(immediate);
  box.files.write("/tmp/log", "old\n");
  const terminal = box.terminal(["tail", "-f", "/tmp/log"]);
  await box.clock.advance(10);
  expect(terminal.screen()).toBe("old\r\n");
  box.files.write("/tmp/log", "new\n", { append: true });
  expect(await terminal.enter("", 10)).toBe("new\r\n");
  await terminal.enter("\x03");
  expect(await terminal.exit).toBe(130);
});
