// Makes, mends and deletes the pods of a set, with the claims that they need, and tells of it.
// pkg/controller/statefulset/stateful_pod_control.go.

import { clone } from "../../api/clone.ts";
import { keyOf } from "../../api/meta.ts";
import {
  type PersistentVolumeClaim,
  persistentVolumeClaims,
} from "../../api/persistentvolumeclaim.ts";
import { type Pod, pods } from "../../api/pod.ts";
import type { StatefulSet } from "../../api/statefulset.ts";
import { isReason, StatusError } from "../../api/status.ts";
import { RetryError, type Tools } from "../../client/controller.ts";
import { podFromTemplate } from "../pod-template.ts";
import {
  claimsOf,
  hasIdentity,
  hasStorage,
  ordinalOf,
  podIndexLabel,
  podName,
  podNameLabel,
  revisionLabel,
  volumesOf,
} from "./identity.ts";
import { keepOwners } from "./retention.ts";
import type { Revisions } from "./revisions.ts";

const indexed = ({ era }: Tools<unknown>): boolean => era.gates.has("PodIndexLabel");

export interface Versions {
  /** The set with the template of each revision. */
  readonly current: StatefulSet;
  readonly update: StatefulSet;
  readonly revisions: Revisions;
}

/**
 * The pod of an ordinal, not yet made. Below the partition it is of the current revision; without
 * one, so are as many pods as the update has not reached yet.
 */
export function podToBe(
  { current, update, revisions }: Versions,
  ordinal: number,
  tools: Tools<unknown>,
): Pod {
  const { type, rollingUpdate } = current.spec.updateStrategy ?? {};
  const start = current.spec.ordinals?.start ?? 0;
  const old = rollingUpdate
    ? ordinal < (rollingUpdate.partition ?? 0)
    : type === "RollingUpdate" && ordinal < start + (current.status.currentReplicas ?? 0);
  const set = old ? current : update;
  const { metadata } = old ? revisions.current : revisions.update;
  const pod = podFromTemplate(set.spec.template, set, tools.era);
  pod.metadata.name = podName(set, ordinal);
  pod.metadata.labels = {
    ...pod.metadata.labels,
    ...identityLabels(pod, tools),
    [revisionLabel]: metadata.name,
  };
  pod.spec.hostname = pod.metadata.name;
  if (set.spec.serviceName) pod.spec.subdomain = set.spec.serviceName;
  const volumes = volumesOf(set, pod, ordinal);
  if (volumes.length > 0) pod.spec.volumes = volumes;
  return pod;
}

const identityLabels = (pod: Pod, tools: Tools<unknown>): Record<string, string> => ({
  [podNameLabel]: pod.metadata.name,
  ...(indexed(tools) && { [podIndexLabel]: String(ordinalOf(pod)) }),
});

const REQUEST_MS = 1;

/** First the claims, then the pod. Throws what went wrong, after it was told. */
export async function createPod(set: StatefulSet, pod: Pod, tools: Tools<unknown>): Promise<void> {
  await telling({ verb: "create", set, pod }, tools, async () => {
    await createClaims(set, pod, tools);
    await tools.client.create(pods, pod);
  });
}

export async function deletePod(set: StatefulSet, pod: Pod, tools: Tools<unknown>): Promise<void> {
  await telling({ verb: "delete", set, pod }, tools, () => tools.client.delete(pods, keyOf(pod)));
}

/** Gives a pod back what makes it a member, if it has lost that. */
export async function mendPod(set: StatefulSet, pod: Pod, tools: Tools<unknown>): Promise<void> {
  const draft = clone(pod);
  const stored = hasStorage(set, pod);
  if (hasIdentity(set, pod, indexed(tools)) && stored) return;
  draft.metadata.labels = { ...draft.metadata.labels, ...identityLabels(pod, tools) };
  if (!stored) draft.spec.volumes = volumesOf(set, pod, ordinalOf(pod));
  await telling({ verb: "update", set, pod }, tools, async () => {
    if (!stored) await createClaims(set, pod, tools);
    await tools.client.update(pods, draft);
  });
}

export const isIntact = (set: StatefulSet, pod: Pod, tools: Tools<unknown>): boolean =>
  hasIdentity(set, pod, indexed(tools)) && hasStorage(set, pod);

/** The claims of a pod that are not there. Throws all that went wrong as one error. */
export async function createClaims(
  set: StatefulSet,
  pod: Pod,
  tools: Tools<unknown>,
): Promise<void> {
  const errors: string[] = [];
  for (const claim of claimsOf(set, ordinalOf(pod))) {
    const { name } = claim.metadata;
    const there = tools.cache.get(persistentVolumeClaims, keyOf(claim));
    if (!there) {
      const error = await createClaim(set, pod, { claim, tools });
      if (error) errors.push(`failed to create PVC ${name}: ${error.message}`);
    } else if (
      there.metadata.deletionTimestamp &&
      tools.era.behaviors.has("statefulset-waits-for-claims")
    ) {
      errors.push(`pvc ${name} is being deleted`);
    }
  }
  if (errors.length > 0) throw new RetryError(aggregate(errors));
}

async function createClaim(
  set: StatefulSet,
  pod: Pod,
  { claim, tools }: { claim: PersistentVolumeClaim; tools: Tools<unknown> },
): Promise<StatusError | undefined> {
  const { name } = claim.metadata;
  try {
    await tools.client.create(
      persistentVolumeClaims,
      keepOwners(clone(claim), { set, pod }, tools),
    );
    tools.events.normal(
      set,
      "SuccessfulCreate",
      `create Claim ${name} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} success`,
    );
    // A request takes time: whoever waits for claims sees this one before there is a pod.
    await tools.clock.sleep(REQUEST_MS, tools.signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason !== "AlreadyExists") {
      tools.events.warning(
        set,
        "FailedCreate",
        `create Claim ${name} for Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} failed error: ${error.message}`,
      );
    }
    return error;
  }
}

/** As Go prints several errors: each once. */
function aggregate(errors: readonly string[]): string {
  const different = [...new Set(errors)];
  return different.length === 1 ? String(different[0]) : `[${different.join(", ")}]`;
}

type Verb = "create" | "update" | "delete";

const reasons: Readonly<Record<Verb, string>> = {
  create: "Create",
  update: "Update",
  delete: "Delete",
};

/** Does it, and tells of success and of failure. */
async function telling(
  { verb, set, pod }: { verb: Verb; set: StatefulSet; pod: Pod },
  { events }: Tools<unknown>,
  act: () => Promise<unknown>,
): Promise<void> {
  const what = `${verb} Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name}`;
  try {
    await act();
  } catch (error) {
    const told = error instanceof StatusError || error instanceof RetryError ? error : undefined;
    // Somebody was quicker, perhaps we ourselves: the cache will say.
    if (told && !isReason(error, "AlreadyExists")) {
      events.warning(set, `Failed${reasons[verb]}`, `${what} failed error: ${told.message}`);
    }
    throw error;
  }
  events.normal(set, `Successful${reasons[verb]}`, `${what} successful`);
}
