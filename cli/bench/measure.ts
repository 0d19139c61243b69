// How long something takes: processor time of the whole process, the best of several runs, for
// everything else that runs on the machine only ever makes it more.

/** Milliseconds of processor time since the process began. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The fewest milliseconds that `work` took; it says itself where the measured part begins. */
export async function bestOf(
  runs: number,
  work: (begin: () => void) => Promise<void>,
): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    let from = cpuMs();
    await work(() => {
      from = cpuMs();
    });
    best = Math.min(best, cpuMs() - from);
  }
  return best;
}
