// Ends containers: the hook before the end, a signal, patience, and no more patience.
// kuberuntime_container.go killContainer, pkg/kubelet/lifecycle/handlers.go.

import { utf8 } from "../../api/base64.ts";
import type { Container as ContainerSpec, LifecycleHandler, Pod } from "../../api/pod.ts";
import { fnv32a } from "../../sim/hash.ts";
import { fill } from "../fill.ts";
import type { Container } from "../runtime/container.ts";
import { isSidecar } from "./actions.ts";
import { tryHandler } from "./handlers.ts";
import { containerOf, type KubeletTools, podText } from "./tools.ts";

/** However little is left: a container has so long to end by itself. */
const LEAST_GRACE_MS = 2_000;

export interface Killing {
  readonly container: Container;
  readonly pod: Pod;
  readonly graceMs: number;
  /** Why, in the era's words. */
  readonly words: string;
  readonly probe?: string;
  readonly error?: string;
}

/** Resolves when it has ended. */
export async function killContainer(tools: KubeletTools, killing: Killing): Promise<void> {
  const { container, pod } = killing;
  if (container.state !== "running") return;
  const { spec } = container.config.labels;
  if (!tools.words.killedAfterwards) announce(tools, killing);
  let graceMs = killing.graceMs;
  const hook = spec.lifecycle?.preStop;
  if (hook && graceMs > 0) {
    const began = tools.clock.now();
    const failure = await runHook(tools, { hook, container, pod, limitMs: graceMs });
    if (failure !== undefined) {
      const said = tools.words.preStopFailed ?? failure.message;
      tools.events.warning(containerOf(pod, spec), "FailedPreStopHook", said);
    }
    graceMs -= Math.floor((tools.clock.now() - began) / 1000) * 1000;
  }
  await container.stop(Math.max(graceMs, LEAST_GRACE_MS));
  if (tools.words.killedAfterwards) announce(tools, killing);
}

/** All containers at the same time, sidecars after the others and the last one first. */
export async function killContainers(
  tools: KubeletTools,
  pod: Pod,
  graceMs: number,
): Promise<void> {
  const running = tools.runtime
    .pod(pod.metadata.uid ?? "")
    .containers.filter(({ state }) => state === "running");
  const words = tools.words.killing;
  const began = tools.clock.now();
  const left = () => Math.max(graceMs - (tools.clock.now() - began), 0);
  const isLate = ({ config }: Container) =>
    (pod.spec.initContainers ?? []).some((spec) => spec.name === config.name && isSidecar(spec));
  await Promise.all(
    running
      .filter((container) => !isLate(container))
      .map((container) => killContainer(tools, { container, pod, graceMs, words })),
  );
  // The newest comes first in the runtime's list: it began last.
  for (const container of running.filter(isLate)) {
    await killContainer(tools, { container, pod, graceMs: left(), words });
  }
}

export interface Hook {
  readonly hook: LifecycleHandler;
  readonly container: Container;
  readonly pod: Pod;
  readonly limitMs: number;
}

export interface HookFailure {
  /** What the event says. */
  readonly message: string;
  readonly error: string;
}

/** Runs a hook; what it resolves to is why it failed, in the kubelet's words. */
export async function runHook(
  tools: KubeletTools,
  { hook, container, pod, limitMs }: Hook,
): Promise<HookFailure | undefined> {
  const { spec } = container.config.labels;
  const running = tryHandler(tools, { handler: hook, container, timeoutMs: 0 });
  const outcome = Number.isFinite(limitMs)
    ? await Promise.race([running, tools.clock.sleep(limitMs, tools.signal)])
    : await running;
  if (!outcome || outcome.result === "success") return undefined;
  const { exec, httpGet } = hook;
  const { output, code = 126 } = outcome;
  const command = (exec?.command ?? []).join(" ");
  const kind = exec
    ? `Exec lifecycle hook ([${command}])`
    : `Http lifecycle hook (${httpGet?.path})`;
  const error = exec ? `command '${command}' exited with ${code}: ${output}` : output;
  const about = `for Container "${spec.name}" in Pod "${podText(pod)}"`;
  const said = JSON.stringify(exec ? output : "");
  return { message: `${kind} ${about} failed - error: ${error}, message: ${said}`, error };
}

function announce(
  tools: KubeletTools,
  { container, pod, words, probe = "", error = "" }: Killing,
): void {
  const { spec } = container.config.labels;
  const values = {
    ...{ container: spec.name, id: container.id.slice(0, 12), pod: podText(pod), probe, error },
    hashes: words.includes("{hashes}") ? hashes(spec, pod) : "",
  };
  tools.events.normal(containerOf(pod, spec), "Killing", fill(words, values));
}

/** What the container was made by and what it should be, as numbers. */
function hashes(old: ContainerSpec, { spec }: Pod): string {
  const all = [...spec.containers, ...(spec.initContainers ?? [])];
  const now = all.find(({ name }) => name === old.name);
  const hash = (container: ContainerSpec) => fnv32a(utf8(JSON.stringify(container)));
  return `${hash(old)} vs ${now ? hash(now) : 0}`;
}
