// The terminals: tabs, and the screen of the one in front. Before the first use there is only a
// still picture of a prompt; what it takes to be more is loaded then.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../session/session.ts";
import {
  blocked,
  front,
  interruptAndRun,
  openTerminal,
  runInNew,
  setMeasure,
} from "../session/terminals.ts";
import { Icon } from "./Icon.tsx";
import { KeyBar } from "./KeyBar.tsx";
import type { Screen } from "./screen.ts";
import { TerminalScreen } from "./TerminalScreen.tsx";

interface Props {
  /** `user@workstation:~$`. */
  readonly prompt: string;
  /** What stands at the end of the tabs: the other panes that share the place. */
  readonly children?: preact.ComponentChildren;
}

export function Terminal({ prompt, children }: Props) {
  const isHeard = useSignal(false);
  const isText = useSignal(false);
  const screens = useRef(new Map<number, Screen>());
  const numbers = useComputed(() => {
    const count = session.isLive.value
      ? session.terminals.value
      : session.history.value.terminalsAt(session.state.value.at);
    return Array.from({ length: count }, (_, number) => number);
  });
  useSignalEffect(() => {
    for (const screen of screens.current.values()) screen.hear(isHeard.value);
  });
  useMeasure(screens.current);
  const isUsed = session.status.value !== "idle";
  const inFront = () => screens.current.get(front.value);
  return (
    <section class="terminal" aria-label="Terminal">
      <div class="tabs">
        <div class="tab-list" role="tablist" aria-label="Terminals">
          {(isUsed && numbers.value.length > 0 ? numbers.value : [0]).map((number) => (
            <button
              key={number}
              type="button"
              role="tab"
              class="tab"
              aria-selected={number === front.value}
              onClick={() => {
                front.value = number;
                requestAnimationFrame(() => inFront()?.focus());
              }}
            >
              Terminal {number + 1}
            </button>
          ))}
        </div>
        <button
          type="button"
          class="icon-button needs-script"
          aria-label="New terminal"
          title="New terminal"
          onClick={() => {
            const number = session.terminals.value;
            front.value = number;
            void openTerminal(number);
          }}
        >
          <Icon name="plus" />
        </button>
        <div class="tab-tools">
          {isUsed && <Tools isHeard={isHeard} isText={isText} inFront={inFront} />}
          {children}
        </div>
      </div>
      <div class="screens">
        {!isUsed && <Facade prompt={prompt} />}
        {session.status.value === "starting" && <p class="starting">Starting the cluster…</p>}
        {isUsed &&
          numbers.value.map((number) => (
            <TerminalScreen
              key={`${session.epoch.value} ${number}`}
              number={number}
              isInFront={number === front.value}
              isHeard={isHeard.value}
              screens={screens.current}
            />
          ))}
        {isText.value && (
          // biome-ignore lint/a11y/useSemanticElements: a section would forget the line breaks.
          <pre
            class="transcript"
            role="region"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too.
            tabIndex={0}
            aria-label="Everything in this terminal as text"
          >
            {(void session.version.value, inFront()?.text ?? "")}
          </pre>
        )}
      </div>
      <BlockedNote />
      {isUsed && <KeyBar onKeys={(keys) => type(keys, inFront())} />}
    </section>
  );
}

function type(keys: string, screen: Screen | undefined): void {
  screen?.focus();
  void session.do({ type: "keys", terminal: front.value, keys });
}

/** A new terminal is as large as the one in front, or as a screen in its place would be. */
function useMeasure(screens: ReadonlyMap<number, Screen>): void {
  useEffect(() => {
    setMeasure(async () => {
      const known = screens.get(front.value) ?? [...screens.values()][0];
      if (known) return known.size;
      const room = document.querySelector<HTMLElement>(".screens");
      const width = (room?.clientWidth ?? 800) - 32;
      const height = (room?.clientHeight ?? 400) - 24;
      // A column and a row of JetBrains Mono at 13 pixels.
      const columns = Math.max(80, Math.floor(width / 7.8));
      return { columns, rows: Math.max(4, Math.floor(height / 22)) };
    });
  }, [screens]);
}

interface ToolsProps {
  readonly isHeard: { value: boolean };
  readonly isText: { value: boolean };
  readonly inFront: () => Screen | undefined;
}

function Tools({ isHeard, isText, inFront }: ToolsProps) {
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-pressed={isHeard.value}
        aria-label="Read what is printed aloud in a screen reader"
        title="For screen readers"
        onClick={() => {
          isHeard.value = !isHeard.value;
        }}
      >
        <Icon name="person" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-pressed={isText.value}
        aria-label="Show everything as plain text"
        title="As text"
        onClick={() => {
          isText.value = !isText.value;
        }}
      >
        <Icon name="text" />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Copy the selection, or everything"
        title="Copy"
        onClick={() => {
          const screen = inFront();
          if (screen) void navigator.clipboard.writeText(screen.selection || screen.text);
        }}
      >
        <Icon name="copy" />
      </button>
    </>
  );
}

/** What a terminal looks like before it is one. */
function Facade({ prompt }: Pick<Props, "prompt">) {
  return (
    <button
      type="button"
      class="facade"
      onClick={() => void openTerminal(0)}
      onPointerEnter={() => void import("./screen.ts")}
    >
      <span class="line">
        {prompt} <span class="cursor" />
      </span>
      <span class="call needs-script">
        <Icon name="play" />
        Start the cluster
      </span>
      <span class="note needs-script">It runs in this tab. Nothing is installed.</span>
    </button>
  );
}

/** Something runs where a command was to be typed. */
function BlockedNote() {
  const what = blocked.value;
  if (!what) return null;
  return (
    <div class="note-bar" role="alert">
      <p>
        Terminal {what.terminal + 1} is busy with <code>{what.running}</code>.
      </p>
      <button type="button" class="button small" onClick={() => void interruptAndRun(what)}>
        Interrupt it
      </button>
      <button type="button" class="button small" onClick={() => void runInNew(what)}>
        Use a new terminal
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label="Neither"
        onClick={() => {
          blocked.value = undefined;
        }}
      >
        <Icon name="cross" />
      </button>
    </div>
  );
}
