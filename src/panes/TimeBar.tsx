// The lower edge of the workspace: how time passes, and the way back to any moment of it.

import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { branchTitle } from "../session/branches.ts";
import { session } from "../session/session.ts";
import { openTerminal } from "../session/terminals.ts";
import { clockText } from "../views/timeline.ts";
import { Icon } from "./Icon.tsx";
import { Timeline } from "./Timeline.tsx";

const speeds: readonly (readonly [speed: number, label: string])[] = [
  [1, "1×"],
  [5, "5×"],
  [30, "30×"],
  [Number.POSITIVE_INFINITY, "Max"],
];

export function TimeBar() {
  const isUsed = session.status.value === "running";
  return (
    <section class="time-bar" aria-label="Time">
      {isUsed && !session.isLive.value && <Past />}
      <div class="time-row">
        <Pace isUsed={isUsed} />
        <Timeline />
        <Branches />
        <Clock />
      </div>
    </section>
  );
}

function Pace({ isUsed }: { readonly isUsed: boolean }) {
  const { speed } = session.present.value;
  const last = useSignal(1);
  const isPaused = speed === 0;
  const set = async (next: number) => {
    await session.start();
    if (next > 0) last.value = next;
    session.look(undefined);
    await session.pace(next);
  };
  return (
    <fieldset
      class="pace needs-script"
      aria-label="Pace"
      onMouseDown={(event) => {
        // Whoever types goes on typing: a click here does not take the keyboard.
        if (!(event.target instanceof HTMLSelectElement)) event.preventDefault();
      }}
    >
      <button
        type="button"
        class="icon-button"
        aria-label={isPaused ? "Let time go on" : "Stop time"}
        title={isPaused ? "Let time go on" : "Stop time: what you type still runs"}
        disabled={!isUsed}
        onClick={() => void set(isPaused ? last.value : 0)}
      >
        <Icon name={isPaused ? "play" : "pause"} />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="To the next change"
        title="To the next change of anything"
        disabled={!isUsed || session.errand.value !== undefined}
        onClick={() => void session.step()}
      >
        <Icon name="step" />
      </button>
      <label class="speed">
        <span class="visually-hidden">Speed</span>
        <select
          disabled={!isUsed}
          value={String(isPaused ? last.value : speed)}
          onChange={(event) => void set(Number(event.currentTarget.value))}
        >
          {speeds.map(([value, label]) => (
            <option key={label} value={String(value)}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <button
        type="button"
        class="button quiet small skip"
        disabled={session.errand.value !== undefined}
        title="As fast as it goes, until nothing changes any more"
        onClick={() => void openTerminal(0).then(() => session.skip())}
      >
        <Icon name="skip" />
        <span>
          {session.errand.value ? `Running ${session.errand.value}…` : "Skip until quiet"}
        </span>
      </button>
    </fieldset>
  );
}

function Clock() {
  const text = useSignal("0:00");
  useEffect(() => {
    let frame = 0;
    const tick = () => {
      const moment = session.moment.value;
      const next = clockText(moment ?? session.at, moment !== undefined);
      if (next !== text.value) text.value = next;
      frame = window.setTimeout(tick, 100);
    };
    tick();
    return () => clearTimeout(frame);
  }, []);
  return (
    <output class="clock" aria-label="Time since the beginning" title="Time since you came in">
      {text.value}
    </output>
  );
}

function Past() {
  const moment = session.moment.value ?? session.history.value.end;
  const { shown, live } = session.branches.value;
  const isBusy = useSignal(false);
  return (
    <div class="note-bar past" role="status">
      <p>
        {shown === live ? "" : `Branch ${shown}. `}You are looking at{" "}
        <strong>{clockText(moment, true)}</strong>.
      </p>
      <button
        type="button"
        class="button small primary"
        disabled={isBusy.value}
        onClick={() => {
          isBusy.value = true;
          void session.goOn().finally(() => {
            isBusy.value = false;
          });
        }}
      >
        <Icon name="fork" />
        Go on from here
      </button>
      <button type="button" class="button small" onClick={() => session.look(undefined)}>
        Back to now
      </button>
    </div>
  );
}

function Branches() {
  const { all, shown } = session.branches.value;
  const hasMany = useComputed(() => session.branches.value.all.length > 1);
  if (!hasMany.value) return null;
  return (
    <label class="branches">
      <span class="visually-hidden">Branch</span>
      <select
        value={String(shown)}
        onChange={(event) => session.lookAt(Number(event.currentTarget.value))}
      >
        {all.map((branch) => (
          <option key={branch.number} value={String(branch.number)}>
            {branchTitle(branch, clockText)}
          </option>
        ))}
      </select>
    </label>
  );
}
