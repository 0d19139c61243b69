// Plays the captures of tests/golden/eras on clusters like those that they were recorded on: three
// nodes that a script posts the status of, and hardly any add-ons. When a command was given is read
// off the ages in its output.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareResults } from "../../cli/compare.ts";
import { type CommandResult, outputLines } from "../../cli/golden.ts";
import { boot, type Cluster } from "../../sandbox/cluster.ts";
import { parseTime } from "../../sandbox/api/time.ts";
import { completeScene, type SceneSource } from "../../sandbox/scene.ts";
import { type Age, agesIn, type Captured, readCapture, wordsOf } from "./captures.ts";
import { immediate } from "./hosts.ts";

const folder = join(import.meta.dirname, "..", "golden", "eras");

export interface Recording {
  /** Without `.txt`; several on one cluster, one after the other. */
  readonly captures: readonly string[];
  readonly era: string;
  readonly client?: string;
  readonly nodes?: SceneSource["nodes"];
  readonly setup?: string;
  /** What was done between captures and not recorded, by the capture that follows. */
  readonly between?: Readonly<Record<string, readonly string[]>>;
  /** What ran between commands, by the line of the command before which it did. */
  readonly editors?: Readonly<Record<string, string>>;
}

export interface Played {
  readonly capture: string;
  readonly step: Captured;
  /** Undefined if it matches. */
  readonly difference: readonly string[] | undefined;
}

const HOME = "/home/user";
const LONGEST_MS = 600_000;
/** How much older something may be than it was, before it must be another one. */
const SLACK_MS = 4_000;
const STEP_MS = 500;
const PATIENCE = 60;

export async function play(recording: Recording): Promise<Played[]> {
  const cluster = await boot(completeScene(sourceOf(recording)), immediate);
  const player = new Player(cluster);
  const played: Played[] = [];
  for (const capture of recording.captures) {
    for (const line of recording.between?.[capture] ?? []) await player.prepare(line);
    const steps = readCapture(readFileSync(join(folder, `${capture}.txt`), "utf8"));
    for (const step of steps) {
      const difference = await player.play(step);
      played.push({ capture, step, difference });
    }
  }
  return played;
}

function sourceOf({ era, client, nodes, setup }: Recording): SceneSource {
  const manifests = join(folder, "manifests");
  const files = Object.fromEntries(
    readdirSync(manifests).map((name) => [
      `${HOME}/${name}`,
      readFileSync(join(manifests, name), "utf8"),
    ]),
  );
  const numbered = [1, 2, 3].map((number) => ({
    ...{ name: `node-${number}`, address: `10.240.0.${number + 2}` },
    ...{ cpus: 2, memory: "7687284Ki" },
  }));
  return {
    ...{ era, files, age: 900, nodes: nodes ?? numbered },
    ...(client && { clientEra: client }),
    ...(setup && { setup }),
    start: "2026-11-21T01:38:32Z",
    controlPlane: { provisioners: ["kubernetes.io/host-path"] },
    runtime: { unknownImages: "run", speed: "scripted" },
    workstation: { context: "c" },
  };
}

class Player {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** A shell command, or `wait 20`. */
  async prepare(line: string): Promise<void> {
    const [, seconds] = /^wait (\d+)$/.exec(line) ?? [];
    if (seconds) await this.#cluster.clock.advance(Number(seconds) * 1000);
    else await this.#run(["/bin/bash", "-c", line]);
  }

  async play(step: Captured): Promise<readonly string[] | undefined> {
    await this.#waitFor(agesIn(step));
    const actual = await this.#run(["/bin/bash", "-c", wordsOf(step.command).map(quote).join(" ")]);
    const expected = { lines: step.lines, exit: step.exit };
    return compareResults(
      { command: step.command, nodesExact: false },
      plain(expected),
      plain(step.isCut ? { ...actual, lines: actual.lines.slice(0, step.lines.length) } : actual),
    );
  }

  /** Until everything is as old as it was: first until what is too old was made anew. */
  async #waitFor(ages: readonly Age[]): Promise<void> {
    const { clock } = this.#cluster;
    const surplus = ({ name, ms }: Age) => {
      const born = this.#birthOf(name);
      return born === undefined ? undefined : clock.now() - born - ms;
    };
    const exact = ages.filter((age) => age.exact);
    for (let tries = 0; tries < PATIENCE; tries++) {
      if (!exact.some((age) => (surplus(age) ?? 0) > SLACK_MS)) break;
      await clock.advance(STEP_MS);
    }
    const missing = Math.max(0, ...ages.map((age) => 400 - (surplus(age) ?? 400)));
    if (missing > 0) await clock.advance(missing);
  }

  /** When the youngest object of that name was made. */
  #birthOf(name: string): number | undefined {
    const births = this.#cluster.store
      .all()
      .filter(({ value }) => value.metadata.name === name && value.kind !== "Event")
      .flatMap(({ value }) => parseTime(value.metadata.creationTimestamp) ?? []);
    return births.length > 0 ? Math.max(...births) : undefined;
  }

  async #run(argv: readonly string[]): Promise<CommandResult> {
    const { clock, workstation } = this.#cluster;
    const texts = { stdout: "", stderr: "" };
    const writer = (stream: "stdout" | "stderr") => ({
      isTerminal: false,
      write: async (text: string) => {
        texts[stream] += text;
      },
    });
    const child = workstation.spawn(argv, {
      ...{ user: "user", cwd: HOME, stdout: writer("stdout"), stderr: writer("stderr") },
    });
    let exit: number | undefined;
    const running = child.exit.then((code) => {
      exit = code;
    });
    await clock.runUntil(clock.now() + LONGEST_MS, () => exit !== undefined);
    if (exit === undefined) return { lines: ["it did not end"], exit: 124 };
    await running;
    return { lines: [...outputLines(texts.stdout), ...outputLines(texts.stderr)], exit };
  }
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

const colours = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, "g");

/** Tabs are as good as blanks, colours as good as none; empty lines say nothing. */
const plain = ({ lines, exit }: CommandResult): CommandResult => ({
  lines: sortedEvents(
    lines
      .map((line) => line.replaceAll(colours, "").replaceAll(/ ?\t+/g, "   ").trimEnd())
      .map((line) => line.replaceAll(/\b(dep|nginx)-\d{8,10}\b/g, "$1-0").replace(/hash=\d+/, "hash=0"))
      .filter((line) => line !== ""),
  ),
  exit,
});

const early = /^( *)\d+[smhd] {2,}\d+[smhd] {2,}\d+ {2,}(?=\S)/;

/** Events as they were shown until 1.11: a set of rows without ages and counts. */
function sortedEvents(lines: readonly string[]): string[] {
  const rows = lines.filter((line) => early.test(line)).map((line) => line.replace(early, "$1"));
  const sorted = [...new Set(rows)].sort();
  const at = lines.findIndex((line) => early.test(line));
  const others = lines.filter((line) => !early.test(line));
  return at < 0 ? others : [...others.slice(0, at), ...sorted, ...others.slice(at)];
}
