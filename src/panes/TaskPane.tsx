// How a task stands, and the ways through it: hints one by one, the solution, and having it done.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { solve, stateOfTask, watchTask } from "../session/tasks.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  readonly id: string;
  readonly check: string;
  readonly solution: readonly string[];
  readonly hints: readonly string[];
}

const words = {
  unknown: "Not done yet",
  open: "Not done yet",
  checking: "Not done yet",
  done: "Done",
  undone: "It was done; now it is not",
} as const;

export function TaskPane({ id, check, solution, hints }: Props) {
  const shown = useSignal(0);
  const isSolving = useSignal(false);
  useEffect(() => watchTask({ id, check }), []);
  const state = stateOfTask(id);
  return (
    <div class="pane" data-state={state}>
      <span class="state">
        <Icon name="check" />
      </span>
      <div class="bar needs-script">
        {hints.length > 0 && (
          <button
            type="button"
            class="button quiet small"
            disabled={shown.value >= hints.length}
            onClick={() => {
              shown.value++;
            }}
          >
            <Icon name="bulb" />
            {shown.value === 0
              ? "Hint"
              : shown.value < hints.length
                ? `Another hint (${shown.value} of ${hints.length})`
                : "No more hints"}
          </button>
        )}
        <button
          type="button"
          class="button quiet small"
          disabled={isSolving.value}
          onClick={() => {
            isSolving.value = true;
            void solve(id, solution).finally(() => {
              isSolving.value = false;
            });
          }}
        >
          <Icon name="play" />
          {isSolving.value ? "Doing it…" : "Do it for me"}
        </button>
        <span class="said" role="status">
          {words[state]}
        </span>
      </div>
      {shown.value > 0 && (
        <ol class="hints">
          {hints.slice(0, shown.value).map((hint) => (
            <li key={hint}>{hint}</li>
          ))}
        </ol>
      )}
      <details>
        <summary>The solution</summary>
        <pre class="solution">
          <code>{solution.join("\n")}</code>
        </pre>
      </details>
    </div>
  );
}
