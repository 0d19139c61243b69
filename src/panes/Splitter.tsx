import type { Signal } from "@preact/signals";

interface Props {
  /** How much of the height the upper pane has, in percent. */
  readonly share: Signal<number>;
}

const LEAST = 15;
const MOST = 80;
const STEP = 4;

/** Divides the height between two panes: by dragging, or with the arrow keys. */
export function Splitter({ share }: Props) {
  const set = (value: number) => {
    share.value = Math.min(MOST, Math.max(LEAST, value));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule cannot be moved.
    <div
      class="splitter"
      role="separator"
      aria-orientation="horizontal"
      aria-label="Between cluster and terminal"
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      aria-valuenow={Math.round(share.value)}
      tabIndex={0}
      onKeyDown={(event) => {
        const by = { ArrowUp: -STEP, ArrowDown: STEP }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        set(share.value + by);
      }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={(event) => {
        const box = event.currentTarget.parentElement?.getBoundingClientRect();
        if (!box || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
        set(((event.clientY - box.top) / box.height) * 100);
      }}
    />
  );
}
