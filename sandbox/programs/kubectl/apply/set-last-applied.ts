// kubectl apply set-last-applied. pkg/cmd/apply/apply_set_last_applied.go.

import type { KubeObject } from "../../../api/meta.ts";
import { isReason } from "../../../api/status.ts";
import { defineCommand } from "../cli/command.ts";
import { atSource, CommandError } from "../cli/errors.ts";
import { bool } from "../cli/flags.ts";
import { appliedText, lastApplied, lastAppliedKey } from "../cli/last-applied.ts";
import { dryRunFlag, dryRunOf, fileFlags, operationOf } from "../cli/shared-flags.ts";
import type { ServedInfo } from "../input/info.ts";
import { printFlags } from "../print/printers.ts";

export const setLastApplied = defineCommand({
  name: "set-last-applied",
  usage: "-f FILENAME",
  short:
    "Set the last-applied-configuration annotation on a live object to match the contents of a file.",
  flags: [
    ...fileFlags("that contains the last-applied-configuration annotations"),
    ...printFlags(),
    dryRunFlag,
    bool(
      "create-annotation",
      "Will create 'last-applied-configuration' annotations if current objects doesn't have one",
    ),
  ],
  async run({ kubectl, flags }) {
    const dryRun = await dryRunOf(kubectl);
    const printer = kubectl.printer({ operation: operationOf("configured", dryRun) });
    const selection = await kubectl.select({ files: kubectl.files });
    await selection.visit(async (info) => {
      const target = info as ServedInfo;
      const wanted = target.object as KubeObject;
      let live: KubeObject;
      try {
        live = await kubectl.rest.get(target);
      } catch (error) {
        if (isReason(error, "NotFound")) throw error;
        throw atSource("retrieving current configuration of:", target.source, error);
      }
      if (lastApplied(live) === undefined && !flags.bool("create-annotation")) {
        throw new CommandError(
          "no last-applied-configuration annotation found on resource: , to create the annotation, run the command with --create-annotation",
        );
      }
      const value = appliedText(wanted);
      let shown = live;
      if (lastApplied(live) !== value && dryRun !== "client") {
        const body = { metadata: { annotations: { [lastAppliedKey]: value } } };
        shown = await kubectl.rest.patch(
          target,
          { kind: "merge", body },
          { dryRun: dryRun === "server" },
        );
      }
      await kubectl.out(printer.print(shown));
    });
  },
});
