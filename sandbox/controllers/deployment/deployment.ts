// Deployments: pods of one template, replaced step by step when it changes.
// pkg/controller/deployment/{deployment_controller,sync,rolling,recreate,rollback}.go.

import { type Deployment, deployments } from "../../api/deployment.ts";
import { selectorOf } from "../../api/labels.ts";
import { makerOf } from "../../api/maker.ts";
import { condition, keyText, type NamespacedName } from "../../api/meta.ts";
import { pods } from "../../api/pod.ts";
import { isFinished } from "../../api/pod-readiness.ts";
import { replicaSets } from "../../api/replicaset.ts";
import { defineController, type Requeue, type Tools, wakeOn } from "../../client/controller.ts";
import { Instants } from "../instants.ts";
import { byController, claimed, indexByController, indexByNamespace } from "../ownership.ts";
import { wakeOwners } from "../wake-owners.ts";
import {
  calculateStatus,
  hasDeadline,
  isComplete,
  type News,
  rolloutStatus,
  untilTimeOut,
  withCondition,
} from "./conditions.ts";
import {
  available,
  byCreation,
  desiredAnnotation,
  isRolling,
  maxUnavailable,
  newReplicas,
  present,
  proportionalSizes,
  replicasOf,
  wanted,
} from "./proportions.ts";
import {
  annotationsAfterRollback,
  lastRevision,
  revisionOf,
  rollbackAnnotation,
  sameTemplate,
  withoutHash,
} from "./revisions.ts";
import { Rollout } from "./rollout.ts";

const selector = ({ spec }: Deployment) => selectorOf(spec.selector);

export const deployment = defineController<Instants>({
  name: "deployment-controller",
  for: deployments,
  watches: [
    wakeOwners(replicaSets, deployments, selector),
    // Recreate waits for the last old pod to go.
    wakeOn(pods, ({ now, before }, cache) => {
      const maker = now || !before ? undefined : makerOf(before);
      if (maker?.kind !== "ReplicaSet") return [];
      const namespace = before?.metadata.namespace ?? "";
      const set = cache.get(replicaSets, { namespace, name: maker.name ?? "" });
      const owner = set?.metadata.ownerReferences?.find(({ controller }) => controller);
      return owner ? [{ namespace, name: owner.name }] : [];
    }),
  ],
  indexes: [indexByController(replicaSets), indexByController(pods), indexByNamespace(deployments)],
  state: () => new Instants(),
  reconcile,
});

async function reconcile(
  key: NamespacedName,
  tools: Tools<Instants>,
): Promise<Requeue | undefined> {
  const { cache, clock, events, state } = tools;
  const known = cache.get(deployments, key);
  if (!known) {
    state.forget(keyText(key));
    return undefined;
  }
  const again = state.again(keyText(key), clock.now());
  if (again) return again;
  const wants = selector(known);
  if (!wants) return undefined;
  if (wants.length === 0) {
    const text = "This deployment is selecting all pods. A non-empty selector is required.";
    events.warning(known, "SelectingAll", text);
    return undefined;
  }
  const claim = { owner: known, ownerKind: deployments, selector: wants };
  const rollout = new Rollout(known, await claimed(replicaSets, claim, tools), tools);
  return progress(rollout);
}

async function progress(rollout: Rollout): Promise<Requeue | undefined> {
  const { deployment } = rollout;
  if (deployment.metadata.deletionTimestamp) {
    await rollout.syncRevision();
    return writePlainStatus(rollout);
  }
  await notePause(rollout);
  if (deployment.spec.paused) return resizeOnly(rollout);
  if (rollbackRevision(deployment) !== undefined) return rollBack(rollout);
  await rollout.syncRevision();
  const resized = [...rollout.old, ...(rollout.newest ? [rollout.newest] : [])].some((set) => {
    const desired = set.metadata.annotations?.[desiredAnnotation];
    return (
      replicasOf(set) > 0 && desired !== undefined && Number(desired) !== replicasOf(deployment)
    );
  });
  if (resized) return resizeOnly(rollout);
  return isRolling(deployment) ? roll(rollout) : recreate(rollout);
}

