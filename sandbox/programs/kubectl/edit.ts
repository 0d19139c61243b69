// kubectl edit. pkg/cmd/edit/edit.go.

import { equal } from "../../api/clone.ts";
import type { KubeObject } from "../../api/meta.ts";
import { goJson } from "../../api/schema/go-json.ts";
import { strategicDiff } from "../../api/strategic-diff.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError } from "./cli/errors.ts";
import { bool } from "./cli/flags.ts";
import {
  fieldManagerFlag,
  fileFlags,
  recordFlag,
  saveConfigFlag,
  validateFlag,
} from "./cli/shared-flags.ts";
import { editObjects, objectHeader } from "./edit/session.ts";
import type { ServedInfo } from "./input/info.ts";
import { printFlags } from "./print/printers.ts";

export const edit = defineCommand({
  name: "edit",
  usage: "(RESOURCE/NAME | -f FILENAME)",
  short: "Edit a resource on the server",
  long: "Edit a resource from the default editor.\n\nThe edit command allows you to directly edit any API resource you can retrieve via the command line tools. It will open the editor defined by your KUBE_EDITOR, or EDITOR environment variables, or fall back to 'vi' for Linux or 'notepad' for Windows.",
  examples: [
    "# Edit the service named 'docker-registry':",
    "kubectl edit svc/docker-registry",
    "",
    "# Use an alternative editor",
    'KUBE_EDITOR="nano" kubectl edit svc/docker-registry',
    "",
    "# Edit the job 'myjob' in JSON using the v1 API format:",
    "kubectl edit job.v1.batch/myjob -o json",
    "",
    "# Edit the deployment 'mydeployment' in YAML and save the modified config in its annotation:",
    "kubectl edit deployment/mydeployment -o yaml --save-config",
  ],
  completes: "type",
  flags: [
    ...fileFlags("to use to edit the resource"),
    ...printFlags(),
    validateFlag,
    bool("windows-line-endings", "Defaults to the line ending native to your platform."),
    bool("output-patch", "Output the patch if the resource is edited."),
    saveConfigFlag,
    recordFlag,
    fieldManagerFlag("kubectl-edit"),
  ],
  async run(call) {
    const { kubectl, args } = call;
    const selection = await kubectl.select({
      ...{ args, files: kubectl.files, typeMeansAll: true, latest: true },
    });
    const { infos, error } = await selection.infos();
    if (error) throw error;
    if (infos.length === 0) throw new CommandError("edit cancelled, no objects found");
    const originals = infos.map((info) => withoutManagedFields(info as ServedInfo));
    await editObjects(call, originals, {
      header: objectHeader,
      save: (edited) => save(call, originals, edited),
    });
  },
});

/** Who set which field is nothing to edit. */
function withoutManagedFields(info: ServedInfo): ServedInfo {
  const object = info.object as KubeObject;
  const metadata = { ...object.metadata };
  Reflect.deleteProperty(metadata, "managedFields");
  return { ...info, object: { ...object, metadata } };
}

async function save(call: Call, originals: readonly ServedInfo[], edited: ServedInfo) {
  const { kubectl, flags } = call;
  const now = edited.object as KubeObject;
  const original = originals.find(({ object }) => object?.metadata.uid === now.metadata.uid);
  const before = original?.object;
  if (!original || !before) throw new CommandError(`no original object found for ${goJson(now)}`);
  if (equal(before, now)) {
    return kubectl.out(kubectl.printer({ operation: "skipped" }).print(now));
  }
  const named = ({ apiVersion, kind, metadata }: KubeObject) => [apiVersion, kind, metadata.name];
  if (!equal(named(before), named(now))) {
    throw new CommandError("At least one of apiVersion, kind and name was changed");
  }
  const { schema } = kubectl.era;
  const type = schema.definition(now.apiVersion, now.kind);
  const body = strategicDiff({ ...before }, { ...now }, { schema, type });
  if (flags.bool("output-patch")) await kubectl.out(`Patch: ${goJson(body)}\n`);
  const fieldManager = flags.string("field-manager");
  const target = { ...edited, namespace: edited.namespace || original.namespace };
  const patched = await kubectl.rest.patch(target, { kind: "strategic", body }, { fieldManager });
  await kubectl.warned();
  await kubectl.out(kubectl.printer({ operation: "edited" }).print(patched));
}
