// kubectl replace: the object as a file has it, instead of the one that is there; with --force the
// old one is deleted first. pkg/cmd/replace/replace.go.

import type { KubeObject } from "../../api/meta.ts";
import { isReason } from "../../api/status.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { atSource, CommandError, notSimulated, usageError } from "./cli/errors.ts";
import { bool, text } from "./cli/flags.ts";
import { annotate, changeCauseKey, saveConfig } from "./cli/last-applied.ts";
import {
  changeCause,
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fileFlags,
  operationOf,
  recordFlag,
  saveConfigFlag,
  validateFlag,
} from "./cli/shared-flags.ts";
import { cascadeOf, deleteAll, deletionFlags } from "./delete.ts";
import type { ServedInfo } from "./input/info.ts";
import { type FileOptions, hasFiles } from "./input/manifests.ts";
import { printFlags } from "./print/printers.ts";
import { FOREVER_MS, waitFor } from "./waiting.ts";

export const replace = defineCommand({
  name: "replace",
  usage: "-f FILENAME",
  short: "Replace a resource by filename or stdin",
  examples: [
    "# Replace a pod using the data in pod.json.",
    "kubectl replace -f ./pod.json",
    "",
    "# Force replace, delete and then re-create the resource",
    "kubectl replace --force -f ./pod.json",
  ],
  flags: [
    ...fileFlags("to use to replace the resource."),
    ...printFlags(),
    ...deletionFlags,
    bool(
      "wait",
      "If true, wait for resources to be gone before returning. This waits for finalizers.",
    ),
    text("raw", "Raw URI to PUT to the server."),
    dryRunFlag,
    validateFlag,
    saveConfigFlag,
    recordFlag,
    fieldManagerFlag("kubectl-replace"),
  ],
  async run(call) {
    const { kubectl, flags, path, args } = call;
    if (flags.string("raw") !== "") throw notSimulated("replace --raw");
    const dryRun = await dryRunOf(kubectl);
    if (flags.int("grace-period") >= 0 && !flags.bool("force")) {
      throw new CommandError("--grace-period must have --force specified");
    }
    if (flags.duration("timeout") !== 0 && !flags.bool("force")) {
      throw new CommandError("--timeout must have --force specified");
    }
    if (!hasFiles(kubectl.files)) throw new CommandError("must specify one of -f and -k");
    if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(" ")}]`);
    if (flags.bool("force")) {
      if (dryRun !== "none")
        throw new CommandError("--dry-run can not be used when --force is set");
      return replaceByForce(call);
    }
    return replaceInPlace(call, dryRun);
  },
});

function drafted({ kubectl, flags }: Call, object: KubeObject): KubeObject {
  const saved = saveConfig(object, flags.bool("save-config"));
  return flags.bool("record") ? annotate(saved, changeCauseKey, changeCause(kubectl)) : saved;
}

async function replaceInPlace(call: Call, dryRun: DryRun): Promise<void> {
  const { kubectl, flags } = call;
  const printer = kubectl.printer({ operation: operationOf("replaced", dryRun) });
  const selection = await kubectl.select({
    files: kubectl.files,
    validate: flags.bool("validate"),
  });
  await selection.visit(async (info) => {
    const target = info as ServedInfo;
    const draft = drafted(call, target.object as KubeObject);
    if (dryRun === "client") return kubectl.out(printer.print(draft));
    try {
      const replaced = await put(call, target, { draft, dryRun });
      await kubectl.warned();
      await kubectl.out(printer.print(replaced));
    } catch (error) {
      throw atSource("replacing", target.source, error);
    }
  });
}

/** Without a version of its own the object takes that of the one that it replaces. */
async function put(
  { kubectl, flags }: Call,
  target: ServedInfo,
  { draft, dryRun }: { readonly draft: KubeObject; readonly dryRun: DryRun },
): Promise<KubeObject> {
  const options = { dryRun: dryRun === "server", fieldManager: flags.string("field-manager") };
  if (draft.metadata.resourceVersion) return kubectl.rest.replace(target, draft, options);
  let resourceVersion: string | undefined;
  try {
    ({ resourceVersion } = (await kubectl.rest.get(target)).metadata);
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
  const metadata = { ...draft.metadata, ...(resourceVersion !== undefined && { resourceVersion }) };
  return kubectl.rest.replace(target, { ...draft, metadata }, options);
}

async function replaceByForce(call: Call): Promise<void> {
  const { kubectl, flags } = call;
  const { files, forget } = await keepStdin(call);
  const asked = flags.int("grace-period");
  const gracePeriod = asked === 0 ? 1 : asked;
  const timeoutMs = flags.duration("timeout");
  try {
    await deleteAll(call, await kubectl.select({ files, lazy: true }), {
      cascade: await cascadeOf(kubectl),
      gracePeriod,
      dryRun: "none",
      wait: flags.bool("wait") || asked === 0,
      timeoutMs,
      ignoresMissing: true,
    });
    const gone = await kubectl.select({ files, lazy: true });
    await gone.visit(async (info) => {
      const patience = timeoutMs || (gracePeriod > 0 ? gracePeriod * 1000 : FOREVER_MS);
      const done = (object: KubeObject | undefined) => object === undefined;
      await waitFor(kubectl, info as ServedInfo, { timeoutMs: patience, done });
    });
    await createAgain(call, files);
  } finally {
    forget();
  }
}

async function createAgain(call: Call, files: FileOptions): Promise<void> {
  const { kubectl, flags } = call;
  const printer = kubectl.printer({ operation: "replaced" });
  const selection = await kubectl.select({ files, validate: flags.bool("validate") });
  let count = 0;
  await selection.visit(async (info) => {
    const { mapping, namespace, object } = info as ServedInfo;
    count++;
    const { resourceVersion: _, ...metadata } = (object as KubeObject).metadata;
    const draft = drafted(call, { ...(object as KubeObject), metadata });
    const fieldManager = flags.string("field-manager");
    const created = await kubectl.rest.create({ mapping, namespace }, draft, { fieldManager });
    await kubectl.warned();
    await kubectl.out(printer.print(created));
  });
  if (count === 0) throw new CommandError("no objects passed to replace");
}

interface Kept {
  readonly files: FileOptions;
  forget(): void;
}

/** What is read several times must be in a file. */
async function keepStdin({ kubectl }: Call): Promise<Kept> {
  const { process, files } = kubectl;
  if (!files.names.includes("-")) return { files, forget: () => {} };
  const directory = `/tmp/kubectl_replace_${Math.floor(process.random.next() * 1e9)}`;
  process.files.makeDirectory(directory, { parents: true });
  const path = `${directory}/resource.stdin.0`;
  process.files.write(path, await process.stdin.readAll());
  return {
    files: { ...files, names: files.names.map((name) => (name === "-" ? path : name)) },
    forget: () => process.files.removeDirectory(directory, { recursive: true }),
  };
}
