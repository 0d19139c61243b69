// The network as one process has it: what it dials, what it serves, and that all of it ends with
// it.

import type { Request, Response } from "../api/http.ts";
import type { Card, DnsServer, Port } from "./fabric.ts";
import type { FileSystem } from "./files.ts";
import { requestOver, serveConnection } from "./http-codec.ts";
import {
  type Connection,
  type DialOptions,
  type DnsAnswer,
  type Endpoint,
  type Listener,
  type ListenOptions,
  NetworkError,
  type OpenNetwork,
  type OpenOptions,
  type Question,
  refused,
  type Server,
  type Target,
} from "./network.ts";
import { lookup } from "./resolver.ts";
import { hostOwner, type Owner } from "./streams.ts";
import { Exchange, Wire } from "./wire.ts";

/** Linux gives up on a SYN after tcp_syn_retries = 6. */
const CONNECT_MS = 127_000;
/** … and on an address that no neighbour has, after three ARP requests. */
const UNREACHABLE_MS = 3_000;
/** When a connection is asked for again; each later wait is twice as long. */
const SECOND_SYN_MS = 1_000;

interface Opening extends ListenOptions {
  readonly accept: (connection: Connection) => void;
  /** What answers, where whole requests are answered rather than bytes read. */
  readonly server?: Server;
}

export class OpenSockets implements OpenNetwork {
  readonly #card: Card;
  readonly #files: FileSystem;
  readonly #owner: Owner;
  readonly #pending = new Set<(error: Error) => void>();
  readonly #closers = new Set<() => void>();
  #closed = false;

  constructor(card: Card, { files, owner }: OpenOptions) {
    this.#card = card;
    this.#files = files;
    this.#owner = owner ?? hostOwner(card.wires.clock);
  }

  get addresses(): readonly string[] {
    return this.#card.addresses;
  }

  dial(host: string, port: number, options: DialOptions = {}): Promise<Connection> {
    return this.#guard(this.#dial(host, port, options), options.signal);
  }

  request(to: Target, request: Request): Promise<Response> {
    return this.#guard(this.#request(to, request), request.signal);
  }

  query(server: string, question: Question, options: DialOptions = {}): Promise<DnsAnswer> {
    return this.#guard(this.#query(server, question, options), options.signal);
  }

  lookup(name: string): Promise<readonly string[]> {
    const ask = (server: string, question: Question, timeoutMs: number) =>
      this.#query(server, question, { timeoutMs });
    return this.#guard(lookup(name, this.#files, ask));
  }

  async ping(host: string, options: DialOptions = {}): Promise<{ address: string; ms: number }> {
    const [address = host] = await this.lookup(host);
    const card = this.#card.isOwn(address) ? this.#card : this.#card.wires.find(address);
    if (card && this.#card.reaches(card)) {
      const ms = 2 * this.#latency(card);
      if (ms > 0) await this.#sleep(ms, options.signal);
      return { address, ms };
    }
    await this.#sleep(options.timeoutMs ?? 10_000, options.signal);
    const remote = { address, port: 0 };
    throw new NetworkError(card ? "ETIMEDOUT" : "EHOSTUNREACH", address, remote);
  }

  listen(
    port: number,
    accept: (connection: Connection) => void,
    options: ListenOptions = {},
  ): Listener {
    return this.#open(port, { accept, ...options });
  }

  serve(port: number, server: Server, options: ListenOptions = {}): Listener {
    const accept = (connection: Connection) => {
      serveConnection(connection, server).catch((error: unknown) => {
        if (!(error instanceof NetworkError)) throw error;
      });
    };
    return this.#open(port, { accept, server, ...options });
  }

  serveDns(answer: DnsServer): Listener {
    const card = this.#card;
    if (card.dns) throw new NetworkError("EADDRINUSE", ":53");
    card.dns = answer;
    const close = () => {
      if (card.dns === answer) card.dns = undefined;
      this.#closers.delete(close);
    };
    this.#closers.add(close);
    return { port: 53, close };
  }

