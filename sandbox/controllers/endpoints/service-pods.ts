// Which pods stand behind which services, and what of them a service shows.
// pkg/controller/util/endpoint/controller_utils.go, pkg/api/v1/pod/util.go FindPort.

import { equal } from "../../api/clone.ts";
import { hasLabels } from "../../api/labels.ts";
import { keyOf, type NamespacedName, type ObjectReference } from "../../api/meta.ts";
import { type Pod, pods } from "../../api/pod.ts";
import { isReady } from "../../api/pod-readiness.ts";
import { type Service, type ServicePort, services } from "../../api/service.ts";
import { type WakeRule, wakeOn } from "../../client/controller.ts";
import type { Cache } from "../../client/informers.ts";
import { byNamespace } from "../ownership.ts";

const hostnameAnnotation = "pod.beta.kubernetes.io/hostname";
const subdomainAnnotation = "pod.beta.kubernetes.io/subdomain";
const publishAnnotation = "service.alpha.kubernetes.io/tolerate-unready-endpoints";

/** Pods count although they are not ready, and while they end. */
export const publishesUnready = ({ spec, metadata }: Service): boolean =>
  spec.publishNotReadyAddresses === true || metadata.annotations?.[publishAnnotation] === "true";

/** No address of its own was given to the service. */
export const isHeadless = ({ spec }: Service): boolean =>
  !spec.clusterIP || spec.clusterIP === "None";

/** The pods that a service selects and that have an address. Needs the pods by namespace. */
export function podsBehind(service: Service, cache: Cache): Pod[] {
  const { selector } = service.spec;
  const publish = publishesUnready(service);
  return cache
    .by(pods, byNamespace, service.metadata.namespace ?? "")
    .filter(
      ({ metadata, status }) =>
        hasLabels(selector ?? {}, metadata.labels) &&
        (status.podIP ?? "") !== "" &&
        (publish || metadata.deletionTimestamp === undefined),
    );
}

/** A pod that will not run again is behind nothing. */
export function mayServe({ spec, status }: Pod): boolean {
  if (spec.restartPolicy === "Never")
    return status.phase !== "Failed" && status.phase !== "Succeeded";
  return spec.restartPolicy !== "OnFailure" || status.phase !== "Succeeded";
}

/** The number of the port of a pod that a service's port leads to; undefined if it has none. */
export function findPort({ spec }: Pod, port: ServicePort): number | undefined {
  const { targetPort = port.port, protocol = "TCP" } = port;
  if (typeof targetPort === "number") return targetPort || port.port;
  for (const { ports } of spec.containers) {
    const found = ports?.find(
      (each) => each.name === targetPort && (each.protocol ?? "TCP") === protocol,
    );
    if (found) return found.containerPort;
  }
  return undefined;
}

const hostnameOf = ({ spec, metadata }: Pod): string =>
  spec.hostname || (metadata.annotations?.[hostnameAnnotation] ?? "");

/** The name that the pod has below the name of the service, if it has one. */
export function nameBelow(pod: Pod, { metadata }: Service): string | undefined {
  const subdomain = pod.spec.subdomain || pod.metadata.annotations?.[subdomainAnnotation];
  return subdomain === metadata.name ? hostnameOf(pod) || undefined : undefined;
}

export function referenceTo({ metadata }: Pod): ObjectReference {
  const { namespace = "", name, uid = "", resourceVersion = "" } = metadata;
  return { kind: "Pod", namespace, name, uid, resourceVersion };
}

/** Wakes the services that a change of a pod concerns. Needs the services by namespace. */
export const wakeServices: WakeRule = wakeOn(pods, ({ now, before }, cache) => {
  if (now && before && !isChanged(now, before)) return [];
  const namespace = (now ?? before)?.metadata.namespace ?? "";
  return cache
    .by(services, byNamespace, namespace)
    .filter(({ spec }) => {
      if (!spec.selector) return false;
      const { selector } = spec;
      return [now, before].some((pod) => pod && hasLabels(selector, pod.metadata.labels));
    })
    .map((service): NamespacedName => keyOf(service));
});

function isChanged(now: Pod, before: Pod): boolean {
  return (
    now.metadata.deletionTimestamp !== before.metadata.deletionTimestamp ||
    isReady(now) !== isReady(before) ||
    now.status.podIP !== before.status.podIP ||
    mayServe(now) !== mayServe(before) ||
    hostnameOf(now) !== hostnameOf(before) ||
    !equal(now.metadata.labels, before.metadata.labels)
  );
}
