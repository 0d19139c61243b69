// The terminal as an impatient reader uses it.

import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Desk } from "../support/desk.ts";
import { openBrowser, openPage, type WatchedPage } from "../support/page.ts";

let browser: Browser;
let watched: WatchedPage;
let desk: Desk;
beforeAll(async () => {
  browser = await openBrowser();
  watched = await openPage(browser, { viewport: { width: 1440, height: 900 } });
  await watched.page.goto(`${inject("siteUrl")}/playground/`);
  desk = new Desk(watched.page);
  await desk.start();
});
afterAll(async () => {
  expect(watched.complaints).toEqual([]);
  await browser.close();
});

const press = (key: string) => watched.page.keyboard.press(key);
const type = (text: string) => watched.page.keyboard.type(text);

test.for([
  "sleep 1000",
  "while :; do :; done",
  "yes",
  "cat",
  "kubectl get pods -A -w",
  "tail -f /dev/null",
])("Ctrl-C ends %s", async (command) => {
  await desk.clear();
  await type(command);
  await press("Enter");
  await watched.page.waitForTimeout(300);
  await press("Control+c");
  await desk.prompt();
  await desk.clear();
  await desk.run("echo code $?");
  await desk.shows("code 130");
});

test("Tab completes commands, kinds, names of objects and files", async () => {
  await desk.clear();
  await type("kub");
  await press("Tab");
  await desk.shows(/kubectl$/);
  await type(" desc");
  await press("Tab");
  await desk.shows(/describe$/);
  await type("node node");
  await press("Tab");
  await press("Tab");
  await desk.shows("node1");
  await press("Control+c");
  await desk.prompt();
});

test("arrow up brings the last command back", async () => {
  await desk.clear();
  await desk.run("echo once more");
  await desk.clear();
  await press("ArrowUp");
  await desk.shows(/\$ echo once more$/);
  await press("Control+c");
  await desk.prompt();
});

test("what is pasted cannot press keys", async () => {
  await desk.clear();
  await desk.paste("echo one\x03\x1b[201~ two\x07\x00\x7f\recho three\r");
  await desk.shows(/echo three$/);
  expect(await desk.screen()).not.toMatch(/^one/m);
  await press("Enter");
  await desk.shows(/^one.*two[\s\S]*^three$/m);
});

test("wrong flags and unknown kinds are the real tool's errors", async () => {
  await desk.clear();
  await desk.run("kubectl get pods --nope; echo code $?");
  await desk.shows(/error: unknown flag: --nope[\s\S]*code 1/);
  await desk.run("kubectl get unicorns; echo code $?");
  await desk.shows(/the server doesn't have a resource type "unicorns"[\s\S]*code 1/);
});

test("full-screen programs leave the screen as it was", async () => {
  await desk.clear();
  await type("seq 200 | less");
  await press("Enter");
  await desk.shows(/^:$/m);
  await press("q");
  await desk.prompt();
  await type("watch -n 1 echo hello");
  await press("Enter");
  await desk.shows(/Every 1\.0s/);
  await press("Control+c");
  await desk.prompt();
  expect(await desk.screen()).not.toContain("Every");
});

test("a shell that has ended gives way to another one", async () => {
  await desk.clear();
  await press("Control+d");
  await desk.shows("The shell has ended");
  await press("Enter");
  await desk.prompt();
  await desk.run("echo again");
});

test("everything can be read as text", async () => {
  await watched.page.getByRole("button", { name: "Show everything as plain text" }).click();
  const text = watched.page.getByLabel("Everything in this terminal as text");
  await expect.poll(() => text.textContent()).toContain("echo again");
  await watched.page.getByRole("button", { name: "Show everything as plain text" }).click();
});
