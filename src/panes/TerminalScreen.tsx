// The screen of one terminal: shows what it has printed at the moment that is looked at, and sends
// keys if that moment is now.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../session/session.ts";
import { focusAsked } from "../session/terminals.ts";
import type { Screen } from "./screen.ts";

interface Props {
  readonly number: number;
  readonly isInFront: boolean;
  readonly isHeard: boolean;
  /** Where the pane finds its screens. */
  readonly screens: Map<number, Screen>;
}

/** A window that is being dragged changes its size all the time: only the last one counts. */
const RESIZE_MS = 150;

export function TerminalScreen({ number, isInFront, isHeard, screens }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const screen = useSignal<Screen | undefined>(undefined);

  useEffect(() => {
    const element = place.current;
    if (import.meta.env.SSR || !element) return;
    let made: Screen | undefined;
    let timer: ReturnType<typeof setTimeout>;
    let isGone = false;
    void import("./screen.ts").then(async ({ Screen }) => {
      await document.fonts.load('13px "JetBrains Mono Variable"');
      if (isGone) return;
      made = new Screen(element, {
        isHeard,
        onKeys: (keys) => send(number, keys),
        onResize: (size) => {
          clearTimeout(timer);
          timer = setTimeout(() => resize(number, size), RESIZE_MS);
        },
      });
      screens.set(number, made);
      screen.value = made;
    });
    const repaint = new MutationObserver(() => made?.repaint());
    repaint.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    return () => {
      isGone = true;
      clearTimeout(timer);
      repaint.disconnect();
      screens.delete(number);
      made?.close();
    };
  }, [number, screens]);

  // What is shown follows the moment that is looked at; now goes on from what was shown.
  useSignalEffect(() => {
    const shown = screen.value;
    if (!shown) return;
    const history = session.history.value;
    const moment = session.moment.value;
    shown.show(history.screenAt(number, moment ?? Number.POSITIVE_INFINITY));
    if (!session.isLive.value) return;
    return session.onOutput((terminal, text) =>
      terminal === number ? shown.write(text) : undefined,
    );
  });

  useSignalEffect(() => {
    void focusAsked.value;
    if (isInFront && isFinePointer()) screen.value?.focus();
  });

  return <div ref={place} class="screen" hidden={!isInFront} />;
}

const isFinePointer = (): boolean => matchMedia("(pointer: fine)").matches;

function send(terminal: number, keys: string): void {
  if (session.isLive.value) void session.do({ type: "keys", terminal, keys });
}

function resize(terminal: number, size: { columns: number; rows: number }): void {
  if (!session.isLive.value) return;
  const known = session.history.value.inputs.findLast(
    (input) => (input.type === "resize" && input.terminal === terminal) || input.type === "open",
  );
  const isSame =
    known && "columns" in known && known.columns === size.columns && known.rows === size.rows;
  if (!isSame) void session.do({ type: "resize", terminal, ...size });
}
