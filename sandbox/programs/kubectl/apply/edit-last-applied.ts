// kubectl apply edit-last-applied. pkg/cmd/apply/apply_edit_last_applied.go.

import { defineCommand } from "../cli/command.ts";
import { notSimulated } from "../cli/errors.ts";
import { fileFlags } from "../cli/shared-flags.ts";

export const editLastApplied = defineCommand({
  name: "edit-last-applied",
  usage: "(RESOURCE/NAME | -f FILENAME)",
  short: "Edit latest last-applied-configuration annotations of a resource/object",
  completes: "type",
  flags: [...fileFlags("to use to edit the resource")],
  run() {
    throw notSimulated("apply edit-last-applied");
  },
});
