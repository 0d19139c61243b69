// The page's copy of everything that happened: objects, terminals, decisions, inputs. Kept from
// what the worker tells, so that any moment of it can be shown again at once. Never asks the worker
// anything.

import type { KubeObject } from "../../sandbox/api/meta.ts";
import type {
  CommandNews,
  Decision,
  Input,
  News,
  ObjectChange,
  TerminalOutput,
} from "../../sandbox/worker/protocol.ts";

/** Objects of one kind by `namespace/name`. */
export type Objects = ReadonlyMap<string, KubeObject>;

/** The cluster at one moment. */
export interface ClusterState {
  /** Virtual milliseconds since the scene's start. */
  readonly at: number;
  /** By kind. */
  readonly objects: ReadonlyMap<string, Objects>;
}

export const keyOf = ({ metadata }: KubeObject): string =>
  `${metadata.namespace ?? ""}/${metadata.name}`;

/** A command line that was entered at the prompt of a terminal. */
export interface Command {
  readonly at: number;
  readonly terminal: number;
  readonly line: string;
  /** When it ended and how; absent while it runs. */
  end?: { readonly at: number; readonly exitCode: number };
}

/** How many changes lie between two whole copies that are kept. */
const BETWEEN_COPIES = 200;

export type Happenings = Pick<
  News,
  "at" | "changes" | "output" | "commands" | "decisions" | "inputs"
>;

/** Only ever grows at its end. A branch of it is another history with the same beginning. */
export class History {
  readonly changes: ObjectChange[] = [];
  readonly outputs: TerminalOutput[] = [];
  readonly decisions: Decision[] = [];
  readonly inputs: Input[] = [];
  readonly commands: Command[] = [];
  /** The last moment that is known. */
  end = 0;
  readonly #copies: { readonly after: number; readonly objects: ClusterState["objects"] }[] = [];
  readonly #running = new Map<number, Command>();
  #latest = new Map<string, Map<string, KubeObject>>();

  add(news: Happenings): void {
    for (const change of news.changes) {
      this.changes.push(change);
      apply(this.#latest, change);
      if (this.changes.length % BETWEEN_COPIES === 0) {
        this.#copies.push({ after: this.changes.length, objects: copyOf(this.#latest) });
      }
    }
    this.outputs.push(...news.output);
    for (const command of news.commands) this.#command(command);
    this.decisions.push(...news.decisions);
    this.inputs.push(...news.inputs);
    this.end = Math.max(this.end, news.at);
  }

  #command({ terminal, at, line, exitCode }: CommandNews): void {
    if (line !== undefined) {
      const command = { at, terminal, line };
      this.commands.push(command);
      this.#running.set(terminal, command);
    }
    const running = this.#running.get(terminal);
    if (exitCode === undefined || !running) return;
    running.end = { at, exitCode };
    this.#running.delete(terminal);
  }

  /** What runs in a terminal now, at its end. */
  running(terminal: number): Command | undefined {
    return this.#running.get(terminal);
  }

  /**
   * The cluster as it is at the end. The maps go on to change: look at them before the next news.
   */
  get now(): ClusterState {
    return { at: this.end, objects: this.#latest };
  }

  /** The cluster as it was when `at` was over. */
  stateAt(at: number): ClusterState {
    const upTo = countUntil(this.changes, at);
    const copy = this.#copies.findLast(({ after }) => after <= upTo);
    const objects = copyOf(copy?.objects ?? new Map());
    for (let i = copy?.after ?? 0; i < upTo; i++) {
      apply(objects, this.changes[i] as ObjectChange);
    }
    return { at, objects };
  }

  /** What a terminal had shown by then. */
  screenAt(terminal: number, at: number): string {
    const upTo = countUntil(this.outputs, at);
    return this.outputs
      .slice(0, upTo)
      .map((output) => (output.terminal === terminal ? output.text : ""))
      .join("");
  }

  /** How many terminals had been opened by then. */
  terminalsAt(at: number): number {
    return this.inputs.filter((input) => input.type === "open" && input.at <= at).length;
  }

  /** What had been decided by then, oldest first. */
  decisionsUntil(at: number): readonly Decision[] {
    return this.decisions.slice(0, countUntil(this.decisions, at));
  }

  inputsUntil(at: number): readonly Input[] {
    return this.inputs.filter((input) => input.at <= at);
  }
}

/** How many of them, which are in the order of time, had happened when `at` was over. */
export function countUntil(things: readonly { readonly at: number }[], at: number): number {
  let low = 0;
  let high = things.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((things[middle] as { at: number }).at <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function apply(objects: Map<string, Map<string, KubeObject>>, change: ObjectChange): void {
  const { object, type } = change;
  let kind = objects.get(object.kind);
  if (!kind) {
    kind = new Map();
    objects.set(object.kind, kind);
  }
  if (type === "DELETED") kind.delete(keyOf(object));
  else kind.set(keyOf(object), object);
}

function copyOf(objects: ClusterState["objects"]): Map<string, Map<string, KubeObject>> {
  return new Map([...objects].map(([name, kind]) => [name, new Map(kind)]));
}
