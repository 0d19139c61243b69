// kubectl rollout undo. pkg/cmd/rollout/rollout_undo.go, pkg/polymorphichelpers/rollback.go.

import { equal } from "../../../api/clone.ts";
import type { Deployment } from "../../../api/deployment.ts";
import type { KubeObject } from "../../../api/meta.ts";
import type { PodTemplate } from "../../../api/pod.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { type Call, defineCommand } from "../cli/command.ts";
import { CommandError, expected } from "../cli/errors.ts";
import { int } from "../cli/flags.ts";
import { lastAppliedKey } from "../cli/last-applied.ts";
import { dryRunFlag, dryRunOf, operationOf } from "../cli/shared-flags.ts";
import type { ServedInfo } from "../input/info.ts";
import { printFlags } from "../print/printers.ts";
import { revisionKey, withoutHash } from "../replica-sets.ts";
import { templateText } from "./history.ts";
import { hasHistory, type Revision, revisionsOf } from "./revisions.ts";
import { targetFlags, targetsOf } from "./targets.ts";

export const undo = defineCommand({
  name: "undo",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  short: "Undo a previous rollout",
  long: "Rollback to a previous rollout.",
  examples: [
    "# Rollback to the previous deployment",
    "kubectl rollout undo deployment/abc",
    "",
    "# Rollback to daemonset revision 3",
    "kubectl rollout undo daemonset/abc --to-revision=3",
  ],
  completes: "type",
  flags: [
    int("to-revision", "The revision to rollback to. Default to 0 (last revision)."),
    ...targetFlags,
    dryRunFlag,
    ...printFlags(),
  ],
  async run(call) {
    const { kubectl } = call;
    const selection = await targetsOf(call);
    const dryRun = await dryRunOf(kubectl);
    await selection.visit(async (info) => {
      const { object, mapping } = info;
      const kind = mapping?.group ? `${mapping.kind}.${mapping.group}` : (mapping?.kind ?? "");
      if (!object || !hasHistory(mapping?.kind ?? "")) {
        throw new CommandError(`no rollbacker has been implemented for ${quoted(kind)}`);
      }
      const result = await rollBack(call, info as ServedInfo, object);
      const operation = kubectl.words.saysRolledBack ? operationOf(result, dryRun) : "";
      await kubectl.out(kubectl.printer({ operation }).print(object));
    });
  },
});

/** Resolves to what is said of it. */
async function rollBack(call: Call, info: ServedInfo, object: KubeObject): Promise<string> {
  const { kubectl, flags } = call;
  const dryRun = await dryRunOf(kubectl);
  const wanted = flags.int("to-revision");
  const revision = choose(object, await revisionsOf(kubectl, object), wanted);
  if (dryRun === "client") {
    const text = templateText(kubectl, revision.template);
    return object.kind === "Deployment" ? text : `will roll back to ${text}`;
  }
  const { spec } = object as Deployment;
  if (spec.paused) {
    throw new CommandError(
      `you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${info.name}' and try again`,
    );
  }
  if (isSame(spec.template, revision, object.kind)) {
    return `skipped rollback (current template already matches revision ${wanted})`;
  }
  const patch = revision.patch
    ? { kind: "strategic" as const, body: revision.patch }
    : { kind: "json" as const, body: deploymentPatch(object, revision) };
  try {
    await kubectl.rest.patch(info, patch, { dryRun: dryRun === "server" });
  } catch (error) {
    throw new CommandError(`failed restoring revision ${wanted}: ${expected(error).message}`);
  }
  return "rolled back";
}

/** The one that is wanted, or the last but one. */
function choose(object: KubeObject, revisions: readonly Revision[], wanted: number): Revision {
  const missing = new CommandError(`unable to find specified revision ${wanted} in history`);
  if (wanted < 0) throw missing;
  if (wanted > 0) {
    const found = revisions.find(({ number }) => number === wanted);
    if (!found) throw missing;
    return found;
  }
  const previous = revisions.at(-2);
  if (previous) return previous;
  throw new CommandError(
    object.kind === "Deployment"
      ? `no rollout history found for deployment ${quoted(object.metadata.name)}`
      : "no last revision to roll back to",
  );
}

function isSame(template: PodTemplate, revision: Revision, kind: string): boolean {
  return kind === "Deployment"
    ? equal(withoutHash(template), withoutHash(keptTemplate(revision)))
    : equal(template, revision.template);
}

/** The template as its ReplicaSet has it. */
const keptTemplate = ({ keeper }: Revision): PodTemplate =>
  (keeper as KubeObject & { readonly spec: { readonly template: PodTemplate } }).spec.template;

/** Annotations that are the Deployment's own. */
const ownAnnotations = new Set([
  lastAppliedKey,
  revisionKey,
  "deployment.kubernetes.io/revision-history",
  "deployment.kubernetes.io/desired-replicas",
  "deployment.kubernetes.io/max-replicas",
  "deprecated.deployment.rollback.to",
]);

function deploymentPatch({ metadata }: KubeObject, revision: Revision): object {
  const own = Object.entries(metadata.annotations ?? {}).filter(([key]) => ownAnnotations.has(key));
  const kept = Object.entries(revision.keeper.metadata.annotations ?? {}).filter(
    ([key]) => !ownAnnotations.has(key),
  );
  const annotations = Object.fromEntries([...own, ...kept]);
  return [
    { op: "replace", path: "/spec/template", value: withoutHash(keptTemplate(revision)) },
    { op: "replace", path: "/metadata/annotations", value: annotations },
  ];
}
