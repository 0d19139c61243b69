// Many calls of one sort: first one, then twice as many at a time, so that a server that refuses is
// not asked a hundred times in vain. pkg/controller/replicaset/replica_set.go slowStartBatch.

/** Calls `work` up to `count` times; stops after a batch in which a call failed, with its error. */
export async function slowStart(count: number, work: () => Promise<void>): Promise<void> {
  let left = count;
  for (let size = Math.min(left, 1); size > 0; size = Math.min(2 * size, left)) {
    const calls = Array.from({ length: size }, work);
    const results = await Promise.allSettled(calls);
    const failed = results.find(({ status }) => status === "rejected");
    if (failed?.status === "rejected") throw failed.reason;
    left -= size;
  }
}
