// kubectl autoscale. pkg/cmd/autoscale/autoscale.go.

import type { KubeObject } from "../../api/meta.ts";
import { defineCommand } from "./cli/command.ts";
import { CommandError } from "./cli/errors.ts";
import { int, text } from "./cli/flags.ts";
import {
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fileFlags,
  operationOf,
  recordFlag,
  saveConfigFlag,
} from "./cli/shared-flags.ts";
import { printTyped } from "./create/object.ts";
import { sendGenerated } from "./generated.ts";
import { printFlags } from "./print/printers.ts";
import { resourceText } from "./server/discovery.ts";

const scalable = /^(deployments|replicasets|replicationcontrollers|statefulsets)$/;

export const autoscale = defineCommand({
  name: "autoscale",
  usage: "(-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu-percent=CPU]",
  short: "Auto-scale a Deployment, ReplicaSet, or ReplicationController",
  examples: [
    '# Auto scale a deployment "foo", with the number of pods between 2 and 10, no target CPU utilization specified so a default autoscaling policy will be used:',
    "kubectl autoscale deployment foo --min=2 --max=10",
  ],
  completes: "type",
  flags: [
    ...printFlags(),
    int(
      "min",
      "The lower limit for the number of pods that can be set by the autoscaler. If it's not specified or negative, the server will apply a default value.",
      { value: "-1" },
    ),
    int(
      "max",
      "The upper limit for the number of pods that can be set by the autoscaler. Required.",
      { value: "-1" },
    ),
    int(
      "cpu-percent",
      "The target average CPU utilization (represented as a percent of requested CPU) over all the pods. If it's not specified or negative, a default autoscaling policy will be used.",
      { value: "-1" },
    ),
    text(
      "name",
      "The name for the newly created object. If not specified, the name of the input resource will be used.",
    ),
    ...fileFlags("identifying the resource to autoscale."),
    dryRunFlag,
    saveConfigFlag,
    recordFlag,
    fieldManagerFlag("kubectl-autoscale"),
  ],
  required: ["max"],
  async run(call) {
    const { kubectl, flags, args } = call;
    const [min, max, percent] = [flags.int("min"), flags.int("max"), flags.int("cpu-percent")];
    if (max < 1) {
      throw new CommandError(`--max=MAXPODS is required and must be at least 1, max: ${max}`);
    }
    if (max < min) {
      throw new CommandError(
        `--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`,
      );
    }
    const dryRun = await dryRunOf(kubectl);
    const selection = await kubectl.select({ args, files: kubectl.files });
    let count = 0;
    await selection.visit(async ({ mapping, name }) => {
      const { plural = "", kind = "", groupVersion = "" } = mapping ?? {};
      if (!scalable.test(plural)) {
        throw new CommandError(
          `cannot autoscale a ${kind}: could not find scale subresource for ${mapping ? resourceText(mapping) : plural} in discovery information`,
        );
      }
      const draft = {
        apiVersion: "autoscaling/v1",
        kind: "HorizontalPodAutoscaler",
        metadata: { name: flags.string("name") || name },
        spec: {
          scaleTargetRef: { kind, name, apiVersion: groupVersion },
          ...(min > 0 && { minReplicas: min }),
          maxReplicas: max,
          ...(percent >= 0 && { targetCPUUtilizationPercentage: percent }),
        },
      } as KubeObject;
      const object = await sendGenerated(call, draft);
      const done = dryRun === "client" ? "created" : "autoscaled";
      const target = { ...object, kind, apiVersion: groupVersion };
      const shown = kubectl.words.autoscalesTarget ? target : object;
      if (shown === target) await kubectl.out(kubectl.printer({ operation: done }).print(target));
      else await printTyped(call, object, operationOf(done, dryRun));
      count++;
    });
    if (count === 0) throw new CommandError("no objects passed to autoscale");
  },
});
