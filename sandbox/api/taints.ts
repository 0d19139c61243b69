// Taints of nodes, and what pods tolerate of them. component-helpers/scheduling/corev1/helpers.go.

import type { Node, Taint } from "./node.ts";
import type { Toleration } from "./pod.ts";

/** Where the taints of a node stood until 1.5. */
export const taintsAnnotation = "scheduler.alpha.kubernetes.io/taints";

/** The taints of a node, wherever its release has them. */
export function taintsOf({ metadata, spec }: Node): readonly Taint[] {
  const text = metadata.annotations?.[taintsAnnotation];
  return spec.taints ?? (text === undefined ? [] : (JSON.parse(text) as Taint[]));
}

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  return toleration.operator === "Exists" || (toleration.value ?? "") === (taint.value ?? "");
}

export function toleratedBy(taint: Taint, tolerations: readonly Toleration[] = []): boolean {
  return tolerations.some((toleration) => tolerates(toleration, taint));
}

/** The first taint with one of these effects that none of the tolerations tolerates. */
export function untoleratedTaint(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly Taint["effect"][],
): Taint | undefined {
  return taints?.find(
    (taint) => effects.includes(taint.effect) && !toleratedBy(taint, tolerations),
  );
}
