// A page with a workspace, as a reader has it in front of him: what the tests type, press and see.

import type { Page } from "playwright";

/** How long anything may take on a machine that has other things to do. */
const PATIENCE_MS = 20_000;

export class Desk {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Starts the cluster by its button, and waits for the prompt. */
  async start(): Promise<void> {
    await this.page.locator(".facade").click();
    await this.prompt();
  }

  /** What stands on the screen in front, line by line, without what is empty. */
  screen(): Promise<string> {
    return this.page.evaluate(readScreen);
  }

  /** Waits until the screen shows it; says what it shows if it never does. */
  async shows(text: string | RegExp): Promise<void> {
    const pattern = typeof text === "string" ? new RegExp(escaped(text)) : text;
    const end = Date.now() + PATIENCE_MS;
    for (;;) {
      const screen = await this.screen();
      if (pattern.test(screen)) return;
      if (Date.now() > end) throw new Error(`waiting for ${text}, the screen shows:\n${screen}`);
      await this.page.waitForTimeout(50);
    }
  }

  /** Waits until a command can be typed. */
  prompt(): Promise<void> {
    return this.shows(/\$$/);
  }

  /** Types a command by hand, and waits until it has ended. */
  async run(command: string): Promise<void> {
    await this.page.keyboard.type(command);
    await this.page.keyboard.press("Enter");
    await this.shows(new RegExp(`${escaped(command.slice(-40))}\\n(?:[\\s\\S]*\\n)?.*\\$$`));
  }

  /** As the browser gives what somebody pastes. */
  async paste(text: string): Promise<void> {
    await this.page.evaluate((pasted) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", pasted);
      const paste = new ClipboardEvent("paste", {
        clipboardData,
        bubbles: true,
        cancelable: true,
      });
      document.activeElement?.dispatchEvent(paste);
    }, text);
  }

  async clear(): Promise<void> {
    await this.page.keyboard.press("Control+l");
    await this.shows(/^\S+\$$/);
  }

  /** A card of the picture, by kind and name. */
  card(kind: string, name: string) {
    return this.page.locator(`.card[aria-label^="${kind} ${name},"]`);
  }

  /** Waits until a card says so. */
  async isDrawn(kind: string, name: string, status: RegExp): Promise<void> {
    const { source } = status;
    await this.page.waitForFunction(
      ({ start, source }) =>
        [...document.querySelectorAll(".card")]
          .map((card) => card.getAttribute("aria-label") ?? "")
          .some((label) => label.startsWith(start) && new RegExp(source).test(label)),
      { start: `${kind} ${name},`, source },
      { timeout: PATIENCE_MS, polling: 50 },
    );
  }

  async skip(): Promise<void> {
    await this.page.getByRole("button", { name: "Skip until quiet" }).click();
    await this.page.getByText("Skip until quiet").waitFor();
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Runs in the page. */
function readScreen(): string {
  const shown = [...document.querySelectorAll<HTMLElement>(".xterm-rows")];
  const rows = shown.find(({ offsetParent }) => offsetParent)?.children ?? [];
  const lines = Array.from(rows, (row) => (row.textContent ?? "").replaceAll("\u00a0", " "));
  return lines
    .map((line) => line.trimEnd())
    .filter(Boolean)
    .join("\n");
}
