// What the page knows of its cluster, and what it can do with it. One for each page: the panes look
// at its signals and call its methods, and know nothing of each other or of the worker.

import { batch, computed, signal } from "@preact/signals";
import type {
  CheckResult,
  CrashReport,
  Deed,
  EditNews,
  EditRequest,
  FileEntry,
  Input,
  Listener,
  News,
  Scene,
} from "../../sandbox/worker/protocol.ts";
import { type Branches, branchOf, firstBranch, goOn } from "./branches.ts";
import type { Connection } from "./connect.ts";
import { type ClusterState, History } from "./history.ts";

export type Status = "idle" | "starting" | "running" | "crashed";

/** A scene, and what was done in it. */
export interface State {
  readonly scene: Scene;
  readonly inputs: readonly Input[];
  readonly until: number;
}

interface Present {
  /** Virtual milliseconds since the scene's start, as last told. */
  readonly at: number;
  readonly speed: number;
  readonly quiet: boolean;
  /** When it was told, by the page's own clock. */
  readonly toldAt: number;
}

type TakeOutput = (terminal: number, text: string) => void | Promise<void>;

export class Session {
  readonly status = signal<Status>("idle");
  readonly present = signal<Present>({ at: 0, speed: 1, quiet: true, toldAt: 0 });
  readonly branches = signal<Branches>(firstBranch());
  /** Counts what was told; at most once in a frame. */
  readonly version = signal(0);
  /** Counts what was booted: whoever keeps something of the cluster begins again. */
  readonly epoch = signal(0);
  /** The moment that is looked at; undefined for now. */
  readonly moment = signal<number | undefined>(undefined);
  readonly crash = signal<CrashReport | undefined>(undefined);
  /** Files that programs want edited, oldest first. */
  readonly edits = signal<readonly EditRequest[]>([]);
  /** How many terminals there are. */
  readonly terminals = signal(0);
  /** Something runs to its goal at full speed: what it is, in words. */
  readonly errand = signal<string | undefined>(undefined);

  readonly history = computed(
    () => branchOf(this.branches.value, this.branches.value.shown).history,
  );
  readonly isLive = computed(
    () => this.moment.value === undefined && this.branches.value.shown === this.branches.value.live,
  );
  /** The cluster at the moment that is looked at. */
  readonly state = computed<ClusterState>(() => {
    void this.version.value;
    const history = this.history.value;
    const moment = this.moment.value;
    return moment === undefined ? history.stateAt(history.end) : history.stateAt(moment);
  });

  /** Where a cluster begins when nothing has been done. */
  scene: Scene | undefined;
  #connection: Connection | undefined;
  #starting: Promise<void> | undefined;
  #booted: Promise<void> = Promise.resolve();
  #isTold = false;
  readonly #screens = new Set<TakeOutput>();

  /** Starts the cluster if it does not run yet. */
  start(state?: State): Promise<void> {
    this.#starting ??= this.load(state ?? this.#beginning());
    return this.#starting;
  }

