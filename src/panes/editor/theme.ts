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
  const coloured = (name: string) => (token: string) => ({
    token,
    foreground: colour(name).slice(1),
  });
  const background = colour("screen");
  const isDark = Number.parseInt(background.slice(1, 3), 16) < 128;
  monaco.editor.defineTheme("kennel", {
    base: isDark ? "vs-dark" : "vs",
    inherit: true,
    rules: [
      ...["type", "operators", "delimiter", "namespace"].map(coloured("ink")),
      // The base themes have rules of their own for some of them in YAML.
      ...["string", "string.yaml", "number", "number.yaml", "keyword", "tag"].map(
        coloured("accent"),
      ),
      { ...coloured("ink-faint")("comment"), fontStyle: "italic" },
    ],
    colors: {
      "editor.background": background,
      "editor.foreground": colour("ink"),
      "editorLineNumber.foreground": colour("line-strong"),
      "editorCursor.foreground": colour("accent"),
      "editor.selectionBackground": colour("selection"),
      "editorIndentGuide.background1": colour("line"),
      "editorIndentGuide.activeBackground1": colour("line-strong"),
      "scrollbar.shadow": background,
      "scrollbarSlider.background": `${colour("line-strong")}99`,
      "scrollbarSlider.hoverBackground": colour("line-strong"),
      "scrollbarSlider.activeBackground": colour("ink-faint"),
      "diffEditor.insertedTextBackground": `${colour("accent")}33`,
      "diffEditor.insertedLineBackground": `${colour("accent")}1a`,
      "diffEditor.removedTextBackground": `${colour("failed")}33`,
      "diffEditor.removedLineBackground": `${colour("failed")}1a`,
      "diffEditor.unchangedRegionBackground": colour("sunken"),
      "diffEditor.unchangedRegionForeground": colour("ink-faint"),
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
