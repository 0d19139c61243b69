// kubectl diff: what is, and what would be if a manifest was applied, written into two folders
// that a program then compares. pkg/cmd/diff/diff.go.

import type { KubeObject } from "../../api/meta.ts";
import { quoted } from "../../api/schema/go-json.ts";
import { isReason } from "../../api/status.ts";
import { writeYaml } from "../../api/yaml/write.ts";
import { SpawnError } from "../../machine/process.ts";
import { patchOf } from "./apply/merging.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError, endingOf, expected, PlainError, usageError } from "./cli/errors.ts";
import { bool, text } from "./cli/flags.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import { appliedText } from "./cli/last-applied.ts";
import { fileFlags, selectorFlag } from "./cli/shared-flags.ts";
import type { ServedInfo } from "./input/info.ts";
import { hasFiles } from "./input/manifests.ts";

export const diff = defineCommand({
  name: "diff",
  usage: "-f FILENAME",
  short: "Diff live version against would-be applied version",
  long: 'Diff configurations specified by filename or stdin between the current online configuration, and the configuration as it would be if applied.\n\nOutput is always YAML.\n\nKUBECTL_EXTERNAL_DIFF environment variable can be used to select your own diff command. By default, the "diff" command available in your path will be run with "-u" (unified diff) and "-N" (treat absent files as empty) options.\n\nExit status: 0 No differences were found. 1 Differences were found. >1 Kubectl or diff failed with an error.',
  examples: [
    "# Diff resources included in pod.json.",
    "kubectl diff -f pod.json",
    "",
    "# Diff file read from stdin",
    "cat service.yaml | kubectl diff -f -",
  ],
  completes: "file",
  flags: [
    ...fileFlags("contains the configuration to diff."),
    selectorFlag,
    bool("server-side", "If true, apply runs in the server instead of the client."),
    bool("force-conflicts", "If true, server-side apply will force the changes against conflicts."),
    text("field-manager", "Name of the manager used to track field ownership.", {
      value: "kubectl-client-side-apply",
    }),
  ],
  async run(call) {
    try {
      return await compare(call);
    } catch (error) {
      // 1 means that there are differences.
      const failure = expected(error);
      const { text, code } = endingOf(failure, call.kubectl.words);
      throw new PlainError(text, code + 1);
    }
  },
});

async function compare(call: Call): Promise<number> {
  const { kubectl, flags, args, path } = call;
  const { process } = kubectl;
  if (!hasFiles(kubectl.files)) throw new CommandError("must specify one of -f and -k");
  if (flags.bool("force-conflicts") && !flags.bool("server-side")) {
    throw new CommandError("--force-conflicts only works with --server-side");
  }
  if (args.length > 0) throw usageError(path, `Unexpected args: [${args.join(" ")}]`);
  const [live, merged] = [makeFolder(kubectl, "LIVE"), makeFolder(kubectl, "MERGED")];
  try {
    const selector = flags.string("selector").trim();
    const selection = await kubectl.select({
      files: kubectl.files,
      ...(selector !== "" && { selector }),
    });
    await selection.visit(async (info) => {
      const target = info as ServedInfo;
      const wanted = target.object as KubeObject;
      const before = await current(kubectl, target);
      const after = await wouldBe(call, target, { wanted, before });
      const name = fileName(target);
      process.files.write(`${live}/${name}`, before ? writeYaml(before) : "", { mode: 0o700 });
      process.files.write(`${merged}/${name}`, writeYaml(after), { mode: 0o700 });
    });
    return await runDiff(kubectl, live, merged);
  } finally {
    for (const each of [live, merged]) process.files.removeDirectory(each, { recursive: true });
  }
}

function makeFolder({ process }: Kubectl, prefix: string): string {
  const path = `/tmp/${prefix}-${process.random.below(2 ** 32)}`;
  process.files.makeDirectory(path, { parents: true });
  return path;
}

/** `apps.v1.StatefulSet.default.web`. */
function fileName({ mapping, namespace, name }: ServedInfo): string {
  const { group, version, kind } = mapping;
  return [...(group ? [group] : []), version, kind, namespace, name].join(".");
}

async function current({ rest }: Kubectl, target: ServedInfo): Promise<KubeObject | undefined> {
  try {
    return await rest.get(target);
  } catch (error) {
    if (isReason(error, "NotFound")) return undefined;
    throw error;
  }
}

interface Versions {
  readonly wanted: KubeObject;
  readonly before: KubeObject | undefined;
}

/** What the server says that it would make of it. */
function wouldBe(
  call: Call,
  target: ServedInfo,
  { wanted, before }: Versions,
): Promise<KubeObject> {
  const { kubectl, flags } = call;
  const options = { dryRun: true, fieldManager: flags.string("field-manager") };
  if (flags.bool("server-side")) {
    const manager = flags.changed("field-manager") ? options.fieldManager : "kubectl";
    return kubectl.rest.patch(
      target,
      { kind: "apply", body: wanted },
      { ...options, fieldManager: manager, force: flags.bool("force-conflicts") },
    );
  }
  if (!before) return kubectl.rest.create(target, wanted, options);
  const modified = JSON.parse(appliedText(wanted)) as KubeObject;
  const body = patchOf(call, target, { modified, current: before });
  return kubectl.rest.patch(target, { kind: "strategic", body }, options);
}

async function runDiff({ process }: Kubectl, live: string, merged: string): Promise<number> {
  const own = process.env.get("KUBECTL_EXTERNAL_DIFF") ?? "";
  const program = own || "diff";
  let code: number;
  try {
    const argv = [program, ...(own === "" ? ["-u", "-N"] : []), live, merged];
    code = await process.wait(process.spawn(argv).exit);
  } catch (error) {
    if (!(error instanceof SpawnError)) throw error;
    throw new CommandError(
      `failed to run ${quoted(program)}: exec: ${quoted(program)}: executable file not found in $PATH`,
    );
  }
  if (code > 1) throw new CommandError(`failed to run ${quoted(program)}: exit status ${code}`);
  return code;
}
