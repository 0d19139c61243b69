// The reader's own editor, started on a file. kubectl pkg/cmd/util/editor/editor.go.

import { quoted } from "../../../api/schema/go-json.ts";
import { type Process, SpawnError } from "../../../machine/process.ts";
import { CommandError } from "../cli/errors.ts";

interface Editor {
  readonly words: readonly string[];
  /** A shell is to take the last word apart. */
  readonly inShell: boolean;
}

/** From KUBE_EDITOR or EDITOR; `vi` if they say nothing. */
function editorOf({ env }: Process): Editor {
  const editor = env.get("KUBE_EDITOR") || env.get("EDITOR") || "vi";
  if (!editor.includes(" ")) return { words: [editor], inShell: false };
  if (!/["'\\]/.test(editor)) return { words: editor.split(" "), inShell: false };
  return { words: [env.get("SHELL") || "/bin/bash", "-c", editor], inShell: true };
}

/** A new file that nobody else has. */
export function temporaryFile(process: Process, prefix: string, suffix: string): string {
  const letters = "abcdefghijklmnopqrstuvwxyz0123456789";
  for (;;) {
    const drawn = Array.from({ length: 5 }, () => letters[process.random.below(letters.length)]);
    const path = `/tmp/${prefix}${drawn.join("")}${suffix}`;
    if (process.files.kind(path) === undefined) return path;
  }
}

/** Resolves when the editor was closed. Throws if it cannot be started, or fails. */
export async function launchEditor(process: Process, path: string): Promise<void> {
  const { words, inShell } = editorOf(process);
  const called = words.join(" ");
  const argv = inShell
    ? [...words.slice(0, -1), `${words.at(-1)} ${quoted(path)}`]
    : [...words, path];
  let code: number;
  try {
    code = await process.wait(process.spawn(argv).exit);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    const missing = error.reason === "not found";
    throw new CommandError(
      `${missing ? "unable to launch" : "there was a problem with"} the editor ${quoted(called)}`,
    );
  }
  if (code !== 0) throw new CommandError(`there was a problem with the editor ${quoted(called)}`);
}
