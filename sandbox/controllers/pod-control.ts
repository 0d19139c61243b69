// Making and deleting the pods of a workload, with the events that tell of it. What was done is
// expected to be heard. pkg/controller/controller_utils.go RealPodControl.

import { type KubeObject, keyOf, keyText } from "../api/meta.ts";
import { type Pod, type PodTemplate, pods } from "../api/pod.ts";
import { isReason, StatusError } from "../api/status.ts";
import type { Tools } from "../client/controller.ts";
import type { Expectations } from "./expectations.ts";
import { podFromTemplate } from "./pod-template.ts";

type PodTools = Tools<{ readonly expectations: Expectations<Pod> }>;

/** True for what is refused since its namespace is going, and takes everything along. */
export const isNamespaceEnding = (error: StatusError): boolean =>
  error.status.details?.causes?.some(({ reason }) => reason === "NamespaceTerminating") ?? false;

/** A pod of the template; undefined if there can be none, since the namespace ends. */
export async function makePod(
  owner: KubeObject,
  template: PodTemplate,
  tools: PodTools,
): Promise<Pod | undefined> {
  const { client, events, state, era } = tools;
  try {
    const pod = await client.create(pods, podFromTemplate(template, owner, era));
    state.expectations.made(keyText(keyOf(owner)), pod);
    events.normal(owner, "SuccessfulCreate", `Created pod: ${pod.metadata.name}`);
    return pod;
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    if (isNamespaceEnding(error)) return undefined;
    events.warning(owner, "FailedCreate", `Error creating: ${error.message}`);
    throw error;
  }
}

/** Has pods deleted, all at once; throws the first refusal when all have been asked for. */
export async function deletePods(
  owner: KubeObject,
  chosen: readonly Pod[],
  tools: PodTools,
): Promise<void> {
  const results = await Promise.allSettled(chosen.map((pod) => deletePod(owner, pod, tools)));
  const failed = results.find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

async function deletePod(owner: KubeObject, pod: Pod, tools: PodTools): Promise<void> {
  const { client, events, state } = tools;
  const { uid, name } = pod.metadata;
  try {
    await client.delete(pods, keyOf(pod), uid ? { preconditions: { uid } } : {});
  } catch (error) {
    if (isReason(error, "NotFound")) return;
    if (error instanceof StatusError) {
      events.warning(owner, "FailedDelete", `Error deleting: ${error.message}`);
    }
    throw error;
  }
  state.expectations.deleted(keyText(keyOf(owner)), pod);
  events.normal(owner, "SuccessfulDelete", `Deleted pod: ${name}`);
}
