// kubectl patch. pkg/cmd/patch/patch.go.

import { equal } from "../../api/clone.ts";
import type { KubeObject } from "../../api/meta.ts";
import { quoted } from "../../api/schema/go-json.ts";
import { parseYaml } from "../../api/yaml/parser.ts";
import { YamlError } from "../../api/yaml/yaml-error.ts";
import { absolute, FileError } from "../../machine/files.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError } from "./cli/errors.ts";
import { text } from "./cli/flags.ts";
import { annotate, changeCauseKey } from "./cli/last-applied.ts";
import {
  changeCause,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fileFlags,
  localFlag,
  recordFlag,
} from "./cli/shared-flags.ts";
import type { ServedInfo } from "./input/info.ts";
import { patchHere } from "./patch-here.ts";
import { printFlags } from "./print/printers.ts";
import type { PatchKind } from "./server/rest.ts";

const kinds: readonly PatchKind[] = ["json", "merge", "strategic"];

export const patch = defineCommand({
  name: "patch",
  usage: "(-f FILENAME | TYPE NAME) -p PATCH",
  short: "Update field(s) of a resource",
  examples: [
    "# Partially update a node using a strategic merge patch. Specify the patch as JSON.",
    `kubectl patch node k8s-node-1 -p '{"spec":{"unschedulable":true}}'`,
    "",
    "# Update a container's image using a json patch with positional arrays.",
    `kubectl patch pod valid-pod --type='json' -p='[{"op": "replace", "path": "/spec/containers/0/image", "value":"new image"}]'`,
  ],
  completes: "type",
  flags: [
    ...fileFlags("identifying the resource to update"),
    ...printFlags(),
    text("patch p", "The patch to be applied to the resource JSON file."),
    text("patch-file", "A file containing a patch to be applied to the resource."),
    text("type", "The type of patch being provided; one of [json merge strategic]", {
      value: "strategic",
    }),
    localFlag("patch"),
    dryRunFlag,
    recordFlag,
    fieldManagerFlag("kubectl-patch"),
  ],
  async run(call) {
    const { kubectl, flags, args } = call;
    const dryRun = await dryRunOf(kubectl);
    const kind = kindOf(call);
    const body = readPatch(call);
    const local = flags.bool("local");
    const selection = await kubectl.select({
      args: local ? [] : args,
      files: kubectl.files,
      local,
    });
    let count = 0;
    let idle = false;
    await selection.visit(async (info) => {
      count++;
      const old = info.object as KubeObject;
      const target = info as ServedInfo;
      let patched: KubeObject;
      if (local || dryRun === "client") patched = patchHere(call, old, { kind, body });
      else {
        const options = {
          dryRun: dryRun === "server",
          fieldManager: flags.string("field-manager"),
        };
        patched = await kubectl.rest.patch(target, { kind, body }, options);
        if (flags.bool("record")) patched = await record(call, target, patched);
      }
      await kubectl.warned();
      const same = equal(old, patched);
      const { unchanged } = kubectl.words.patched;
      const operation = same ? unchanged : "patched";
      if (same && unchanged === "not patched") idle = true;
      const { name } = target;
      const bare = kubectl.words.patched.bare && flags.string("output") === "";
      await kubectl.out(
        bare ? `${quoted(name)} ${operation}\n` : kubectl.printer({ operation }).print(patched),
      );
    });
    if (idle) return 1;
    if (count === 0) throw new CommandError("no objects passed to patch");
    return 0;
  },
});

function kindOf({ flags }: Call): PatchKind {
  const [inline, file] = [flags.string("patch"), flags.string("patch-file")];
  if (inline !== "" && file !== "") {
    throw new CommandError("cannot specify --patch and --patch-file together");
  }
  if (inline === "" && file === "") {
    throw new CommandError(
      "must specify --patch or --patch-file containing the contents of the patch",
    );
  }
  if (flags.bool("local") && flags.string("dry-run") === "server") {
    throw new CommandError(
      "cannot specify --local and --dry-run=server - did you mean --dry-run=client?",
    );
  }
  const wanted = flags.string("type").toLowerCase();
  const kind = kinds.find((each) => each === wanted);
  if (!kind) {
    throw new CommandError(
      `--type must be one of [json merge strategic], not ${quoted(flags.string("type"))}`,
    );
  }
  return kind;
}

/**
 * What is sent: a value where it can be read, otherwise the text, for the server to complain of.
 */
function readPatch({ kubectl, flags }: Call): object | string {
  const file = flags.string("patch-file");
  const source = file === "" ? flags.string("patch") : readFile(kubectl.process, file);
  if (source.trimStart().startsWith("{")) {
    try {
      return JSON.parse(source) as object;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return source;
    }
  }
  try {
    const value = parseYaml(source);
    return typeof value === "object" && value !== null ? value : JSON.stringify(value);
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new CommandError(`unable to parse ${quoted(source)}: ${error.message}`);
  }
}

function readFile({ files, cwd }: Call["kubectl"]["process"], path: string): string {
  try {
    return files.read(absolute(cwd, path));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CommandError(
      `unable to read patch file: open ${path}: ${error.message.toLowerCase()}`,
    );
  }
}

async function record(call: Call, target: ServedInfo, patched: KubeObject): Promise<KubeObject> {
  const { annotations } = annotate(patched, changeCauseKey, changeCause(call.kubectl)).metadata;
  if (equal(annotations, patched.metadata.annotations)) return patched;
  return call.kubectl.rest.patch(target, { kind: "merge", body: { metadata: { annotations } } });
}
