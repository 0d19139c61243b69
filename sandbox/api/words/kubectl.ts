// What kubectl says differently from release to release.

export interface TaintWords {
  readonly key: string;
  readonly value: string;
  /** Empty: any. */
  readonly effect: string;
}

/** The four forms that `kubectl explain` has had. */
export type ExplainForm = "until-1.8" | "until-1.18" | "until-1.26" | "since-1.27";

export interface KubectlWords {
  /** Before complaints about the command line itself: `Error: unknown flag: --x`. */
  readonly syntaxPrefix: string;
  /** The form of what `explain` prints. */
  readonly explains: ExplainForm;
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
  /**
   * How objects are named that something was done with: `service/web created`, `service "web"
   * created`, or the same without the group of the kind.
   */
  readonly naming: "slashed" | "quoted" | "plain";
  /** Short names that kubectl knows itself; absent: those that the server tells. */
  readonly shortNames?: Readonly<Record<string, string>>;
  /** What `all` is, where kubectl knows that itself. */
  readonly all?: readonly string[];
  /** Commands that there are not yet. */
  readonly absent: readonly string[];
  /** Flags that there are not yet: `-n`, `--force`; or of one command: `delete --wait`. */
  readonly absentFlags: readonly string[];
  /** If nothing was found; `place` is ` in default namespace.` or empty. */
  noResources(place: string): string;
  /**
   * Tables of several kinds: with a line between them, without one (which goes astray to stderr),
   * or all as one.
   */
  readonly tables: "apart" | "astray" | "joined";
  /** Objects that are named one by one have a heading each. */
  readonly headsEach: boolean;
  /** Why the server refused, said with the refusal: `Error from server (NotFound): …`. */
  readonly saysReasons: boolean;
  /** What failed among several things is told as it is, even if it is the only one. */
  readonly bareFailures: boolean;
  /** The refusal of an object that is not valid. */
  invalid(kind: string, name: string, causes: readonly string[]): string;
  /** Behind a complaint about a flag: how to use the command, all of it; or where to read that. */
  readonly usageAfterProblems: "no" | "at once" | "after two blank lines";
  /** Of a command that does not exist; `what` says as much. */
  unknownCommand(what: string): string;
  /** Of a command that is about nothing. */
  readonly missingResource: string;
  readonly taintThere: (node: string, taint: TaintWords) => string;
  readonly taintMissing: (taint: Pick<TaintWords, "key" | "effect">) => string;
  readonly taintRemoved: string;
  /** Of a patch: what is said if it changes nothing; and whether only the name is said. */
  readonly patched: { readonly unchanged: string; readonly bare: boolean };
  /** `run` makes a Deployment, a Job or a Pod, as the restart policy has it. */
  readonly runMakesWorkloads: boolean;
  /** `autoscale` speaks of what is scaled, not of what scales it. */
  readonly autoscalesTarget: boolean;
  /** `exec` minds a command without `--` before it. */
  readonly execWantsDashes: boolean;
  /** Fields that a template names and that are not there are an error. */
  readonly templatesDemandFields: boolean;
  /** A format for `-o` that there is not. */
  unknownFormat(format: string, allowed: readonly string[]): string;
  /** Formats that there are not yet. */
  readonly absentFormats: readonly string[];
  /** A file without marks of `apply` is warned of. */
  applyUnmarked(resource: string): string;
  /** `apply` says `unchanged` of what it does not change. */
  readonly appliesKnowUnchanged: boolean;
  /** `--cascade` was once true or false, and `create` and `apply` had to have `-f`. */
  readonly cascadeIsBool: boolean;
  /** `delete` waits until things are gone, and says `force deleted`. */
  readonly deleteWaits: boolean;
  readonly saysForced: boolean;
  /** What becomes of dependents is told to the server by a policy. */
  readonly deletesByPolicy: boolean;
  /** Kinds that `delete` scales to nothing first, by plural. */
  readonly reaps: readonly string[];
  readonly needsFilename: boolean;
  /** A subcommand that there is not. */
  readonly absentSubcommands: readonly string[];
  /** Claims are described with who mounts them. */
  readonly tellsMounts: boolean;
  /** Why a node may not be drained, where all reasons are one sentence. */
  readonly drainRefusal?: (refusals: ReadonlyMap<string, readonly string[]>) => string;
  /** Kinds of makers whose pods may be drained; absent: any. */
  readonly drainKinds?: readonly string[];
  /** `drain` evicts rather than deletes, and tells of each pod before. */
  readonly evicts: boolean;
  readonly tellsEvictions: boolean;
  /** Above a history; absent: the name of the object. */
  readonly historyHeading?: (plural: string, name: string) => string;
  readonly saysRolledBack: boolean;
  /** `rollout status` of a Deployment looks at its own counts only. */
  readonly rolloutIsEarly?: "minds updates" | "minds availability";
  /** While `run` waits for its pod it says so. */
  readonly tellsWaiting: boolean;
  /** A wrong subcommand is an error; else there is help. */
  readonly mindsSubcommands: boolean;
  /** `See '…' for help and examples` has a full stop. */
  readonly endsHints: boolean;
  /** `wait --for=delete` minds what is not there. */
  readonly waitMindsAbsent: boolean;
  /** Of a context that there is not: how it ends, and whether that is an error. */
  readonly contextMissing: { readonly ending: string; readonly minds: boolean };
  /** What was done with a context. */
  contextDone(name: string, done: "Switched to" | "created" | "modified"): string;
  readonly topAsksHeapster: boolean;
  /** How YAML is written: dates without quotes; or texts with all the line ends at their end. */
  readonly yaml: "plain" | "bare dates" | "kept ends";
  /** `edit` says of which group what is not valid is. */
  readonly editNamesGroups: boolean;
  /** Of a `get` that says nothing: the types that there are, or where to find them. */
  readonly typesMissing: {
    readonly list: string;
    readonly onStdout: boolean;
    readonly hint: string;
  };
}
