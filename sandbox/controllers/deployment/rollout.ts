// One look at a Deployment: its ReplicaSets as they are known, and the writes that change them.
// After a write the rollout goes on with what the server gave back.
// pkg/controller/deployment/sync.go.

import { clone, equal } from "../../api/clone.ts";
import { type Deployment, deployments } from "../../api/deployment.ts";
import { condition, controllerOf, keyOf } from "../../api/meta.ts";
import { type ReplicaSet, replicaSets } from "../../api/replicaset.ts";
import { isReason, StatusError } from "../../api/status.ts";
import type { Tools } from "../../client/controller.ts";
import { knownStatus } from "../known-fields.ts";
import { controllerReference } from "../ownership.ts";
import { hasDeadline, type News, withCondition } from "./conditions.ts";
import {
  available,
  byCreation,
  desiredAnnotation,
  maximumAnnotation,
  maxSurge,
  newReplicas,
  replicasOf,
} from "./proportions.ts";
import {
  annotationsOfNewest,
  hashLabel,
  maxRevision,
  newestSet,
  revisionAnnotation,
  sameTemplate,
  sizeAnnotations,
  templateHash,
} from "./revisions.ts";

export type DeploymentTools = Tools<unknown>;

export class Rollout {
  readonly tools: DeploymentTools;
  /** As the server last gave it. */
  deployment: Deployment;
  /** The set with the Deployment's template. */
  newest: ReplicaSet | undefined;
  /** All others. */
  old: ReplicaSet[];

  constructor(deployment: Deployment, sets: readonly ReplicaSet[], tools: DeploymentTools) {
    this.tools = tools;
    this.deployment = deployment;
    this.newest = newestSet(deployment, sets);
    this.old = sets.filter(({ metadata }) => metadata.uid !== this.newest?.metadata.uid);
  }

  get all(): ReplicaSet[] {
    return this.newest ? [...this.old, this.newest] : this.old;
  }

  /** Old sets that are to have pods. */
  get activeOld(): ReplicaSet[] {
    return this.old.filter((set) => replicasOf(set) > 0);
  }

  /** Gives the newest set the next revision, and the Deployment the newest's. */
  async syncRevision(): Promise<void> {
    const { newest, deployment } = this;
    if (!newest) return;
    const revision = maxRevision(this.old) + 1;
    const annotations = annotationsOfNewest(
      deployment,
      { annotations: newest.metadata.annotations ?? {}, isNew: false },
      revision,
    );
    const { minReadySeconds } = deployment.spec;
    const sameWait = (newest.spec.minReadySeconds ?? 0) === (minReadySeconds ?? 0);
    if (!equal(annotations, newest.metadata.annotations) || !sameWait) {
      const draft = clone(newest);
      draft.metadata.annotations = annotations;
      draft.spec.minReadySeconds = minReadySeconds ?? 0;
      if (minReadySeconds === undefined) delete draft.spec.minReadySeconds;
      this.newest = await this.tools.client.update(replicaSets, draft);
    }
    const found: News = {
      type: "Progressing",
      status: "True",
      reason: "FoundNewReplicaSet",
      message: `Found new replica set "${newest.metadata.name}"`,
    };
    const known = condition(deployment.status.conditions, "Progressing");
    const news = hasDeadline(deployment) && !known ? found : undefined;
    await this.#writeRevision(annotations[revisionAnnotation] ?? "", news);
  }

  /** Makes the newest set if there is none. */
  async ensureNewest(): Promise<ReplicaSet> {
    if (this.newest) return this.newest;
    const { deployment, tools } = this;
    const revision = maxRevision(this.old) + 1;
    const draft = this.#draftNewest(revision);
    const { name } = draft.metadata;
    let made: ReplicaSet | undefined;
    try {
      made = await tools.client.create(replicaSets, draft);
    } catch (error) {
      this.newest = await this.#whyNotMade(error, name);
    }
    if (made) {
      this.newest = made;
      const count = replicasOf(made);
      if (count > 0) this.#tell("up", name, { from: 0, to: count });
    }
    const news: News = {
      type: "Progressing",
      status: "True",
      reason: "NewReplicaSetCreated",
      message: `Created new replica set "${name}"`,
    };
    await this.#writeRevision(String(revision), made && hasDeadline(deployment) ? news : undefined);
    return this.newest as ReplicaSet;
  }

