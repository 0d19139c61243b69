// kubectl scale. pkg/cmd/scale/scale.go, pkg/scale/scale.go.

import type { KubeObject } from "../../api/meta.ts";
import { isReason } from "../../api/status.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError } from "./cli/errors.ts";
import { duration, int, text } from "./cli/flags.ts";
import { changeCauseKey } from "./cli/last-applied.ts";
import {
  allFlag,
  changeCause,
  dryRunFlag,
  dryRunOf,
  fileFlags,
  recordFlag,
  selectorFlag,
} from "./cli/shared-flags.ts";
import type { ServedInfo } from "./input/info.ts";
import { printFlags } from "./print/printers.ts";
import { pathOf } from "./server/rest.ts";
import { waitFor } from "./waiting.ts";

type Scale = KubeObject & { readonly spec?: { readonly replicas?: number } };

export const scale = defineCommand({
  name: "scale",
  usage:
    "[--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)",
  short: "Set a new size for a Deployment, ReplicaSet or Replication Controller",
  examples: [
    "# Scale a replicaset named 'foo' to 3.",
    "kubectl scale --replicas=3 rs/foo",
    "",
    "# If the deployment named mysql's current size is 2, scale mysql to 3.",
    "kubectl scale --current-replicas=2 --replicas=3 deployment/mysql",
  ],
  completes: "type",
  flags: [
    ...fileFlags("identifying the resource to set a new size"),
    ...printFlags(),
    selectorFlag,
    allFlag("Select all resources in the namespace of the specified resource types"),
    text(
      "resource-version",
      "Precondition for resource version. Requires that the current resource version match this value in order to scale.",
    ),
    int(
      "current-replicas",
      "Precondition for current size. Requires that the current size of the resource match this value in order to scale.",
      { value: "-1" },
    ),
    int("replicas", "The new desired number of replicas. Required."),
    duration(
      "timeout",
      "The length of time to wait before giving up on a scale operation, zero means don't wait.",
    ),
    dryRunFlag,
    recordFlag,
  ],
  required: ["replicas"],
  async run(call) {
    const { kubectl, flags, args } = call;
    const printer = kubectl.printer({ operation: "scaled" });
    const dryRun = await dryRunOf(kubectl);
    const replicas = flags.int("replicas");
    if (replicas < 0) {
      throw new CommandError(
        "The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0",
      );
    }
    const selector = flags.string("selector").trim();
    const selection = await kubectl.select({
      args,
      files: kubectl.files,
      typeMeansAll: flags.bool("all"),
      ...(selector !== "" && { selector }),
    });
    const { infos } = await selection.infos();
    if (flags.string("resource-version") !== "" && infos.length > 1) {
      throw new CommandError("cannot use --resource-version with multiple resources");
    }
    let count = 0;
    await selection.visit(async (info) => {
      count++;
      const target = info as ServedInfo;
      if (dryRun !== "client")
        await scaleOne(call, target, { replicas, dryRun: dryRun === "server" });
      await kubectl.out(printer.print(info.object ?? {}));
    });
    if (count === 0) throw new CommandError("no objects passed to scale");
  },
});

interface Wish {
  readonly replicas: number;
  readonly dryRun: boolean;
}

async function scaleOne(call: Call, target: ServedInfo, { replicas, dryRun }: Wish): Promise<void> {
  const { kubectl, flags } = call;
  const isConditional =
    flags.int("current-replicas") !== -1 || flags.string("resource-version") !== "";
  if (isConditional) await scaleIf(call, target, { replicas, dryRun });
  else {
    const body = { spec: { replicas } };
    await kubectl.rest.patch(target, { kind: "merge", body, subresource: "scale" }, { dryRun });
  }
  if (flags.bool("record")) {
    const body = { metadata: { annotations: { [changeCauseKey]: changeCause(kubectl) } } };
    await kubectl.rest.patch(target, { kind: "merge", body });
  }
  const timeoutMs = flags.duration("timeout");
  if (timeoutMs > 0 && !dryRun) {
    await waitFor(kubectl, target, { timeoutMs, done: (object) => hasReplicas(object, replicas) });
  }
}

/**
 * Refuses if size or version are not those that were expected; tries again if somebody else
 * writes.
 */
async function scaleIf(
  { kubectl, flags }: Call,
  target: ServedInfo,
  { replicas, dryRun }: Wish,
): Promise<void> {
  const path = pathOf(target, "scale");
  const { connection } = kubectl.rest;
  for (;;) {
    const found = await connection.object<Scale>({ method: "GET", path });
    const [size, version] = [flags.int("current-replicas"), flags.string("resource-version")];
    const actual = found.spec?.replicas ?? 0;
    if (size !== -1 && actual !== size) {
      throw new CommandError(`Expected replicas to be ${size}, was ${actual}`);
    }
    if (version !== "" && found.metadata.resourceVersion !== version) {
      throw new CommandError(
        `Expected resource version to be ${version}, was ${found.metadata.resourceVersion}`,
      );
    }
    try {
      const body = { ...found, spec: { replicas } };
      await connection.object({
        method: "PUT",
        path,
        body,
        query: dryRun ? { dryRun: "All" } : {},
      });
      return;
    } catch (error) {
      if (!isReason(error, "Conflict")) throw error;
      await kubectl.process.sleep(1_000);
    }
  }
}

function hasReplicas(object: KubeObject | undefined, replicas: number): boolean {
  const { spec, status } = (object ?? {}) as {
    spec?: { replicas?: number };
    status?: { replicas?: number };
  };
  return spec?.replicas === replicas && (status?.replicas ?? 0) === replicas;
}
