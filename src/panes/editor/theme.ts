// Monaco in the page's colours, and in others when the page changes them.

import * as monaco from "monaco-editor/editor";

let users = 0;
let stop = () => {};

/** Keeps Monaco's theme as the page's. Returns how to let it go. */
export function followTheme(): () => void {
  if (users++ === 0) stop = watchTheme();
  return () => {
    if (--users === 0) stop();
  };
}

function watchTheme(): () => void {
  paint();
  const switched = new MutationObserver(paint);
  switched.observe(document.documentElement, { attributeFilter: ["data-theme"] });
  const system = matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", paint);
  return () => {
    switched.disconnect();
    system.removeEventListener("change", paint);
  };
}

function paint(): void {
  const probe = document.createElement("i");
  probe.hidden = true;
  document.body.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return hex(getComputedStyle(probe).color);
  };
  const background = colour("screen");
  const isDark = Number.parseInt(background.slice(1, 3), 16) < 128;
  monaco.editor.defineTheme("kennel", {
    base: isDark ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      { token: "type", foreground: colour("ink").slice(1) },
      { token: "string", foreground: colour("accent").slice(1) },
      { token: "number", foreground: colour("accent").slice(1) },
      { token: "keyword", foreground: colour("accent").slice(1) },
      { token: "comment", foreground: colour("ink-faint").slice(1), fontStyle: "italic" },
    ],
    colors: {
      "editor.background": background,
      "editor.foreground": colour("ink"),
      "editorLineNumber.foreground": colour("line-strong"),
      "editorCursor.foreground": colour("accent"),
      "editor.selectionBackground": colour("selection"),
      "editorWidget.background": colour("raised"),
      "editorWidget.border": colour("line"),
      "editorSuggestWidget.selectedBackground": colour("accent-tint"),
      "editorSuggestWidget.selectedForeground": colour("ink"),
      "editorSuggestWidget.highlightForeground": colour("accent"),
      "editorSuggestWidget.focusHighlightForeground": colour("accent"),
      "editorHoverWidget.background": colour("raised"),
      "editorHoverWidget.border": colour("line"),
      "editorWarning.foreground": colour("waiting"),
      "editorError.foreground": colour("failed"),
    },
  });
  probe.remove();
  monaco.editor.setTheme("kennel");
}

/** `rgb(11, 110, 110)` as `#0b6e6e`. */
function hex(colour: string): string {
  const parts = colour.match(/[\d.]+/g)?.slice(0, 3) ?? ["0", "0", "0"];
  return `#${parts.map((part) => Math.round(Number(part)).toString(16).padStart(2, "0")).join("")}`;
}
