// Which pods of a node have to go when it is drained, and which may not. pkg/drain/filters.go.

import { makerOf } from "../../../api/maker.ts";
import { controllerOf, type KubeList } from "../../../api/meta.ts";
import type { Pod } from "../../../api/pod.ts";
import { isReason } from "../../../api/status.ts";
import { parseTime } from "../../../api/time.ts";
import type { Call } from "../cli/command.ts";
import { Aggregate, CommandError, expected, type KubectlError } from "../cli/errors.ts";

export interface PodsToGo {
  readonly pods: readonly Pod[];
  readonly warnings: string;
  /** Why nothing may be done at all. */
  readonly error: KubectlError | undefined;
}

type Verdict =
  | { readonly goes: boolean; readonly warning?: string }
  | { readonly goes: false; readonly refusal: string };

type Filter = (pod: Pod, call: Call) => Verdict | Promise<Verdict>;

const goes: Verdict = { goes: true };
const stays: Verdict = { goes: false };

export async function podsToGo(call: Call, node: string): Promise<PodsToGo> {
  const { kubectl, flags } = call;
  const labelSelector = flags.string("pod-selector");
  const query = {
    fieldSelector: `spec.nodeName=${node}`,
    ...(labelSelector !== "" && { labelSelector }),
  };
  const mapping = await kubectl.discovery.find("pods");
  const { items } = await kubectl.rest.list<KubeList<Pod>>(mapping, "", { query });
  const pods: Pod[] = [];
  const warnings = new Map<string, string[]>();
  const refusals = new Map<string, string[]>();
  for (const pod of items) {
    const verdict = await judge(pod, call);
    const name = `${pod.metadata.namespace}/${pod.metadata.name}`;
    if (verdict.goes) pods.push(pod);
    const { drainRefusal } = kubectl.words;
    const shown = drainRefusal ? pod.metadata.name : name;
    if ("refusal" in verdict) add(refusals, verdict.refusal, shown);
    else if (verdict.warning !== undefined) add(warnings, verdict.warning, name);
  }
  const told = (map: ReadonlyMap<string, string[]>) =>
    [...map].map(([message, names]) => `${message}: ${names.join(", ")}`);
  // differs: upstream tells them in random order.
  const errors = told(refusals)
    .sort(byPlace)
    .map((message) => new CommandError(`cannot delete ${message}`));
  const [first] = errors;
  const { drainRefusal } = kubectl.words;
  if (drainRefusal && first) {
    return { pods, warnings: "", error: new CommandError(drainRefusal(refusals)) };
  }
  return {
    pods,
    warnings: told(warnings).join("; "),
    error: first && (errors.length === 1 ? first : new Aggregate(errors)),
  };
}

function add(map: Map<string, string[]>, key: string, name: string): void {
  map.set(key, [...(map.get(key) ?? []), name]);
}

/** The last filter's complaint comes first. */
const places = [/no controller|not managed/, /local storage/, /DaemonSet/];
const placeOf = (message: string): number => places.findIndex((place) => place.test(message));
const byPlace = (a: string, b: string): number => placeOf(a) - placeOf(b);

/** The last filter that a pod passes has the last word. */
async function judge(pod: Pod, call: Call): Promise<Verdict> {
  let verdict = goes;
  for (const filter of filters) {
    verdict = await filter(pod, call);
    if (!verdict.goes) return verdict;
  }
  return verdict;
}

const hasEnded = ({ status }: Pod): boolean =>
  status.phase === "Succeeded" || status.phase === "Failed";

/** Long deleted pods are not waited for. */
export function isLongDeleted({ metadata }: Pod, { kubectl, flags }: Call): boolean {
  const limit = flags.int("skip-wait-for-delete-timeout");
  const deleted = parseTime(metadata.deletionTimestamp);
  return limit > 0 && deleted !== undefined && kubectl.now() - deleted > limit * 1000;
}

async function daemonSetFilter(pod: Pod, { kubectl, flags }: Call): Promise<Verdict> {
  const controller = controllerOf(pod);
  if (controller?.kind !== "DaemonSet" || hasEnded(pod)) return goes;
  const { namespace = "" } = pod.metadata;
  try {
    const mapping = await kubectl.discovery.find("daemonsets.apps");
    await kubectl.rest.get({ mapping, namespace, name: controller.name });
  } catch (error) {
    const { message } = expected(error);
    return isReason(error, "NotFound") && flags.bool("force")
      ? { goes: true, warning: message }
      : { goes: false, refusal: message };
  }
  return flags.bool("ignore-daemonsets")
    ? { goes: false, warning: "ignoring DaemonSet-managed Pods" }
    : { goes: false, refusal: "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)" };
}

function localStorageFilter(pod: Pod, { flags }: Call): Verdict {
  const isLocal = pod.spec.volumes?.some(({ emptyDir }) => emptyDir) ?? false;
  if (!isLocal || hasEnded(pod)) return goes;
  return flags.bool("delete-emptydir-data") || flags.bool("delete-local-data")
    ? { goes: true, warning: "deleting Pods with local storage" }
    : {
        goes: false,
        refusal: "Pods with local storage (use --delete-emptydir-data to override)",
      };
}

function unmanagedFilter(pod: Pod, { kubectl, flags }: Call): Verdict {
  const { unmanagedPods, unmanagedPodsForced, drainKinds } = kubectl.words;
  const maker = makerOf(pod)?.kind;
  if (maker && drainKinds && !drainKinds.includes(maker)) {
    return { goes: false, refusal: `Unknown controller kind ${JSON.stringify(maker)}` };
  }
  if (hasEnded(pod) || maker) return goes;
  return flags.bool("force")
    ? { goes: true, warning: `deleting ${unmanagedPodsForced}` }
    : { goes: false, refusal: unmanagedPods };
}

const filters: readonly Filter[] = [
  (pod, call) => (isLongDeleted(pod, call) ? stays : goes),
  daemonSetFilter,
  ({ metadata }) => (metadata.annotations?.["kubernetes.io/config.mirror"] ? stays : goes),
  localStorageFilter,
  unmanagedFilter,
];
