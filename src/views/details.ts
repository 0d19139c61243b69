// What the details of a thing are made of: the reasons why it is as it is, and its events.

import type { KubeObject } from "../../sandbox/api/meta.ts";
import type { Decision } from "../../sandbox/worker/protocol.ts";
import type { ClusterState } from "../session/history.ts";
import { aboutKey, latestVerdicts, type Thing } from "./thing.ts";

const short: Readonly<Record<string, string>> = {
  StorageClass: "sc",
  PersistentVolume: "pv",
  PersistentVolumeClaim: "pvc",
  Pod: "pod",
  Node: "node",
};

/** As one types it: `pvc`. */
export const shortKind = (kind: string): string => short[kind] ?? kind.toLowerCase();

/**
 * The last verdict of each who decided about it, the latest first; of the set it belongs to as
 * well.
 */
export function reasonsFor(thing: Thing, decisions: readonly Decision[]): readonly Decision[] {
  const verdicts = latestVerdicts(decisions);
  const own = verdicts.get(aboutKey(thing));
  const [kind, name] = thing.group.split(" ");
  const set =
    kind && name && thing.lane === "pod"
      ? verdicts.get(aboutKey({ kind, namespace: thing.namespace, name }))
      : undefined;
  return [...(own?.values() ?? []), ...(set?.values() ?? [])].toReversed();
}

export interface EventLine {
  readonly key: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly source: string;
  readonly count: number;
}

interface EventObject extends KubeObject {
  readonly involvedObject?: {
    readonly kind?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly regarding?: EventObject["involvedObject"];
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly note?: string;
  readonly count?: number;
  readonly source?: { readonly component?: string };
  readonly reportingComponent?: string;
  readonly reportingController?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

/** Its events, the latest last. */
export function eventsOf(thing: Thing, state: ClusterState): readonly EventLine[] {
  const events = [...(state.objects.get("Event")?.values() ?? [])] as EventObject[];
  return events
    .filter((event) => {
      const about = event.involvedObject ?? event.regarding;
      return about?.kind === thing.kind && about.name === thing.name;
    })
    .sort((a, b) => timeOf(a).localeCompare(timeOf(b)))
    .map((event) => ({
      key: event.metadata.name,
      type: event.type ?? "Normal",
      reason: event.reason ?? "",
      message: event.message ?? event.note ?? "",
      source:
        event.source?.component || event.reportingComponent || event.reportingController || "",
      count: event.count ?? 1,
    }));
}

const timeOf = (event: EventObject): string =>
  event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? "";
