// Objects that a command changes by a patch: it says how the object should be, and what differs
// from how it is goes to the server. pkg/cmd/set/helper.go CalculatePatches.

import type { KubeObject } from "../../api/meta.ts";
import type { PodSpec, PodTemplate } from "../../api/pod.ts";
import { strategicDiff } from "../../api/strategic-diff.ts";
import type { Call } from "./cli/command.ts";
import { CommandError, expected, type KubectlError, PlainError } from "./cli/errors.ts";
import { type DryRun, dryRunOf } from "./cli/shared-flags.ts";
import { printTyped } from "./create/object.ts";
import type { Info, ServedInfo } from "./input/info.ts";

export interface Change {
  /** What is said of what has changed, also if it is only shown. */
  operation(dryRun: DryRun): string;
  /** How complaints about the patch begin; empty: as the server makes them. */
  readonly failure: string;
  /** What is said of objects that stay as they are; without it nothing is. */
  readonly unchanged?: string;
  /** True if a patch that changes nothing is sent nevertheless. */
  readonly sendsEmpty?: boolean;
  /** Nothing is sent. */
  readonly local?: boolean;
  /** How a complaint about an object names it. */
  nameOf(info: Info): string;
  /** The object as it should be; undefined leaves it alone. Throws CommandError. */
  change(object: KubeObject): KubeObject | undefined;
}

/** Changes one after the other; gives back what went wrong. */
export async function changeAll(
  call: Call,
  infos: readonly Info[],
  change: Change,
): Promise<KubectlError[]> {
  const errors: KubectlError[] = [];
  for (const info of infos) {
    const object = info.object as KubeObject;
    try {
      const draft = attempt(info, object, change);
      if (draft) await send(call, { info, object, draft }, change);
    } catch (failure) {
      errors.push(expected(failure));
    }
  }
  return errors;
}

function attempt(info: Info, object: KubeObject, change: Change): KubeObject | undefined {
  try {
    return change.change(object);
  } catch (error) {
    throw new PlainError(`error: ${change.nameOf(info)} ${expected(error).message}`);
  }
}

interface Draft {
  readonly info: Info;
  readonly object: KubeObject;
  readonly draft: KubeObject;
}

async function send(call: Call, { info, object, draft }: Draft, change: Change): Promise<void> {
  const { kubectl, flags } = call;
  const dryRun = await dryRunOf(kubectl);
  const { schema } = kubectl.era;
  const type = schema.definition(object.apiVersion, object.kind);
  const body = strategicDiff({ ...object }, { ...draft }, { schema, type });
  if (Object.keys(body).length === 0 && !change.sendsEmpty) {
    if (change.unchanged !== undefined) await printTyped(call, object, change.unchanged);
    return;
  }
  const operation = change.operation(dryRun);
  if (change.local || dryRun === "client") return printTyped(call, draft, operation);
  const options = { dryRun: dryRun === "server", fieldManager: flags.string("field-manager") };
  let patched: KubeObject;
  try {
    patched = await kubectl.rest.patch(info as ServedInfo, { kind: "strategic", body }, options);
  } catch (error) {
    if (change.failure === "") throw error;
    throw new CommandError(`${change.failure} ${expected(error).message}`);
  }
  await kubectl.warned();
  await printTyped(call, patched, operation);
}

type Templated = KubeObject & {
  readonly spec?: PodSpec & {
    readonly template?: PodTemplate;
    readonly jobTemplate?: { readonly spec: { readonly template: PodTemplate } };
  };
};

const templated = /^(ReplicationController|Deployment|DaemonSet|ReplicaSet|StatefulSet|Job)$/;

/** The object with its pods changed. Throws if it has none. */
export function withPodSpec(object: KubeObject, change: (spec: PodSpec) => PodSpec): KubeObject {
  const { spec } = object as Templated;
  const { kind } = object;
  if (kind === "Pod" && spec) return { ...object, spec: change(spec) } as KubeObject;
  if (templated.test(kind) && spec?.template) {
    const template = { ...spec.template, spec: change(spec.template.spec) };
    return { ...object, spec: { ...spec, template } } as KubeObject;
  }
  if (kind === "CronJob" && spec?.jobTemplate) {
    const { jobTemplate } = spec;
    const { template } = jobTemplate.spec;
    const changed = { ...template, spec: change(template.spec) };
    const jobs = { ...jobTemplate, spec: { ...jobTemplate.spec, template: changed } };
    return { ...object, spec: { ...spec, jobTemplate: jobs } } as KubeObject;
  }
  throw new CommandError(`the object is not a pod or does not have a pod template: *v1.${kind}`);
}
