// Gathers what happens in a session until the page can take it, and hands it over in one piece. One
// piece is on its way at a time: a slow page gets more at once, and holds back when it is too much.

import type { PacerHost } from "../pacer.ts";
import type { Session } from "../session.ts";
import { CommandReader } from "./commands.ts";
import type {
  CommandNews,
  Decision,
  EditNews,
  Input,
  Listener,
  News,
  ObjectChange,
  TerminalOutput,
} from "./protocol.ts";

/** So many characters of output may wait before the sandbox waits for the page. */
const MUCH = 32_000;
/** So many changes may carry the reasons of the verdicts between them; more would be a flood. */
const MANY_DECISIONS = 200;

interface Gathered {
  changes: ObjectChange[];
  output: TerminalOutput[];
  commands: CommandNews[];
  decisions: Decision[];
  edits: EditNews[];
}

const empty = (): Gathered => ({ changes: [], output: [], commands: [], decisions: [], edits: [] });

type State = Pick<News, "speed" | "quiet">;

export class NewsDesk {
  readonly commands = new CommandReader();
  readonly #listener: Listener;
  readonly #host: PacerHost;
  #session: Session | undefined;
  #state: () => State = () => ({ speed: 0, quiet: false });
  #gathered = empty();
  #inputsTold = 0;
  #characters = 0;
  #isAwake = false;
  #onItsWay: Promise<void> | undefined;

  constructor(listener: Listener, host: PacerHost) {
    this.#listener = listener;
    this.#host = host;
  }

  /** Looks on from here; what is there already is told as added at the beginning. */
  open(session: Session, state: () => State): void {
    this.#session = session;
    this.#state = state;
    const { store, trace, clock } = session.cluster;
    const start = clock.now();
    for (const { value, revision } of store.all()) {
      this.#gathered.changes.push({ at: 0, revision, type: "ADDED", object: value });
    }
    for (const decision of trace.since(0)) {
      this.#gathered.decisions.push(plain(decision, decision.at - start));
    }
    store.watch(undefined, store.revision, ({ type, now, before, at }) => {
      const change = type === "delete" ? "DELETED" : before ? "MODIFIED" : "ADDED";
      const { value: object, revision } = now;
      this.#gathered.changes.push({ at: at - start, revision, type: change, object });
      this.poke();
    });
    trace.watch((decision) => {
      const isFlood = this.#gathered.decisions.length > MANY_DECISIONS;
      const told = isFlood ? { ...withoutOptions(decision), options: [] } : decision;
      this.#gathered.decisions.push(plain(told, decision.at - start));
      this.poke();
    });
  }

  /** What a terminal shows; a promise holds the terminal back until the page has caught up. */
  output(terminal: number, text: string, at: number): void | Promise<void> {
    this.#gathered.output.push({ at, terminal, text });
    this.#gathered.commands.push(...this.commands.read(terminal, text, at));
    this.#characters += text.length;
    this.poke();
    if (this.#characters > MUCH) return this.#onItsWay;
  }

  edit(news: EditNews): void {
    this.#gathered.edits.push(news);
    this.poke();
  }

  /** There is something to tell: soon, and once for all that comes until then. */
  poke(): void {
    if (this.#isAwake) return;
    this.#isAwake = true;
    void this.#tellSoon();
  }

  /** When the page has taken everything that there is. */
  async flush(): Promise<void> {
    await this.#onItsWay;
    await this.#tell();
  }

  async #tellSoon(): Promise<void> {
    await this.#host.wait(0);
    await this.#onItsWay;
    this.#isAwake = false;
    await this.#tell();
  }

  #tell(): Promise<void> {
    const session = this.#session;
    if (!session) return Promise.resolve();
    const { at } = session;
    const inputs = done(session.inputs, this.#inputsTold, at);
    this.#inputsTold += inputs.length;
    const news: News = { at, ...this.#state(), ...this.#gathered, inputs };
    this.#gathered = empty();
    this.#characters = 0;
    this.#onItsWay = this.#listener.tell(news);
    return this.#onItsWay;
  }
}

/** Those from `first` on whose time has come. */
function done(inputs: readonly Input[], first: number, at: number): readonly Input[] {
  const later = inputs.slice(first);
  const end = later.findIndex((input) => input.at > at);
  return end < 0 ? later : later.slice(0, end);
}

function withoutOptions({ at, by, about, verdict, rule, remedy }: Decision) {
  return { at, by, about, verdict, rule, ...(remedy !== undefined && { remedy }) };
}

/** Options that were to be worked out when looked at are worked out. */
const plain = (decision: Decision, at: number): Decision => ({
  ...withoutOptions(decision),
  at,
  options: decision.options,
});
