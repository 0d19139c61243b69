// How long things on a node take, in virtual milliseconds. Upstream's periods are the same in both
// sets; what depends on the machine below is not.

export interface NodeTimings {
  /**
   * The kubelet looks at the runtime this often: what containers do shows in the API so much later.
   */
  readonly relistMs: number;
  /** From nothing to a sandbox with its address. */
  readonly sandboxMs: number;
  /** From an image to a started process. */
  readonly containerMs: number;
  readonly pullMs: number;
  /** How fast an image comes in; Infinity: at once. */
  readonly pullBytesPerMs: number;
  /** One volume, once it is attached. */
  readonly mountMs: number;
  /** Period of those who wait for volumes. */
  readonly volumePollMs: number;
  /** From the start of a container without probes until it counts as ready. */
  readonly readyMs: number;
  /** From the last process of a pod to nothing left of it. */
  readonly reclaimMs: number;
  /** Until a pod whose sync failed is tried again; up to half as much comes on top. */
  readonly retryMs: number;
  /**
   * Of crashing containers and of images that cannot be pulled: the first wait, and the longest.
   */
  readonly backOffMs: number;
  readonly longestBackOffMs: number;
}

const periods = {
  relistMs: 1_000,
  volumePollMs: 300,
  retryMs: 10_000,
  backOffMs: 10_000,
  longestBackOffMs: 300_000,
  readyMs: 0,
} as const;

/** A small virtual machine with a good line. */
export const realTimings: NodeTimings = {
  ...periods,
  sandboxMs: 600,
  containerMs: 250,
  pullMs: 900,
  pullBytesPerMs: 12_000,
  mountMs: 120,
  reclaimMs: 300,
};

/** A runtime that only pretends. */
export const instantTimings: NodeTimings = {
  ...periods,
  sandboxMs: 0,
  containerMs: 0,
  pullMs: 0,
  pullBytesPerMs: Number.POSITIVE_INFINITY,
  mountMs: 0,
  reclaimMs: 0,
};

/** No kubelet, but a script that posts what one would: that some time passes is all it knows. */
export const scriptedTimings: NodeTimings = { ...instantTimings, readyMs: 3_500, reclaimMs: 1_500 };
