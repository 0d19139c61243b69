// CronJobs: a Job whenever the schedule says so. Until 1.20 they were looked at every ten seconds;
// since then at the moment itself.
// pkg/controller/cronjob/{cronjob_controller,cronjob_controllerv2,utils}.go.

import { clone, equal } from "../api/clone.ts";
import { nextTime, parseSchedule, type Schedule, ScheduleError } from "../api/cron-schedule.ts";
import { type CronJob, type CronJobStatus, cronJobs } from "../api/cronjob.ts";
import type { Era } from "../api/era.ts";
import { type Job, jobs } from "../api/job.ts";
import { keyOf, type NamespacedName } from "../api/meta.ts";
import { StatusError } from "../api/status.ts";
import { longDate, parseTime, timestamp } from "../api/time.ts";
import { defineController, type Requeue, type Tools } from "../client/controller.ts";
import { referTo } from "../client/events.ts";
import { finishedCondition } from "./job/ending.ts";
import { knownStatus } from "./known-fields.ts";
import { byController, controllerReference, indexByController } from "./ownership.ts";
import { isNamespaceEnding } from "./pod-control.ts";

const POLL_MS = 10_000;
/** How long after the moment a job is made where nothing polls. */
const DELAY_MS = 100;
const MOST_MISSED = 100;

export const cronJob = defineController<undefined>({
  name: "cronjob-controller",
  for: cronJobs,
  owns: [jobs],
  indexes: [indexByController(jobs)],
  reconcile,
});

const polls = ({ gates }: Era): boolean => !gates.has("CronJobControllerV2");

/** Milliseconds until the controller looks at anything that is due at `at`. */
function until(at: number, now: number, era: Era): number {
  if (!polls(era)) return Math.max(1, at + DELAY_MS - now);
  return Math.max(0, Math.ceil(at / POLL_MS) * POLL_MS - now);
}

async function reconcile(
  key: NamespacedName,
  tools: Tools<undefined>,
): Promise<Requeue | undefined> {
  const { cache, clock, era } = tools;
  const known = cache.get(cronJobs, key);
  if (!known) return undefined;
  const early = polls(era) ? until(clock.now(), clock.now(), era) : 0;
  if (early > 0) return { requeueAfter: early };
  const mine = [...cache.by(jobs, byController, known.metadata.uid ?? "")];
  let cron = await noteJobs(known, mine, tools);
  if (!known.metadata.deletionTimestamp && !known.spec.suspend) {
    cron = await startDue(cron, tools);
  }
  await removeOld(cron, mine, tools);
  if (cron.metadata.deletionTimestamp || cron.spec.suspend) return undefined;
  const schedule = scheduleOf(cron);
  const next = schedule && nextTime(schedule, clock.now());
  return next === undefined ? undefined : { requeueAfter: until(next, clock.now(), era) };
}

function scheduleOf({ spec }: CronJob): Schedule | undefined {
  try {
    return parseSchedule(spec.schedule);
  } catch (error) {
    if (error instanceof ScheduleError) return undefined;
    throw error;
  }
}

/** Takes from the list of active jobs those that have ended or gone. */
async function noteJobs(
  cron: CronJob,
  mine: readonly Job[],
  tools: Tools<undefined>,
): Promise<CronJob> {
  const { events } = tools;
  const before = cron.status.active ?? [];
  let active = before;
  let succeeded = cron.status.lastSuccessfulTime;
  for (const job of mine) {
    const { uid, name } = job.metadata;
    const listed = active.some((each) => each.uid === uid);
    const finished = finishedCondition(job);
    if (!listed && !finished) {
      const text = `Saw a job that the controller did not create or forgot: ${name}`;
      events.warning(cron, "UnexpectedJob", text);
    } else if (listed && finished) {
      active = active.filter((each) => each.uid !== uid);
      if (finished.type === "Complete") succeeded = job.status.completionTime ?? succeeded;
      const text = `Saw completed job: ${name}, status: ${finished.type}`;
      events.normal(cron, "SawCompletedJob", text);
    }
  }
  for (const { uid, name } of active) {
    if (mine.some(({ metadata }) => metadata.uid === uid)) continue;
    active = active.filter((each) => each.uid !== uid);
    events.normal(cron, "MissingJob", `Active job went missing: ${name}`);
  }
  return write(
    cron,
    { ...cron.status, active, ...(succeeded && { lastSuccessfulTime: succeeded }) },
    tools,
  );
}

async function write(
  cron: CronJob,
  status: CronJobStatus,
  { client, era }: Tools<undefined>,
): Promise<CronJob> {
  const known = knownStatus(cronJobs, status, era);
  if (known.active?.length === 0) delete known.active;
  if (equal(known, cron.status)) return cron;
  return client.updateStatus(cronJobs, { ...cron, status: known });
}

