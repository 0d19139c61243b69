// The picture of the cluster: lanes, things, and the lines between them, at the moment that is
// looked at. What is worked out is in src/views; here it is drawn, moved and clicked.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { KubeObject } from "../../sandbox/api/meta.ts";
import { session } from "../session/session.ts";
import { layoutOf } from "../views/layout.ts";
import { newsBetween } from "../views/outline.ts";
import { type Picture, pictureOf } from "../views/picture.ts";
import { latestVerdicts } from "../views/thing.ts";
import { Details } from "./Details.tsx";
import { Drawing } from "./Drawing.tsx";
import { Icon } from "./Icon.tsx";
import { Outline } from "./Outline.tsx";
import { recentDecisions, useRecent } from "./recent.ts";
import { stateOf } from "./start-state.ts";

interface Props {
  /** What is there when a reader comes in; shown until the cluster runs. */
  readonly start: readonly KubeObject[];
}

const STEPS = [0.6, 0.75, 0.9, 1, 1.25, 1.5, 2] as const;
const LEAST_STEP = 1;

export function Cluster({ start }: Props) {
  const view = useRef<HTMLDivElement>(null);
  const size = useSignal({ width: 840, height: 400 });
  /** A step, or undefined: as large as it can be with everything in sight, within reason. */
  const zoom = useSignal<number | undefined>(undefined);
  /** How large the page's letters are, against the usual. */
  const unit = useSignal(1);
  const isText = useSignal(false);
  const withSystem = useSignal(false);
  const chosen = useSignal<string | undefined>(undefined);
  const beginning = useRef(stateOf(start));
  useRecent();

  const picture = useComputed<Picture>(() => {
    const isIdle = session.status.value === "idle" || session.epoch.value === 0;
    const state = isIdle ? beginning.current : session.state.value;
    const verdicts = latestVerdicts(session.history.value.decisionsUntil(state.at));
    const shown = pictureOf(state, { withSystem: withSystem.value, verdicts });
    return recentDecisions(shown);
  });
  const step = useComputed(() => zoom.value ?? fitting(picture.value, size.value, unit.value));
  const scale = useComputed(() => (STEPS[step.value] ?? 1) * unit.value);
  const layout = useComputed(() =>
    layoutOf(picture.value, { width: size.value.width / scale.value }),
  );
  const thing = useComputed(() => picture.value.things.find(({ key }) => key === chosen.value));

  useEffect(() => {
    const element = view.current;
    if (!element) return;
    const watching = new ResizeObserver(() => {
      size.value = { width: element.clientWidth || 840, height: element.clientHeight || 400 };
      unit.value = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
    });
    watching.observe(element);
    return () => watching.disconnect();
  }, []);

  useSignalEffect(() => {
    if (chosen.value !== undefined) uncover(view.current, chosen.value);
  });

  return (
    <section class="cluster" aria-label="Cluster" data-details={thing.value !== undefined}>
      <div class="picture" ref={view} data-direction={layout.value.direction}>
        {isText.value ? (
          <Outline
            picture={picture.value}
            onChoose={(key) => {
              chosen.value = key;
            }}
          />
        ) : (
          <Drawing
            picture={picture.value}
            layout={layout.value}
            scale={scale.value}
            chosen={chosen.value}
            onChoose={(key) => {
              chosen.value = chosen.value === key ? undefined : key;
            }}
          />
        )}
      </div>
      <div class="picture-tools needs-script">
        <ToolButton
          icon="text"
          label="Show the cluster as text"
          isOn={isText.value}
          onClick={() => {
            isText.value = !isText.value;
          }}
        />
        <ToolButton
          icon="cluster"
          label="Show what belongs to the system, too"
          isOn={withSystem.value}
          onClick={() => {
            withSystem.value = !withSystem.value;
          }}
        />
        <ToolButton
          icon="minus"
          label="Smaller"
          onClick={() => {
            zoom.value = Math.max(0, step.value - 1);
          }}
        />
        <ToolButton
          icon="plus"
          label="Larger"
          onClick={() => {
            zoom.value = Math.min(STEPS.length - 1, step.value + 1);
          }}
        />
        <ToolButton
          icon="fit"
          label="Show everything"
          onClick={() => {
            zoom.value = undefined;
          }}
        />
      </div>
      <Announcer picture={picture} />
      {thing.value && (
        <Details
          thing={thing.value}
          onClose={() => {
            const key = chosen.value ?? "";
            chosen.value = undefined;
            view.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
          }}
          onChoose={(key) => {
            chosen.value = key;
          }}
        />
      )}
    </section>
  );
}

/** What the details are about stays in sight beside them. */
function uncover(picture: HTMLElement | null, key: string): void {
  requestAnimationFrame(() => {
    const card = picture?.querySelector(`[data-key="${CSS.escape(key)}"]`)?.getBoundingClientRect();
    const edge = picture?.parentElement?.querySelector(".details")?.getBoundingClientRect().left;
    if (!picture || !card || edge === undefined) return;
    const isBeside = edge > picture.getBoundingClientRect().left + card.width;
    if (isBeside && card.right > edge - 16) picture.scrollLeft += card.right - edge + 16;
  });
}

interface Room {
  readonly width: number;
  readonly height: number;
}

/**
 * The largest step up to 1 at which nothing has to be scrolled to; what is too small helps nobody.
 */
function fitting(picture: Picture, room: Room, unit: number): number {
  const fits = STEPS.findLastIndex((step) => {
    const scale = step * unit;
    const { height } = layoutOf(picture, { width: room.width / scale });
    return step <= 1 && height * scale <= room.height;
  });
  return Math.max(LEAST_STEP, fits);
}

interface ToolButtonProps {
  readonly icon: Parameters<typeof Icon>[0]["name"];
  readonly label: string;
  readonly isOn?: boolean;
  readonly onClick: () => void;
}

function ToolButton({ icon, label, isOn, onClick }: ToolButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      onClick={onClick}
      {...(isOn !== undefined && { "aria-pressed": isOn })}
    >
      <Icon name={icon} />
    </button>
  );
}

/** Says what has changed to those who do not see it, when there has been a moment of quiet. */
function Announcer({ picture }: { readonly picture: { readonly value: Picture } }) {
  const said = useSignal("");
  const last = useRef<Picture | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useSignalEffect(() => {
    const now = picture.value;
    if (!session.isLive.value) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      if (last.current) said.value = newsBetween(last.current, now).join(". ");
      last.current = now;
    }, 1200);
  });
  return (
    <p class="visually-hidden" role="status">
      {said.value}
    </p>
  );
}
