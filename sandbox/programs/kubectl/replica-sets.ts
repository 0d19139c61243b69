// The ReplicaSets of a Deployment: the one of its current template, and those before it.
// kubectl pkg/util/deployment/deployment.go.

import { equal } from "../../api/clone.ts";
import type { Deployment } from "../../api/deployment.ts";
import { controllerOf, type KubeList } from "../../api/meta.ts";
import type { PodTemplate } from "../../api/pod.ts";
import type { ReplicaSet } from "../../api/replicaset.ts";
import { byCodePoint } from "../../api/schema/go-json.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import { plainSelector } from "./describe/lines.ts";

export const revisionKey = "deployment.kubernetes.io/revision";

/** The number of a Deployment's or ReplicaSet's revision; 0 if it has none. */
export const revisionOf = ({ metadata }: Deployment | ReplicaSet): number =>
  Number(metadata.annotations?.[revisionKey] ?? 0);

export interface ReplicaSets {
  readonly current: ReplicaSet | undefined;
  readonly old: readonly ReplicaSet[];
}

export async function replicaSetsOf(
  { discovery, rest }: Kubectl,
  { metadata, spec }: Deployment,
): Promise<ReplicaSets> {
  const mapping =
    (await discovery.lookUp("replicasets.apps")) ?? (await discovery.find("replicasets"));
  const query = { labelSelector: plainSelector(spec.selector) };
  const { items } = await rest.list<KubeList<ReplicaSet>>(mapping, metadata.namespace ?? "", {
    query,
  });
  // Without owners all that match are its own.
  const own = items.filter((set) => (controllerOf(set)?.uid ?? metadata.uid) === metadata.uid);
  const byAge = [...own].sort((a, b) =>
    byCodePoint(
      `${a.metadata.creationTimestamp} ${a.metadata.name}`,
      `${b.metadata.creationTimestamp} ${b.metadata.name}`,
    ),
  );
  const current = byAge.find((set) => sameTemplate(set.spec.template, spec.template));
  return { current, old: own.filter((set) => set.metadata.uid !== current?.metadata.uid) };
}

/** The label that tells a Deployment's ReplicaSets apart. */
const hashLabel = "pod-template-hash";

function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return equal(withoutHash(a), withoutHash(b));
}

export function withoutHash({ metadata = {}, spec }: PodTemplate): PodTemplate {
  const { [hashLabel]: _, ...labels } = metadata.labels ?? {};
  const { labels: _labels, ...rest } = metadata;
  return { metadata: { ...rest, ...(Object.keys(labels).length > 0 && { labels }) }, spec };
}
