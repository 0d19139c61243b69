// kubectl plugin list. pkg/cmd/plugin/plugin.go.

import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError } from "./cli/errors.ts";
import { bool } from "./cli/flags.ts";

const list = defineCommand({
  name: "list",
  usage: "",
  short: "List all visible plugin executables on a user's PATH",
  completes: "none",
  flags: [
    bool(
      "name-only",
      "If true, display only the binary name of each plugin, rather than its full path",
    ),
  ],
  run: listPlugins,
});

export const plugin = defineCommand({
  name: "plugin",
  usage: "[flags]",
  short: "Provides utilities for interacting with plugins",
  commands: [list],
});

async function listPlugins({ kubectl, flags }: Call): Promise<void> {
  const { files, env } = kubectl.process;
  const directories = (env.get("PATH") ?? "").split(":").filter((each) => each !== "");
  const found = [...new Set(directories)].flatMap((directory) =>
    files.kind(directory) === "directory"
      ? files
          .list(directory)
          .filter((name) => name.startsWith("kubectl-"))
          .map((name) => ({ name, path: `${directory}/${name}` }))
      : [],
  );
  if (found.length === 0) throw new CommandError("unable to find any kubectl plugins in your PATH");
  const complain = (what: string) => kubectl.error(`  - warning: ${what}`);
  await kubectl.out("The following compatible plugins are available:\n\n");
  let warnings = 0;
  const seen = new Map<string, string>();
  for (const { name, path } of found) {
    await kubectl.out(`${flags.bool("name-only") ? name : path}\n`);
    const shadow = seen.get(name);
    const isRunnable = files.access(path, 1);
    if (!isRunnable) {
      await complain(`${path} identified as a kubectl plugin, but it is not executable`);
    } else if (shadow !== undefined) {
      await complain(`${path} is overshadowed by a similarly named plugin: ${shadow}`);
    }
    if (!isRunnable || shadow !== undefined) warnings++;
    seen.set(name, shadow ?? path);
  }
  if (warnings === 0) return;
  throw new CommandError(
    warnings === 1 ? "one plugin warning was found" : `${warnings} plugin warnings were found`,
  );
}
