// DaemonSets.

import type { DaemonSet } from "../../../api/daemonset.ts";
import { defineDescriber } from "./describer.ts";
import { annotationSign, annotations, formatLabels, labels, plainSelector } from "./lines.ts";
import { podTemplate } from "./pod-template.ts";
import { podsStatus } from "./workloads.ts";

export const daemonSet = defineDescriber<DaemonSet>({
  kind: "DaemonSet",
  async describe({ kubectl, object, events }) {
    const { metadata, spec, status } = object;
    const selector = plainSelector(spec.selector);
    return [
      `Name:\t${metadata.name}`,
      kubectl.era.behaviors.has("describe-placement") && `Namespace:\t${metadata.namespace ?? ""}`,
      `Selector:\t${selector}`,
      `Node-Selector:\t${formatLabels(spec.template.spec.nodeSelector)}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
      `Desired Number of Nodes Scheduled: ${status.desiredNumberScheduled}`,
      `Current Number of Nodes Scheduled: ${status.currentNumberScheduled}`,
      `Number of Nodes Scheduled with Up-to-date Pods: ${status.updatedNumberScheduled ?? 0}`,
      `Number of Nodes Scheduled with Available Pods: ${status.numberAvailable ?? 0}`,
      `Number of Nodes Misscheduled: ${status.numberMisscheduled}`,
      `Pods Status:\t${await podsStatus(kubectl, object, selector)}`,
      podTemplate(spec.template, kubectl.era),
      events,
    ];
  },
});
