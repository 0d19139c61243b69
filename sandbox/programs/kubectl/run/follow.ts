// `kubectl run --attach`: waits for the pod, joins its process, and looks how it ended.
// pkg/cmd/run/run.go handleAttachPod.

import type { KubeList, KubeObject } from "../../../api/meta.ts";
import { condition } from "../../../api/meta.ts";
import type { Container, Pod } from "../../../api/pod.ts";
import { notFound } from "../../../api/status.ts";
import type { Timer } from "../../../sim/clock.ts";
import { attachTo } from "../attach.ts";
import type { Call } from "../cli/command.ts";
import { isExpected } from "../cli/errors.ts";
import { formatLabels } from "../describe/lines.ts";
import { printLines } from "../logs.ts";
import { hasEnded } from "../pods-of.ts";
import { pathOf, type Target } from "../server/rest.ts";
import { waitFor } from "../waiting.ts";

async function targetOf({ kubectl }: Call, { metadata }: Pod): Promise<Target> {
  const mapping = await kubectl.discovery.find("pods");
  return { mapping, namespace: metadata.namespace ?? "", name: metadata.name };
}

async function waitForPod(call: Call, pod: Pod, isDone: (pod: Pod) => boolean): Promise<Pod> {
  const found = await waitFor(call.kubectl, await targetOf(call, pod), {
    timeoutMs: call.flags.duration("pod-running-timeout"),
    tooLate: "timed out waiting for the condition",
    done(object) {
      if (!object) throw notFound({ group: "", plural: "pods" }, "");
      return isDone(object as Pod);
    },
  });
  return found as Pod;
}

/** The pod that was made, or that what was made has made. */
export async function podOf(call: Call, object: KubeObject): Promise<Pod> {
  if (object.kind === "Pod") return object as Pod;
  const { kubectl } = call;
  const mapping = await kubectl.discovery.find("pods");
  const labelSelector = formatLabels(object.metadata.labels);
  for (;;) {
    const { items } = await kubectl.rest.list<KubeList<Pod>>(mapping, kubectl.namespace, {
      query: { labelSelector },
    });
    const [found] = items;
    if (found) return found;
    await kubectl.process.sleep(POLL_MS);
  }
}

const POLL_MS = 500;

const isReady = ({ status }: Pod): boolean =>
  status.phase === "Running" && condition(status.conditions, "Ready")?.status === "True";

/** Until 1.5 kubectl said each second what it waits for. */
class WaitNotes {
  readonly #call: Call;
  #status: string;
  #timer: Timer | undefined;
  written: Promise<void> = Promise.resolve();

  constructor(call: Call, pod: Pod) {
    this.#call = call;
    this.#status = pod.status?.phase ?? "Pending";
  }

  look({ metadata, status }: Pod, isDone: boolean): void {
    this.#status = status.phase ?? "";
    const { kubectl } = this.#call;
    this.#timer?.cancel();
    if (isDone || !kubectl.words.tellsWaiting) return;
    const tell = () => {
      const text = `Waiting for pod ${metadata.namespace}/${metadata.name} to be running, status is ${this.#status}, pod ready: false\n`;
      this.written = this.written.then(() => kubectl.out(text));
      this.#timer = kubectl.process.clock.after(SECOND_MS, tell);
    };
    this.#timer = kubectl.process.clock.after(SECOND_MS, tell);
  }
}

const SECOND_MS = 1_000;

/** Shows what its container writes: by joining it while it runs, from its log if it has ended. */
export async function followPod(call: Call, pod: Pod): Promise<void> {
  const { kubectl, flags } = call;
  const told = new WaitNotes(call, pod);
  const running = await waitForPod(call, pod, (each) => {
    const isDone = hasEnded(each) || isReady(each);
    told.look(each, isDone);
    return isDone;
  });
  await told.written;
  const container = running.spec.containers[0] as Container;
  if (hasEnded(running)) return showLog(call, running, container);
  try {
    await attachTo(kubectl, running, {
      container,
      stdin: flags.bool("stdin"),
      tty: flags.bool("tty"),
      quiet: flags.bool("quiet"),
    });
  } catch (error) {
    if (!isExpected(error)) throw error;
    await kubectl.error(kubectl.words.notAttached(running.metadata.name, error.message));
    return showLog(call, running, container);
  }
  const { stdin, tty } = { stdin: flags.bool("stdin"), tty: flags.bool("tty") };
  if (stdin && tty && running.spec.restartPolicy === "Always") {
    await kubectl.out(
      `Session ended, resume using 'kubectl attach ${running.metadata.name} -c ${container.name} -i -t' command when the pod is running\n`,
    );
  }
}

async function showLog(call: Call, pod: Pod, container: Container): Promise<void> {
  const { kubectl } = call;
  const path = pathOf(await targetOf(call, pod), "log");
  const query = { container: container.name };
  const { body } = await kubectl.rest.connection.send({ method: "GET", path, query });
  await printLines(kubectl, body, "");
}

export const waitUntilEnded = (call: Call, pod: Pod, onlySuccess: boolean): Promise<Pod> =>
  waitForPod(call, pod, (each) =>
    onlySuccess ? each.status.phase === "Succeeded" : hasEnded(each),
  );

/** `--rm`. */
export async function deleteRun(call: Call, objects: readonly KubeObject[]): Promise<void> {
  const { kubectl, flags } = call;
  for (const { apiVersion, kind, metadata } of objects) {
    const mapping = await kubectl.discovery.kind(apiVersion, kind);
    const { name, namespace = kubectl.namespace } = metadata;
    try {
      await kubectl.rest.delete({ mapping, namespace, name }, { propagationPolicy: "Background" });
    } catch (error) {
      if (!isExpected(error)) throw error;
      continue;
    }
    if (!flags.bool("quiet")) await kubectl.out(`${kind.toLowerCase()} "${name}" deleted\n`);
  }
}
