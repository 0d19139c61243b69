// kubectl top. pkg/cmd/top/top_node.go, top_pod.go.
// differs: there is no metrics server, as in a cluster that nobody has given one.

import { failure } from "../../api/status.ts";
import { type Call, type Command, defineCommand } from "./cli/command.ts";
import { CommandError } from "./cli/errors.ts";
import { bool, text } from "./cli/flags.ts";
import { allNamespacesFlag, selectorFlag } from "./cli/shared-flags.ts";

const sortFlag = text(
  "sort-by",
  "If non-empty, sort list using specified field. The field can be either 'cpu' or 'memory'.",
);
const headersFlag = bool("no-headers", "If present, print output without headers");

function metricsCommand(command: Omit<Command, "run">): Command {
  return defineCommand({
    ...command,
    async run({ kubectl, flags, args, path }: Call) {
      const sort = flags.string("sort-by");
      if (sort !== "" && sort !== "cpu" && sort !== "memory") {
        throw new CommandError("--sort-by accepts only cpu or memory");
      }
      if (args.length > 1) {
        throw new CommandError(
          `unexpected arguments: [${args.slice(1).join(" ")}]\nSee '${path} -h' for help and examples`,
        );
      }
      if (args.length > 0 && flags.string("selector") !== "") {
        throw new CommandError("only one of NAME or --selector can be provided");
      }
      const groups = await kubectl.discovery.groups();
      if (!groups.some(({ name }) => name === "metrics.k8s.io")) {
        if (kubectl.words.topAsksHeapster) {
          const message =
            "the server could not find the requested resource (get services http:heapster:)";
          throw failure("NotFound", message);
        }
        throw new CommandError("Metrics API not available");
      }
      throw new CommandError(`${path} is not simulated`);
    },
  });
}

const node = metricsCommand({
  name: "node",
  aliases: ["nodes", "no"],
  usage: "[NAME | -l label]",
  short: "Display Resource (CPU/Memory) usage of nodes",
  long: "Display Resource (CPU/Memory) usage of nodes.\n\nThe top-node command allows you to see the resource consumption of nodes.",
  completes: "node",
  flags: [selectorFlag, sortFlag, headersFlag],
});

const pod = metricsCommand({
  name: "pod",
  aliases: ["pods", "po"],
  usage: "[NAME | -l label]",
  short: "Display Resource (CPU/Memory) usage of pods",
  long: "Display Resource (CPU/Memory) usage of pods.\n\nThe 'top pod' command allows you to see the resource consumption of pods.",
  completes: "pod",
  flags: [
    selectorFlag,
    allNamespacesFlag,
    bool("containers", "If present, print usage of containers within a pod."),
    sortFlag,
    headersFlag,
  ],
});

export const top = defineCommand({
  name: "top",
  usage: "[flags] [options]",
  short: "Display Resource (CPU/Memory) usage.",
  long: "Display Resource (CPU/Memory) usage.\n\nThe top command allows you to see the resource consumption for nodes or pods.\n\nThis command requires Metrics Server to be correctly configured and working on the server.",
  commands: [node, pod],
});
