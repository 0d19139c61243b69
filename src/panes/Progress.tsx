import { session } from "../session/session.ts";
import { stateOfTask } from "../session/tasks.ts";
import { Icon } from "./Icon.tsx";
import { ShareButton } from "./ShareButton.tsx";

/** One dot for each task of the lesson, and what can be done with all that was done. */
export function Progress({ tasks }: { readonly tasks: readonly string[] }) {
  const done = tasks.filter((id) => stateOfTask(id) === "done" || stateOfTask(id) === "undone");
  const isUsed = session.status.value !== "idle";
  return (
    <div class="progress">
      {/* biome-ignore lint/a11y/noRedundantRoles: Safari forgets lists without bullets. */}
      <ol role="list" class="dots" aria-label={`${done.length} of ${tasks.length} tasks done`}>
        {tasks.map((id, index) => (
          <li key={id}>
            <a href={`#task-${id}`} data-state={stateOfTask(id)}>
              <span class="visually-hidden">Task {index + 1}</span>
            </a>
          </li>
        ))}
      </ol>
      <span>
        {done.length} of {tasks.length} tasks
      </span>
      {isUsed && (
        <span class="row needs-script">
          <ShareButton />
          <button type="button" class="button quiet small" onClick={() => void session.reset()}>
            <Icon name="restart" />
            Start again
          </button>
        </span>
      )}
    </div>
  );
}
