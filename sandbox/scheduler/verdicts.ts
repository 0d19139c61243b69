// Tells the trace where a pod goes, or why it goes nowhere: each node with the plugin that refused
// it; and for claims that wait for the pod, each volume with the rule that refused it on every
// node.

import type { PersistentVolumeClaim } from "../api/persistentvolumeclaim.ts";
import { classOf, refusalOf } from "../api/volume-binding.ts";
import { explainRefusal } from "../api/volume-refusals.ts";
import type { NoFit as NoFitWords } from "../api/words/scheduler.ts";
import type { Option, Trace } from "../sim/trace.ts";
import type { Fit, NoFit } from "./attempt.ts";
import type { Cycle, Refused } from "./framework.ts";
import type { PodInfo } from "./pod-info.ts";

const by = "default-scheduler";
const rule = "pkg/scheduler findNodesThatFitPod, prioritizeNodes";

export class Verdicts {
  readonly #trace: Trace;
  /** The last of each pod, by uid. */
  readonly #told = new Map<string, string>();

  constructor(trace: Trace) {
    this.#trace = trace;
  }

  forget(uid: string): void {
    this.#told.delete(uid);
  }

  fits({ pod }: PodInfo, fit: Fit): void {
    const { uid = "" } = pod.metadata;
    this.#told.delete(uid);
    this.#trace.decide({
      by,
      about: aboutPod(pod),
      verdict: `goes to ${fit.node}`,
      rule,
      options: () => [...scoredOptions(fit), ...refusedOptions(fit.refused)],
    });
  }

  /** Says it again only if the message or the reasons of a node have changed. */
  fitsNowhere(cycle: Cycle, { refused }: NoFit, message: string): void {
    const { pod, uid } = cycle.pod;
    const reasons = [...refused].map(([node, { plugin }]) => `${node} ${plugin}`);
    const said = `${message} ${reasons.join()}`;
    if (this.#told.get(uid) === said) return;
    this.#told.set(uid, said);
    const options = () => refusedOptions(refused);
    this.#trace.decide({ by, about: aboutPod(pod), verdict: message, rule, options });
    const wanting = [...refused.values()].some(({ plugin }) => plugin === "VolumeBinding");
    if (wanting) this.#tellClaims(cycle);
  }

  /** Something else went wrong. */
  fails({ pod, uid }: PodInfo, message: string): void {
    if (this.#told.get(uid) === message) return;
    this.#told.set(uid, message);
    this.#trace.decide({ by, about: aboutPod(pod), verdict: message, rule, options: [] });
  }

  #tellClaims({ pod, nodes, volumes }: Cycle): void {
    for (const claim of volumes.claimsOf(pod).delayed) {
      const known = volumes.volumesOf(classOf(claim));
      const there = nodes.flatMap(({ node }) => (node ? [node] : []));
      const { namespace = "", name } = claim.metadata;
      this.#trace.decide({
        by,
        about: { kind: claim.kind, namespace, name },
        verdict: `no node has a volume for it and room for ${pod.pod.metadata.name}`,
        rule: "pkg/controller/volume/scheduling FindPodVolumes",
        options: () =>
          known.flatMap((volume) =>
            there.map((node): Option => {
              const about = {
                kind: volume.kind,
                name: `${volume.metadata.name} on ${node.metadata.name}`,
              };
              const refusal = refusalOf(volume, claim, { node, delayed: true });
              if (refusal)
                return { about, taken: false, ...explainRefusal(refusal, volume, claim) };
              return {
                about,
                taken: false,
                rule: "node",
                why: "it would do, if the pod could run there",
              };
            }),
          ),
      });
    }
  }
}

const aboutPod = ({
  kind,
  metadata,
}: {
  kind: string;
  metadata: PersistentVolumeClaim["metadata"];
}) => ({
  kind,
  namespace: metadata.namespace ?? "",
  name: metadata.name,
});

function scoredOptions({ node, scores }: Fit): Option[] {
  if (scores.size === 0) return [{ about: { kind: "Node", name: node }, taken: true }];
  const best = scores.get(node) ?? 0;
  return [...scores].map(([name, score]) => {
    const about = { kind: "Node", name };
    if (name === node) return { about, taken: true, why: `its score is ${score}` };
    const why =
      score === best
        ? `its score is ${score}, too: chance decided`
        : `its score is ${score}, less than ${best}`;
    return { about, taken: false, rule: "score", why };
  });
}

const refusedOptions = (refused: ReadonlyMap<string, Refused>): Option[] =>
  [...refused].map(([name, { plugin, refusal }]) => ({
    about: { kind: "Node", name },
    taken: false,
    rule: plugin,
    why: refusal.reasons.join(", "),
    ...(refusal.remedy && { remedy: refusal.remedy() }),
  }));

/** Why a pod fits on no node, as the message in its events says it. */
export function inWords(
  { pod, nodes }: Cycle,
  { refused, preFilter }: NoFit,
  preemption: readonly string[] | string | undefined,
): NoFitWords {
  return {
    pod: pod.pod.metadata.name,
    nodes: nodes.map(({ name }) => ({
      node: name,
      reasons: refused.get(name)?.refusal.reasons ?? [],
    })),
    preFilter: preFilter && {
      reason: preFilter.refusal.reasons.join(", "),
      basic: preFilter.refusal.basic,
    },
    preemption,
  };
}
