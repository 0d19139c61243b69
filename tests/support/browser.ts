// Finds a Chromium to test in: $CHROME_PATH, then the one that Playwright downloaded, then the
// system's, then the one that is packed in an npm package (Linux x64). Never downloads anything.

import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright";

export interface FoundBrowser {
  readonly executablePath: string;
  readonly args: readonly string[];
  /** Which of the ways above it was, for messages. */
  readonly from: string;
}

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const systemPaths = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome-stable",
  "/usr/bin/google-chrome",
  "/snap/bin/chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** Rejects with what to do when there is none. NO_SYSTEM_BROWSER=1 leaves the system's out. */
export async function findBrowser(): Promise<FoundBrowser> {
  const chosen = process.env.CHROME_PATH;
  if (chosen) {
    if (!isExecutable(chosen)) throw new Error(`CHROME_PATH=${chosen} is not executable`);
    return { executablePath: chosen, args: flags, from: "CHROME_PATH" };
  }
  const downloaded = chromium.executablePath();
  if (isExecutable(downloaded)) {
    return { executablePath: downloaded, args: flags, from: "playwright" };
  }
  const system = process.env.NO_SYSTEM_BROWSER === "1" ? undefined : systemPaths.find(isExecutable);
  if (system) return { executablePath: system, args: flags, from: "system" };
  if (process.platform === "linux" && process.arch === "x64") return unpackBrowser();
  throw new Error(
    "no Chromium found: set CHROME_PATH, install chromium, or run `npx playwright install chromium`",
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Whatever the reason is, it is not a browser that we can start.
    return false;
  }
}

/** Unpacks the packed browser, once. */
async function unpackBrowser(): Promise<FoundBrowser> {
  const cache = join(process.cwd(), "node_modules", ".cache", "chromium");
  mkdirSync(cache, { recursive: true });
  // The package unpacks into the temporary folder, which is shared and has no version.
  const temporary = process.env.TMPDIR;
  process.env.TMPDIR = cache;
  // It unpacks the libraries that the browser needs (nss, expat) only where it believes that they
  // are missing, and then also sets LD_LIBRARY_PATH and FONTCONFIG_PATH.
  process.env.VERCEL ??= "1";
  try {
    const { default: packed } = await import("@sparticuz/chromium");
    const executablePath = await packed.executablePath();
    useFonts(cache);
    return { executablePath, args: [...flags, "--headless=shell"], from: "@sparticuz/chromium" };
  } finally {
    delete process.env.VERCEL;
    if (temporary === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = temporary;
  }
}

/** The package's own configuration looks for its fonts where they are on Lambda. */
function useFonts(cache: string): void {
  const file = join(cache, "fonts.conf");
  const folders = [join(cache, "fonts"), "/usr/share/fonts"].map((path) => `<dir>${path}</dir>`);
  const cached = `<cachedir>${join(cache, "fonts-cache")}</cachedir>`;
  writeFileSync(file, `<fontconfig>${folders.join("")}${cached}</fontconfig>\n`);
  process.env.FONTCONFIG_FILE = file;
}
