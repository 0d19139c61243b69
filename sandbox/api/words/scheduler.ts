// What the scheduler says of a pod and of nodes that it cannot run on.

/** What came of asking every node. */
export interface NoFit {
  /** The pod, without its namespace. */
  readonly pod: string;
  readonly nodes: readonly Refused[];
  /** Said by a rule that needs no node to refuse the pod; then it is the reason of all of them. */
  readonly preFilter: PreFilterRefusal | undefined;
  /** What preemption could do, by node; absent where it was not tried. */
  readonly preemption: readonly string[] | string | undefined;
}

export interface Refused {
  readonly node: string;
  readonly reasons: readonly string[];
}

export interface PreFilterRefusal {
  readonly reason: string;
  /** A claim that is not there or is going, rather than one that is not bound. */
  readonly basic: boolean;
}

export interface SchedulerWords {
  scheduled(pod: string, node: string): string;
  noFit(result: NoFit): string;
  readonly noNodes: string;
  insufficient(resource: string): string;
  readonly tooManyPods: string;
  readonly nodeSelector: string;
  readonly nodeName: string;
  taint(key: string, value: string): string;
  readonly unschedulable: string;
  readonly hostPorts: string;
  /** Said beside the next three; empty where it is not. */
  readonly podAffinity: string;
  readonly affinityRules: string;
  readonly antiAffinityRules: string;
  readonly existingAntiAffinity: string;
  readonly topologySpread: string;
  readonly topologyLabel: string;
  unboundClaim(claim: string): string;
  claimNotFound(claim: string): string;
  claimDeleted(claim: string): string;
  readonly noVolumes: string;
  readonly volumeAffinity: string;
  readonly volumeGone: string;
  readonly volumeZone: string;
  readonly volumeCount: string;
  readonly diskConflict: string;
  readonly readWriteOncePod: string;
  bindFailed(pod: string, error: string): string;
  /** Of the pod that had to go; `pod` is with its namespace. */
  preempted(pod: string, uid: string, node: string): string;
}
