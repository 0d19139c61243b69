// The sandbox as the page holds it: one session at a time, paced by the host's clock, telling what
// happens. Everything that changes the session is an input of it; everything else only looks.

import type { Cluster, ClusterHost } from "../cluster.ts";
import { stateFingerprint } from "../fingerprint.ts";
import { FileError } from "../machine/files.ts";
import { Pacer, type PacerHost } from "../pacer.ts";
import { type Session, startSession } from "../session.ts";
import { assert, present } from "../sim/assert.ts";
import { INTERRUPTED } from "./commands.ts";
import { NewsDesk } from "./news-desk.ts";
import type {
  Booted,
  BootOptions,
  CheckResult,
  Deed,
  FileEntry,
  Listener,
  Sandbox,
} from "./protocol.ts";

/** The page is told the time at least this often while it passes. */
const HEARTBEAT_MS = 1000;
/** How long a check may run, and how long something is waited for, in virtual milliseconds. */
const CHECK_MS = 30_000;
const WAIT_MS = 300_000;
const BETWEEN_CHECKS_MS = 1000;

export type SandboxHost = PacerHost & ClusterHost;

interface Living {
  readonly session: Session;
  readonly pacer: Pacer;
  readonly desk: NewsDesk;
}

export class LiveSandbox implements Sandbox {
  readonly #host: SandboxHost;
  #living: Living | undefined;

  constructor(host: SandboxHost) {
    this.#host = host;
  }

  async boot(options: BootOptions, listener: Listener): Promise<Booted> {
    this.#living?.pacer.stop();
    this.#living?.desk.commands.close();
    this.#living = undefined;
    const { scene, inputs = [] } = options;
    const report = (error: unknown) => {
      const { message, stack = "" } = error instanceof Error ? error : new Error(String(error));
      const done = this.#living?.session.inputs ?? inputs;
      listener.crashed({ message, stack, scene, inputs: done });
    };
    try {
      const living = await this.#start(options, listener);
      this.#living = living;
      living.pacer.run().catch(report);
      this.#beat(living).catch(report);
      const { clock } = living.session.cluster;
      const { at } = living.session;
      const terminals = inputs.filter(({ type }) => type === "open").length;
      return { start: clock.now() - at, at, terminals };
    } catch (error) {
      report(error);
      throw error;
    }
  }

  async #start(options: BootOptions, listener: Listener): Promise<Living> {
    const { scene, inputs = [], until = inputs.at(-1)?.at ?? 0 } = options;
    const desk = new NewsDesk(listener, this.#host);
    const session = await startSession({
      scene,
      host: this.#host,
      inputs,
      keepsTerminals: true,
      onOutput: (terminal, text, at) => desk.output(terminal, text, at),
      editor: {
        asked: (request) => desk.edit(request),
        withdrawn: (number) => desk.edit({ number, isGone: true }),
      },
    });
    const isBusy = () => desk.commands.isRunning;
    const pacer = new Pacer(session, this.#host, { isBusy });
    desk.open(session, () => ({ speed: pacer.speed, quiet: pacer.isQuiet }));
    // Slice by slice, so that the page is told on the way and can show how far it is.
    const isLong = this.#stopwatch(16);
    while (!(await session.run(until, isLong))) await this.#host.turn();
    await desk.flush();
    return { session, pacer, desk };
  }

  /** Says so once in so many milliseconds. */
  #stopwatch(ms: number): () => boolean {
    let end = this.#host.now() + ms;
    return () => {
      if (this.#host.now() < end) return false;
      end = this.#host.now() + ms;
      return true;
    };
  }

  async #beat(living: Living): Promise<void> {
    while (this.#living === living) {
      await this.#host.wait(HEARTBEAT_MS);
      if (living.pacer.speed > 0) living.desk.poke();
    }
  }

  async do(deed: Deed): Promise<void> {
    const { session, pacer } = this.#now();
    session.do(deed);
    pacer.poke();
  }

  async perform(terminal: number, lines: readonly string[]): Promise<boolean> {
    const living = this.#now();
    const { pacer, desk } = living;
    for (const line of lines) {
      await this.#prompt(terminal);
      if (this.#living !== living) return false;
      const ended = desk.commands.end(terminal);
      await this.do({ type: "keys", terminal, keys: `${line.replaceAll("\n", "\r")}\r` });
      // Time may stand still: what is performed goes on all the same.
      if (pacer.speed === 0) await pacer.reach(WAIT_MS, () => !desk.commands.isPending(terminal));
      if ((await ended) === INTERRUPTED || this.#living !== living) return false;
    }
    await this.#prompt(terminal);
    return true;
  }

  /** When a command can be typed; any key starts another shell where one has ended. */
  async #prompt(terminal: number): Promise<void> {
    const { session, desk } = this.#now();
    if (session.isOver(terminal)) await this.do({ type: "keys", terminal, keys: "\r" });
    await desk.commands.prompt(terminal);
  }

  async pace(speed: number): Promise<void> {
    const { pacer, desk } = this.#now();
    pacer.speed = speed;
    desk.poke();
  }

  async step(): Promise<void> {
    const { pacer, desk } = this.#now();
    await pacer.step();
    await desk.flush();
  }

  async settle(): Promise<void> {
    const { pacer, desk } = this.#now();
    await pacer.settle();
    await desk.flush();
  }

  async skip(): Promise<void> {
    const { pacer, desk } = this.#now();
    await pacer.skip();
    await desk.flush();
  }

  async advance(ms: number): Promise<void> {
    const { pacer, desk } = this.#now();
    await pacer.reach(ms, () => false);
    await desk.flush();
  }

  async waitFor(command: string): Promise<boolean> {
    const living = this.#now();
    const { session, pacer, desk } = living;
    const end = session.at + WAIT_MS;
    while (session.at < end && this.#living === living) {
      if ((await this.check(command)).exitCode === 0) return true;
      await pacer.reach(BETWEEN_CHECKS_MS, () => false);
    }
    await desk.flush();
    return false;
  }

  async check(command: string): Promise<CheckResult> {
    const { session, pacer } = this.#now();
    let result: CheckResult | undefined;
    const running = session.cluster.execute(command, homeOf(session.cluster)).then((done) => {
      result = done;
    });
    const isDone = await pacer.reach(CHECK_MS, () => result !== undefined);
    if (!isDone) return { output: "the check takes too long\n", exitCode: 124 };
    await running;
    return present(result, "the result of a check");
  }

  async read(path: string): Promise<string | undefined> {
    const { cluster } = this.#now().session;
    const { files } = cluster.workstation;
    try {
      return files.read(inHome(cluster, path));
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  async list(path: string): Promise<readonly FileEntry[]> {
    const { cluster } = this.#now().session;
    const { files } = cluster.workstation;
    const folder = inHome(cluster, path);
    if (files.kind(folder) !== "directory") return [];
    return files.list(folder).map((name) => {
      const full = `${folder}/${name}`;
      const directory = files.kind(full) === "directory";
      return { name, directory, size: directory ? 0 : files.stat(full).size };
    });
  }

  async fingerprint(): Promise<string> {
    return stateFingerprint(this.#now().session.cluster);
  }

  #now(): Living {
    assert(this.#living, "a scene has been booted");
    return this.#living;
  }
}

const homeOf = ({ scene }: Cluster): string => scene.workstation.home;

const inHome = (cluster: Cluster, path: string): string =>
  path.replace(/^~(?=\/|$)/, homeOf(cluster));
