// The templates that a workload had: kept by ReplicaSets for a Deployment, by ControllerRevisions
// for the others. pkg/polymorphichelpers/history.go.

import type { ControllerRevision } from "../../../api/controllerrevision.ts";
import type { Deployment } from "../../../api/deployment.ts";
import {
  controllerOf,
  type KubeList,
  type KubeObject,
  type LabelSelector,
} from "../../../api/meta.ts";
import type { PodTemplate } from "../../../api/pod.ts";
import { strategicMergePatch } from "../../../api/strategic-merge.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { changeCauseKey } from "../cli/last-applied.ts";
import { plainSelector } from "../describe/lines.ts";
import { replicaSetsOf, revisionOf } from "../replica-sets.ts";

export interface Revision {
  readonly number: number;
  readonly template: PodTemplate;
  /** Why it came to be, if anybody noted that. */
  readonly cause: string;
  /** The ReplicaSet or ControllerRevision. */
  readonly keeper: KubeObject;
  /** What makes the workload so again. */
  readonly patch: object | undefined;
}

/** Kinds that have a history. */
export const hasHistory = (kind: string): boolean =>
  kind === "Deployment" || kind === "StatefulSet" || kind === "DaemonSet";

/** In their order. */
export async function revisionsOf(kubectl: Kubectl, object: KubeObject): Promise<Revision[]> {
  const revisions =
    object.kind === "Deployment"
      ? await fromReplicaSets(kubectl, object as Deployment)
      : await fromControllerRevisions(kubectl, object);
  return revisions.sort((a, b) => a.number - b.number);
}

const causeOf = ({ metadata }: KubeObject): string => metadata.annotations?.[changeCauseKey] ?? "";

async function fromReplicaSets(kubectl: Kubectl, deployment: Deployment): Promise<Revision[]> {
  const { current, old } = await replicaSetsOf(kubectl, deployment);
  return [...old, ...(current ? [current] : [])].map((keeper) => {
    const cause = causeOf(keeper);
    const { metadata = {}, spec } = keeper.spec.template;
    const annotations = { ...metadata.annotations, ...(cause && { [changeCauseKey]: cause }) };
    return {
      number: revisionOf(keeper),
      template: { metadata: { ...metadata, annotations }, spec },
      cause,
      keeper,
      patch: undefined,
    };
  });
}

type Workload = KubeObject & {
  readonly spec: { readonly selector?: LabelSelector; readonly template: PodTemplate };
};

async function fromControllerRevisions(kubectl: Kubectl, object: KubeObject): Promise<Revision[]> {
  const { metadata, spec, apiVersion, kind } = object as Workload;
  const mapping = await kubectl.discovery.find("controllerrevisions.apps");
  const query = { labelSelector: plainSelector(spec.selector) };
  const { items } = await kubectl.rest.list<KubeList<ControllerRevision>>(
    mapping,
    metadata.namespace ?? "",
    { query },
  );
  const { schema } = kubectl.era;
  const type = schema.definition(apiVersion, kind) ?? "";
  return items
    .filter((each) => controllerOf(each)?.uid === metadata.uid)
    .map((keeper) => {
      const patch = keeper.data ?? {};
      const merged: object = strategicMergePatch({ ...object }, { ...patch }, { schema, type });
      const { template } = (merged as Workload).spec;
      return { number: keeper.revision, template, cause: causeOf(keeper), keeper, patch };
    });
}
