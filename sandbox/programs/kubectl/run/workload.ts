// What `kubectl run` makes: a Pod; until 1.17 a Deployment or a Job, if the restart policy asks for
// one. pkg/kubectl/run.go of 1.3 to 1.11.

import type { KubeObject } from "../../../api/meta.ts";
import type { Pod } from "../../../api/pod.ts";
import type { Call } from "../cli/command.ts";
import { makePod } from "./pod.ts";

export async function makeRun(call: Call, name: string): Promise<KubeObject> {
  const { kubectl, flags } = call;
  const pod = makePod(call, name) as Pod;
  const restart = flags.string("restart") || "Always";
  if (!kubectl.words.runMakesWorkloads || restart === "Never") return pod;
  const { metadata, spec } = pod;
  const labels = metadata.labels ?? {};
  const template = { metadata: { labels }, spec };
  if (restart === "OnFailure") {
    return made("batch/v1", "Job", { metadata: { name, labels }, spec: { template } });
  }
  const served = await kubectl.discovery.groupVersions();
  const version = ["apps/v1beta1", "extensions/v1beta1"].filter((each) => served.includes(each));
  const hasDeployments = async (each: string) =>
    (await kubectl.discovery.resources(each)).some(({ plural }) => plural === "deployments");
  const [first = "apps/v1", second = first] = version;
  const replicas = flags.int("replicas");
  return made((await hasDeployments(first)) ? first : second, "Deployment", {
    metadata: { name, labels },
    spec: { replicas, selector: { matchLabels: labels }, template },
  });
}

const made = (
  apiVersion: string,
  kind: string,
  rest: { readonly metadata: KubeObject["metadata"]; readonly spec: object },
): KubeObject => ({ apiVersion, kind, ...rest });
