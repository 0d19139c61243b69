// kubectl completion SHELL. pkg/cmd/completion/completion.go.
// differs: the script is one line, because the shell here asks kubectl itself what could follow.

import { type Call, defineCommand } from "./cli/command.ts";
import { usageError } from "./cli/errors.ts";

const shells = ["bash", "fish", "powershell", "zsh"];

export const completion = defineCommand({
  name: "completion",
  usage: "SHELL",
  short: "Output shell completion code for the specified shell (bash or zsh)",
  examples: [
    "# Load the kubectl completion code for bash into the current shell",
    "source <(kubectl completion bash)",
  ],
  completes: "none",
  run: printScript,
});

async function printScript({ kubectl, args, path }: Call): Promise<void> {
  const [shell] = args;
  if (shell === undefined) throw usageError(path, "Shell not specified.");
  if (args.length > 1) {
    throw usageError(path, "Too many arguments. Expected only the shell type.");
  }
  if (!shells.includes(shell))
    throw usageError(path, `Unsupported shell type ${JSON.stringify(shell)}.`);
  await kubectl.out("# This shell completes kubectl by itself: press Tab.\n");
}