/** The last moment that was missed since the last job; undefined if there was none. */
function missed(cron: CronJob, tools: Tools<undefined>): number | undefined {
  const now = tools.clock.now();
  const schedule = scheduleOf(cron);
  const { creationTimestamp } = cron.metadata;
  const { startingDeadlineSeconds: deadline } = cron.spec;
  let from = parseTime(cron.status.lastScheduleTime ?? creationTimestamp) ?? now;
  if (deadline !== undefined) from = Math.max(from, now - deadline * 1000);
  let found: number | undefined;
  let count = 0;
  for (let at = schedule && nextTime(schedule, from); at !== undefined && at <= now; ) {
    found = at;
    if (++count > MOST_MISSED) {
      const text =
        "too many missed start time (> 100). Set or decrease .spec.startingDeadlineSeconds or check clock skew";
      const whole = `Cannot determine if job needs to be started: ${text}`;
      tools.events.warning(cron, "FailedNeedsStart", whole);
      return undefined;
    }
    at = nextTime(schedule as Schedule, at);
  }
  return found;
}

async function startDue(cron: CronJob, tools: Tools<undefined>): Promise<CronJob> {
  const { clock, events, era } = tools;
  const scheduled = missed(cron, tools);
  if (scheduled === undefined) return cron;
  const { startingDeadlineSeconds: deadline, concurrencyPolicy } = cron.spec;
  if (deadline !== undefined && scheduled + deadline * 1000 < clock.now()) {
    const text = `Missed scheduled time to start a job: ${longDate(scheduled)}`;
    events.warning(cron, "MissSchedule", text);
    return cron;
  }
  const { active = [] } = cron.status;
  if (concurrencyPolicy === "Forbid" && active.length > 0) {
    const text =
      "Not starting job because prior execution is running and concurrency policy is Forbid";
    if (!polls(era)) events.normal(cron, "JobAlreadyActive", text);
    return cron;
  }
  let now = cron;
  if (concurrencyPolicy === "Replace") {
    for (const { name = "" } of active) now = await removeJob(now, name, tools);
  }
  return start(now, scheduled, tools);
}

async function start(cron: CronJob, scheduled: number, tools: Tools<undefined>): Promise<CronJob> {
  const { client, events, era } = tools;
  const { namespace = "", name } = cron.metadata;
  const { metadata = {}, spec } = clone(cron.spec.jobTemplate);
  const number = polls(era) ? Math.floor(scheduled / 1000) : Math.floor(scheduled / 60_000);
  const stamped = era.gates.has("CronJobsScheduledAnnotation") && {
    "batch.kubernetes.io/cronjob-scheduled-timestamp": timestamp(scheduled),
  };
  const draft: Job = {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name: `${name}-${number}`,
      namespace,
      ...(metadata.labels && { labels: metadata.labels }),
      ...((metadata.annotations || stamped) && {
        annotations: { ...metadata.annotations, ...stamped },
      }),
      ownerReferences: [controllerReference(cron)],
    },
    spec,
    status: {},
  };
  let made: Job;
  try {
    made = await client.create(jobs, draft);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason === "AlreadyExists" && !polls(era)) return cron;
    if (!isNamespaceEnding(error)) {
      events.warning(cron, "FailedCreate", `Error creating job: ${error.message}`);
    }
    return cron;
  }
  events.normal(cron, "SuccessfulCreate", `Created job ${made.metadata.name}`);
  const status = {
    ...cron.status,
    active: [...(cron.status.active ?? []), referTo(made)],
    lastScheduleTime: timestamp(scheduled),
  };
  return write(cron, status, tools);
}

/** Deletes a job and takes it from the list. */
async function removeJob(cron: CronJob, name: string, tools: Tools<undefined>): Promise<CronJob> {
  const { client, events } = tools;
  const { namespace = "" } = cron.metadata;
  try {
    await client.delete(jobs, { namespace, name }, { propagationPolicy: "Background" });
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (error.reason !== "NotFound") {
      events.warning(cron, "FailedDelete", `Deleted job: ${error.message}`);
      throw error;
    }
  }
  events.normal(cron, "SuccessfulDelete", `Deleted job ${name}`);
  const active = (cron.status.active ?? []).filter((each) => each.name !== name);
  return write(cron, { ...cron.status, active }, tools);
}

/** Of the jobs that have ended only the newest stay. */
async function removeOld(
  cron: CronJob,
  mine: readonly Job[],
  tools: Tools<undefined>,
): Promise<void> {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cron.spec;
  const limits = { Complete: successfulJobsHistoryLimit, Failed: failedJobsHistoryLimit };
  for (const [type, limit] of Object.entries(limits)) {
    if (limit === undefined) continue;
    const ended = mine
      .filter((job) => finishedCondition(job)?.type === type && !job.metadata.deletionTimestamp)
      .sort((a, b) => (startOf(a) < startOf(b) ? -1 : 1));
    for (const job of ended.slice(0, Math.max(0, ended.length - limit))) {
      await removeJob(cron, keyOf(job).name, tools);
    }
  }
}

const startOf = ({ metadata, status }: Job): string => `${status.startTime ?? ""} ${metadata.name}`;
