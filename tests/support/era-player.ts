// Plays the captures of tests/golden/eras on clusters like those that they were recorded on: three
// nodes that a script posts the status of, and hardly any add-ons. When a command was given is read
// off the ages in its output.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compareResults } from "../../cli/compare.ts";
import { type CommandResult, outputLines } from "../../cli/golden.ts";
import type { PersistentVolume } from "../../sandbox/api/persistentvolume.ts";
import { parseTime } from "../../sandbox/api/time.ts";
import { boot, type Cluster } from "../../sandbox/cluster.ts";
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
  /** What was done and not recorded, by the command after which it was. */
  readonly after?: Readonly<Record<string, readonly string[]>>;
  readonly context?: string;
  /** What was edited: one script for each `kubectl edit` of the object that is there. */
  readonly editors?: readonly string[];
  /** How long the script let containers run before it called them ready. */
  readonly readyMs?: number;
  /** What was done between captures and not recorded, by the capture that follows. */
  readonly between?: Readonly<Record<string, readonly string[]>>;
}

export interface Played {
  readonly capture: string;
  readonly step: Captured;
  /** Undefined if it matches. */
  readonly difference: readonly string[] | undefined;
}

const HOME = "/home/user";
/** An editor that changes what may not change, and fails when it is called again. */
const ed2 = `#!/bin/bash
test -e /tmp/edited && exit 1
touch /tmp/edited
sed -i 's/serviceName: nginx/serviceName: other/' $1
`;
const LONGEST_MS = 60_000;
/** How much older something may be than it was, before it must be another one. */
const SLACK_MS = 4_000;
const STEP_MS = 500;
const PATIENCE = 60;

export async function play(recording: Recording): Promise<Played[]> {
  const cluster = await boot(completeScene(sourceOf(recording)), immediate);
  const player = new Player(cluster, recording.editors ?? []);
  await player.prepare("chmod +x ed2.sh");
  const played: Played[] = [];
  for (const capture of recording.captures) {
    for (const line of recording.between?.[capture] ?? []) await player.prepare(line);
    const steps = readCapture(readFileSync(join(folder, `${capture}.txt`), "utf8"));
    for (const step of steps) {
      const difference = await player.play(step);
      for (const line of recording.after?.[step.command] ?? []) await player.prepare(line);
      played.push({ capture, step, difference });
    }
  }
  return played;
}

function sourceOf({
  era,
  client,
  nodes,
  setup,
  context = "c",
  readyMs = 3_500,
}: Recording): SceneSource {
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
    ...{ era, files: { ...files, [`${HOME}/ed2.sh`]: ed2 }, age: 900, nodes: nodes ?? numbered },
    ...(client && { clientEra: client }),
    ...(setup && { setup }),
    start: "2026-11-21T01:38:32Z",
    controlPlane: { provisioners: ["kubernetes.io/host-path"] },
    runtime: { unknownImages: "run", speed: "scripted", readyMs },
    workstation: { context },
  };
}

class Player {
  readonly #cluster: Cluster;
  readonly #editors: string[];

  constructor(cluster: Cluster, editors: readonly string[]) {
    this.#cluster = cluster;
    this.#editors = [...editors];
  }

  /** A shell command, or `wait 20`. */
  async prepare(line: string): Promise<void> {
    const [, seconds] = /^wait (\d+)$/.exec(line) ?? [];
    if (seconds) await this.#cluster.clock.advance(Number(seconds) * 1000);
    else await this.#run(["/bin/bash", "-c", line]);
  }

