// One volume: detached from where it is not wanted, then attached to where it is. Nothing waits
// here for a cloud; what takes time is an operation, and the volume is looked at again when it has
// ended. pkg/controller/volume/attachdetach/reconciler/reconciler.go.

import { condition } from "../../../api/meta.ts";
import { type Node, nodes } from "../../../api/node.ts";
import type { Pod } from "../../../api/pod.ts";
import { isReason } from "../../../api/status.ts";
import type { Requeue, Tools } from "../../../client/controller.ts";
import type { Cloud } from "../../../machine/cloud.ts";
import { isRefusal, type Operations, VolumeError } from "../../operations.ts";
import type { Attached, Attachments } from "./actual.ts";
import { type Attacher, attacherFor, type Waiting } from "./attachers.ts";
import { type Desired, desired } from "./desired.ts";
import { tell } from "./verdicts.ts";

export interface AttachState {
  readonly cloud: Cloud | undefined;
  readonly operations: Operations;
  readonly attachments: Attachments;
  /**
   * Volumes and nodes, as operations of shared volumes are named, of which Multi-Attach was said.
   */
  readonly complained: Set<string>;
  readonly waiting: Waiting;
  /** The last verdict told to the trace, by volume. */
  readonly told: Map<string, string>;
  /** What an operation beside the control loop broke. */
  bug: unknown;
}

type AttachTools = Tools<AttachState>;

/** How long a volume that no pod wants is left to a node that says that it uses it. */
const FORCE_MS = 6 * 60_000;

export async function putRight(name: string, tools: AttachTools): Promise<Requeue | undefined> {
  const { cache, client, clock, state } = tools;
  const { attachments } = state;
  const wanted = desired(name, cache);
  const due: (number | undefined)[] = [];
  for (const [node, place] of attachments.of(name)) {
    if (wanted.users.has(node)) place.unwantedSince = undefined;
    else due.push(await detach({ name, node, place }, tools));
  }
  for (const [node, users] of wanted.users) {
    if (!attachments.get(name, node)?.confirmed)
      due.push(attach({ name, node, users, wanted }, tools));
  }
  forgetComplaints(name, wanted, state);
  tell(name, wanted, tools);
  await attachments.tell(client);
  const next = Math.min(...due.map((at) => at ?? Number.POSITIVE_INFINITY));
  return Number.isFinite(next) ? { requeueAfter: Math.max(next - clock.now(), 0) } : undefined;
}

/** One at a time for each volume, or for each node where it may be on several. */
const operationName = (name: string, node: string, shared: boolean): string =>
  shared ? `${name} ${node}` : name;

interface Leaving {
  readonly name: string;
  readonly node: string;
  readonly place: Attached;
}

/** Gives when to look again, if that is known. */
async function detach(leaving: Leaving, tools: AttachTools): Promise<number | undefined> {
  const { name, node, place } = leaving;
  const { cache, client, clock, state } = tools;
  const { attachments, operations } = state;
  const operation = operationName(name, node, place.shared);
  if (operations.isRunning(operation)) return undefined;
  place.unwantedSince ??= clock.now();
  const machine = cache.get(nodes, { namespace: "", name: node });
  if (machine) place.mounted = machine.status.volumesInUse?.includes(name) ?? false;
  const forced = mayBeForced(machine, place, tools);
  if (place.mounted && forced !== true) return forced;
  const retryAt = operations.retryAt(operation);
  if (retryAt !== undefined) return retryAt;
  // Before it goes the node must not think that it may mount it.
  attachments.report(name, node, false);
  await attachments.tell(client);
  operations.run(operation, () => runDetach(leaving, forced === true, tools));
  return undefined;
}

/** True: at once, whatever the node says. Otherwise when that will be, if ever. */
function mayBeForced(
  machine: Node | undefined,
  { unwantedSince = 0 }: Attached,
  { clock, era }: AttachTools,
): true | number | undefined {
  const isLost = machine?.spec.taints?.some(({ key }) => key === outOfService);
  if (isLost && era.gates.has("NodeOutOfServiceVolumeDetach")) return true;
  const isHealthy = condition(machine?.status.conditions, "Ready")?.status === "True";
  if (isHealthy && era.behaviors.has("healthy-nodes-keep-volumes")) return undefined;
  const at = unwantedSince + FORCE_MS + 1;
  return clock.now() >= at ? true : at;
}

