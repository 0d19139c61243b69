// When what made the endpoints of a service change has happened: whoever routes by them measures
// from there. pkg/controller/util/endpoint/trigger_time_tracker.go.

import { condition } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import type { Service } from "../../api/service.ts";

export const triggerAnnotation = "endpoints.kubernetes.io/last-change-trigger-time";

interface Known {
  readonly service: string;
  readonly pods: ReadonlyMap<string, string>;
}

export class TriggerTimes {
  readonly #known = new Map<string, Known>();

  /** The earliest change since the last time; undefined if nothing that is known has changed. */
  since(key: string, service: Service, pods: readonly Pod[]): string | undefined {
    const before = this.#known.get(key);
    const created = service.metadata.creationTimestamp ?? "";
    const times = new Map<string, string>();
    let earliest: string | undefined;
    const changed = (time: string, old: string | undefined) => {
      if (time > (old ?? "") && (earliest === undefined || time < earliest)) earliest = time;
    };
    for (const { metadata, status } of pods) {
      const time = condition(status.conditions, "Ready")?.lastTransitionTime;
      if (!time) continue;
      times.set(metadata.name, time);
      changed(time, before?.pods.get(metadata.name));
    }
    changed(created, before?.service);
    this.#known.set(key, { service: created, pods: times });
    return before ? earliest : created;
  }

  forget(key: string): void {
    this.#known.delete(key);
  }
}
