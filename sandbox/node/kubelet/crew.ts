// What the workers of one kubelet share.

import type { Pod } from "../../api/pod.ts";
import type { VolumeTools } from "../volumes/pod-volumes.ts";
import { BackOff } from "./back-off.ts";
import { ImageManager } from "./images.ts";
import { Pleg } from "./pleg.ts";
import { podStatus } from "./pod-status.ts";
import type { ProbeHooks } from "./probes.ts";
import { StatusManager } from "./status-manager.ts";
import type { KubeletTools } from "./tools.ts";
import type { PodWorker } from "./worker.ts";

export interface Crew {
  readonly tools: KubeletTools;
  readonly statuses: StatusManager;
  readonly pleg: Pleg;
  readonly images: ImageManager;
  /** Of containers that crash. */
  readonly backOff: BackOff;
  readonly volumes: VolumeTools;
  readonly probeHooks: ProbeHooks;
  /** The pod as the API has it; for a static pod, its mirror. */
  object(uid: string): Pod | undefined;
  /** Nothing is left of the pod, here and in the API. */
  left(worker: PodWorker): void;
}

/** What the crew must know and cannot find out itself. */
export interface CrewSource extends Pick<Crew, "volumes" | "object" | "left"> {
  worker(uid: string): PodWorker | undefined;
}

export function createCrew(tools: KubeletTools, source: CrewSource): Crew {
  const { volumes, worker } = source;
  const { clock, timings } = tools;
  const object = (uid: string) => source.object(uid);
  const statuses = new StatusManager(tools, {
    object,
    isReclaimed: (uid) => worker(uid)?.isReclaimed ?? true,
  });
  const crew: Crew = {
    ...{ tools, volumes, object, statuses },
    pleg: new Pleg(tools, (uid) => worker(uid)?.wake()),
    images: new ImageManager(tools),
    backOff: new BackOff(timings.backOffMs, timings.longestBackOffMs, clock.now),
    left: (each) => source.left(each),
    probeHooks: {
      status(uid, name) {
        const { containerStatuses = [], initContainerStatuses = [] } = statuses.get(uid) ?? {};
        const all = [...containerStatuses, ...initContainerStatuses];
        return all.find((status) => status.name === name);
      },
      changed(uid, type, success) {
        const found = worker(uid);
        if (!found) return;
        if (type === "liveness") {
          if (!success) found.wake();
          return;
        }
        // Readiness is told at once; what a startup probe held back has to be looked at.
        statuses.set(found.pod, podStatus(crew, found, false));
        if (type === "startup") found.wake();
      },
    },
  };
  return crew;
}