const outOfService = "node.kubernetes.io/out-of-service";

async function runDetach(
  { name, node, place }: Leaving,
  forced: boolean,
  tools: AttachTools,
): Promise<void> {
  const { state } = tools;
  try {
    if (!forced) await checkUnused(name, node, tools);
    await attacherFor(name, state, tools).detach({ name, node });
    state.attachments.delete(name, node);
  } catch (error) {
    if (isRefusal(error) && place.confirmed) state.attachments.report(name, node, true);
    throw error;
  }
}

/** The cache may be behind: the node has the last word. */
async function checkUnused(name: string, node: string, { client }: AttachTools): Promise<void> {
  try {
    const { status } = await client.get(nodes, { namespace: "", name: node });
    if (!status.volumesInUse?.includes(name)) return;
  } catch (error) {
    if (isReason(error, "NotFound")) return;
    throw error;
  }
  throw new VolumeError("volume is still in use by node, according to Node status");
}

interface Coming {
  readonly name: string;
  readonly node: string;
  readonly users: readonly Pod[];
  readonly wanted: Desired;
}

function attach(coming: Coming, tools: AttachTools): number | undefined {
  const { name, node, wanted } = coming;
  const { operations, attachments, complained } = tools.state;
  const operation = operationName(name, node, wanted.shared);
  if (operations.isRunning(operation)) return undefined;
  const others = [...attachments.of(name)].filter(([, { confirmed }]) => confirmed);
  if (!wanted.shared && others.length > 0) {
    const complaint = operationName(name, node, true);
    if (!complained.has(complaint))
      complain(
        coming,
        others.map(([at]) => at),
        tools,
      );
    complained.add(complaint);
    return undefined;
  }
  const retryAt = operations.retryAt(operation);
  if (retryAt !== undefined) return retryAt;
  operations.run(operation, () => runAttach(coming, tools));
  return undefined;
}

async function runAttach({ name, node, users, wanted }: Coming, tools: AttachTools): Promise<void> {
  const { events, era, state } = tools;
  const words = era.words.volumes.attaching;
  let attacher: Attacher | undefined;
  try {
    attacher = attacherFor(name, state, tools);
    const device = await attacher.attach({ name, node }, wanted.volume);
    const attached = words?.attached(wanted.title);
    if (attached) for (const pod of users) events.normal(pod, "SuccessfulAttachVolume", attached);
    state.attachments.put(name, node, { device, confirmed: true, shared: wanted.shared });
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const step = attacher ? "AttachVolume.Attach" : "AttachVolume.NewAttacher";
    const failed = words?.failed(step, wanted.title, error.message);
    if (failed) for (const pod of users) events.warning(pod, "FailedAttachVolume", failed);
    if (attacher) {
      // Whether it is there now is not certain; where else it is, it must go from.
      const uncertain = attacher.elsewhere({ name, node }) ?? node;
      const known = state.attachments.get(name, uncertain)?.confirmed;
      const place = { device: "", confirmed: false, shared: wanted.shared };
      if (!known) state.attachments.put(name, uncertain, place);
    }
    throw error;
  }
}

/** Says once that the volume is elsewhere, and whose fault that is. */
function complain(
  { users, wanted }: Coming,
  others: readonly string[],
  { events, era }: AttachTools,
): void {
  const words = era.words.volumes.attaching;
  if (!words) return;
  const there = others.flatMap((node) => wanted.users.get(node) ?? []);
  for (const pod of users) {
    const isNear = ({ metadata }: Pod) => metadata.namespace === pod.metadata.namespace;
    const near = there.filter(isNear).map(({ metadata }) => metadata.name);
    const message = words.multiAttach(wanted.title, { near, far: there.length - near.length });
    events.warning(pod, "FailedAttachVolume", message);
  }
}

/** A pod that comes again to a node is told again. */
function forgetComplaints(name: string, { users }: Desired, { complained }: AttachState): void {
  for (const complaint of complained) {
    const [volume, node = ""] = complaint.split(" ");
    if (volume === name && !users.has(node)) complained.delete(complaint);
  }
}
