// Which slide is shown, the keys that change it, the overview, and the notes in a window of their
// own.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { Icon } from "./Icon.tsx";
import { isPreparing, type ListedSlide, prepare, type SlideLesson } from "./slides.ts";

interface Props {
  readonly deck: string;
  readonly slides: readonly ListedSlide[];
  readonly lessons: readonly SlideLesson[];
}

export function SlideControls({ deck, slides, lessons }: Props) {
  const index = useSignal(0);
  const isOverview = useSignal(false);
  const channel = useRef<BroadcastChannel>();
  const isNotes = !import.meta.env.SSR && new URLSearchParams(location.search).has("notes");

  const go = (to: number, isTold = true) => {
    index.value = Math.min(Math.max(to, 0), slides.length - 1);
    isOverview.value = false;
    if (isTold) channel.current?.postMessage(index.value);
  };

  useEffect(() => {
    const at = slides.findIndex(({ id }) => `#${id}` === decodeURIComponent(location.hash));
    if (at > 0) index.value = at;
    if (isNotes) document.documentElement.dataset["notes"] = "";
    const open = new BroadcastChannel(`kennel slides ${deck}`);
    open.onmessage = ({ data }: MessageEvent<number>) => go(data, false);
    channel.current = open;
    const onKey = (event: KeyboardEvent) => {
      const action = actionOf(event);
      if (!action) return;
      event.preventDefault();
      if (action === "next") go(index.value + 1);
      if (action === "previous") go(index.value - 1);
      if (action === "first") go(0);
      if (action === "last") go(slides.length - 1);
      if (action === "overview") isOverview.value = !isOverview.value;
      if (action === "notes") openNotes();
      if (action === "screen") void toggleScreen();
    };
    const onHash = () => {
      const found = slides.findIndex(({ id }) => `#${id}` === decodeURIComponent(location.hash));
      if (found >= 0 && found !== index.value) go(found);
    };
    document.addEventListener("keydown", onKey);
    window.addEventListener("hashchange", onHash);
    return () => {
      open.close();
      document.removeEventListener("keydown", onKey);
      window.removeEventListener("hashchange", onHash);
    };
  }, []);

  useSignalEffect(() => {
    const slide = slides[index.value];
    if (import.meta.env.SSR || !slide) return;
    for (const element of document.querySelectorAll<HTMLElement>(".slide")) {
      const isShown = element.id === slide.id;
      element.toggleAttribute("data-shown", isShown);
      element.inert = !isShown;
    }
    document.documentElement.dataset["show"] = slide.show;
    history.replaceState(undefined, "", `#${slide.id}`);
    if (!isNotes) void prepare(slide, lessons);
  });

  const openNotes = () => {
    const url = new URL(location.href);
    url.searchParams.set("notes", "");
    window.open(url, "kennel notes", "width=700,height=800");
  };
  return (
    <>
      <nav class="slide-nav needs-script" aria-label="Slides">
        <button
          type="button"
          class="icon-button"
          aria-label="Slide before"
          onClick={() => go(index.value - 1)}
        >
          <Icon name="previous" />
        </button>
        <button
          type="button"
          class="slide-count"
          aria-label={`${index.value + 1} / ${slides.length}: ${slides[index.value]?.title}. Overview of the slides`}
          onClick={() => {
            isOverview.value = !isOverview.value;
          }}
        >
          {index.value + 1} / {slides.length}
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label="Next slide"
          onClick={() => go(index.value + 1)}
        >
          <Icon name="next" />
        </button>
      </nav>
      {isPreparing.value && (
        <p class="preparing" role="status">
          Preparing the cluster…
        </p>
      )}
      {isOverview.value && (
        <div class="overview" role="dialog" aria-label="All slides">
          <ol>
            {slides.map(({ id, title }, at) => (
              <li key={id}>
                <button
                  type="button"
                  aria-current={at === index.value ? "true" : undefined}
                  onClick={() => go(at)}
                >
                  {title}
                </button>
              </li>
            ))}
          </ol>
        </div>
      )}
    </>
  );
}

type Action = "next" | "previous" | "first" | "last" | "overview" | "notes" | "screen";

const everywhere: Readonly<Record<string, Action>> = { PageDown: "next", PageUp: "previous" };
const outside: Readonly<Record<string, Action>> = {
  ArrowRight: "next",
  ArrowDown: "next",
  " ": "next",
  ArrowLeft: "previous",
  ArrowUp: "previous",
  Home: "first",
  End: "last",
  o: "overview",
  n: "notes",
  f: "screen",
};

/** A presenter's clicker works everywhere; other keys only where they mean nothing else. */
function actionOf(event: KeyboardEvent): Action | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  const target = event.target instanceof Element ? event.target : undefined;
  const takesKeys = target?.closest(
    "input, textarea, select, button, summary, a, [role=slider], [role=separator], [role=button], .monaco",
  );
  return everywhere[event.key] ?? (takesKeys ? undefined : outside[event.key]);
}

async function toggleScreen(): Promise<void> {
  if (document.fullscreenElement) await document.exitFullscreen();
  else await document.documentElement.requestFullscreen();
}
