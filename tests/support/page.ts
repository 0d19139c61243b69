// A browser for the end-to-end tests, and what its pages complained about.

import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright";
import { findBrowser } from "./browser.ts";

/** The caller closes it. */
export async function openBrowser(): Promise<Browser> {
  const { executablePath, args } = await findBrowser();
  return chromium.launch({ executablePath, args: [...args] });
}

export interface WatchedPage {
  readonly page: Page;
  /**
   * Errors and warnings of the console, exceptions that nobody caught, and requests that failed.
   */
  readonly complaints: readonly string[];
  /** The origins that the page asked for anything. */
  readonly origins: ReadonlySet<string>;
}

/** A page in a context of its own: no cookies, no storage, no cache of an earlier one. */
export async function openPage(
  browser: Browser,
  options?: BrowserContextOptions,
): Promise<WatchedPage> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  const origins = new Set<string>();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      complaints.push(`${message.type()}: ${message.text()}`);
    }
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    complaints.push(`failed: ${request.url()}: ${request.failure()?.errorText ?? ""}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && url.protocol !== "blob:") origins.add(url.origin);
  });
  return { page, complaints, origins };
}
