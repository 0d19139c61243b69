// kubectl rollout pause, resume and restart. pkg/cmd/rollout; pkg/polymorphichelpers/object*.go.

import type { Deployment } from "../../../api/deployment.ts";
import type { KubeObject } from "../../../api/meta.ts";
import type { PodTemplate } from "../../../api/pod.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { timestamp } from "../../../api/time.ts";
import { type Call, type Command, defineCommand } from "../cli/command.ts";
import { CommandError, throwAll } from "../cli/errors.ts";
import type { Info } from "../input/info.ts";
import { type Change, changeAll } from "../object-patches.ts";
import { changeFlags, targetsOf } from "./targets.ts";

type Words = Pick<Command, "name" | "short" | "examples">;

/** `deployments.apps "web"`. */
function nameOf({ mapping, name }: Info): string {
  const { plural = "", group = "" } = mapping ?? {};
  return `${group ? `${plural}.${group}` : plural} ${quoted(name)}`;
}

function changeCommand(
  words: Words,
  change: (call: Call) => Pick<Change, "change" | "unchanged"> & { readonly done: string },
): Command {
  return defineCommand({
    ...words,
    usage: "RESOURCE",
    completes: "type",
    flags: changeFlags,
    async run(call) {
      const { infos, error } = await (await targetsOf(call)).infos();
      const { done, ...wanted } = change(call);
      const failures = await changeAll(call, infos, {
        ...wanted,
        operation: () => done,
        failure: "failed to patch:",
        nameOf,
      });
      throwAll([...(error ? [error] : []), ...failures]);
    },
  });
}

/** Only Deployments can. */
function paused(object: KubeObject, what: string): { draft: Deployment; is: boolean } {
  if (object.kind !== "Deployment") throw new CommandError(`${what} is not supported`);
  const draft = object as Deployment;
  return { draft, is: draft.spec.paused ?? false };
}

export const pause = changeCommand(
  {
    name: "pause",
    short: "Mark the provided resource as paused",
    examples: [
      "# Mark the nginx deployment as paused. Any current state of",
      "# the deployment will continue its function, new updates to the deployment will not",
      "# have an effect as long as the deployment is paused.",
      "kubectl rollout pause deployment/nginx",
    ],
  },
  () => ({
    done: "paused",
    change(object) {
      const { draft, is } = paused(object, "pausing");
      if (is) throw new CommandError("is already paused");
      return { ...draft, spec: { ...draft.spec, paused: true } };
    },
  }),
);

export const resume = changeCommand(
  {
    name: "resume",
    short: "Resume a paused resource",
    examples: ["# Resume an already paused deployment", "kubectl rollout resume deployment/nginx"],
  },
  () => ({
    done: "resumed",
    change(object) {
      const { draft, is } = paused(object, "resuming");
      if (!is) throw new CommandError("is not paused");
      const { paused: _, ...spec } = draft.spec;
      return { ...draft, spec };
    },
  }),
);

const restartedAt = "kubectl.kubernetes.io/restartedAt";
const restartable = /^(Deployment|DaemonSet|StatefulSet)$/;

type Templated = KubeObject & { readonly spec: { paused?: boolean; template: PodTemplate } };

export const restart = changeCommand(
  {
    name: "restart",
    short: "Restart a resource",
    examples: [
      "# Restart a deployment",
      "kubectl rollout restart deployment/nginx",
      "",
      "# Restart a daemonset",
      "kubectl rollout restart daemonset/abc",
    ],
  },
  ({ kubectl }) => ({
    done: "restarted",
    change(object) {
      if (!restartable.test(object.kind)) throw new CommandError("restarting is not supported");
      const { spec } = object as Templated;
      if (spec.paused) {
        throw new CommandError("can't restart paused deployment (run rollout resume first)");
      }
      const { metadata = {} } = spec.template;
      const annotations = { ...metadata.annotations, [restartedAt]: timestamp(kubectl.now()) };
      const template = { ...spec.template, metadata: { ...metadata, annotations } };
      return { ...object, spec: { ...spec, template } } as KubeObject;
    },
  }),
);
