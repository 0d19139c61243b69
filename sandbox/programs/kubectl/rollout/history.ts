// kubectl rollout history. pkg/cmd/rollout/rollout_history.go.

import type { KubeObject } from "../../../api/meta.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { int } from "../cli/flags.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { align } from "../describe/align.ts";
import { flat } from "../describe/lines.ts";
import { podTemplate } from "../describe/pod-template.ts";
import { printFlags } from "../print/printers.ts";
import { hasHistory, type Revision, revisionsOf } from "./revisions.ts";
import { targetFlags, targetsOf } from "./targets.ts";

export const history = defineCommand({
  name: "history",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  short: "View rollout history",
  long: "View previous rollout revisions and configurations.",
  examples: [
    "# View the rollout history of a deployment",
    "kubectl rollout history deployment/abc",
    "",
    "# View the details of daemonset revision 3",
    "kubectl rollout history daemonset/abc --revision=3",
  ],
  completes: "type",
  flags: [
    int("revision", "See the details, including podTemplate of the revision specified"),
    ...targetFlags,
    ...printFlags(),
  ],
  async run(call) {
    const { kubectl, flags } = call;
    const selection = await targetsOf(call);
    const wanted = flags.int("revision");
    if (wanted < 0) throw new CommandError(`revision must be a positive integer: ${wanted}`);
    await selection.visit(async ({ object, mapping }) => {
      const kind = mapping?.group ? `${mapping.kind}.${mapping.group}` : (mapping?.kind ?? "");
      if (!object || !hasHistory(mapping?.kind ?? "")) {
        throw new CommandError(`no history viewer has been implemented for ${quoted(kind)}`);
      }
      const revisions = await revisionsOf(kubectl, object);
      if (flags.string("output") !== "" && kubectl.era.behaviors.has("describe-details")) {
        return printKeepers(kubectl, pick(revisions, wanted));
      }
      const which = wanted > 0 ? `with revision #${wanted}` : "";
      const { historyHeading } = kubectl.words;
      if (historyHeading && mapping) {
        const heading = historyHeading(mapping.plural, object.metadata.name);
        return kubectl.out(`${heading}\n${historyText(kubectl, revisions, wanted)}\n`);
      }
      const operation = `${which}\n${historyText(kubectl, revisions, wanted)}`;
      await kubectl.out(kubectl.printer({ operation }).print(object));
    });
  },
});

/** All of them, or the one that is wanted. */
function pick(revisions: readonly Revision[], wanted: number): readonly Revision[] {
  if (wanted === 0) return revisions;
  const found = revisions.filter(({ number }) => number === wanted);
  if (found.length === 0) throw new CommandError("unable to find the specified revision");
  return found;
}

async function printKeepers(kubectl: Kubectl, revisions: readonly Revision[]): Promise<void> {
  const printer = kubectl.printer();
  const objects: KubeObject[] = revisions.map(({ keeper }) => keeper);
  for (const object of objects) await kubectl.out(printer.print(object));
}

function historyText(kubectl: Kubectl, revisions: readonly Revision[], wanted: number): string {
  if (revisions.length === 0) return "No rollout history found.";
  if (wanted > 0) {
    return pick(revisions, wanted)
      .map(({ template }) => templateText(kubectl, template))
      .join("");
  }
  const rows = revisions.map(({ number, cause }) => `${number}\t${cause || "<none>"}`);
  const tabs = kubectl.era.behaviors.has("describe-tabs");
  return align(["REVISION\tCHANGE-CAUSE", ...rows], tabs);
}

/** Upstream does not align it. */
export const templateText = ({ era }: Kubectl, template: Revision["template"]): string =>
  flat(podTemplate(template, era))
    .map((line) => `${line}\n`)
    .join("");
