// Columns of `kubectl get` that many kinds share. What only one kind prints stays in its own file.
// pkg/printers/internalversion/printers.go.

import { selectorOf, selectorText } from "./labels.ts";
import type { KubeObject, LabelSelector } from "./meta.ts";
import type { Container } from "./pod.ts";
import type { Column, View } from "./resource.ts";
import { humanDuration, parseTime, shortDuration } from "./time.ts";

export const nameColumn: Column<KubeObject> = {
  name: "Name",
  type: "string",
  format: "name",
  cell: ({ metadata }) => metadata.name,
};

/** For kinds that say nothing of themselves: pkg/registry/rest/table.go. */
export const createdColumn: Column<KubeObject> = {
  name: "Created At",
  type: "date",
  cell: ({ metadata }) => metadata.creationTimestamp ?? "",
};

export const ageColumn: Column<KubeObject> = {
  name: "Age",
  type: "string",
  cell: ({ metadata }, view) => ageOf(metadata.creationTimestamp, view),
};

/** A stretch of time as this release writes it: `3m25s` or, until 1.11, `3m`. */
export const durationText = (ms: number, { era }: Pick<View, "era">): string =>
  era.behaviors.has("human-durations") ? humanDuration(ms) : shortDuration(ms);

/** The time since a timestamp; `<unknown>` where there is none. */
export function ageOf(timestamp: string | undefined | null, view: View): string {
  const since = parseTime(timestamp);
  return since === undefined ? "<unknown>" : durationText(view.now - since, view);
}

/** labels.FormatLabels: `app=web,tier=front`, or `<none>`. */
export const formatLabels = (labels: Readonly<Record<string, string>> | undefined): string =>
  Object.keys(labels ?? {})
    .sort()
    .map((key) => `${key}=${labels?.[key]}`)
    .join(",") || "<none>";

/** metav1.FormatLabelSelector: `app=web`, or `<none>`. */
export const formatSelector = (selector: LabelSelector | undefined): string =>
  selectorText(selectorOf(selector) ?? []) || "<none>";

/** What every workload shows under `-o wide`: its containers, and the images that they run. */
export function containerColumns<T>(containers: (object: T) => readonly Container[]): Column<T>[] {
  const names = (object: T) => containers(object).map(({ name }) => name);
  const images = (object: T) => containers(object).map(({ image = "" }) => image);
  const join = (list: readonly string[]) => list.join(",");
  return [
    { name: "Containers", type: "string", wide: true, cell: (object) => join(names(object)) },
    { name: "Images", type: "string", wide: true, cell: (object) => join(images(object)) },
    // Until 1.7 kubectl headed them so.
    {
      name: "Container(s)",
      type: "string",
      wide: true,
      onlyIn: "1.5",
      cell: (object) => join(names(object)),
    },
    {
      name: "Image(s)",
      type: "string",
      wide: true,
      onlyIn: "1.5",
      cell: (object) => join(images(object)),
    },
  ];
}

export const selectorColumn = <T>(
  selector: (object: T) => LabelSelector | undefined,
): Column<T> => ({
  name: "Selector",
  type: "string",
  wide: true,
  cell: (object) => formatSelector(selector(object)),
});

/** A column of a number in a status or spec that may not have been written yet. */
export const countColumn = <T>(
  name: string,
  count: (object: T) => number | undefined,
  onlyIn?: string,
): Column<T> => ({
  name,
  type: "integer",
  ...(onlyIn && { onlyIn }),
  cell: (object) => count(object) ?? 0,
});

export const textColumn = <T>(
  name: string,
  cell: Column<T>["cell"],
  more: { readonly onlyIn?: string; readonly wide?: boolean } = {},
): Column<T> => ({ name, type: "string", ...more, cell });