  async play(step: Captured): Promise<readonly string[] | undefined> {
    await this.#waitFor(agesIn(step));
    const words = wordsOf(this.#translated(step)).map(quote);
    const edits = /kubectl edit (?!po nope)/.test(step.command);
    const editor = edits
      ? `PATH=$PATH:${HOME} KUBE_EDITOR=${quote(this.#editors.shift() ?? "cat")} `
      : "";
    const actual = await this.#run(["/bin/bash", "-c", editor + words.join(" ")], edits);
    const expected = { lines: step.lines, exit: step.exit };
    return compareResults(
      { command: step.command, nodesExact: false },
      plain(expected),
      plain(
        step.isCut || edits
          ? { ...actual, lines: actual.lines.slice(0, step.lines.length) }
          : actual,
      ),
    );
  }

  /** The command with the volume of ours that has the same claim. */
  #translated({ command, lines }: Captured): string {
    const named = /\bpvc-[0-9a-f-]{36}/.exec(command)?.[0];
    if (!named) return command;
    const text = lines.join("\n");
    const claim =
      /Claim:\s+\S+\/(\S+)/.exec(text)?.[1] ?? /claimRef:[\s\S]*?\n\s+name: (\S+)/.exec(text)?.[1];
    const volume = this.#cluster.store
      .list("/registry/persistentvolumes/")
      .find(({ value }) => (value as PersistentVolume).spec.claimRef?.name === claim);
    return command.replace(named, volume?.value.metadata.name ?? named);
  }

  /**
   * Until the youngest thing is as old as it was: first until one that is too old was made anew.
   */
  async #waitFor(ages: readonly Age[]): Promise<void> {
    const { clock } = this.#cluster;
    const known = ages.filter(({ name }) => this.#birthOf(name) !== undefined);
    const [youngest] = [...known].sort((a, b) => a.ms - b.ms);
    if (!youngest) return;
    const surplus = () => clock.now() - (this.#birthOf(youngest.name) ?? 0) - youngest.ms;
    for (let tries = 0; tries < PATIENCE && youngest.exact; tries++) {
      if (surplus() <= SLACK_MS) break;
      await clock.advance(STEP_MS);
    }
    const missing = 400 - surplus();
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

  async #run(argv: readonly string[], errorFirst = false): Promise<CommandResult> {
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
    // Those who recorded waited no longer, either.
    if (exit === undefined) child.kill("SIGKILL");
    else await running;
    exit ??= 124;
    const [out, error] = [outputLines(texts.stdout), outputLines(texts.stderr)];
    return { lines: errorFirst ? [...error, ...out] : [...out, ...error], exit };
  }
}

const quote = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

const colours = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, "g");
const early = /^( *)\d+[smhd] {2,}\d+[smhd] {2,}\d+ {2,}(?=\S)/;
const heading = /^(?:NAME|NAMESPACE|LASTSEEN|LAST SEEN) {2,}/;

/** What differs from one recording to the next, and what stands for it here: as wide as it was. */
const drawn: readonly (readonly [pattern: RegExp, shown: string])[] = [
  [/\b(?:dep|nginx)-[0-9a-z]{8,10}(?:-[0-9a-z]{5}\b)?/g, "<made>"],
  [/(?<=pod-template-hash=)\w+/g, "<hash>"],
  [/\/tmp\/kubectl[\w.-]*\.yaml/g, "/tmp/file"],
  [/(?<=default-token-)\w{5}/g, "token"],
  [/(?<=\b80:)3\d{4}(?=\/)/g, "30000"],
  [/(?<=\d\.\d+\.\d+\.\d+):\d{4,5}\b/g, ":443"],
];

/**
 * Tabs are as good as blanks, colours as good as none; empty lines say nothing. Hashes of
 * templates, ports that were drawn by lot, and names of tokens are those of one recording.
 */
function plain({ lines, exit }: CommandResult): CommandResult {
  const shown = lines
    .map((line) =>
      drawn.reduce(
        (text, [pattern, shown]) => text.replaceAll(pattern, (found) => shown.padEnd(found.length)),
        line.replaceAll(colours, "").replaceAll(/ ?\t+/g, "   "),
      ),
    )
    .map((line) => line.trimEnd())
    .filter((line) => line !== "");
  const apart = shown.flatMap((line, at) => (at > 0 && heading.test(line) ? ["", line] : [line]));
  return { lines: withSortedEvents(apart), exit };
}

/** Events as they were shown until 1.11: a set of rows without ages and counts. */
function withSortedEvents(lines: readonly string[]): string[] {
  const at = lines.findIndex((line) => early.test(line));
  if (at < 0) return [...lines];
  const rows = lines.filter((line) => early.test(line)).map((line) => line.replace(early, "$1"));
  const others = lines.filter((line) => !early.test(line));
  return [...others.slice(0, at), ...[...new Set(rows)].sort(), ...others.slice(at)];
}
