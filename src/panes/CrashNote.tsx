// The sandbox broke one of its own rules and stopped. What is said helps whoever mends it: scene
// and inputs replay it.

import { useSignal } from "@preact/signals";
import { session } from "../session/session.ts";

export function CrashNote() {
  const isCopied = useSignal(false);
  const report = session.crash.value;
  if (!report) return null;
  const text = JSON.stringify(
    {
      message: report.message,
      stack: report.stack,
      scene: report.scene.name,
      inputs: report.inputs,
    },
    undefined,
    2,
  );
  return (
    <div class="crash" role="alert">
      <h2>The cluster has stopped</h2>
      <p>
        Kennel broke one of its own rules: <em>{report.message}</em>. That is a defect of Kennel,
        not of what you did. The report has all that is needed to see it again.
      </p>
      <div class="row">
        <button
          type="button"
          class="button primary small"
          onClick={() => {
            void navigator.clipboard.writeText(text).then(() => {
              isCopied.value = true;
            });
          }}
        >
          {isCopied.value ? "Copied" : "Copy the report"}
        </button>
        <button type="button" class="button small" onClick={() => void session.reset()}>
          Start again
        </button>
      </div>
      <details>
        <summary>The report</summary>
        <pre>{text}</pre>
      </details>
    </div>
  );
}
