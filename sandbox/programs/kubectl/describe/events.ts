// What has happened to an object. kubectl pkg/describe/describe.go DescribeEvents.

import type { Event } from "../../../api/event.ts";
import type { KubeObject } from "../../../api/meta.ts";
import { parseTime } from "../../../api/time.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { goSort } from "../print/sorting.ts";
import type { Mapping } from "../server/discovery.ts";
import { others } from "./describer.ts";
import type { Lines } from "./lines.ts";

/** Whose events; without a kind those of any kind. */
interface Involved {
  readonly name: string;
  readonly namespace: string;
  readonly kind: string;
  readonly uid: string;
}

const mirror = "kubernetes.io/config.mirror";

/** The events of an object. */
export async function eventsOf(
  kubectl: Kubectl,
  mapping: Mapping,
  { metadata }: KubeObject,
): Promise<Lines> {
  const { name, namespace = "", uid = "", annotations = {} } = metadata;
  const own: Involved = { name, namespace, kind: mapping.kind, uid };
  const isCore = mapping.group === "";
  if (isCore && mapping.kind === "Pod") {
    return eventLines(
      kubectl,
      await find(kubectl, { ...own, kind: "", uid: annotations[mirror] ?? uid }),
    );
  }
  if (!isCore || mapping.kind !== "Node") return eventLines(kubectl, await find(kubectl, own));
  // Kubelets give the name of their node where its uid should be.
  const named = await find(kubectl, { ...own, uid: name });
  const more = kubectl.era.behaviors.has("describe-details") ? await find(kubectl, own) : [];
  return eventLines(kubectl, [...more, ...named]);
}

function find(
  kubectl: Kubectl,
  { name, namespace, kind, uid }: Involved,
): Promise<readonly Event[]> {
  const fieldSelector = [
    ...(kind === "" ? [] : [`involvedObject.kind=${kind}`]),
    `involvedObject.name=${name}`,
    `involvedObject.namespace=${namespace}`,
    `involvedObject.uid=${uid}`,
  ].join(",");
  return others<Event>(kubectl, { type: "events", namespace, query: { fieldSelector } });
}

/** Until 1.7: when each was seen first and last, and how often. */
function earlyLines(kubectl: Kubectl, events: readonly Event[]): Lines {
  if (events.length === 0) return "No events.";
  const path = kubectl.era.behaviors.has("describe-tolerations")
    ? "SubObjectPath"
    : "SubobjectPath";
  return [
    "Events:",
    `  FirstSeen\tLastSeen\tCount\tFrom\t${path}\tType\tReason\tMessage`,
    "  ---------\t--------\t-----\t----\t-------------\t--------\t------\t-------",
    ...[...events]
      .sort((a, b) => seen(a) - seen(b))
      .map((event) => {
        const { firstTimestamp, lastTimestamp, count = 0, involvedObject, source } = event;
        const cells = [
          kubectl.age(firstTimestamp),
          kubectl.age(lastTimestamp),
          count,
          `{${source?.component ?? ""} ${source?.host ?? ""}}`,
          involvedObject.fieldPath ?? "",
          event.type ?? "",
          event.reason ?? "",
          event.message ?? "",
        ];
        return `  ${cells.join("\t")}`;
      }),
  ];
}

function eventLines(kubectl: Kubectl, events: readonly Event[]): Lines {
  if (kubectl.era.behaviors.has("describe-tabs")) return earlyLines(kubectl, events);
  if (events.length === 0) return "Events:\t<none>";
  const sorted = [...events];
  goSort(sorted, (a, b) => seen(a) < seen(b));
  return [
    "Events:",
    "  Type\tReason\tAge\tFrom\tMessage",
    "  ----\t------\t----\t----\t-------",
    ...sorted.map((event) => {
      const { type = "", reason = "", source, reportingComponent = "", message = "" } = event;
      const component = source?.component || reportingComponent;
      const hosts = source?.host && !kubectl.era.behaviors.has("describe-more");
      const from = hosts ? `${component}, ${source.host}` : component;
      return `  ${[type, reason, interval(kubectl, event), from, message.trim()].join("\t")}`;
    }),
  ];
}

const seen = ({ lastTimestamp }: Event): number => parseTime(lastTimestamp) ?? 0;

/** `5s`, or `5s (x3 over 2m)`. */
function interval(kubectl: Kubectl, event: Event): string {
  const { firstTimestamp, lastTimestamp, eventTime, count = 0, series } = event;
  if (!kubectl.era.behaviors.has("describe-details")) {
    const first = kubectl.age(firstTimestamp);
    return count > 1
      ? `${kubectl.age(lastTimestamp)} (x${count} over ${first})`
      : kubectl.age(firstTimestamp || eventTime);
  }
  const first = kubectl.age(eventTime || firstTimestamp);
  if (series) return `${kubectl.age(series.lastObservedTime)} (x${series.count} over ${first})`;
  return count > 1 ? `${kubectl.age(lastTimestamp)} (x${count} over ${first})` : first;
}
