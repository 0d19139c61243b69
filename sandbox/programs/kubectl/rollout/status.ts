// kubectl rollout status. pkg/cmd/rollout/rollout_status.go,
// pkg/polymorphichelpers/rollout_status.go.

import type { DaemonSet } from "../../../api/daemonset.ts";
import type { Deployment } from "../../../api/deployment.ts";
import { condition, type KubeObject } from "../../../api/meta.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import type { StatefulSet } from "../../../api/statefulset.ts";
import { defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { bool, duration, int } from "../cli/flags.ts";
import type { ServedInfo } from "../input/info.ts";
import { hasFiles } from "../input/manifests.ts";
import { revisionOf } from "../replica-sets.ts";
import { FOREVER_MS, waitFor } from "../waiting.ts";
import { targetFlags } from "./targets.ts";

export const status = defineCommand({
  name: "status",
  usage: "(TYPE NAME | TYPE/NAME) [flags]",
  short: "Show the status of the rollout",
  long: "Show the status of the rollout. By default 'rollout status' will watch the status of the latest rollout until it's done. If you don't want to wait for the rollout to finish then you can use --watch=false.",
  examples: [
    "# Watch the rollout status of a deployment",
    "kubectl rollout status deployment/nginx",
  ],
  completes: "type",
  flags: [
    bool("watch w", "Watch the status of the rollout until it's done.", { value: "true" }),
    int(
      "revision",
      "Pin to a specific revision for showing its status. Defaults to 0 (last revision).",
    ),
    duration(
      "timeout",
      "The length of time to wait before ending watch, zero means never. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).",
    ),
    ...targetFlags,
  ],
  async run(call) {
    const { kubectl, flags, args } = call;
    if (args.length === 0 && !hasFiles(kubectl.files)) {
      throw new CommandError("required resource not specified");
    }
    const revision = flags.int("revision");
    if (revision < 0) throw new CommandError(`revision must be a positive integer: ${revision}`);
    const selector = flags.string("selector").trim();
    const flattens = kubectl.era.behaviors.has("describe-details");
    const selection = await kubectl.select({
      args,
      files: kubectl.files,
      typeMeansAll: true,
      singleType: true,
      latest: true,
      keepLists: !flattens,
      ...(selector !== "" && { selector }),
    });
    const { infos, error } = await selection.infos();
    if (error) throw error;
    if (infos.length !== 1 && !flattens) {
      throw new CommandError(
        `rollout status is only supported on individual resources and resource collections - ${infos.length} resources were found`,
      );
    }
    for (const info of infos as ServedInfo[]) {
      const { rolloutIsEarly } = kubectl.words;
      const early = rolloutIsEarly && info.mapping.kind === "Deployment";
      const minds = rolloutIsEarly === "minds availability";
      const view = early
        ? (object: KubeObject) => viewEarly(object as Deployment, minds)
        : viewerOf(info);
      await waitFor(kubectl, info, {
        timeoutMs: flags.duration("timeout") || FOREVER_MS,
        tooLate: "timed out waiting for the condition",
        async done(object) {
          if (!object) throw new CommandError("object has been deleted");
          const { text, isDone } = view(object, revision);
          await kubectl.out(text);
          return isDone || !flags.bool("watch");
        },
      });
    }
  },
});

interface View {
  readonly text: string;
  readonly isDone: boolean;
}

type Viewer = (object: KubeObject, revision: number) => View;

function viewerOf({ mapping }: ServedInfo): Viewer {
  const view = viewers[mapping.kind];
  if (view) return view;
  const kind = mapping.group ? `${mapping.kind}.${mapping.group}` : mapping.kind;
  throw new CommandError(`no status viewer has been implemented for ${kind}`);
}

const waiting = (text: string): View => ({ text: `${text}\n`, isDone: false });
const done = (text: string): View => ({ text: `${text}\n`, isDone: true });

const isObserved = ({ metadata }: KubeObject, observed = 0): boolean =>
  (metadata.generation ?? 0) <= observed;

/** Until 1.5 the ReplicaSets were not looked at. */
function viewEarly(deployment: Deployment, minds: boolean): View {
  const { metadata, spec, status = {} } = deployment;
  const { updatedReplicas = 0, availableReplicas = 0, observedGeneration } = status;
  const wanted = spec.replicas ?? 1;
  if (!isObserved(deployment, observedGeneration)) {
    return waiting("Waiting for deployment spec update to be observed...");
  }
  const heading = "Waiting for rollout to finish:";
  if (updatedReplicas < wanted) {
    return waiting(
      `${heading} ${updatedReplicas} out of ${wanted} new replicas have been updated...`,
    );
  }
  if (minds && availableReplicas < updatedReplicas) {
    return waiting(
      `${heading} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`,
    );
  }
  return done(`deployment ${metadata.name} successfully rolled out`);
}

function viewDeployment(deployment: Deployment, revision: number): View {
  const { metadata, spec, status = {} } = deployment;
  const { name } = metadata;
  const running = revisionOf(deployment);
  if (revision > 0 && revision !== running) {
    throw new CommandError(
      `desired revision (${revision}) is different from the running revision (${running})`,
    );
  }
  if (!isObserved(deployment, status.observedGeneration)) {
    return waiting("Waiting for deployment spec update to be observed...");
  }
  if (condition(status.conditions, "Progressing")?.reason === "ProgressDeadlineExceeded") {
    throw new CommandError(`deployment ${quoted(name)} exceeded its progress deadline`);
  }
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status;
  const heading = `Waiting for deployment ${quoted(name)} rollout to finish:`;
  const wanted = spec.replicas ?? 1;
  if (updatedReplicas < wanted) {
    return waiting(
      `${heading} ${updatedReplicas} out of ${wanted} new replicas have been updated...`,
    );
  }
  if (replicas > updatedReplicas) {
    return waiting(
      `${heading} ${replicas - updatedReplicas} old replicas are pending termination...`,
    );
  }
  if (availableReplicas < updatedReplicas) {
    return waiting(
      `${heading} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`,
    );
  }
  return done(`deployment ${quoted(name)} successfully rolled out`);
}

const onlyRolling = () =>
  new CommandError("rollout status is only available for RollingUpdate strategy type");

function viewDaemonSet(set: DaemonSet): View {
  const { metadata, spec, status } = set;
  if (spec.updateStrategy?.type !== "RollingUpdate") throw onlyRolling();
  if (!isObserved(set, status.observedGeneration)) {
    return waiting("Waiting for daemon set spec update to be observed...");
  }
  const { updatedNumberScheduled = 0, desiredNumberScheduled, numberAvailable = 0 } = status;
  const heading = `Waiting for daemon set ${quoted(metadata.name)} rollout to finish:`;
  if (updatedNumberScheduled < desiredNumberScheduled) {
    return waiting(
      `${heading} ${updatedNumberScheduled} out of ${desiredNumberScheduled} new pods have been updated...`,
    );
  }
  if (numberAvailable < desiredNumberScheduled) {
    return waiting(
      `${heading} ${numberAvailable} of ${desiredNumberScheduled} updated pods are available...`,
    );
  }
  return done(`daemon set ${quoted(metadata.name)} successfully rolled out`);
}

function viewStatefulSet(set: StatefulSet): View {
  const { spec, status } = set;
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  if (type !== "RollingUpdate") throw onlyRolling();
  const { observedGeneration = 0, readyReplicas = 0, updatedReplicas = 0 } = status ?? {};
  if (observedGeneration === 0 || !isObserved(set, observedGeneration)) {
    return waiting("Waiting for statefulset spec update to be observed...");
  }
  const wanted = spec.replicas ?? 1;
  if (readyReplicas < wanted)
    return waiting(`Waiting for ${wanted - readyReplicas} pods to be ready...`);
  if (rollingUpdate) {
    const { partition } = rollingUpdate;
    if (partition !== undefined && updatedReplicas < wanted - partition) {
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted - partition} new pods have been updated...`,
      );
    }
    return done(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  const { currentRevision = "", updateRevision = "", currentReplicas = 0 } = status;
  return updateRevision !== currentRevision
    ? waiting(
        `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...`,
      )
    : done(
        `statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`,
      );
}

const viewers: Readonly<Record<string, Viewer>> = {
  Deployment: (object, revision) => viewDeployment(object as Deployment, revision),
  DaemonSet: (object) => viewDaemonSet(object as DaemonSet),
  StatefulSet: (object) => viewStatefulSet(object as StatefulSet),
};
