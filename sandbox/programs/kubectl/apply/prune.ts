// kubectl apply --prune: what was applied once and is in no manifest any more is deleted.
// pkg/cmd/apply/prune.go.

import type { KubeObject } from "../../../api/meta.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import type { Call } from "../cli/command.ts";
import { CommandError, expected } from "../cli/errors.ts";
import { array, bool, type Flag } from "../cli/flags.ts";
import { lastApplied } from "../cli/last-applied.ts";
import { type DryRun, operationOf } from "../cli/shared-flags.ts";
import { cascadeOf } from "../delete.ts";
import { itemsOf, type ServedInfo } from "../input/info.ts";
import { kindText, type Mapping } from "../server/discovery.ts";

export const pruneFlags: readonly Flag[] = [
  bool(
    "prune",
    "Automatically delete resource objects that do not appear in the configs and are created by either apply or create --save-config.",
  ),
  array("prune-whitelist", "Overwrite the default whitelist with <group/version/kind> for --prune"),
];

const defaultKinds = [
  ..."ConfigMap Endpoints Namespace PersistentVolumeClaim PersistentVolume Pod ReplicationController Secret Service"
    .split(" ")
    .map((kind) => `v1 ${kind}`),
  "batch/v1 Job",
  "batch/v1beta1 CronJob",
  "networking.k8s.io/v1 Ingress",
  "apps/v1 DaemonSet",
  "apps/v1 Deployment",
  "apps/v1 ReplicaSet",
  "apps/v1 StatefulSet",
];

export async function prune(
  call: Call,
  applied: readonly ServedInfo[],
  dryRun: DryRun,
): Promise<void> {
  const { kubectl, flags } = call;
  const kept = new Set(applied.map(({ object }) => object?.metadata.uid));
  const namespaces = new Set(
    applied.map(({ namespace }) => namespace).filter((each) => each !== ""),
  );
  if (kubectl.settings.isNamespaceGiven) namespaces.add(kubectl.namespace);
  const mappings = await mappingsOf(call);
  const printer = kubectl.printer({ operation: operationOf("pruned", dryRun) });
  const query = flags.string("selector") === "" ? {} : { labelSelector: flags.string("selector") };
  const cascade = await cascadeOf(kubectl);
  const pruneIn = async (namespace: string, mapping: Mapping) => {
    const list = await kubectl.rest.list<KubeObject>(mapping, namespace, { query });
    for (const object of itemsOf(list) ?? []) {
      if (lastApplied(object) === undefined || kept.has(object.metadata.uid)) continue;
      const target = { mapping, namespace, name: object.metadata.name };
      if (dryRun !== "client") {
        await kubectl.rest.delete(target, {
          propagationPolicy: cascade,
          ...(dryRun === "server" && { dryRun: ["All"] }),
        });
      }
      await kubectl.out(printer.print(object));
    }
  };
  for (const scope of [...namespaces, ""]) {
    for (const mapping of mappings.filter(({ namespaced }) => namespaced === (scope !== ""))) {
      try {
        await pruneIn(scope, mapping);
      } catch (error) {
        const what = scope === "" ? "nonNamespaced" : "namespaced";
        throw new CommandError(
          `error pruning ${what} object ${kindText(mapping)}: ${expected(error).message}`,
        );
      }
    }
  }
}

async function mappingsOf({ kubectl, flags }: Call): Promise<Mapping[]> {
  const given = flags.list("prune-whitelist");
  const kinds = given.map((each) => {
    const parts = each.split("/");
    if (parts.length !== 3) {
      throw new CommandError(
        `invalid GroupVersionKind format: ${each}, please follow <group/version/kind>`,
      );
    }
    const [group = "", version = "", kind = ""] = parts;
    return group === "core" || group === "" ? `${version} ${kind}` : `${group}/${version} ${kind}`;
  });
  const mappings: Mapping[] = [];
  for (const each of kinds.length > 0 ? kinds : defaultKinds) {
    const [groupVersion = "", kind = ""] = each.split(" ");
    const all = (await kubectl.discovery.groupVersions()).includes(groupVersion)
      ? await kubectl.discovery.resources(groupVersion)
      : [];
    const found = all.find((mapping) => mapping.kind === kind);
    if (found) mappings.push(found);
    else if (kinds.length > 0)
      throw new CommandError(
        `no matches for kind ${quoted(kind)} in version ${quoted(groupVersion)}`,
      );
  }
  return mappings;
}