  #beginning(): State {
    if (!this.scene) throw new Error("no scene has been set");
    return { scene: this.scene, inputs: [], until: 0 };
  }

  /** Begins again with this, whatever ran before. */
  async load(state: State): Promise<void> {
    const history = new History();
    await this.#boot(state, history);
    this.#show(history, () => firstBranch(history));
  }

  /** Throws everything away that was done. */
  reset(): Promise<void> {
    this.crash.value = undefined;
    this.#starting = this.load(this.#beginning());
    return this.#starting;
  }

  /** Goes on from the moment that is looked at, and keeps what came after it as a branch. */
  async goOn(): Promise<void> {
    const at = this.moment.value ?? this.history.value.end;
    const inputs = this.history.value.inputsUntil(at);
    const { scene } = this.#running();
    const history = new History();
    await this.#boot({ scene, inputs, until: at }, history);
    this.#show(history, () => goOn(this.branches.value, at, history));
  }

  #running(): { readonly scene: Scene } {
    if (!this.scene) throw new Error("no scene has been set");
    return { scene: this.scene };
  }

  /** One after the other; what is done meanwhile waits for the last one. */
  #boot(state: State, history: History): Promise<void> {
    const booting = this.#booted.then(() => this.#bootNow(state, history));
    this.#booted = booting.then(
      () => {},
      // Whoever asked for it is told; whoever waits finds that nothing runs.
      () => {},
    );
    return booting;
  }

  async #bootNow({ scene, inputs, until }: State, history: History): Promise<void> {
    this.scene = scene;
    // A sandbox that has broken a rule of its own is not trusted with anything else.
    if (!this.#connection || this.status.value === "crashed") await this.#connect();
    if (this.status.value !== "running") this.status.value = "starting";
    const { at } = await (this.#connection as Connection).boot(
      { scene, inputs, until },
      this.#listener(history),
    );
    history.end = Math.max(history.end, at);
  }

  async #connect(): Promise<void> {
    this.#connection?.close();
    const { connect } = await import("./connect.ts");
    this.#connection = connect();
  }

  /** From now on this history is what the page shows. */
  #show(history: History, branches: () => Branches): void {
    batch(() => {
      this.branches.value = branches();
      this.moment.value = undefined;
      this.terminals.value = history.terminalsAt(history.end);
      this.edits.value = [];
      this.present.value = { at: history.end, speed: 1, quiet: true, toldAt: performance.now() };
      this.epoch.value++;
      this.version.value++;
      this.status.value = "running";
    });
  }

  #listener(history: History): Listener {
    const isCurrent = () =>
      branchOf(this.branches.value, this.branches.value.live).history === history;
    return {
      tell: async (news) => {
        history.add(news);
        if (isCurrent()) await this.#told(news);
      },
      crashed: (report) => {
        batch(() => {
          this.crash.value = report;
          this.status.value = "crashed";
        });
      },
    };
  }

  /** Resolves when the screens have drawn what they were given: what prints more has to wait. */
  async #told(news: News): Promise<void> {
    const { at, speed, quiet } = news;
    const drawn = news.output.flatMap(({ terminal, text }) =>
      [...this.#screens].map((screen) => screen(terminal, text)),
    );
    batch(() => {
      this.present.value = { at, speed, quiet, toldAt: performance.now() };
      if (news.edits.length > 0) this.edits.value = editsAfter(this.edits.value, news.edits);
      const opened = news.inputs.filter(({ type }) => type === "open").length;
      if (opened > 0) this.terminals.value += opened;
    });
    this.#count();
    await Promise.all(drawn);
  }

  #count(): void {
    if (this.#isTold) return;
    this.#isTold = true;
    requestAnimationFrame(() => {
      this.#isTold = false;
      this.version.value++;
    });
  }

  /**
   * Calls back with what terminals show from now on; a promise holds everything back until it
   * settles. Returns how to stop.
   */
  onOutput(screen: TakeOutput): () => void {
    this.#screens.add(screen);
    return () => this.#screens.delete(screen);
  }

  /** Virtual time by now: between two tellings it is worked out. */
  get at(): number {
    const { at, speed, toldAt } = this.present.value;
    const isRunning = this.status.value === "running" && Number.isFinite(speed);
    return isRunning ? at + Math.min(performance.now() - toldAt, 1500) * speed : at;
  }

  get #sandbox() {
    if (!this.#connection) throw new Error("the cluster has not been started");
    return this.#connection.sandbox;
  }

  /** Terminals that are no more are left alone. */
  async do(deed: Deed): Promise<void> {
    await this.#booted;
    const isGone = "terminal" in deed && deed.terminal >= this.terminals.peek();
    if (this.status.peek() === "running" && !isGone) await this.#sandbox.do(deed);
  }

  /** Looks at an earlier moment, or at now again. */
  look(at: number | undefined): void {
    batch(() => {
      const { live } = this.branches.value;
      if (at === undefined) this.branches.value = { ...this.branches.value, shown: live };
      this.moment.value = at;
    });
  }

  /** Looks at the end of another branch. */
  lookAt(branch: number): void {
    batch(() => {
      const isLive = branch === this.branches.value.live;
      this.branches.value = { ...this.branches.value, shown: branch };
      this.moment.value = isLive ? undefined : this.history.value.end;
    });
  }

  async pace(speed: number): Promise<void> {
    this.present.value = { ...this.present.value, at: this.at, speed, toldAt: performance.now() };
    await this.#booted;
    if (this.status.peek() === "running") await this.#sandbox.pace(speed);
  }

  /** Nobody looks: time stands still until somebody does. */
  async pauseWhile(isHidden: boolean): Promise<void> {
    if (this.status.value !== "running") return;
    const { speed } = this.present.value;
    if (isHidden && speed > 0 && !this.errand.value) {
      this.#speedWhenSeen = speed;
      await this.pace(0);
    } else if (!isHidden && this.#speedWhenSeen > 0) {
      await this.pace(this.#speedWhenSeen);
      this.#speedWhenSeen = 0;
    }
  }

  #speedWhenSeen = 0;

  step = (): Promise<void> => this.#run("to the next change", () => this.#sandbox.step());
  settle = (): Promise<void> =>
    this.#run("until the cluster is quiet", () => this.#sandbox.settle());
  skip = (): Promise<void> => this.#run("until the cluster is quiet", () => this.#sandbox.skip());
  advance = (ms: number): Promise<void> => this.#run("ahead", () => this.#sandbox.advance(ms));
  waitFor = (command: string, what: string): Promise<boolean> =>
    this.#run(`until ${what}`, () => this.#sandbox.waitFor(command));

  async #run<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.errand.value = what;
    try {
      return await work();
    } finally {
      this.errand.value = undefined;
    }
  }

  /** Types command lines, each when the one before has ended; at full speed if nobody watches. */
  async perform(terminal: number, lines: readonly string[], isFast = false): Promise<boolean> {
    const { speed } = this.present.value;
    if (!isFast) return this.#sandbox.perform(terminal, lines);
    await this.pace(Number.POSITIVE_INFINITY);
    try {
      return await this.#run("what was asked for", () => this.#sandbox.perform(terminal, lines));
    } finally {
      await this.pace(speed);
    }
  }

  async check(command: string): Promise<CheckResult> {
    await this.#booted;
    if (this.status.peek() !== "running")
      return { output: "the cluster has stopped\n", exitCode: 1 };
    return this.#sandbox.check(command);
  }

  async read(path: string): Promise<string | undefined> {
    await this.#booted;
    return this.#sandbox.read(path);
  }

  async list(path: string): Promise<readonly FileEntry[]> {
    await this.#booted;
    return this.#sandbox.list(path);
  }

  async fingerprint(): Promise<string> {
    return this.#sandbox.fingerprint();
  }

  edited(request: EditRequest, text?: string): void {
    this.edits.value = this.edits.value.filter(({ number }) => number !== request.number);
    void this.do({ type: "edited", number: request.number, ...(text !== undefined && { text }) });
  }
}

/** Those that still wait, when more have come and some have gone. */
function editsAfter(
  edits: readonly EditRequest[],
  news: readonly EditNews[],
): readonly EditRequest[] {
  return news.reduce(
    (left, one) =>
      "isGone" in one ? left.filter(({ number }) => number !== one.number) : [...left, one],
    edits,
  );
}

/** The page's session. */
export const session = new Session();