  #draftNewest(revision: number): ReplicaSet {
    const { deployment, tools } = this;
    const { namespace = "", name } = deployment.metadata;
    const { selector, template, minReadySeconds } = clone(deployment.spec);
    const hash = templateHash(deployment, tools.era);
    const labels = { ...template.metadata?.labels, [hashLabel]: hash.label };
    const owned = tools.era.behaviors.has("owner-references");
    const isNew = { annotations: {}, isNew: true };
    return {
      apiVersion: deployment.apiVersion,
      kind: "ReplicaSet",
      metadata: {
        name: `${name}-${hash.name}`,
        namespace,
        labels,
        annotations: annotationsOfNewest(deployment, isNew, revision),
        ...(owned && { ownerReferences: [controllerReference(deployment)] }),
      },
      spec: {
        replicas: newReplicas(deployment, this.old, 0),
        ...(minReadySeconds && { minReadySeconds }),
        selector: {
          ...selector,
          matchLabels: { ...selector?.matchLabels, [hashLabel]: hash.label },
        },
        template: { ...template, metadata: { ...template.metadata, labels: { ...labels } } },
      },
      status: { replicas: 0 },
    };
  }

  /** The set if it exists already and is the right one; throws otherwise. */
  async #whyNotMade(error: unknown, name: string): Promise<ReplicaSet> {
    const { deployment, tools } = this;
    if (!(error instanceof StatusError)) throw error;
    if (error.reason === "AlreadyExists") {
      const { namespace = "", uid } = deployment.metadata;
      const there = await tools.client.get(replicaSets, { namespace, name });
      const mine = !tools.era.behaviors.has("owner-references") || controllerOf(there)?.uid === uid;
      if (mine && sameTemplate(there.spec.template, deployment.spec.template)) return there;
      const collisionCount = (deployment.status.collisionCount ?? 0) + 1;
      await this.#updateStatus({ ...deployment.status, collisionCount });
      throw error;
    }
    if (error.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating")) {
      throw error;
    }
    const message = `Failed to create new replica set "${name}": ${error.message}`;
    if (hasDeadline(deployment)) {
      const reason = "ReplicaSetCreateError";
      const news: News = { type: "Progressing", status: "False", reason, message };
      await this.#updateStatus(withCondition(deployment.status, news, this.now));
    }
    tools.events.warning(deployment, "ReplicaSetCreateError", message);
    throw error;
  }

  get now(): number {
    return this.tools.clock.now();
  }

  async #writeRevision(revision: string, news: News | undefined) {
    const { metadata, status } = this.deployment;
    if (metadata.annotations?.[revisionAnnotation] === revision && !news) return;
    const annotations = { ...metadata.annotations, [revisionAnnotation]: revision };
    this.deployment = { ...this.deployment, metadata: { ...metadata, annotations } };
    await this.#updateStatus(news ? withCondition(status, news, this.now) : status);
  }

  /** Writes the status if it is another one. */
  async writeStatus(status: Deployment["status"]): Promise<void> {
    const known = knownStatus(deployments, status, this.tools.era);
    if (!equal(known, this.deployment.status)) await this.#updateStatus(known);
  }

  async #updateStatus(status: Deployment["status"]): Promise<void> {
    const known = knownStatus(deployments, status, this.tools.era);
    const draft = { ...this.deployment, status: known };
    this.deployment = await this.tools.client.updateStatus(deployments, draft);
  }

  /** True if the set was not of this size before. */
  async resize(set: ReplicaSet, size: number, direction?: "up" | "down"): Promise<boolean> {
    const { deployment, tools } = this;
    const before = replicasOf(set);
    const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
    const same =
      set.metadata.annotations?.[desiredAnnotation] === annotations[desiredAnnotation] &&
      set.metadata.annotations?.[maximumAnnotation] === annotations[maximumAnnotation];
    if (before === size && same) return false;
    const draft: ReplicaSet = {
      ...set,
      metadata: { ...set.metadata, annotations },
      spec: { ...set.spec, replicas: size },
    };
    this.#replace(await tools.client.update(replicaSets, draft));
    if (before === size) return false;
    const { name } = set.metadata;
    this.#tell(direction ?? (before < size ? "up" : "down"), name, { from: before, to: size });
    return true;
  }

  #replace(set: ReplicaSet): void {
    const isIt = ({ metadata }: ReplicaSet) => metadata.uid === set.metadata.uid;
    if (this.newest && isIt(this.newest)) this.newest = set;
    else this.old = this.old.map((each) => (isIt(each) ? set : each));
  }

  #tell(direction: string, name: string, { from, to }: { from: number; to: number }): void {
    const { deployment, tools } = this;
    const text = tools.era.words.workloads.scaledReplicaSet
      .replace("%direction", direction)
      .replace("%name", name)
      .replace("%from", String(from))
      .replace("%to", String(to));
    tools.events.normal(deployment, "ScalingReplicaSet", text);
    tools.trace.decide({
      by: "deployment-controller",
      about: { kind: "Deployment", ...keyOf(deployment) },
      verdict: `ReplicaSet ${name} goes from ${from} to ${to} pods; of ${replicasOf(deployment)} there may be ${maxSurge(deployment)} more, and ${available(this.all)} are available now.`,
      rule: "pkg/controller/deployment rolloutRolling",
      options: [],
    });
  }

  /** Deletes what is more than the history is to keep, oldest first. */
  async cleanUp(): Promise<void> {
    const { revisionHistoryLimit } = this.deployment.spec;
    if (revisionHistoryLimit === undefined) return;
    const alive = this.old.filter(({ metadata }) => !metadata.deletionTimestamp).sort(byCreation);
    for (const set of alive.slice(0, Math.max(0, alive.length - revisionHistoryLimit))) {
      const { generation = 0 } = set.metadata;
      const busy = set.status.replicas !== 0 || replicasOf(set) !== 0;
      if (busy || generation > (set.status.observedGeneration ?? 0)) continue;
      try {
        await this.tools.client.delete(replicaSets, keyOf(set));
      } catch (error) {
        if (!isReason(error, "NotFound")) throw error;
      }
    }
  }
}
