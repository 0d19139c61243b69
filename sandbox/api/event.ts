// Events. pkg/registry/core/event/strategy.go; types in api/core/v1/types.go and api/events/v1.
// They are kept as the core group has them; events.k8s.io calls some of their fields otherwise.

import { ageOf, textColumn } from "./columns.ts";
import { type FieldError, invalid, invalids, required } from "./field-error.ts";
import type { KubeObject, ObjectReference } from "./meta.ts";
import { qualifiedNameProblems } from "./names.ts";
import { type Context, defineResource, type Shape, type View } from "./resource.ts";

export interface Event extends KubeObject {
  kind: "Event";
  involvedObject: ObjectReference;
  reason?: string;
  message?: string;
  source?: { component?: string; host?: string };
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  count?: number;
  type?: string;
  eventTime?: string | null;
  series?: { count: number; lastObservedTime: string };
  action?: string;
  related?: ObjectReference;
  reportingComponent?: string;
  reportingInstance?: string;
}

function validate(event: Event, { era }: Context): FieldError[] {
  const { metadata, involvedObject, eventTime } = event;
  const { namespace = "" } = involvedObject ?? {};
  const errors: FieldError[] = [];
  const here = metadata.namespace ?? "";
  // Events about what is in no namespace are in the default one; newer recorders chose the
  // system's.
  const fits = namespace
    ? namespace === here || !!eventTime
    : here === "default" || (!!eventTime && here === "kube-system");
  if (!fits) {
    const text = "does not match event.namespace";
    errors.push(invalid("involvedObject.namespace", namespace, text));
  }
  if (!eventTime) return errors;
  const { reportingComponent = "", reportingInstance = "", action = "", reason = "" } = event;
  if (!reportingComponent) errors.push(required("reportingController"));
  const problems = qualifiedNameProblems(reportingComponent, era);
  errors.push(...invalids("reportingController", reportingComponent, problems));
  for (const [field, value] of Object.entries({ reportingInstance, action, reason })) {
    if (!value) errors.push(required(field));
    if (value.length > 128) errors.push(invalid(field, "", "can have at most 128 characters"));
  }
  if ((event.message?.length ?? 0) > 1024) {
    errors.push(invalid("message", "", "can have at most 1024 characters"));
  }
  return errors;
}

/** What the core group calls so and events.k8s.io otherwise. */
const renamed: readonly (readonly [core: keyof Event, events: string])[] = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["reportingComponent", "reportingController"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
];

const shape: Shape<Event> = {
  show: (event) => renameFields(event, renamed),
  read: (shown) =>
    renameFields(
      shown,
      renamed.map(([core, events]) => [events, core]),
    ) as Event,
};

function renameFields(
  object: KubeObject,
  pairs: readonly (readonly [from: string, to: string])[],
): KubeObject {
  const names = new Map(pairs);
  const fields = Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]);
  return Object.fromEntries(fields) as KubeObject;
}

const firstSeen = ({ firstTimestamp, eventTime }: Event, view: View) =>
  ageOf(firstTimestamp || eventTime, view);

function lastSeen(event: Event, view: View): string {
  const { series, lastTimestamp } = event;
  if (series) return ageOf(series.lastObservedTime, view);
  return lastTimestamp ? ageOf(lastTimestamp, view) : firstSeen(event, view);
}

/** How often it happened. The first time of a series is not among its count. */
export const eventCount = ({ series, count }: Event): number =>
  series ? series.count + 1 : count || 1;

export function eventSource({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || "";
  const host = source?.host || reportingInstance;
  return host ? `${component}, ${host}` : component;
}

const objectText = ({ involvedObject: { kind = "", name } }: Event): string =>
  name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();

const wide = { wide: true };
const old = { onlyIn: "1.11" };
const oldest = { onlyIn: "1.5" };

export const events = defineResource<Event>({
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  singular: "event",
  shortNames: ["ev"],
  namespaced: true,
  alsoIn: ["events.k8s.io/v1", "events.k8s.io/v1beta1"],
  shapes: { "events.k8s.io/v1": shape, "events.k8s.io/v1beta1": shape },
  createdByUpdate: true,
  keptMs: 3_600_000,
  validate,
  validateUpdate: (event, _old, context) => validate(event, context),
  fields: (event) => ({
    "involvedObject.kind": event.involvedObject?.kind ?? "",
    "involvedObject.namespace": event.involvedObject?.namespace ?? "",
    "involvedObject.name": event.involvedObject?.name ?? "",
    "involvedObject.uid": event.involvedObject?.uid ?? "",
    "involvedObject.apiVersion": event.involvedObject?.apiVersion ?? "",
    "involvedObject.resourceVersion": event.involvedObject?.resourceVersion ?? "",
    "involvedObject.fieldPath": event.involvedObject?.fieldPath ?? "",
    reason: event.reason ?? "",
    reportingComponent: event.reportingComponent ?? "",
    source: event.source?.component || (event.reportingComponent ?? ""),
    type: event.type ?? "",
  }),
  columns: [
    textColumn("Last Seen", lastSeen),
    textColumn("Type", ({ type = "" }) => type),
    textColumn("Reason", ({ reason = "" }) => reason),
    textColumn("Object", objectText),
    textColumn("Subobject", ({ involvedObject }) => involvedObject.fieldPath ?? "", wide),
    textColumn("Source", eventSource, wide),
    textColumn("Message", ({ message = "" }) => message.trim()),
    textColumn("First Seen", firstSeen, wide),
    { ...textColumn<Event>("Count", (event) => eventCount(event), wide) },
    { ...textColumn<Event>("Name", ({ metadata }) => metadata.name, wide), format: "name" },
    // Until 1.11 all was shown, in another order; until 1.5 headings were written as one word, and
    // the name was that of the object.
    textColumn("First Seen", firstSeen, old),
    textColumn("Count", (event) => eventCount(event), old),
    textColumn("Name", ({ metadata }) => metadata.name, old),
    textColumn("Kind", ({ involvedObject }) => involvedObject.kind ?? "", old),
    textColumn("Subobject", ({ involvedObject }) => involvedObject.fieldPath ?? "", old),
    textColumn("Source", eventSource, old),
    textColumn("LastSeen", lastSeen, oldest),
    textColumn("FirstSeen", firstSeen, oldest),
    textColumn("Name", ({ involvedObject }) => involvedObject.name ?? "", oldest),
    textColumn(
      "Source",
      ({ source }) => `{${source?.component ?? ""} ${source?.host ?? ""}}`,
      oldest,
    ),
  ],
});
