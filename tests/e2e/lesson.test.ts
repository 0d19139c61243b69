// The first Consul lesson, done by hand: what is typed works, the tasks notice, the picture shows
// how claims find their volumes, and time can be turned back.

import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Desk } from "../support/desk.ts";
import { openBrowser, openPage } from "../support/page.ts";

const lesson = "/lessons/consul/no-provisioner/";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function openLesson() {
  const watched = await openPage(browser, {
    viewport: { width: 1440, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
  });
  await watched.page.goto(inject("siteUrl") + lesson);
  return { ...watched, desk: new Desk(watched.page) };
}

test("claims go from Pending to Bound, tasks are done, time is turned back and goes on", async () => {
  const { page, desk, complaints } = await openLesson();
  await desk.start();
  await desk.run("kubectl apply -f container.training/k8s/consul-3.yaml");
  await desk.isDrawn("PersistentVolumeClaim", "data-consul-0", /Pending/);
  await desk.isDrawn("Pod", "consul-0", /Pending/);
  const task = page.locator('[data-task="apply"]');
  await task.scrollIntoViewIfNeeded();
  await task.getByText("Done", { exact: true }).waitFor();

  await page.locator(".screen:not([hidden])").click();
  await desk.clear();
  await desk.run("for n in node2 node3 node4; do ssh $n sudo mkdir -p /mnt/consul; done");
  await desk.run("kubectl apply -f container.training/k8s/volumes-for-consul.yaml");
  await desk.isDrawn("PersistentVolume", "consul-node2", /Available/);
  await desk.skip();
  await desk.isDrawn("PersistentVolumeClaim", "data-consul-2", /Bound/);
  await desk.isDrawn("Pod", "consul-2", /Running/);
  await desk.clear();
  await desk.run("kubectl exec consul-0 -- consul members");
  await desk.shows(/consul-2 .*alive/);

  // Why, events and YAML behind a card.
  await desk.card("PersistentVolumeClaim", "data-consul-0").click();
  const details = page.getByLabel("PersistentVolumeClaim data-consul-0", { exact: true });
  await details.getByText(/bound to volume/i).waitFor();
  await details.getByRole("tab", { name: "YAML" }).click();
  await details.getByText("phase: Bound").waitFor();
  await page.keyboard.press("Escape");

  // Back to when nothing was bound, and on from there: the old future stays.
  const timeline = page.getByRole("slider", { name: "Timeline" });
  await timeline.focus();
  const started = Date.now();
  await page.keyboard.press("Home");
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  await desk.isDrawn("PersistentVolumeClaim", "data-consul-0", /Pending/);
  console.info(`history was shown after ${Date.now() - started} ms`);
  await page.getByRole("button", { name: "Go on from here" }).click();
  await page.getByRole("combobox", { name: "Branch" }).waitFor();
  await page.locator(".screen:not([hidden])").click();
  await desk.run("kubectl get pvc data-consul-0");
  await desk.shows(/^data-consul-0 +Pending/m);
  await page.getByRole("combobox", { name: "Branch" }).selectOption("1");
  await desk.isDrawn("PersistentVolumeClaim", "data-consul-2", /Bound/);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("a shared link opens the same state, and what was done is kept for the next visit", async () => {
  const { page, desk, complaints } = await openLesson();
  await desk.start();
  await desk.run("kubectl create ns shared");
  await desk.run("kubectl get ns");
  const seen = await desk.screen();
  await page.getByRole("button", { name: "Share" }).click();
  await page.getByText("Link copied").first().waitFor();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toContain("#state=");
  expect(link.length).toBeLessThan(2000);

  const other = new Desk(await page.context().newPage());
  await other.page.goto(link);
  await other.shows("shared");
  expect(await other.screen()).toBe(seen);
  await other.page.close();

  await page.waitForTimeout(1000);
  await page.reload();
  await page.getByRole("button", { name: "My state" }).click();
  await desk.shows("shared");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("buttons in the text type into the terminal, and a task can be done for the reader", async () => {
  const { page, desk, complaints } = await openLesson();
  await page
    .getByRole("button", { name: /^Run: kubectl apply/ })
    .first()
    .click();
  await desk.shows("statefulset.apps/consul created");
  const task = page.locator('[data-task="volumes"]');
  await task.scrollIntoViewIfNeeded();
  await task.getByRole("button", { name: "Hint" }).click();
  await task.getByText("ssh NODE COMMAND").waitFor();
  await task.getByRole("button", { name: "Do it for me" }).click();
  await task.getByText("Done", { exact: true }).waitFor();
  expect(complaints).toEqual([]);
  await page.context().close();
});
