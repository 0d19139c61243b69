// Every page, at desktop and phone size, light and dark: no complaints, nothing from anywhere else,
// nothing that axe finds serious, and no sideways scrolling.

import AxeBuilder from "@axe-core/playwright";
import type { Browser } from "playwright";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { openBrowser, openPage } from "../support/page.ts";

const pages = [
  ...["/", "/lessons/", "/lessons/consul/no-provisioner/", "/playground/", "/search/?q=claim"],
  ...["/slides/consul/", "/embed/consul-claims/", "/embed/example.html"],
  ...["/docs/", "/docs/differences/", "/docs/numbers/", "/docs/keyboard/"],
];
const sizes = { desktop: { width: 1440, height: 900 }, phone: { width: 390, height: 844 } };

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

for (const [size, viewport] of Object.entries(sizes)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`every page is clean, ${size}, ${colorScheme}`, async () => {
      const siteUrl = inject("siteUrl");
      const isPhone = size === "phone";
      const { page, complaints, origins } = await openPage(browser, {
        viewport,
        colorScheme,
        isMobile: isPhone,
        hasTouch: isPhone,
        reducedMotion: "reduce",
        serviceWorkers: "block",
      });
      for (const path of pages) {
        await page.goto(siteUrl + path, { waitUntil: "load" });
        const { violations } = await new AxeBuilder({ page }).analyze();
        const serious = violations
          .filter(({ impact }) => impact === "serious" || impact === "critical")
          .map(({ id, nodes }) => `${path}: ${id}: ${nodes.map(({ html }) => html).join("  ")}`);
        expect(serious).toEqual([]);
        const excess = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect([path, excess]).toEqual([path, 0]);
      }
      expect(complaints.filter((one) => !one.includes("Service Worker"))).toEqual([]);
      expect([...origins]).toEqual([siteUrl]);
      await page.context().close();
    });
  }
}
