// What kubectl says differently from release to release.

export interface KubectlWords {
  /** Before complaints about the command line itself: `Error: unknown flag: --x`. */
  readonly syntaxPrefix: string;
  /** Before a note of kubectl's own: `warning: Immediate deletion …`. */
  readonly warning: string;
  /** What `cluster-info` calls the control plane. */
  readonly controlPlane: string;
  /** The version of kustomize that `version` tells; empty where it tells none. */
  readonly kustomize: string;
  /** `RESOURCE/NAME edited` after a label was removed. */
  readonly labelRemoved: string;
  /** The refusal to delete pods that nothing would make again. */
  readonly unmanagedPods: string;
  readonly unmanagedPodsForced: string;
  /** What `failed to create …` says of a kind, by subcommand; absent: the server's words alone. */
  readonly failedToCreate: Readonly<Record<string, string>>;
  /** What is said of a node that is drained, if there were pods on it. */
  readonly drained: string;
  readonly notDrained: (node: string, why: string) => string;
  /** Other nodes are drained although one could not be. */
  readonly drainGoesOn: boolean;
  readonly notTerminated: (pod: { name: string; namespace?: string }, why: string) => string;
  readonly ageHeading: string;
  /** How it begins if a container has no terminal. */
  readonly noTerminal: string;
  readonly notAttached: (pod: string, why: string) => string;
}
