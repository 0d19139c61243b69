// Which context is the current one, and what contexts are called.
// pkg/cmd/config/current_context.go, use_context.go, rename_context.go.

import { quoted } from "../../../api/schema/go-json.ts";
import { type Command, defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { helpError, save, withEntry } from "./changing.ts";

export const currentContext = defineCommand({
  name: "current-context",
  usage: "",
  short: "Displays the current-context",
  examples: ["# Display the current-context", "kubectl config current-context"],
  completes: "none",
  async run({ kubectl }) {
    const { current } = kubectl.config;
    if (current === "") throw new CommandError("current-context is not set");
    await kubectl.out(`${current}\n`);
  },
});

export const useContext: Command = defineCommand({
  name: "use-context",
  aliases: ["use"],
  usage: "CONTEXT_NAME",
  short: "Sets the current-context in a kubeconfig file",
  examples: ["# Use the context for the minikube cluster", "kubectl config use-context minikube"],
  completes: "context",
  async run(call) {
    const { kubectl, args } = call;
    const [name = ""] = args;
    if (args.length !== 1) return helpError(call, useContext);
    if (name === "") throw new CommandError("empty context names are not allowed");
    if (!kubectl.config.contexts.has(name)) {
      const { ending, minds } = kubectl.words.contextMissing;
      const text = `no context exists with the name: ${quoted(name)}${ending}`;
      if (minds) throw new CommandError(text);
      return kubectl.out(`${text}\n`);
    }
    save(call, { ...kubectl.config, current: name });
    const { contextDone } = kubectl.words;
    await kubectl.out(contextDone(name, "Switched to"));
  },
});

export const renameContext: Command = defineCommand({
  name: "rename-context",
  usage: "CONTEXT_NAME NEW_NAME",
  short: "Renames a context from the kubeconfig file.",
  examples: [
    "# Rename the context 'old-name' to 'new-name' in your kubeconfig file",
    "kubectl config rename-context old-name new-name",
  ],
  completes: "context",
  async run(call) {
    const { kubectl, args } = call;
    const [from = "", to = ""] = args;
    if (args.length !== 2) return helpError(call, renameContext);
    const { config } = kubectl;
    const context = config.contexts.get(from);
    if (!context) {
      throw new CommandError(
        `cannot rename the context ${quoted(from)}, it's not in ${config.file}`,
      );
    }
    if (config.contexts.has(to)) {
      throw new CommandError(
        `cannot rename the context ${quoted(from)}, the context ${quoted(to)} already exists in ${config.file}`,
      );
    }
    const without = withEntry(config, { section: "contexts", name: from }, undefined);
    const renamed = withEntry(without, { section: "contexts", name: to }, context.fields);
    save(call, { ...renamed, current: config.current === from ? to : config.current });
    await kubectl.out(`Context ${quoted(from)} renamed to ${quoted(to)}.\n`);
  },
});
