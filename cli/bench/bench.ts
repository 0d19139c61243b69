// `kennel bench`: what DESIGN names numbers for, measured here and now, and the ratio to
// @ngrok/webernetes where both can do the work. Writes public/numbers.json for the site.

import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { pack, writeState } from "../../src/session/link.ts";
import { loadScene } from "../scenes.ts";
import { nodeHost } from "../session.ts";
import { lessonInputs } from "./lesson.ts";
import { bestOf } from "./measure.ts";
import { engineKb } from "./sizes.ts";
import { deploy, withWebernetes } from "./webernetes.ts";
import { consulOf, promptOf, readyOf, roomy, type Workload } from "./work.ts";

interface Row {
  readonly what: string;
  readonly unit: string;
  readonly value: number;
  readonly goal?: number;
  /** What the other one needs for it. */
  readonly other?: number | undefined;
}

const { round } = Math;

export async function bench(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      large: { type: "boolean", default: false },
      alone: { type: "boolean", default: false },
      runs: { type: "string", default: "5" },
    },
  });
  const runs = Number(values.runs);
  const rows: Row[] = [];
  for await (const row of measured(runs, values)) {
    rows.push(row);
    process.stdout.write(`${lineOf(row)}\n`);
  }
  mkdirSync("generated", { recursive: true });
  writeFileSync("public/numbers.json", `${JSON.stringify(rows.map(publishedOf), null, 2)}\n`);
  return 0;
}

interface Wanted {
  /** Also what takes minutes. */
  readonly large: boolean;
  /** Without the other one. */
  readonly alone: boolean;
}

async function* measured(runs: number, { large, alone }: Wanted): AsyncIterable<Row> {
  const others = (work: () => Promise<void>) => (alone ? undefined : bestOf(1, work));
  yield {
    ...{ what: "boot to the prompt", unit: "ms", goal: 50 },
    value: await bestOf(runs + 5, () => promptOf(loadScene("bare"))),
    other: await others(() => withWebernetes(3)),
  };
  yield {
    ...{ what: "boot to the prompt, consul's scene", unit: "ms", goal: 100 },
    value: await bestOf(runs, () => promptOf(loadScene("consul"))),
  };
  yield {
    ...{ what: "consul's three pods to Ready", unit: "ms", goal: 20 },
    value: await bestOf(runs, consulOf),
  };
  for (const replicas of [3, 100, 300]) {
    yield {
      ...{ what: `${replicas} pods of a Deployment to Ready`, unit: "ms" },
      value: await pods("deployment", replicas, runs),
      other: await (alone ? undefined : webernetesPods(replicas)),
    };
  }
  const growth = large ? [100, 300, 1000, 5000] : [100, 300, 1000];
  const times: number[] = [];
  for (const replicas of growth) {
    const value = await pods("statefulset", replicas, replicas > 300 ? 1 : runs);
    times.push(value / replicas);
    const goal = replicas === 300 ? { goal: 500 } : {};
    yield { what: `${replicas} pods with claims to Ready`, unit: "ms", value, ...goal };
  }
  const [small = 1] = times;
  yield {
    ...{ what: `a pod's share of ${growth.at(-1)}, against its share of 100`, unit: "times" },
    value: (times.at(-1) ?? 0) / small,
    goal: 1.5,
  };
  yield { what: "longest slice, 300 pods", unit: "ms", value: await longestTurn(), goal: 8 };
  yield* sizes();
}

async function* sizes(): AsyncIterable<Row> {
  const engine = engineKb();
  if (engine !== undefined) {
    yield { what: "engine with storage and kubectl, gzip", unit: "KB", value: engine, goal: 150 };
  }
  const text = writeState({ scene: "consul", inputs: lessonInputs, until: 600_000 });
  const link = (await pack(text)).length;
  yield {
    what: "link to the end of the first lesson",
    unit: "characters",
    value: link,
    goal: 2000,
  };
}

const pods = (kind: Workload, replicas: number, runs: number) =>
  bestOf(runs, (begin) => readyOf(roomy(replicas), { kind, replicas, begin }));

async function webernetesPods(replicas: number): Promise<number> {
  return bestOf(1, (begin) =>
    withWebernetes(3, async (cluster) => {
      begin();
      await deploy(cluster, replicas);
    }),
  );
}

/** The longest time between two turns of the host, of the best of three runs. */
async function longestTurn(): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 3; run++) {
    let longest = 0;
    let last = performance.now();
    const turn = async () => {
      longest = Math.max(longest, performance.now() - last);
      await nodeHost.turn();
      last = performance.now();
    };
    const begin = () => {
      longest = 0;
      last = performance.now();
    };
    const host = { ...nodeHost, turn };
    await readyOf(roomy(300), { kind: "statefulset", replicas: 300, host, begin });
    best = Math.min(best, longest);
  }
  return best;
}

const shown = (value: number) => (value < 10 ? value.toFixed(1) : String(round(value)));

function lineOf({ what, unit, value, goal, other }: Row): string {
  const columns = [
    what.padEnd(50),
    `${shown(value)} ${unit}`.padStart(16),
    (goal === undefined ? "" : `goal ${goal}`).padStart(11),
    other === undefined ? "" : `webernetes ${shown(other)}, ${shown(other / value)} times as much`,
  ];
  return columns.join("  ").trimEnd();
}

/** As the page about the numbers shows it. */
function publishedOf({ what, unit, value, goal, other }: Row) {
  const aim = goal === undefined ? "" : `, wanted ${goal}`;
  const ratio = other === undefined ? "" : `, webernetes ${shown(other)} ${unit}`;
  return { what, value: `${shown(value)} ${unit}`, how: `npm run bench${aim}${ratio}` };
}
