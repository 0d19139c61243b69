// A connection between two agents that stays open: messages in both directions, and calls that wait
// for an answer. As long as it is open the other one lives; nobody has to ask.
// differs: one line of JSON for each message, where upstream has packets, yamux and msgpack.

import type { Connection, Network } from "../../machine/network.ts";
import { NetworkError } from "../../machine/network.ts";
import type { Life } from "./life.ts";

/** Answers what comes over a link. What it throws as `RpcError` goes back to the caller. */
export type Receive = (method: string, body: unknown, link: Link) => unknown;

/** The other end answered that it cannot, or did not answer at all. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  /** The link broke before the answer came. */
  readonly lost: boolean;
  constructor(message: string, lost = false) {
    super(message);
    this.lost = lost;
  }
}

/** For those who only want to know whether: what was refused is false. */
export function refused(error: unknown): false {
  if (!(error instanceof RpcError)) throw error;
  return false;
}

/** After so long both ends of a link notice that nothing passes any more. */
const KEEP_ALIVE_MS = 500;
const DIAL_MS = 10_000;

interface Message {
  /** The number of a call; negative: the answer to it. Absent: nobody waits. */
  readonly n?: number;
  readonly m?: string;
  readonly b?: unknown;
  readonly error?: string;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: RpcError): void;
}

export interface LinkOptions {
  readonly life: Life;
  readonly network: Network;
  readonly receive: Receive;
}

export class Link {
  readonly address: string;
  readonly #connection: Connection;
  readonly #options: LinkOptions;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners: (() => void)[] = [];
  #calls = 0;
  isOpen = true;
  /** When the other end was last known to live; only of use when the link is closed. */
  lastContact = 0;

  constructor(connection: Connection, options: LinkOptions) {
    this.#connection = connection;
    this.#options = options;
    this.address = connection.remote.address;
    options.life.start(this.#read());
  }

  /** Calls `run` when it breaks or is closed. */
  onEnd(run: () => void): void {
    if (this.isOpen) this.#listeners.push(run);
    else run();
  }

  send(method: string, body: unknown): void {
    this.#write({ m: method, b: body });
  }

  call(method: string, body: unknown): Promise<unknown> {
    const n = ++this.#calls;
    return new Promise((resolve, reject) => {
      this.#waiting.set(n, { resolve, reject });
      this.#write({ n, m: method, b: body });
      if (!this.isOpen) reject(new RpcError("EOF", true));
    });
  }

  close(why = "EOF"): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#connection.close();
    for (const { reject } of this.#waiting.values()) reject(new RpcError(why, true));
    this.#waiting.clear();
    for (const run of this.#listeners) run();
  }

  #write(message: Message): void {
    if (!this.isOpen) return;
    this.#options.life.start(this.#connection.write(`${JSON.stringify(message)}\n`));
  }

  async #read(): Promise<void> {
    const { life } = this.#options;
    let why = "EOF";
    this.lastContact = life.clock.now();
    try {
      for (;;) {
        const line = await this.#connection.input.readLine();
        const message = line === undefined ? undefined : messageOf(line);
        if (!message) break;
        this.#take(message);
      }
      this.lastContact = life.clock.now();
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      why = "i/o timeout";
      this.lastContact = life.clock.now() - KEEP_ALIVE_MS;
    }
    if (!life.over) this.close(why);
  }

  #take({ n, m, b, error }: Message): void {
    if (n !== undefined && n < 0) {
      const waiting = this.#waiting.get(-n);
      this.#waiting.delete(-n);
      if (error === undefined) waiting?.resolve(b);
      else waiting?.reject(new RpcError(error));
      return;
    }
    const { life, receive } = this.#options;
    if (m === undefined) return;
    if (n === undefined) receive(m, b, this);
    else life.start(this.#answer(n, m, b));
  }

  async #answer(n: number, method: string, body: unknown): Promise<void> {
    try {
      const answer = await this.#options.receive(method, body, this);
      this.#write({ n: -n, ...(answer !== undefined && { b: answer }) });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.#write({ n: -n, error: error.message });
    }
  }
}

/** Undefined for what no agent says. */
function messageOf(line: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === "object" && message !== null ? message : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Takes links on a port. */
export function acceptLinks(
  port: number,
  options: LinkOptions,
  taken?: (link: Link) => void,
): () => void {
  const { network, life } = options;
  const listener = network.listen(port, (connection) => {
    if (life.over) return connection.close();
    const link = new Link(connection, options);
    taken?.(link);
  });
  return () => listener.close();
}

/** Opens a link to `host:port`. Throws an `RpcError` in Go's words. */
export async function openLink(
  target: string,
  options: LinkOptions,
  timeoutMs = DIAL_MS,
): Promise<Link> {
  const [host = "", port = ""] = target.split(/:(?=\d+$)/);
  try {
    const dial = { timeoutMs, keepAliveMs: KEEP_ALIVE_MS };
    return new Link(await options.network.dial(host, Number(port), dial), options);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new RpcError(dialText(error, target), true);
  }
}

/** As Go's net package says it. */
export function dialText({ code, message, about, remote }: NetworkError, target: string): string {
  if (code === "ENOTFOUND") return `lookup ${about}: no such host`;
  if (code === "EAGAIN") return `lookup ${about}: server misbehaving`;
  const to = remote ? `${remote.address}:${remote.port}` : target;
  if (code === "ETIMEDOUT") return `dial tcp ${to}: i/o timeout`;
  return `dial tcp ${to}: connect: ${message.toLowerCase()}`;
}

/** Links that are opened when they are first needed, by address. */
export class Pool {
  readonly #options: LinkOptions;
  readonly #links = new Map<string, Promise<Link>>();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Throws an `RpcError` if nobody answers there. */
  link(target: string): Promise<Link> {
    let link = this.#links.get(target);
    if (!link) {
      link = this.#open(target);
      this.#links.set(target, link);
    }
    return link;
  }

  async call(target: string, method: string, body: unknown): Promise<unknown> {
    return (await this.link(target)).call(method, body);
  }

  closeAll(): void {
    const all = [...this.#links.values()];
    this.#links.clear();
    for (const link of all) link.then((open) => open.close(), refused);
  }

  async #open(target: string): Promise<Link> {
    try {
      const link = await openLink(target, this.#options);
      link.onEnd(() => this.#links.delete(target));
      return link;
    } catch (error) {
      this.#links.delete(target);
      throw error;
    }
  }
}

/** As go-multierror writes them. */
export function listOfErrors(errors: readonly string[]): string {
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  return `${count} occurred:\n${errors.map((error) => `\t* ${error}\n`).join("")}\n`;
}
