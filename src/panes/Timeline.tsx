// Everything that happened, on one line that can be gone back along: by dragging, or with the arrow
// keys.

import { useComputed, useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { session } from "../session/session.ts";
import { axisOf, clockText, type Mark, marksOf } from "../views/timeline.ts";

export function Timeline() {
  const track = useRef<HTMLDivElement>(null);
  const pointed = useSignal<{ readonly x: number; readonly mark: Mark } | undefined>(undefined);
  const marks = useComputed(() => {
    void session.version.value;
    const { commands, changes } = session.history.value;
    return marksOf(commands, changes);
  });
  const axis = useComputed(() => {
    void session.version.value;
    return axisOf(marks.value, Math.max(session.history.value.end, 1));
  });
  const { end } = axis.value;
  const at = session.moment.value ?? end;
  const isUsed = session.status.value === "running";

  const lookAtPointer = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (!box || box.width === 0) return;
    const place = Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
    look(axis.value.momentAt(place), end);
  };
  const point = (event: PointerEvent) => {
    const box = track.current?.getBoundingClientRect();
    if (!box) return;
    const x = event.clientX - box.left;
    const near = marks.value
      .map((mark) => ({ mark, x: axis.value.placeOf(mark.at) * box.width }))
      .filter((one) => Math.abs(one.x - x) < 8)
      .sort((a, b) => Math.abs(a.x - x) - Math.abs(b.x - x))[0];
    pointed.value = near;
  };
  return (
    <div class="timeline">
      <div
        ref={track}
        class="track"
        role="slider"
        tabIndex={isUsed ? 0 : -1}
        aria-label="Timeline"
        aria-disabled={!isUsed}
        aria-valuemin={0}
        aria-valuemax={end}
        aria-valuenow={at}
        aria-valuetext={valueText(at, end, marks.value)}
        onKeyDown={(event) => {
          const next = momentByKey(event.key, { at, end, marks: marks.value });
          if (next === undefined) return;
          event.preventDefault();
          look(next, end);
        }}
        onPointerDown={(event) => {
          if (!isUsed) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          lookAtPointer(event);
        }}
        onPointerMove={(event) => {
          point(event);
          if (event.currentTarget.hasPointerCapture(event.pointerId)) lookAtPointer(event);
        }}
        onPointerLeave={() => {
          pointed.value = undefined;
        }}
      >
        <span class="past-line" style={{ inlineSize: percent(axis.value.placeOf(at)) }} />
        {marks.value.map((mark, index) => (
          <i
            key={index}
            class="mark"
            data-type={mark.type}
            style={{ insetInlineStart: percent(axis.value.placeOf(mark.at)) }}
          />
        ))}
        {isUsed && (
          <span class="playhead" style={{ insetInlineStart: percent(axis.value.placeOf(at)) }} />
        )}
      </div>
      {pointed.value && (
        <p class="tip" style={{ insetInlineStart: `${pointed.value.x}px` }} aria-hidden="true">
          <b>{clockText(pointed.value.mark.at, true)}</b> {pointed.value.mark.text}
        </p>
      )}
    </div>
  );
}

const percent = (place: number): string => `${Math.round(place * 10000) / 100}%`;

/** The end of it is now. */
function look(at: number, end: number): void {
  const { live, shown } = session.branches.value;
  session.look(at >= end && live === shown ? undefined : Math.min(at, end));
}

interface Place {
  readonly at: number;
  readonly end: number;
  readonly marks: readonly Mark[];
}

function momentByKey(key: string, { at, end, marks }: Place): number | undefined {
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, at - 1000);
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(end, at + 1000);
    case "PageUp":
      return marks.findLast((mark) => mark.at < at)?.at ?? 0;
    case "PageDown":
      return marks.find((mark) => mark.at > at)?.at ?? end;
    case "Home":
      return 0;
    case "End":
      return end;
    default:
      return undefined;
  }
}

function valueText(at: number, end: number, marks: readonly Mark[]): string {
  if (at >= end) return `now, ${clockText(end)}`;
  const last = marks.findLast((mark) => mark.at <= at);
  return `${clockText(at, true)}${last ? `, after: ${last.text}` : ""}`;
}