async function writePlainStatus(rollout: Rollout): Promise<undefined> {
  const { deployment, all, newest, now } = rollout;
  await rollout.writeStatus(calculateStatus(deployment, all, { newest, now }));
}

async function writeRolloutStatus(rollout: Rollout): Promise<Requeue | undefined> {
  const { all, newest, now } = rollout;
  await rollout.writeStatus(rolloutStatus(rollout.deployment, all, { newest, now }));
  const { deployment } = rollout;
  if (isComplete(deployment, deployment.status)) return undefined;
  const left = untilTimeOut(deployment, deployment.status, now);
  return left === undefined || left <= 0 ? undefined : { requeueAfter: left };
}

/** A pause stops the deadline, too: the condition says so. */
async function notePause(rollout: Rollout): Promise<void> {
  const { deployment, now } = rollout;
  if (!hasDeadline(deployment)) return;
  const current = condition(deployment.status.conditions, "Progressing");
  if (current?.reason === "ProgressDeadlineExceeded") return;
  const noted = current?.reason === "DeploymentPaused";
  const paused = deployment.spec.paused ?? false;
  if (paused === noted) return;
  const [reason, message] = paused
    ? ["DeploymentPaused", "Deployment is paused"]
    : ["DeploymentResumed", "Deployment is resumed"];
  const news: News = { type: "Progressing", status: "Unknown", reason, message };
  await rollout.writeStatus(withCondition(deployment.status, news, now));
}

/** Another number of pods, without a step of a rollout. */
async function resizeOnly(rollout: Rollout): Promise<undefined> {
  await rollout.syncRevision();
  await scale(rollout);
  const { deployment } = rollout;
  if (deployment.spec.paused && rollbackRevision(deployment) === undefined) await rollout.cleanUp();
  return writePlainStatus(rollout);
}

async function scale(rollout: Rollout): Promise<void> {
  const { deployment, newest, old } = rollout;
  const size = replicasOf(deployment);
  const active = rollout.all.filter((set) => replicasOf(set) > 0);
  const only = active.length === 1 ? active[0] : undefined;
  const latest = active.length === 0 ? (newest ?? [...old].sort(byCreation).at(-1)) : only;
  if (latest) {
    if (replicasOf(latest) !== size) await rollout.resize(latest, size);
    return;
  }
  if (newest && isSaturated(rollout)) {
    for (const set of rollout.activeOld) await rollout.resize(set, 0);
    return;
  }
  if (!isRolling(deployment)) return;
  const sizes = proportionalSizes(deployment, active);
  for (const set of active) await rollout.resize(set, sizes.get(set.metadata.name) ?? 0);
}

function isSaturated({ deployment, newest }: Rollout): boolean {
  const size = replicasOf(deployment);
  return (
    newest !== undefined &&
    replicasOf(newest) === size &&
    Number(newest.metadata.annotations?.[desiredAnnotation]) === size &&
    (newest.status.availableReplicas ?? 0) === size
  );
}

/** One step: more new pods, or else fewer old ones. */
async function roll(rollout: Rollout): Promise<Requeue | undefined> {
  const newest = await rollout.ensureNewest();
  const { deployment } = rollout;
  const [size, current] = [replicasOf(deployment), replicasOf(newest)];
  const next = current > size ? size : newReplicas(deployment, rollout.all, current);
  if (current !== size && (await rollout.resize(newest, next))) return writeRolloutStatus(rollout);
  if (await shrinkOld(rollout)) return writeRolloutStatus(rollout);
  if (isComplete(deployment, deployment.status)) await rollout.cleanUp();
  return writeRolloutStatus(rollout);
}

