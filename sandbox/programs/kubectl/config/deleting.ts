// Entries that are taken out. pkg/cmd/config/delete_cluster.go, delete_context.go, delete_user.go.

import { type Command, defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import type { Section } from "../server/kubeconfig.ts";
import { helpError, save, withEntry } from "./changing.ts";

function deleting(section: Section, noun: "cluster" | "context" | "user"): Command {
  const command: Command = defineCommand({
    name: `delete-${noun}`,
    usage: "NAME",
    short: `Delete the specified ${noun} from the kubeconfig`,
    examples: [`# Delete the minikube ${noun}`, `kubectl config delete-${noun} minikube`],
    completes: noun,
    async run(call) {
      const { kubectl, args } = call;
      const [name = ""] = args;
      if (args.length !== 1) return helpError(call, command);
      const { config } = kubectl;
      if (!config[section].has(name)) {
        throw new CommandError(`cannot delete ${noun} ${name}, not in ${config.file}`);
      }
      if (noun === "context" && config.current === name) {
        await kubectl.error(
          'warning: this removed your active context, use "kubectl config use-context" to select a different one',
        );
      }
      save(call, withEntry(config, { section, name }, undefined));
      await kubectl.out(`deleted ${noun} ${name} from ${config.file}\n`);
    },
  });
  return command;
}

export const deleteCluster = deleting("clusters", "cluster");
export const deleteContext = deleting("contexts", "context");
export const deleteUser = deleting("users", "user");
