// Probes: one worker for each probe of each container, on a beat of its own. Between beats it does
// nothing, and before its container runs it has no timer at all. pkg/kubelet/prober/worker.go.

import type { Container as ContainerSpec, ContainerStatus, Pod, Probe } from "../../api/pod.ts";
import { parseTime } from "../../api/time.ts";
import type { Timer } from "../../sim/clock.ts";
import type { Container } from "../runtime/container.ts";
import { containerIdText } from "./container-status.ts";
import { tryHandler } from "./handlers.ts";
import { containerOf, type KubeletTools } from "./tools.ts";

export type ProbeType = "liveness" | "readiness" | "startup";

export interface ProbeHooks {
  /** The status that the API was told last. */
  status(uid: string, container: string): ContainerStatus | undefined;
  /** The result of a probe is not what it was. */
  changed(uid: string, type: ProbeType, success: boolean): void;
}

/** What is taken for true before the first probe. */
const initially: Readonly<Record<ProbeType, boolean | undefined>> = {
  liveness: true,
  readiness: false,
  startup: undefined,
};

const labels: Readonly<Record<ProbeType, string>> = {
  liveness: "Liveness",
  readiness: "Readiness",
  startup: "Startup",
};

/** The probes of one pod. */
export class PodProbes {
  readonly #workers: readonly ProbeWorker[];
  readonly #byName = new Map<string, ProbeWorker>();

  constructor(tools: KubeletTools, hooks: ProbeHooks, pod: Pod) {
    const sidecars = (pod.spec.initContainers ?? []).filter(
      (each) => each.restartPolicy === "Always",
    );
    this.#workers = [...sidecars, ...pod.spec.containers].flatMap((spec) =>
      probesOf(spec, tools.era.gates.has("StartupProbe")).map(([type, probe]) => {
        const worker = new ProbeWorker({ tools, hooks, pod, spec, type, probe });
        this.#byName.set(`${type} ${spec.name}`, worker);
        return worker;
      }),
    );
  }

  /** The last result for this very container; undefined if there is no probe, or none yet. */
  result(type: ProbeType, container: Container): boolean | undefined {
    return this.#byName.get(`${type} ${container.config.name}`)?.resultOf(container);
  }

  has(type: ProbeType, name: string): boolean {
    return this.#byName.has(`${type} ${name}`);
  }

  /** Containers have started or ended: whoever slept sees whether there is something to probe. */
  wake(find: (name: string) => Container | undefined): void {
    for (const worker of this.#workers) worker.wake(find);
  }

  stop(): void {
    for (const worker of this.#workers) worker.stop();
  }
}

function probesOf(spec: ContainerSpec, startup: boolean): [ProbeType, Probe][] {
  const found: [ProbeType, Probe][] = [];
  if (spec.startupProbe && startup) found.push(["startup", spec.startupProbe]);
  if (spec.readinessProbe) found.push(["readiness", spec.readinessProbe]);
  if (spec.livenessProbe) found.push(["liveness", spec.livenessProbe]);
  return found;
}

interface WorkerInit {
  readonly tools: KubeletTools;
  readonly hooks: ProbeHooks;
  readonly pod: Pod;
  readonly spec: ContainerSpec;
  readonly type: ProbeType;
  readonly probe: Probe;
}

class ProbeWorker {
  readonly #init: WorkerInit;
  readonly #periodMs: number;
  readonly #firstBeat: number;
  #container: Container | undefined;
  #result: boolean | undefined;
  #last: boolean | undefined;
  #run = 0;
  #onHold = false;
  #timer: Timer | undefined;
  #busy = false;
  #stopped = false;

  constructor(init: WorkerInit) {
    this.#init = init;
    const { tools, pod, spec, type, probe } = init;
    this.#periodMs = (probe.periodSeconds ?? 10) * 1000;
    const chance = tools.random.stream(`probe ${pod.metadata.uid} ${spec.name} ${type}`);
    this.#firstBeat = tools.clock.now() + chance.below(this.#periodMs);
  }

  resultOf(container: Container): boolean | undefined {
    return container === this.#container ? this.#result : undefined;
  }

  wake(find: (name: string) => Container | undefined): void {
    if (this.#stopped) return;
    const container = find(this.#init.spec.name);
    if (container?.state !== "running") return;
    if (container !== this.#container) {
      this.#container = container;
      this.#result = initially[this.#init.type];
      this.#last = undefined;
      this.#run = 0;
      this.#onHold = false;
    }
    if (!this.#timer && !this.#onHold && !this.#busy) this.#wait();
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
  }

  #wait(): void {
    const { clock } = this.#init.tools;
    const late = (clock.now() - this.#firstBeat) % this.#periodMs;
    const early = this.#firstBeat - clock.now();
    const ms = early > 0 ? early : this.#periodMs - late;
    this.#timer = clock.after(ms, () => {
      this.#timer = undefined;
      this.#init.tools.spawn(() => this.#beat());
    });
  }

  async #beat(): Promise<void> {
    const container = this.#container;
    if (this.#stopped || !container || container.state !== "running") return;
    this.#busy = true;
    if (this.#isDue(container)) await this.#probe(container);
    this.#busy = false;
    if (!this.#stopped && !this.#onHold && !this.#timer) this.#wait();
  }

  #isDue(container: Container): boolean {
    const { tools, hooks, pod, spec, type, probe } = this.#init;
    const status = hooks.status(pod.metadata.uid ?? "", spec.name);
    if (status?.containerID !== containerIdText(container, tools.era)) return false;
    const started = parseTime(status.state?.running?.startedAt);
    if (started === undefined) return false;
    const age = Math.floor((tools.clock.now() - started) / 1000);
    if (age < (probe.initialDelaySeconds ?? 0)) return false;
    // Where there is no such thing as starting, what runs has started.
    return (status.started ?? true) === (type !== "startup");
  }

  async #probe(container: Container): Promise<void> {
    const { tools, hooks, pod, type, probe } = this.#init;
    const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
    const { result, output } = await tryHandler(tools, { handler: probe, container, timeoutMs });
    if (this.#stopped || container !== this.#container || container.state !== "running") return;
    if (result !== "success") {
      const how = result === "failure" ? "failed" : "errored";
      const message = `${labels[type]} probe ${how}: ${output}`;
      tools.events.warning(containerOf(pod, this.#init.spec), "Unhealthy", message);
    }
    if (result === "error") return;
    const success = result === "success";
    this.#run = success === this.#last ? this.#run + 1 : 1;
    this.#last = success;
    const needed = success ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3);
    if (this.#run < needed) return;
    const before = this.#result;
    this.#result = success;
    if (type !== "readiness" && !success) {
      this.#onHold = true;
      this.#run = 0;
    }
    if (before !== success) hooks.changed(pod.metadata.uid ?? "", type, success);
  }
}
