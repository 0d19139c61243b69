// What apply changes in an object that is there already, and how it tries.
// pkg/cmd/apply/patcher.go.

import type { KubeObject } from "../../../api/meta.ts";
import { goJson, quoted } from "../../../api/schema/go-json.ts";
import { isReason } from "../../../api/status.ts";
import { threeWayDiff } from "../../../api/strategic-diff.ts";
import type { Call } from "../cli/command.ts";
import { atSource } from "../cli/errors.ts";
import { lastApplied } from "../cli/last-applied.ts";
import type { DryRun } from "../cli/shared-flags.ts";
import { cascadeOf } from "../delete.ts";
import type { ServedInfo } from "../input/info.ts";
import { kindText, resourceText } from "../server/discovery.ts";
import { waitFor } from "../waiting.ts";

/** What messages say of an object that is neither read nor written. */
export const described = ({ mapping, name, namespace }: ServedInfo): string =>
  `Resource: ${quoted(resourceText(mapping))}, GroupVersionKind: ${quoted(kindText(mapping))}\nName: ${quoted(name)}, Namespace: ${quoted(namespace)}`;

export const writeOptions = async ({ kubectl, flags }: Call, dryRun: DryRun) => ({
  dryRun: dryRun === "server",
  fieldManager: flags.string("field-manager"),
  fieldValidation: await kubectl.fieldValidation(flags.bool("validate")),
});

interface Versions {
  readonly modified: KubeObject;
  readonly current: KubeObject;
  readonly dryRun: DryRun;
}

interface Patched {
  readonly patch: object;
  readonly patched: KubeObject;
}

/** Somebody else may write meanwhile: five tries. */
export async function patchWithRetries(
  call: Call,
  info: ServedInfo,
  versions: Versions,
): Promise<Patched> {
  let { current } = versions;
  for (let tries = 0; ; tries++) {
    const patch = patchOf(call, info, { ...versions, current });
    if (Object.keys(patch).length === 0) return { patch, patched: current };
    try {
      const patched = await call.kubectl.rest.patch(
        info,
        { kind: "strategic", body: patch },
        await writeOptions(call, versions.dryRun),
      );
      return { patch, patched };
    } catch (error) {
      const isConflict = isReason(error, "Conflict");
      if (isConflict && tries < 5) {
        current = await call.kubectl.rest.get(info);
        continue;
      }
      if (call.flags.bool("force") && (isConflict || isReason(error, "Invalid"))) {
        return { patch, patched: await replaceByForce(call, info, versions.modified) };
      }
      const verb = `applying patch:\n${goJson(patch)}\nto:\n${described(info)}\nfor:`;
      throw atSource(verb, info.source, error);
    }
  }
}

/** The patch to send; empty if nothing is to change. */
export function patchOf(
  { kubectl }: Pick<Call, "kubectl">,
  { mapping }: Pick<ServedInfo, "mapping">,
  { modified, current }: Pick<Versions, "modified" | "current">,
): Record<string, unknown> {
  const { schema } = kubectl.era;
  const saved = lastApplied(current);
  const original = saved === undefined ? {} : (JSON.parse(saved) as Record<string, unknown>);
  return threeWayDiff(
    { original, modified: { ...modified }, current: { ...current } },
    { schema, type: schema.definition(mapping.groupVersion, mapping.kind) },
  );
}

async function replaceByForce(
  call: Call,
  info: ServedInfo,
  modified: KubeObject,
): Promise<KubeObject> {
  const { kubectl, flags } = call;
  const gracePeriod = flags.int("grace-period");
  await kubectl.rest.delete(info, {
    ...(gracePeriod >= 0 && { gracePeriodSeconds: gracePeriod }),
    propagationPolicy: await cascadeOf(kubectl),
  });
  const timeoutMs = flags.duration("timeout") || 5 * 60_000;
  await waitFor(kubectl, info, { timeoutMs, done: (object) => object === undefined });
  return kubectl.rest.create(info, modified);
}
