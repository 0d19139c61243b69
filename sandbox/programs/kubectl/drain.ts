// kubectl cordon, uncordon and drain. pkg/cmd/drain/drain.go.

import { parseSelector } from "../../api/labels.ts";
import type { Node } from "../../api/node.ts";
import { quoted } from "../../api/schema/go-json.ts";
import { isReason } from "../../api/status.ts";
import { type Call, type Command, defineCommand } from "./cli/command.ts";
import {
  CommandError,
  expected,
  flatten,
  type KubectlError,
  throwAll,
  usageError,
} from "./cli/errors.ts";
import { bool, duration, int, text } from "./cli/flags.ts";
import { dryRunFlag, dryRunOf, operationOf, selectorFlag } from "./cli/shared-flags.ts";
import { Eviction } from "./drain/eviction.ts";
import { podsToGo } from "./drain/filters.ts";
import type { ServedInfo } from "./input/info.ts";

const nodeFlags = [selectorFlag, dryRunFlag];

async function nodesOf({ kubectl, flags, args, path }: Call, name: string): Promise<ServedInfo[]> {
  const selector = flags.string("selector");
  if (args.length === 0 && !flags.changed("selector")) {
    throw usageError(path, `USAGE: ${name} NODE [flags]`);
  }
  if (args.length > 0 && selector !== "") {
    throw usageError(path, "error: cannot specify both a node name and a --selector option");
  }
  const podSelector = flags.has("pod-selector") ? flags.string("pod-selector") : "";
  if (podSelector !== "") checkSelector(podSelector);
  const selection = await kubectl.select({
    args: ["nodes", ...args],
    singleType: true,
    ...(selector !== "" && { selector }),
  });
  const { infos, error } = await selection.infos();
  if (error) throw error;
  return infos as ServedInfo[];
}

function checkSelector(selector: string): void {
  try {
    parseSelector(selector);
  } catch (error) {
    if (!isReason(error, "BadRequest")) throw error;
    throw new CommandError("--pod-selector=<pod_selector> must be a valid label selector");
  }
}

async function markAll(call: Call, nodes: readonly ServedInfo[], wanted: boolean): Promise<void> {
  const { kubectl } = call;
  const dryRun = await dryRunOf(kubectl);
  const verb = wanted ? "cordon" : "uncordon";
  for (const info of nodes) {
    const node = info.object as Node;
    const isSo = (node.spec.unschedulable ?? false) === wanted;
    try {
      if (!isSo && dryRun !== "client") {
        const body = { spec: { unschedulable: wanted || null } };
        await kubectl.rest.patch(
          info,
          { kind: "strategic", body },
          { dryRun: dryRun === "server" },
        );
      }
    } catch (error) {
      const { message } = expected(error);
      await kubectl.error(`error: unable to ${verb} node ${quoted(info.name)}: ${message}`);
      continue;
    }
    const operation = operationOf(isSo ? `already ${verb}ed` : `${verb}ed`, dryRun);
    await kubectl.out(kubectl.printer({ operation }).print(node));
  }
}

const markCommand = (
  wanted: boolean,
  words: Pick<Command, "name" | "short" | "examples">,
): Command =>
  defineCommand({
    ...words,
    usage: "NODE",
    completes: "node",
    flags: nodeFlags,
    run: async (call) => markAll(call, await nodesOf(call, words.name), wanted),
  });

export const cordon = markCommand(true, {
  name: "cordon",
  short: "Mark node as unschedulable",
  examples: ['# Mark node "foo" as unschedulable.', "kubectl cordon foo"],
});

export const uncordon = markCommand(false, {
  name: "uncordon",
  short: "Mark node as schedulable",
  examples: ['# Mark node "foo" as schedulable.', "kubectl uncordon foo"],
});

const emptyDirUsage =
  "Continue even if there are pods using emptyDir (local data that will be deleted when the node is drained).";