  close(): void {
    this.#closed = true;
    for (const close of [...this.#closers]) close();
    const error = new NetworkError("ECONNRESET", "");
    for (const reject of [...this.#pending]) reject(error);
  }

  #open(wanted: number, { accept, server, address, secure = false }: Opening): Listener {
    const { ports } = this.#card;
    const port = wanted === 0 ? this.#card.nextPort() : wanted;
    const others = ports.get(port) ?? [];
    const any = address === undefined || address === "0.0.0.0";
    if (others.some((other) => any || !other.address || other.address === address)) {
      throw new NetworkError("EADDRINUSE", `${address ?? "0.0.0.0"}:${port}`);
    }
    const bound = any ? undefined : address;
    const open: Port = { address: bound, secure, accept, server, flights: new Set(), owner: this };
    ports.set(port, [...others, open]);
    const close = () => {
      this.#closers.delete(close);
      const rest = (ports.get(port) ?? []).filter((other) => other !== open);
      if (rest.length > 0) ports.set(port, rest);
      else ports.delete(port);
    };
    this.#closers.add(close);
    this.#closers.add(() => {
      for (const flight of [...open.flights]) flight.fail(new NetworkError("ECONNRESET", ""));
    });
    return { port, close };
  }

  async #dial(host: string, port: number, options: DialOptions): Promise<Connection> {
    const { remote, target, card } = await this.#connect(host, port, options);
    const wires = this.#card.wires;
    const wire = new Wire({
      clock: wires.clock,
      flights: wires.flights,
      passes: () => this.#card.reaches(card),
      remote,
      ...(options.keepAliveMs !== undefined && { stallMs: options.keepAliveMs }),
    });
    const local = { address: this.#sourceFor(card), port: this.#card.nextPort() };
    const [ours, theirs] = wire.ends(local, this.#owner, target.owner.#owner);
    target.accept(target.owner.#track(theirs));
    return this.#track(ours);
  }

  async #request(to: Target, request: Request): Promise<Response> {
    const options: DialOptions = {
      ...(to.connectTimeoutMs === undefined ? {} : { timeoutMs: to.connectTimeoutMs }),
      ...(request.signal ? { signal: request.signal } : {}),
    };
    const { remote, target, card } = await this.#connect(to.host, to.port, options);
    if (target.secure && !to.secure) return plainToSecure;
    if (to.secure && !target.secure) throw new NetworkError("EPROTO", to.host, remote);
    if (!target.server) {
      return requestOver(await this.#dial(to.host, to.port, options), to, request);
    }
    const { clock, flights } = this.#card.wires;
    const passes = () => this.#card.reaches(card);
    const exchange = new Exchange({ clock, flights, passes, remote });
    const { signal } = request;
    const gone = () => exchange.end();
    const leave = () => exchange.fail(new NetworkError("ECONNRESET", ""));
    target.flights.add(exchange);
    this.#closers.add(leave);
    signal?.addEventListener("abort", gone, { once: true });
    exchange.onEnd(() => {
      target.flights.delete(exchange);
      this.#closers.delete(leave);
      signal?.removeEventListener("abort", gone);
    });
    const heard = () => exchange.heard();
    const asked: Request = Object.defineProperty({ ...request, heard }, "signal", {
      get: () => exchange.signal,
      enumerable: true,
      configurable: true,
    });
    try {
      const response = await exchange.guard(target.server(asked, this.#sourceFor(card)));
      const latency = this.#latency(card);
      if (latency > 0) await clock.sleep(latency);
      return exchange.carry(response);
    } catch (error) {
      exchange.finish();
      throw error;
    }
  }

  async #query(
    server: string,
    question: Question,
    { timeoutMs = 5_000, signal }: DialOptions,
  ): Promise<DnsAnswer> {
    const remote = { address: server, port: 53 };
    const { card } = this.#card.route("udp", remote);
    if (!card || !this.#card.reaches(card)) {
      await this.#sleep(timeoutMs, signal);
      throw new NetworkError("ETIMEDOUT", `${server}:53`, remote);
    }
    const latency = this.#latency(card);
    if (latency > 0) await this.#sleep(2 * latency, signal);
    if (!card.dns) throw refused(remote);
    return card.dns(question, this.#sourceFor(card));
  }

  /** Finds the listener; the first address that answers wins. */
  async #connect(host: string, port: number, { timeoutMs, signal }: DialOptions) {
    let last: NetworkError | undefined;
    for (const address of await this.lookup(host)) {
      const remote: Endpoint = { address, port };
      try {
        return await this.#reach(remote, timeoutMs, signal);
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        last = error;
      }
    }
    throw last ?? new NetworkError("ENOTFOUND", host);
  }

  async #reach(remote: Endpoint, timeoutMs: number | undefined, signal: AbortSignal | undefined) {
    const about = `${remote.address}:${remote.port}`;
    let { card, endpoint } = this.#card.route("tcp", remote);
    let waited = 0;
    for (let pause = SECOND_SYN_MS; !card || !this.#card.reaches(card); pause *= 2) {
      const patience = card ? CONNECT_MS : UNREACHABLE_MS;
      const limit = Math.min(timeoutMs ?? patience, patience);
      const rest = Math.min(pause, limit - waited);
      if (rest <= 0) {
        const gaveUp = timeoutMs !== undefined && timeoutMs < patience;
        throw new NetworkError(card || gaveUp ? "ETIMEDOUT" : "EHOSTUNREACH", about, remote);
      }
      await this.#sleep(rest, signal);
      waited += rest;
      ({ card, endpoint } = this.#card.route("tcp", remote));
    }
    const latency = this.#latency(card);
    if (latency > 0) await this.#sleep(2 * latency, signal);
    const ports = card.ports.get(endpoint.port) ?? [];
    const target = ports.find(({ address }) => !address || address === endpoint.address);
    if (!target) throw refused(remote);
    return { remote, target, card };
  }

  #sourceFor(card: Card): string {
    return card === this.#card ? "127.0.0.1" : (this.#card.addresses[0] ?? "127.0.0.1");
  }

  #latency(card: Card): number {
    return card === this.#card ? 0 : this.#card.wires.latencyMs;
  }

  /** The connection ends when the process does. */
  #track(connection: Connection): Connection {
    const close = () => {
      this.#closers.delete(close);
      connection.close();
    };
    if (this.#closed) connection.close();
    else this.#closers.add(close);
    return { ...connection, close };
  }

  #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return this.#card.wires.clock.sleep(ms, signal);
  }

  /** Nothing that a process waits for outlives it. */
  #guard<T>(promise: Promise<T>, signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        this.#pending.delete(fail);
        signal?.removeEventListener("abort", aborted);
      };
      const fail = (error: unknown) => {
        done();
        reject(error);
      };
      const aborted = () => fail(signal?.reason);
      if (signal?.aborted) return aborted();
      signal?.addEventListener("abort", aborted, { once: true });
      this.#pending.add(fail);
      promise.then((value) => {
        done();
        resolve(value);
      }, fail);
    });
  }
}

/** Go's server, to one who forgot the s. */
const plainToSecure: Response = {
  status: 400,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body: "Client sent an HTTP request to an HTTPS server.\n",
};
