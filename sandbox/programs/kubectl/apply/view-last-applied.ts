// kubectl apply view-last-applied. pkg/cmd/apply/apply_view_last_applied.go.

import { writeYaml } from "../../../api/yaml/write.ts";
import { defineCommand } from "../cli/command.ts";
import { CommandError, usageError } from "../cli/errors.ts";
import { text } from "../cli/flags.ts";
import { lastApplied } from "../cli/last-applied.ts";
import { allFlag, fileFlags, selectorFlag } from "../cli/shared-flags.ts";
import { jsonText } from "../print/printers.ts";

export const viewLastApplied = defineCommand({
  name: "view-last-applied",
  usage: "(TYPE [NAME | -l label] | TYPE/NAME | -f FILENAME)",
  short: "View latest last-applied-configuration annotations of a resource/object",
  completes: "type",
  flags: [
    ...fileFlags("that contains the last-applied-configuration annotations"),
    selectorFlag,
    allFlag("Select all resources in the namespace of the specified resource types"),
    text("output o", "Output format. Must be one of yaml|json", { value: "yaml" }),
  ],
  async run({ kubectl, flags, args, path }) {
    const selector = flags.string("selector").trim();
    const selection = await kubectl.select({
      args,
      files: kubectl.files,
      typeMeansAll: flags.bool("all"),
      ...(selector !== "" && { selector }),
      latest: true,
    });
    const format = flags.string("output");
    const texts: string[] = [];
    await selection.visit(async ({ object, name }) => {
      const saved = object && lastApplied(object);
      if (saved === undefined) {
        throw new CommandError(
          `no last-applied-configuration annotation found on resource: ${name}`,
        );
      }
      texts.push(saved);
    });
    if (format !== "yaml" && format !== "json") {
      throw usageError(
        path,
        `Unexpected -o output mode: ${format}, the flag 'output' must be one of yaml|json`,
      );
    }
    for (const saved of texts) {
      const object = JSON.parse(saved) as object;
      await kubectl.out(
        format === "json" ? `${jsonText(object).replaceAll("    ", "  ")}\n` : writeYaml(object),
      );
    }
  },
});