export const drain = defineCommand({
  name: "drain",
  usage: "NODE",
  short: "Drain node in preparation for maintenance",
  long: "Drain node in preparation for maintenance.\n\nThe given node will be marked unschedulable to prevent new pods from arriving. 'drain' evicts or deletes all pods except mirror pods (which cannot be deleted through the API server). When you are ready to put the node back into service, use kubectl uncordon.",
  examples: [
    '# Drain node "foo", even if there are pods not managed by a ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet on it.',
    "kubectl drain foo --force",
    "",
    "# As above, but abort if there are pods not managed by a controller, and use a grace period of 15 minutes.",
    "kubectl drain foo --grace-period=900",
  ],
  completes: "node",
  flags: [
    ...nodeFlags,
    bool(
      "force",
      "Continue even if there are pods not managed by a ReplicationController, ReplicaSet, Job, DaemonSet or StatefulSet.",
    ),
    bool("ignore-daemonsets", "Ignore DaemonSet-managed pods."),
    bool("delete-local-data", emptyDirUsage, {
      deprecated: "This option is deprecated and will be deleted. Use --delete-emptydir-data.",
    }),
    bool("delete-emptydir-data", emptyDirUsage),
    int(
      "grace-period",
      "Period of time in seconds given to each pod to terminate gracefully. If negative, the default value specified in the pod will be used.",
      { value: "-1" },
    ),
    duration("timeout", "The length of time to wait before giving up, zero means infinite"),
    text("pod-selector", "Label selector to filter pods on the node"),
    bool(
      "disable-eviction",
      "Force drain to use delete, even if eviction is supported. This will bypass checking PodDisruptionBudgets, use with caution.",
    ),
    int(
      "skip-wait-for-delete-timeout",
      "If pod DeletionTimestamp older than N seconds, skip waiting for the pod.  Seconds must be greater than 0 to skip.",
    ),
  ],
  async run(call) {
    const { kubectl } = call;
    const nodes = await nodesOf(call, "drain");
    await markAll(call, nodes, true);
    const { drainGoesOn, drained } = kubectl.words;
    const dryRun = await dryRunOf(kubectl);
    const failures: KubectlError[] = [];
    const left: string[] = [];
    let evicted = false;
    for (const [index, info] of nodes.entries()) {
      try {
        evicted = (await empty(call, info)) || evicted;
        const operation = operationOf(evicted ? drained : drained && "drained", dryRun);
        if (operation !== "")
          await kubectl.out(kubectl.printer({ operation }).print(info.object ?? {}));
      } catch (error) {
        const failure = expected(error);
        if (kubectl.words.drainRefusal) throw failure;
        failures.push(failure);
        await kubectl.error(kubectl.words.notDrained(info.name, failure.message));
        if (!drainGoesOn) left.push(...nodes.slice(index).map(({ name }) => name));
        else left.push(info.name);
        if (!drainGoesOn) break;
      }
    }
    if (left.length > 0) {
      await kubectl.error(
        `There are pending nodes to be drained:\n${left.map((name) => ` ${name}`).join("\n")}`,
      );
    }
    throwAll(flatten(failures));
  },
});

/** True if a pod was evicted or deleted. */
async function empty(call: Call, { name }: ServedInfo): Promise<boolean> {
  const { kubectl } = call;
  const { pods, warnings, error } = await podsToGo(call, name);
  if (error) throw error;
  if (warnings !== "") await kubectl.error(`WARNING: ${warnings}`);
  if ((await dryRunOf(kubectl)) === "client") {
    for (const { metadata } of pods) {
      await kubectl.out(`evicting pod ${metadata.namespace}/${metadata.name} (dry run)\n`);
    }
    return false;
  }
  const eviction = new Eviction(call);
  try {
    return await eviction.run(pods);
  } catch (failure) {
    const pending = await podsToGo(call, name);
    const { message } = expected(failure);
    if (pending.pods.length > 0) {
      const lines = pending.pods.map(({ metadata }) => `pod/${metadata.name}`);
      await kubectl.error(
        `There are pending pods in node ${quoted(name)} when an error occurred: ${message}\n${lines.join("\n")}`,
      );
    }
    if (pending.error) {
      await kubectl.error(
        `Following errors occurred while getting the list of pods to delete:\n${pending.error.message}`,
      );
    }
    throw failure;
  }
}
