import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type StaticServer, serveFolder } from "./static-server.ts";

let root: string;
let server: StaticServer;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "kennel-static-"));
  await mkdir(join(root, "site", "guide"), { recursive: true });
  await writeFile(join(root, "site", "index.html"), "<p>home</p>");
  await writeFile(join(root, "site", "guide", "index.html"), "<p>guide</p>");
  await writeFile(join(root, "site", "empty.txt"), "");
  await writeFile(join(root, "secret.txt"), "not for you");
  server = await serveFolder(join(root, "site"));
});

afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

/** A request whose path is sent as it is, with its dots. */
function status(path: string): Promise<number | undefined> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("a folder is answered with its index, as HTML", async () => {
  const response = await fetch(`${server.url}/guide/`);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(await response.text()).toBe("<p>guide</p>");
});

test("a folder without its slash is redirected, query and all", async () => {
  const response = await fetch(`${server.url}/guide?q=1`, { redirect: "manual" });
  expect([response.status, response.headers.get("location")]).toEqual([301, "/guide/?q=1"]);
});

test("an empty file is a file", async () => {
  expect((await fetch(`${server.url}/empty.txt`)).status).toBe(200);
});

test("nothing outside the folder is served", async () => {
  expect(await status("/../secret.txt")).toBe(404);
  expect(await status("/%2e%2e/secret.txt")).toBe(404);
  expect(await status("/..%2fsecret.txt")).toBe(404);
});

test("a path that does not exist or cannot be decoded is not found", async () => {
  expect(await status("/nothing")).toBe(404);
  expect(await status("/%ff")).toBe(404);
});
