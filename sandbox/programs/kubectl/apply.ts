// kubectl apply: three-way merge of what was applied, what is to be applied and what is.
// pkg/cmd/apply/apply.go, patcher.go.

import type { KubeObject } from "../../api/meta.ts";
import { isReason, type StatusError } from "../../api/status.ts";
import { applySubcommands } from "./apply/index.ts";
import { described, patchWithRetries, writeOptions } from "./apply/merging.ts";
import { prune, pruneFlags } from "./apply/prune.ts";
import { type Call, type Command, defineCommand } from "./cli/command.ts";
import {
  Aggregate,
  atSource,
  CommandError,
  expected,
  type KubectlError,
  SyntaxProblem,
  usageError,
} from "./cli/errors.ts";
import { bool, text } from "./cli/flags.ts";
import { usageText } from "./cli/help.ts";
import { annotate, changeCauseKey, lastApplied, rememberApplied } from "./cli/last-applied.ts";
import {
  allFlag,
  changeCause,
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fileFlags,
  operationOf,
  recordFlag,
  selectorFlag,
  validateFlag,
} from "./cli/shared-flags.ts";
import { deletionFlags } from "./delete.ts";
import type { Info, ServedInfo } from "./input/info.ts";
import { hasFiles } from "./input/manifests.ts";
import { printFlags } from "./print/printers.ts";

