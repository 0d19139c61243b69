import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { findBrowser } from "./tests/support/browser.ts";

const { executablePath, args } = await findBrowser();

export default defineConfig({
  test: {
    projects: [
      // How long computing takes is not what tests are about: machines are slow and busy.
      {
        test: {
          name: "tidy",
          include: ["tests/tidy.test.ts", "tests/tidy/**/*.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "unit",
          include: ["{sandbox,cli,scripts,src}/**/*.test.ts", "tests/*.test.ts"],
          exclude: ["tests/tidy.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        // A stock kubectl, where there is one, against the API on a port.
        test: { name: "conformance", include: ["tests/conformance/**/*.test.ts"] },
      },
      {
        // Inside the browser: for what must not differ between browser and Node.
        optimizeDeps: { include: ["comlink", "yaml", "unbash", "diff"] },
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.ts"],
          globalSetup: ["tests/support/node-outcomes.ts"],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: { executablePath, args: [...args] } }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
      {
        // In Node, driving a browser over the built site.
        test: {
          name: "e2e",
          include: ["tests/e2e/**/*.test.ts"],
          // Alone, after the others: what a reader feels is measured here.
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          globalSetup: ["tests/support/site.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
