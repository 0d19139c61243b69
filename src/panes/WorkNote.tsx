// Work of an earlier visit: take it up, or begin again. Also when a shared state cannot be read.

import { session } from "../session/session.ts";
import { forgetEarlier, takeUp } from "./earlier.ts";
import { Icon } from "./Icon.tsx";
import { broken, earlier, type Lab } from "./lab.ts";

export function WorkNote({ lab }: { readonly lab: Lab }) {
  if (broken.value) {
    return (
      <div class="note-bar" role="alert">
        <p>The state in this link cannot be shown: {broken.value}.</p>
        <button
          type="button"
          class="icon-button"
          aria-label="Close"
          onClick={() => {
            broken.value = undefined;
          }}
        >
          <Icon name="cross" />
        </button>
      </div>
    );
  }
  const saved = earlier.value;
  if (!saved || session.status.value !== "idle") return null;
  return (
    <div class="note-bar" role="status">
      <p>You have been here before. Your cluster can be brought back as you left it.</p>
      <button type="button" class="button small primary" onClick={() => void takeUp(lab, saved)}>
        My state
      </button>
      <button type="button" class="button small" onClick={() => void forgetEarlier(lab)}>
        Start again
      </button>
    </div>
  );
}
