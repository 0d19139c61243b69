// Why a claim may not have a volume, in whole sentences with the values compared, and what would
// help. For looking only: nobody decides by these.

import { selectorOf, selectorText } from "./labels.ts";
import type { PersistentVolume } from "./persistentvolume.ts";
import type { PersistentVolumeClaim } from "./persistentvolumeclaim.ts";
import type { NodeSelector } from "./pod.ts";
import { classOf, type Refusal } from "./volume-binding.ts";

export interface Reason {
  readonly rule: Refusal;
  readonly why: string;
  readonly remedy?: string;
}

type Explain = (
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
) => { why: string; remedy?: string };

const named = (storageClass: string) => (storageClass ? `"${storageClass}"` : "none");

const explanations: Readonly<Record<Refusal, Explain>> = {
  taken: () => ({ why: "another claim of the same pod takes it" }),
  claimRef: ({ metadata, spec, status }, claim) => {
    const { namespace, name } = spec.claimRef ?? {};
    const mine = namespace === claim.metadata.namespace && name === claim.metadata.name;
    const why = mine
      ? `its claimRef names an earlier claim ${namespace}/${name}, with another uid`
      : `its claimRef names the claim ${namespace}/${name}`;
    if (status.phase !== "Released") return { why };
    const remedy = `kubectl patch pv ${metadata.name} -p '{"spec":{"claimRef":null}}' makes it available again, with the data that are on it`;
    return { why, remedy };
  },
  size: ({ spec }, claim) => ({
    why: `its capacity ${spec.capacity?.["storage"] ?? "0"} is less than the ${claim.spec.resources?.requests?.["storage"] ?? "0"} that the claim asks for`,
    remedy: `ask for ${spec.capacity?.["storage"] ?? "0"} or less, or make a larger volume`,
  }),
  "volume mode": ({ spec }, claim) => ({
    why: `its volumeMode is ${spec.volumeMode ?? "Filesystem"}, the claim asks for ${claim.spec.volumeMode ?? "Filesystem"}`,
  }),
  "being deleted": () => ({ why: "it is being deleted" }),
  "first consumer": (_volume, claim) => ({
    why: `the class ${named(classOf(claim))} waits for the first pod before it binds`,
    remedy: "make a pod that uses the claim",
  }),
  phase: ({ status }) => ({ why: `its phase is ${status.phase ?? "Pending"}, not Available` }),
  selector: ({ metadata }, claim) => {
    const labels = Object.entries(metadata.labels ?? {}).map(([key, value]) => `${key}=${value}`);
    const selector = selectorText(selectorOf(claim.spec.selector) ?? []);
    return {
      why: `its labels (${labels.join(",") || "none"}) do not match the claim's selector ${selector}`,
      remedy: `label it: kubectl label pv ${metadata.name} …`,
    };
  },
  class: (volume, claim) => ({
    why: `its storageClassName is ${named(classOf(volume))}, the claim's is ${named(classOf(claim))}`,
    remedy: `give both the same storageClassName`,
  }),
  "node affinity": ({ spec }) => ({
    why: `it can only be reached from nodes with ${termsText(spec.nodeAffinity?.required)}`,
  }),
  "access modes": ({ spec }, claim) => ({
    why: `it offers ${spec.accessModes?.join(", ")}, the claim asks for ${claim.spec.accessModes?.join(", ")}`,
  }),
};

export const explainRefusal = (
  rule: Refusal,
  volume: PersistentVolume,
  claim: PersistentVolumeClaim,
): Reason => ({ rule, ...explanations[rule](volume, claim) });

/** `kubernetes.io/hostname in [node3]`, the alternatives joined by "or". */
export function termsText(selector: NodeSelector | undefined): string {
  const terms = (selector?.nodeSelectorTerms ?? []).map(
    ({ matchExpressions = [], matchFields = [] }) =>
      [...matchExpressions, ...matchFields]
        .map(({ key, operator, values }) =>
          values?.length
            ? `${key} ${operator.toLowerCase()} [${values.join(", ")}]`
            : `${key} ${operator.toLowerCase()}`,
        )
        .join(" and "),
  );
  return terms.join(", or ");
}
