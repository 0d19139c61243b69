// kubectl create: objects from files, and below it a command for each kind that can be made from
// flags.
// pkg/cmd/create/create.go.

import { missingFiles } from "./apply.ts";
import type { Call, Command } from "./cli/command.ts";
import { defineCommand } from "./cli/command.ts";
import { atSource, CommandError, notSimulated, usageError } from "./cli/errors.ts";
import { bool, text } from "./cli/flags.ts";
import { helpText } from "./cli/help.ts";
import { annotate, changeCauseKey, saveConfig } from "./cli/last-applied.ts";
import {
  changeCause,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fileFlags,
  operationOf,
  recordFlag,
  saveConfigFlag,
  selectorFlag,
  validateFlag,
} from "./cli/shared-flags.ts";
import { createSubcommands } from "./create/index.ts";
import { editObjects, objectHeader } from "./edit/session.ts";
import type { ServedInfo } from "./input/info.ts";
import { hasFiles } from "./input/manifests.ts";
import { printFlags } from "./print/printers.ts";

export const create: Command = defineCommand({
  name: "create",
  usage: "-f FILENAME",
  short: "Create a resource from a file or from stdin.",
  long: "Create a resource from a file or from stdin.\n\n JSON and YAML formats are accepted.",
  examples: [
    "# Create a pod using the data in pod.json.",
    "kubectl create -f ./pod.json",
    "",
    "# Create a pod based on the JSON passed into stdin.",
    "cat pod.json | kubectl create -f -",
  ],
  commands: createSubcommands,
  flags: [
    ...fileFlags("to use to create the resource"),
    ...printFlags(),
    dryRunFlag,
    validateFlag,
    saveConfigFlag,
    recordFlag,
    selectorFlag,
    fieldManagerFlag("kubectl-create"),
    bool("edit", "Edit the API resource before creating"),
    text(
      "raw",
      "Raw URI to POST to the server. Uses the transport specified by the kubeconfig file.",
    ),
  ],
  async run(call) {
    const { kubectl, flags, args, path } = call;
    if (!hasFiles(kubectl.files) && kubectl.words.needsFilename) throw missingFiles(call, create);
    if (!hasFiles(kubectl.files) && kubectl.words.usageAfterProblems === "at once") {
      await kubectl.process.stderr.write(helpText(create, path));
      return 0;
    }
    if (
      !hasFiles(kubectl.files) &&
      args.length === 0 &&
      kubectl.era.behaviors.has("describe-details")
    ) {
      throw new CommandError("must specify one of -f and -k");
    }
    if (!hasFiles(kubectl.files)) {
      await kubectl.error("Error: must specify one of -f and -k\n");
      if (args.length > 0)
        throw usageError(path, `unknown command ${JSON.stringify(args.join(" "))}`);
      await kubectl.process.stderr.write(helpText(create, path));
      return 1;
    }
    if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(" ")}]`);
    if (flags.bool("edit")) return createEdited(call);
    if (flags.string("raw") !== "") throw notSimulated("create --raw");
    await createFromFiles(call);
    return 0;
  },
});

/** Each object is shown in an editor before it is made. */
async function createEdited(call: Call): Promise<number> {
  const { kubectl, flags } = call;
  const selection = await kubectl.select({ files: kubectl.files });
  await selection.visit(async (info) => {
    await editObjects(call, [info as ServedInfo], {
      header: objectHeader,
      async save({ mapping, namespace, object }) {
        const place = { mapping, namespace: namespace || kubectl.namespace };
        const fieldManager = flags.string("field-manager");
        const created = await kubectl.rest.create(place, object ?? {}, { fieldManager });
        await kubectl.warned();
        await kubectl.out(kubectl.printer({ operation: "created" }).print(created));
      },
    });
  });
  return 0;
}

async function createFromFiles({ kubectl, flags }: Call): Promise<void> {
  const dryRun = await dryRunOf(kubectl);
  const printer = kubectl.printer({ operation: operationOf("created", dryRun) });
  const selector = flags.string("selector").trim();
  const selection = await kubectl.select({
    files: kubectl.files,
    validate: flags.bool("validate"),
    ...(selector !== "" && { selector }),
  });
  let count = 0;
  await selection.visit(async (info) => {
    const { mapping, namespace, source, object } = info as ServedInfo;
    if (!object) return;
    let draft = saveConfig(object, flags.bool("save-config"));
    if (flags.bool("record")) draft = annotate(draft, changeCauseKey, changeCause(kubectl));
    const { resourceVersion: _, ...metadata } = draft.metadata;
    let created = draft;
    if (dryRun !== "client") {
      try {
        const body = { ...draft, metadata };
        created = await kubectl.rest.create({ mapping, namespace }, body, {
          dryRun: dryRun === "server",
          fieldManager: flags.string("field-manager"),
          fieldValidation: await kubectl.fieldValidation(flags.bool("validate")),
        });
      } catch (error) {
        throw atSource("creating", source, error);
      }
    }
    count++;
    await kubectl.warned();
    await kubectl.out(printer.print(created));
  });
  if (count === 0) throw new CommandError("no objects passed to create");
}