/** Takes away old pods: first those that do no good, then as many as may be missing. */
async function shrinkOld(rollout: Rollout): Promise<boolean> {
  const { deployment, newest, all } = rollout;
  if (!newest || wanted(rollout.activeOld) === 0) return false;
  const minimum = replicasOf(deployment) - maxUnavailable(deployment);
  const newUnavailable = replicasOf(newest) - (newest.status.availableReplicas ?? 0);
  const most = wanted(all) - minimum - newUnavailable;
  if (most <= 0) return false;
  let shrunk = 0;
  for (const set of rollout.activeOld.sort(byCreation)) {
    const unhealthy = replicasOf(set) - (set.status.availableReplicas ?? 0);
    const less = Math.min(most - shrunk, unhealthy);
    if (less > 0 && (await rollout.resize(set, replicasOf(set) - less))) shrunk += less;
  }
  const spare = available(all) - minimum;
  let taken = 0;
  for (const set of rollout.activeOld.sort(byCreation)) {
    const less = Math.min(replicasOf(set), spare - taken);
    if (less > 0 && (await rollout.resize(set, replicasOf(set) - less))) taken += less;
  }
  return shrunk + taken > 0;
}

/** All old pods go before the first new one comes. */
async function recreate(rollout: Rollout): Promise<Requeue | undefined> {
  let shrunk = false;
  for (const set of rollout.activeOld) shrunk = (await rollout.resize(set, 0)) || shrunk;
  if (shrunk || oldPodsRun(rollout)) return writeRolloutStatus(rollout);
  const newest = await rollout.ensureNewest();
  await rollout.resize(newest, replicasOf(rollout.deployment));
  const { deployment } = rollout;
  if (isComplete(deployment, deployment.status)) await rollout.cleanUp();
  return writeRolloutStatus(rollout);
}

function oldPodsRun({ old, tools }: Rollout): boolean {
  if (present(old) > 0) return true;
  return old.some(({ metadata }) =>
    tools.cache.by(pods, byController, metadata.uid ?? "").some((pod) => !isFinished(pod)),
  );
}

/** Which revision to go back to, if that is asked for; 0: the last one. */
function rollbackRevision({ metadata, spec }: Deployment): number | undefined {
  const annotated = metadata.annotations?.[rollbackAnnotation];
  if (annotated !== undefined && /^-?\d+$/.test(annotated)) return Number(annotated);
  return spec.rollbackTo && (spec.rollbackTo.revision ?? 0);
}

/** What `kubectl rollout undo` asked of the server in the first versions of the API. */
async function rollBack(rollout: Rollout): Promise<undefined> {
  await rollout.syncRevision();
  await rollout.ensureNewest();
  const { deployment, all, tools } = rollout;
  const { name } = deployment.metadata;
  const asked = rollbackRevision(deployment) || lastRevision(all);
  const set = all.find((each) => revisionOf(each) === asked);
  const { [rollbackAnnotation]: _asked, ...annotations } = deployment.metadata.annotations ?? {};
  const { rollbackTo: _rollbackTo, ...spec } = deployment.spec;
  const draft: Deployment = {
    ...deployment,
    metadata: { ...deployment.metadata, annotations },
    spec,
  };
  if (asked === 0 || !set) {
    const text =
      asked === 0 ? "Unable to find last revision." : "Unable to find the revision to rollback to.";
    tools.events.warning(deployment, "DeploymentRollbackRevisionNotFound", text);
  } else if (sameTemplate(spec.template, set.spec.template)) {
    const text = `The rollback revision contains the same template as current deployment "${name}"`;
    tools.events.warning(deployment, "DeploymentRollbackTemplateUnchanged", text);
  } else {
    const { template } = set.spec;
    draft.spec = { ...spec, template: { ...template, metadata: withoutHash(template) } };
    const after = annotationsAfterRollback(deployment, set);
    delete after[rollbackAnnotation];
    draft.metadata = { ...draft.metadata, annotations: after };
    const text = `Rolled back deployment "${name}" to revision ${asked}`;
    tools.events.normal(deployment, "DeploymentRollback", text);
  }
  await tools.client.update(deployments, draft);
}
