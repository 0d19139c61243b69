// The workspace beside a lesson: the cluster above, terminal or files below, time at the lower
// edge. On narrow screens it is a dock at the bottom, with one pane at a time.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Cluster } from "./Cluster.tsx";
import { CrashNote } from "./CrashNote.tsx";
import { Files } from "./Files.tsx";
import { Icon } from "./Icon.tsx";
import { LowerTabs } from "./LowerTabs.tsx";
import { type Lab, useLab } from "./lab.ts";
import { dock, lower, type Pane } from "./places.ts";
import { Splitter } from "./Splitter.tsx";
import { Terminal } from "./Terminal.tsx";
import { TimeBar } from "./TimeBar.tsx";
import { WorkNote } from "./WorkNote.tsx";

const panes: readonly (readonly [
  pane: Pane,
  title: string,
  icon: Parameters<typeof Icon>[0]["name"],
])[] = [
  ["lesson", "Lesson", "book"],
  ["terminal", "Terminal", "terminal"],
  ["cluster", "Cluster", "cluster"],
  ["files", "Files", "files"],
];

export function Workspace({ lab }: { readonly lab: Lab }) {
  const frame = useRef<HTMLDivElement>(null);
  const share = useSignal(46);
  useLab(lab);
  useKeyboardSafety(frame);
  return (
    <div
      ref={frame}
      class="workspace"
      data-dock={dock.value}
      data-lower={lower.value}
      data-kind={lab.kind}
      style={{ "--share": `${share.value}%` }}
    >
      <div class="panes">
        <WorkNote lab={lab} />
        <CrashNote />
        <Cluster start={lab.start} />
        <Splitter share={share} />
        <div class="lower">
          <Terminal prompt={lab.prompt}>
            <LowerTabs />
          </Terminal>
          <Files />
        </div>
        <TimeBar />
      </div>
      <nav class="dock" aria-label="Panes">
        {panes
          .filter(([pane]) => pane !== "lesson" || lab.kind === "lesson")
          .map(([pane, title, icon]) => (
            <button
              key={pane}
              type="button"
              aria-pressed={dock.value === pane}
              onClick={() => {
                dock.value = pane;
                if (pane === "files" || pane === "terminal") lower.value = pane;
              }}
            >
              <Icon name={icon} />
              {title}
            </button>
          ))}
      </nav>
    </div>
  );
}

/** The keyboard of a phone covers the lower edge: the dock stays above it. */
function useKeyboardSafety(frame: { readonly current: HTMLElement | null }): void {
  useEffect(() => {
    const view = window.visualViewport;
    if (!view) return;
    const adapt = () => {
      const covered = Math.max(0, window.innerHeight - view.height - view.offsetTop);
      frame.current?.style.setProperty("--keyboard", `${Math.round(covered)}px`);
    };
    view.addEventListener("resize", adapt);
    view.addEventListener("scroll", adapt);
    return () => {
      view.removeEventListener("resize", adapt);
      view.removeEventListener("scroll", adapt);
    };
  }, []);
}
