// What the kubelet and the container runtime below it say. Placeholders stand in braces; what each
// means is said once here. sandbox/eras/words/kubelet.ts has what each era says.

export interface KubeletWords {
  /** In front of container ids, and in `CONTAINER-RUNTIME` of `get nodes -o wide`. */
  readonly runtime: "docker" | "containerd";
  readonly runtimeVersion: string;
  /** In front of image ids: `docker-pullable://`. */
  readonly imageIdPrefix: string;

  /** What a node may suffer from, in the order in which its conditions stand. */
  readonly pressures: readonly ("OutOfDisk" | "MemoryPressure" | "DiskPressure" | "PIDPressure")[];
  /** In front of the labels `arch` and `os` of a node. */
  readonly labelPrefixes: readonly string[];
  /** The node says which kube-proxy it has, or what it takes for that. */
  readonly tellsProxy: boolean;

  // Events about containers. {id} is the id's first 12 digits, {image} as it is in the pod.
  readonly pulling: string;
  /** {time} as Go prints durations, {size} in bytes. */
  readonly pulled: string;
  readonly present: string;
  readonly created: string;
  readonly started: string;
  readonly backOffPull: string;
  /** {pod} is `name_namespace(uid)`. */
  readonly backOffStart: string;
  /** What holds a container back, in its status: {time} {container} {pod}. */
  readonly backOffStatus: string;
  /** In the status of a container whose image is waited for: {image}, {error} of the last try. */
  readonly backOffPullStatus: string;
  readonly createFailed: string;
  readonly startFailed: string;
  /** True if the end of a container is told when it is over, not when it begins. */
  readonly killedAfterwards: boolean;
  /** Because its pod goes. */
  readonly killing: string;
  /** Because it failed a {probe} probe. */
  readonly killingUnhealthy: string;
  readonly killingChanged: string;
  readonly killingHook: string;
  /** Nothing of the failed hook is told but this; undefined: all of it. */
  readonly postStartFailed: string | undefined;
  readonly preStopFailed: string | undefined;

  // Events about pods.
  readonly sandboxChanged: readonly [reason: string, message: string];
  readonly sandboxFailed: string;
  /** Every error of a sync is told: {error}. */
  readonly syncFailed: string | undefined;
  /** {step} is `MountVolume.SetUp`; {volume}, {unique}, {name}, {uid}, {error}. */
  readonly mountFailed: string;
  /** {why}: `timed out`. {unmounted} and {volumes} are lists; {pod} {namespace} {name}. */
  readonly volumesMissing: string;
  readonly volumesTimeout: string;
  /** What is not there is named by its singular, as the kubelet's cache does it, or its plural. */
  readonly missingObject: "singular" | "plural";
  /** {reason}'s sentence in the status of a pod that was not admitted. */
  readonly rejected: string;

  /** {url} could not be asked: {error}. */
  readonly httpFailed: string;

  // What the runtime answers.
  readonly noTag: string;
  readonly noRepository: string;
  readonly noHost: string;
  /** A program cannot be started: {why}, or {quoted} where its quotes are escaped. */
  readonly cannotRun: string;
  readonly cannotExec: string;
  /** The status of a container that could not be started. */
  readonly cannotRunReason: string;
  readonly cannotRunCode: number;
  readonly noCommand: string;
}
