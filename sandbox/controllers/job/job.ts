// Jobs: pods that end, until enough of them have ended well.
// pkg/controller/job/job_controller.go.

import { equal } from "../../api/clone.ts";
import { type Job, type JobStatus, jobs } from "../../api/job.ts";
import { selectorOf } from "../../api/labels.ts";
import { type Condition, keyOf, keyText, type NamespacedName } from "../../api/meta.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { isReason } from "../../api/status.ts";
import { parseTime, timestamp } from "../../api/time.ts";
import { defineController, type Requeue, type Tools } from "../../client/controller.ts";
import { Expectations } from "../expectations.ts";
import { knownStatus } from "../known-fields.ts";
import { claimed, indexByController, indexByNamespace } from "../ownership.ts";
import { deletePods } from "../pod-control.ts";
import { wakeOwners } from "../wake-owners.ts";
import { isJobFinished } from "./ending.ts";
import { type Failure, failureOf, type Situation, situationOf } from "./failure.ts";
import { manage } from "./pods.ts";
import { JobRetries } from "./retries.ts";

interface State {
  readonly expectations: Expectations<Pod>;
  readonly retries: JobRetries;
}

const selector = ({ spec }: Job) => selectorOf(spec.selector);

export const job = defineController<State>({
  name: "job-controller",
  for: jobs,
  watches: [wakeOwners(pods, jobs, selector)],
  indexes: [indexByController(pods), indexByNamespace(jobs)],
  state: ({ clock }) => ({
    expectations: new Expectations(pods, clock),
    retries: new JobRetries(),
  }),
  reconcile,
});

async function reconcile(key: NamespacedName, tools: Tools<State>): Promise<Requeue | undefined> {
  const { cache, clock, state } = tools;
  const id = keyText(key);
  const known = cache.get(jobs, key);
  if (!known || isJobFinished(known)) {
    state.expectations.forget(id);
    state.retries.forget(id);
    return undefined;
  }
  const wants = selector(known);
  if (!wants) return undefined;
  const all = await claimed(pods, { owner: known, ownerKind: jobs, selector: wants }, tools);
  const situation = situationOf(known, all);
  const isNew = situation.failed > (known.status.failed ?? 0);
  const wait = state.retries.wait(id, { all, hasNewFailure: isNew, now: clock.now() });
  if (wait > 0) return { requeueAfter: wait };
  const failure = failureOf(situation, { isNew, retries: state.retries.count(id) }, clock.now());
  const status = failure ? await fail(situation, failure, tools) : await goOn(situation, tools);
  if ((known.status.succeeded ?? 0) < situation.succeeded) state.retries.forget(id);
  await write(known, status, tools);
  if (isNew && !failure) state.retries.failed(id, clock.now());
  return untilDeadline(known, status, clock.now());
}

async function fail(
  situation: Situation,
  failure: Failure,
  tools: Tools<State>,
): Promise<JobStatus> {
  const { job, active, failed, succeeded } = situation;
  await deletePods(job, active, tools);
  tools.events.warning(job, failure.reason, failure.message);
  const target = tools.era.behaviors.has("job-success-criteria");
  return {
    ...started(job, tools),
    succeeded,
    failed: failed + active.length,
    conditions: [
      ...(job.status.conditions ?? []),
      ...(target ? [conditionOf("FailureTarget", tools, failure)] : []),
      conditionOf("Failed", tools, failure),
    ],
  };
}

const reached: Failure = {
  reason: "CompletionsReached",
  message: "Reached expected number of succeeded pods",
};

function conditionOf(type: string, { clock }: Tools<State>, why?: Failure): Condition {
  const at = timestamp(clock.now());
  return { type, status: "True", lastProbeTime: at, lastTransitionTime: at, ...why };
}

async function goOn(situation: Situation, tools: Tools<State>): Promise<JobStatus> {
  const { job, succeeded, failed } = situation;
  const { completions, suspend } = job.spec;
  let active = situation.active.length;
  const settled = tools.state.expectations.met(keyText(keyOf(job)), tools.cache);
  if (settled && !job.metadata.deletionTimestamp) active = await manage(situation, tools);
  const status: JobStatus = { ...started(job, tools), active, succeeded, failed };
  if (job.status.conditions) status.conditions = job.status.conditions;
  if (suspend !== undefined) noteSuspension(job, status, tools);
  const complete =
    completions === undefined ? succeeded > 0 && active === 0 : succeeded >= completions;
  if (!complete) return status;
  if (completions !== undefined && active > 0) {
    const text = "Too many active pods running after completion count reached";
    tools.events.warning(job, "TooManyActivePods", text);
  }
  if (completions !== undefined && succeeded > completions) {
    const text = "Too many succeeded pods running after completion count reached";
    tools.events.warning(job, "TooManySucceededPods", text);
  }
  tools.events.normal(job, "Completed", "Job completed");
  const criteria = tools.era.behaviors.has("job-success-criteria");
  status.completionTime = timestamp(tools.clock.now());
  status.conditions = [
    ...(job.status.conditions ?? []),
    ...(criteria ? [conditionOf("SuccessCriteriaMet", tools, reached)] : []),
    conditionOf("Complete", tools, criteria ? reached : undefined),
  ];
  return status;
}

/** The part of the status that stays. */
function started({ spec, status }: Job, { clock }: Tools<State>): JobStatus {
  if (spec.suspend && !status.startTime) return {};
  return { startTime: status.startTime ?? timestamp(clock.now()) };
}

/** A suspended job has no pods; it starts anew when it is resumed. */
function noteSuspension({ metadata, ...job }: Job, status: JobStatus, tools: Tools<State>): void {
  const { suspend = false } = job.spec;
  const conditions = job.status.conditions ?? [];
  const now = conditions.some(({ type, status }) => type === "Suspended" && status === "True");
  if (suspend === now) return;
  const why = suspend
    ? { reason: "JobSuspended", message: "Job suspended" }
    : { reason: "JobResumed", message: "Job resumed" };
  const made = {
    ...conditionOf("Suspended", tools, why),
    status: suspend ? "True" : "False",
  } as const;
  status.conditions = [...conditions.filter(({ type }) => type !== "Suspended"), made];
  if (suspend) delete status.startTime;
  else status.startTime = timestamp(tools.clock.now());
  tools.events.normal({ metadata, ...job }, suspend ? "Suspended" : "Resumed", why.message);
}

async function write(known: Job, status: JobStatus, tools: Tools<State>): Promise<void> {
  // Go leaves out what is zero.
  const counted = Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0));
  const next = knownStatus(jobs, counted as JobStatus, tools.era);
  if (equal(next, known.status)) return;
  try {
    await tools.client.updateStatus(jobs, { ...known, status: next });
  } catch (error) {
    if (!isReason(error, "NotFound")) throw error;
  }
}

function untilDeadline(
  { spec }: Job,
  { startTime, conditions = [] }: JobStatus,
  now: number,
): Requeue | undefined {
  const { activeDeadlineSeconds } = spec;
  const start = parseTime(startTime);
  if (activeDeadlineSeconds === undefined || start === undefined) return undefined;
  if (conditions.some(({ type }) => type === "Complete" || type === "Failed")) return undefined;
  return { requeueAfter: Math.max(1, start + activeDeadlineSeconds * 1000 - now) };
}
