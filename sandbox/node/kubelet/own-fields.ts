// What a pod may ask about itself: the downward API. pkg/fieldpath/fieldpath.go,
// pkg/api/v1/resource/helpers.go.

import type { Container, Pod } from "../../api/pod.ts";
import { quantityMilli, quantityValue } from "../../api/quantity.ts";
import type { ResourceField } from "../volumes/plugin.ts";

/** What the node knows of the pod beyond its object. */
export interface PodPlace {
  readonly hostIP: string;
  readonly podIP: string;
}

/** The text of a field; undefined if there is no such field. */
export function podField(pod: Pod, path: string, place: PodPlace): string | undefined {
  const { metadata, spec } = pod;
  const [, map, key] = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path) ?? [];
  if (map && key !== undefined) return metadata[map as "labels"]?.[key] ?? "";
  switch (path) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace ?? "";
    case "metadata.uid":
      return metadata.uid ?? "";
    case "metadata.labels":
      return formatMap(metadata.labels);
    case "metadata.annotations":
      return formatMap(metadata.annotations);
    case "spec.nodeName":
      return spec.nodeName ?? "";
    case "spec.serviceAccountName":
      return spec.serviceAccountName ?? "";
    case "status.hostIP":
    case "status.hostIPs":
      return place.hostIP;
    case "status.podIP":
    case "status.podIPs":
      return place.podIP;
    default:
      return undefined;
  }
}

const formatMap = (map: Readonly<Record<string, string>> = {}): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join("\n");

/**
 * An amount of a container in units of the divisor, rounded up; undefined if there is no such
 * amount.
 */
export function resourceField(
  container: Container,
  { resource, divisor }: ResourceField,
  allocatable: Readonly<Record<string, string>>,
): string | undefined {
  const [list, name = ""] = resource.split(/\.(.*)/s);
  if (list !== "limits" && list !== "requests") return undefined;
  const given = container.resources?.[list]?.[name];
  // Without a limit it is the node that limits.
  const quantity = given ?? (list === "limits" ? allocatable[name] : undefined) ?? "0";
  const amount = name === "cpu" ? quantityMilli : quantityValue;
  const unit = divisor === undefined || quantityMilli(divisor) === 0 ? "1" : divisor;
  return String(Math.ceil(amount(quantity) / amount(unit)));
}