export const apply: Command = defineCommand({
  name: "apply",
  usage: "(-f FILENAME | -k DIRECTORY)",
  short: "Apply a configuration to a resource by filename or stdin",
  long: "Apply a configuration to a resource by filename or stdin. The resource name must be specified. This resource will be created if it doesn't exist yet.",
  examples: [
    "# Apply the configuration in pod.json to a pod.",
    "kubectl apply -f ./pod.json",
    "",
    "# Apply the JSON passed into stdin to a pod.",
    "cat pod.json | kubectl apply -f -",
  ],
  commands: applySubcommands,
  flags: [
    ...fileFlags("that contains the configuration to apply"),
    ...printFlags(),
    ...deletionFlags,
    ...pruneFlags,
    bool(
      "wait",
      "If true, wait for resources to be gone before returning. This waits for finalizers.",
    ),
    bool(
      "overwrite",
      "Automatically resolve conflicts between the modified and live configuration by using values from the modified configuration",
      { value: "true" },
    ),
    bool(
      "openapi-patch",
      "If true, use openapi to calculate diff when the openapi presents and the resource can be found in the openapi spec.",
      { value: "true" },
    ),
    bool("server-side", "If true, apply runs in the server instead of the client."),
    bool("force-conflicts", "If true, server-side apply will force the changes against conflicts."),
    text("field-manager", "Name of the manager used to track field ownership.", {
      value: "kubectl-client-side-apply",
    }),
    allFlag("Select all resources in the namespace of the specified resource types."),
    selectorFlag,
    dryRunFlag,
    validateFlag,
    recordFlag,
  ],
  async run(call) {
    const { kubectl, flags, args, path } = call;
    const dryRun = await dryRunOf(kubectl);
    checkOptions(call, dryRun);
    if (!hasFiles(kubectl.files)) throw missingFiles(call, apply);
    if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(" ")}]`);
    const selector = flags.string("selector").trim();
    const selection = await kubectl.select({
      files: kubectl.files,
      validate: flags.bool("validate"),
      ...(selector !== "" && { selector }),
    });
    const { infos, error } = await selection.infos();
    const errors: KubectlError[] = error ? [error] : [];
    if (infos.length === 0 && errors.length === 0)
      throw new CommandError("no objects passed to apply");
    for (const info of infos) {
      try {
        await applyOne(call, info as ServedInfo, dryRun);
      } catch (failure) {
        errors.push(expected(failure));
      }
    }
    const [first] = errors;
    if (first) throw errors.length === 1 ? first : new Aggregate(errors);
    await printObjects(call, infos, dryRun);
    if (flags.bool("prune")) await prune(call, infos as ServedInfo[], dryRun);
  },
});

/** Older releases take it for a wrong command line, or for a command about nothing. */
export function missingFiles({ kubectl: { words }, path }: Call, command: Command): CommandError {
  if (words.needsFilename) {
    const usage = usageText(command, path);
    return new SyntaxProblem(`required flag(s) "filename" not set\n\n\n${usage}`);
  }
  if (words.usageAfterProblems === "at once") return new CommandError(words.missingResource);
  return new CommandError("must specify one of -f and -k");
}

function checkOptions({ flags }: Call, dryRun: DryRun): void {
  const serverSide = flags.bool("server-side");
  if (flags.bool("force-conflicts") && !serverSide) {
    throw new CommandError("--force-conflicts only works with --server-side");
  }
  if (dryRun === "client" && serverSide) {
    throw new CommandError(
      "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
    );
  }
  if (flags.bool("force") && serverSide) {
    throw new CommandError("--force cannot be used with --server-side");
  }
  if (flags.bool("prune") && !flags.bool("all") && flags.string("selector") === "") {
    throw new CommandError(
      "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector",
    );
  }
}

/** Whole objects are printed at the end, all together. */
const printsObjects = ({ flags }: Call): boolean =>
  flags.string("template") !== "" || !/^(name)?$/.test(flags.string("output"));

async function say(call: Call, object: KubeObject, operation: string): Promise<void> {
  await call.kubectl.warned();
  if (printsObjects(call)) return;
  await call.kubectl.out(call.kubectl.printer({ operation }).print(object));
}

async function printObjects(call: Call, infos: readonly Info[], dryRun: DryRun): Promise<void> {
  if (!printsObjects(call)) return;
  const printer = call.kubectl.printer({ operation: operationOf("", dryRun) });
  const objects = infos.flatMap(({ object }) => (object ? [object] : []));
  const [first] = objects;
  const list = { apiVersion: "v1", items: objects, kind: "List", metadata: {} };
  await call.kubectl.out(printer.print(objects.length === 1 && first ? first : list));
}

async function applyOne(call: Call, info: ServedInfo, dryRun: DryRun): Promise<void> {
  const { kubectl, flags } = call;
  let object = info.object as KubeObject;
  if (flags.bool("record")) object = annotate(object, changeCauseKey, changeCause(kubectl));
  if (info.name === "" && object.metadata.generateName) {
    throw new CommandError(
      `from ${object.metadata.generateName}: cannot use generate name with apply`,
    );
  }
  if (flags.bool("server-side")) return applyOnServer(call, info, { object, dryRun });
  const modified = rememberApplied(object);
  const current = await currentOf(call, info);
  if (!current) return createOne(call, info, { modified, dryRun });
  info.object = current;
  if (dryRun === "client") return say(call, current, operationOf("configured", dryRun));
  if (lastApplied(current) === undefined) {
    const warning = kubectl.words.applyUnmarked(`${info.mapping.plural}/${info.name}`);
    if (warning !== "") await kubectl.error(warning);
  }
  const { patch, patched } = await patchWithRetries(call, info, { modified, current, dryRun });
  info.object = patched;
  if (patched.metadata.deletionTimestamp) {
    await kubectl.error(
      `Warning: Detected changes to resource ${info.name} which is currently being deleted.`,
    );
  }
  const { appliesKnowUnchanged } = kubectl.words;
  const unchanged = Object.keys(patch).length === 0 && appliesKnowUnchanged;
  await say(call, patched, operationOf(unchanged ? "unchanged" : "configured", dryRun));
}

async function currentOf(call: Call, info: ServedInfo): Promise<KubeObject | undefined> {
  try {
    return await call.kubectl.rest.get(info);
  } catch (error) {
    if (isReason(error, "NotFound")) return undefined;
    const verb = `retrieving current configuration of:\n${described(info)}\nfrom server for:`;
    throw atSource(verb, info.source, error);
  }
}

async function createOne(
  call: Call,
  info: ServedInfo,
  { modified, dryRun }: { readonly modified: KubeObject; readonly dryRun: DryRun },
): Promise<void> {
  const { resourceVersion: _, ...metadata } = modified.metadata;
  info.object = modified;
  if (dryRun !== "client") {
    try {
      const body = { ...modified, metadata };
      info.object = await call.kubectl.rest.create(info, body, await writeOptions(call, dryRun));
    } catch (error) {
      throw atSource("creating", info.source, error);
    }
  }
  await say(call, info.object, operationOf("created", dryRun));
}

async function applyOnServer(
  call: Call,
  info: ServedInfo,
  { object, dryRun }: { readonly object: KubeObject; readonly dryRun: DryRun },
): Promise<void> {
  const { kubectl, flags } = call;
  const manager = flags.changed("field-manager") ? flags.string("field-manager") : "kubectl";
  try {
    info.object = await kubectl.rest.patch(
      info,
      { kind: "apply", body: object },
      { dryRun: dryRun === "server", fieldManager: manager, force: flags.bool("force-conflicts") },
    );
  } catch (error) {
    if (!isReason(error, "UnsupportedMediaType")) throw error;
    const { message } = error as StatusError;
    throw new CommandError(`Server-side apply not available on the server: (${message})`);
  }
  await say(call, info.object, operationOf("serverside-applied", dryRun));
}
