// One terminal's screen: xterm, which shows bytes and gives keys back, and knows nothing else.
// Loaded when a terminal is first used.

import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { Unicode11Addon } from "@xterm/addon-unicode11";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { type ITheme, Terminal } from "@xterm/xterm";

export interface ScreenOptions {
  readonly onKeys: (keys: string) => void;
  readonly onResize: (size: Size) => void;
  readonly isHeard: boolean;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Tables of kubectl fall apart on narrower screens: rather scroll sideways. */
const LEAST_COLUMNS = 80;
const LEAST_ROWS = 4;

export class Screen {
  readonly #terminal: Terminal;
  readonly #fit = new FitAddon();
  readonly #element: HTMLElement;
  readonly #watching: ResizeObserver;
  readonly #onResize: (size: Size) => void;

  constructor(element: HTMLElement, { onKeys, onResize, isHeard }: ScreenOptions) {
    this.#element = element;
    this.#onResize = onResize;
    this.#terminal = new Terminal({
      allowProposedApi: true,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      fontFamily: '"JetBrains Mono Variable", monospace',
      fontSize: fontSize(),
      lineHeight: 1.3,
      screenReaderMode: isHeard,
      scrollback: 5000,
      theme: themeOf(element),
    });
    this.#terminal.loadAddon(this.#fit);
    this.#terminal.loadAddon(new WebLinksAddon());
    this.#terminal.loadAddon(new Unicode11Addon());
    this.#terminal.unicode.activeVersion = "11";
    this.#terminal.attachCustomKeyEventHandler((event) => !isForThePage(event));
    this.#terminal.open(element);
    this.#terminal.textarea?.setAttribute("aria-label", "Terminal. Shift and Tab leaves it.");
    this.#terminal.onData(onKeys);
    element.addEventListener("paste", cleanPaste, { capture: true });
    this.#watching = new ResizeObserver(() => this.fit());
    this.#watching.observe(element);
    this.fit();
  }

  /** As many columns and rows as there is room for. */
  fit(): void {
    if (this.#terminal.options.fontSize !== fontSize())
      this.#terminal.options.fontSize = fontSize();
    const room = this.#fit.proposeDimensions();
    if (!room || !Number.isFinite(room.cols) || this.#element.clientHeight === 0) return;
    const columns = Math.max(room.cols, LEAST_COLUMNS);
    const rows = Math.max(room.rows, LEAST_ROWS);
    const { cols, rows: old } = this.#terminal;
    if (columns === cols && rows === old) return;
    this.#terminal.resize(columns, rows);
    this.#onResize({ columns, rows });
  }

  get size(): Size {
    return { columns: this.#terminal.cols, rows: this.#terminal.rows };
  }

  /** Resolves when it has been taken in. */
  write(text: string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(text, resolve));
  }

  /** Shows this and nothing else. */
  show(text: string): void {
    // A reset within the stream: it comes after what is still to be written.
    this.#terminal.write(`\x1bc${text}`);
  }

  focus(): void {
    this.#terminal.focus();
  }

  hear(isHeard: boolean): void {
    this.#terminal.options.screenReaderMode = isHeard;
  }

  repaint(): void {
    this.#terminal.options.theme = themeOf(this.#element);
  }

  /** Everything that can be scrolled to, as text. */
  get text(): string {
    const { normal } = this.#terminal.buffer;
    const lines: string[] = [];
    for (let row = 0; row < normal.length; row++) {
      const line = normal.getLine(row);
      const text = line?.translateToString(true) ?? "";
      if (line?.isWrapped) lines.push(`${lines.pop() ?? ""}${text}`);
      else lines.push(text);
    }
    return lines.join("\n").trimEnd();
  }

  get selection(): string {
    return this.#terminal.getSelection();
  }

  paste(text: string): void {
    this.#terminal.paste(harmless(text));
  }

  close(): void {
    this.#watching.disconnect();
    this.#terminal.dispose();
  }
}

/** A terminal's letters, in pixels; they grow with the page's. */
const LETTER = 13;

const fontSize = (): number =>
  Math.round(
    (LETTER * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)) / 16,
  );

/**
 * The way out for those who have no mouse: Shift+Tab goes to what stands before. And on slides the
 * keys of a presenter's clicker are not the terminal's.
 */
function isForThePage({ key, shiftKey }: KeyboardEvent): boolean {
  if (key === "Tab" && shiftKey) return true;
  return "slides" in document.documentElement.dataset && (key === "PageUp" || key === "PageDown");
}

/** What is pasted may not act as keys do: control characters become spaces, as in xterm itself. */
function harmless(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about.
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g, " ");
}

function cleanPaste(event: ClipboardEvent): void {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (harmless(text) === text) return;
  event.preventDefault();
  event.stopPropagation();
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", harmless(text));
  event.target?.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
}

const names = "black red green yellow blue magenta cyan white".split(" ");

/** The page's colours, as they are now. */
function themeOf(element: HTMLElement): ITheme {
  const probe = document.createElement("i");
  probe.hidden = true;
  element.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const ansi = names.flatMap((name) => [
    [name, colour(`ansi-${name}`)],
    [`bright${name[0]?.toUpperCase()}${name.slice(1)}`, colour(`ansi-bright-${name}`)],
  ]);
  const theme = {
    ...Object.fromEntries(ansi),
    background: colour("screen"),
    foreground: colour("ink"),
    cursor: colour("accent"),
    cursorAccent: colour("screen"),
    selectionBackground: colour("selection"),
    scrollbarSliderBackground: colour("line-strong"),
    scrollbarSliderHoverBackground: colour("ink-faint"),
    scrollbarSliderActiveBackground: colour("ink-faint"),
  };
  probe.remove();
  return theme;
}
