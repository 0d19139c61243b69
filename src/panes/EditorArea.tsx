// Where a file is edited: Monaco, or a plain text area where there is no mouse.

import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { session } from "../session/session.ts";

interface Props {
  readonly path: string;
  readonly text: Signal<string>;
  readonly onChange: () => void;
  readonly onSave: () => void;
}

export function EditorArea(props: Props) {
  const isTouch = !import.meta.env.SSR && matchMedia("(pointer: coarse)").matches;
  return isTouch ? <PlainArea {...props} /> : <MonacoArea {...props} />;
}

function PlainArea({ path, text, onChange }: Props) {
  return (
    <textarea
      class="plain-editor"
      aria-label={`Text of ${path}`}
      value={text.value}
      spellcheck={false}
      autocapitalize="off"
      autocomplete="off"
      wrap="off"
      onInput={(event) => {
        text.value = event.currentTarget.value;
        onChange();
      }}
    />
  );
}

function MonacoArea({ path, text, onChange, onSave }: Props) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (import.meta.env.SSR || !element) return;
    let close = () => {};
    let isGone = false;
    void import("./editor/monaco.ts").then(({ openEditor }) => {
      if (isGone) return;
      close = openEditor(element, {
        path,
        text: text.peek(),
        era: session.scene?.era ?? "",
        onChange: (now) => {
          text.value = now;
          onChange();
        },
        onSave,
      });
    });
    return () => {
      isGone = true;
      close();
    };
  }, [path]);
  return <div ref={place} class="monaco" />;
}
