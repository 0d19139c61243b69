import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openBrowser, openPage } from "../support/page.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("the home page loads without a complaint and asks nobody else for anything", async () => {
  const siteUrl = inject("siteUrl");
  const { page, complaints, origins } = await openPage(browser);
  const response = await page.goto(`${siteUrl}/`);
  expect(response?.status()).toBe(200);
  await page
    .getByRole("heading", { level: 1, name: "A Kubernetes cluster in a browser tab" })
    .waitFor();
  expect(complaints).toEqual([]);
  expect([...origins]).toEqual([siteUrl]);
});
