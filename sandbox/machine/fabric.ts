// The wire of one cluster: who has which address, what is cut off from what, and where kube-proxy's
// rewrites lead.

import { assert } from "../sim/assert.ts";
import type { Clock } from "../sim/clock.ts";
import {
  type Adapter,
  type AdapterOptions,
  type Connection,
  type DnsAnswer,
  type Endpoint,
  type Fabric,
  type OpenNetwork,
  type OpenOptions,
  type Question,
  type Rewrite,
  refused,
  type Server,
  type Traffic,
} from "./network.ts";
import { OpenSockets } from "./sockets.ts";
import type { Flight } from "./wire.ts";

/** A listening port. */
export interface Port {
  /** Undefined: on all addresses. */
  readonly address: string | undefined;
  readonly secure: boolean;
  readonly accept: (connection: Connection) => void;
  /** Set if it speaks HTTP. */
  readonly server: Server | undefined;
  /** What goes on through it: ends when its process does. */
  readonly flights: Set<Flight>;
  readonly owner: OpenSockets;
}

export type DnsServer = (question: Question, from: string) => DnsAnswer | Promise<DnsAnswer>;

export function createFabric(clock: Clock): Fabric {
  return new Wires(clock);
}

const pair = (place: string, other: string) => [place, other].sort().join("\n");

export class Wires implements Fabric {
  readonly clock: Clock;
  readonly flights = new Set<Flight>();
  latencyMs = 0;
  readonly #adapters = new Map<string, Card>();
  readonly #cuts = new Set<string>();
  readonly #isolated = new Set<string>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  attach(options: AdapterOptions): Adapter {
    const card = new Card(this, options);
    for (const address of options.addresses) this.claim(address, card);
    return card;
  }

  claim(address: string, card: Card): void {
    assert(!this.#adapters.has(address), `${address} is taken`);
    this.#adapters.set(address, card);
  }

  free(address: string): void {
    this.#adapters.delete(address);
  }

  find(address: string): Card | undefined {
    return this.#adapters.get(address);
  }

  cut(place: string, other: string): void {
    this.#cuts.add(pair(place, other));
    this.changed();
  }

  heal(place: string, other: string): void {
    this.#cuts.delete(pair(place, other));
    this.changed();
  }

  isolate(place: string): void {
    this.#isolated.add(place);
    this.changed();
  }

  rejoin(place: string): void {
    this.#isolated.delete(place);
    this.changed();
  }

  passes(place: string, other: string): boolean {
    if (place === other) return true;
    const alone = this.#isolated.has(place) || this.#isolated.has(other);
    return !alone && !(this.#cuts.size > 0 && this.#cuts.has(pair(place, other)));
  }

  changed(): void {
    for (const flight of [...this.flights]) flight.check();
  }
}

export class Card implements Adapter {
  readonly place: string;
  readonly wires: Wires;
  readonly ports = new Map<number, Port[]>();
  dns: DnsServer | undefined;
  attached = true;
  /** Ports that outgoing connections were given. */
  #lastPort = 32_767;
  readonly #addresses: string[];
  readonly #rules: Rewrite[] = [];
  readonly #through: Card | undefined;

  constructor(wires: Wires, { addresses, place, through }: AdapterOptions) {
    assert(through === undefined || through instanceof Card, "adapters are made by the fabric");
    this.wires = wires;
    this.place = place;
    this.#addresses = [...addresses];
    this.#through = through;
  }

  get addresses(): readonly string[] {
    return this.#addresses;
  }

  open(options: OpenOptions): OpenNetwork {
    return new OpenSockets(this, options);
  }

  add(address: string): void {
    this.wires.claim(address, this);
    this.#addresses.push(address);
  }

  rewrite(rule: Rewrite): () => void {
    this.#rules.push(rule);
    return () => {
      this.#rules.splice(this.#rules.indexOf(rule), 1);
    };
  }

  detach(): void {
    this.attached = false;
    for (const address of this.#addresses) this.wires.free(address);
    this.ports.clear();
    this.dns = undefined;
    this.wires.changed();
  }

  nextPort(): number {
    this.#lastPort = this.#lastPort >= 60_999 ? 32_768 : this.#lastPort + 1;
    return this.#lastPort;
  }

  isOwn(address: string): boolean {
    return /^(127\.|::1$|0\.0\.0\.0$|::$)/.test(address) || this.#addresses.includes(address);
  }

  /** True if something sent now would arrive there. */
  reaches(other: Card): boolean {
    if (this === other) return true;
    return this.attached && other.attached && this.wires.passes(this.place, other.place);
  }

  /** Where traffic from here to `destination` really goes. */
  route(protocol: Traffic["protocol"], destination: Endpoint): Routed {
    const source = this.#addresses[0] ?? "127.0.0.1";
    let endpoint = destination;
    for (let card: Card | undefined = this; card; card = card.#through) {
      const verdict = card.#verdict({ protocol, source, destination: endpoint, arriving: false });
      if (verdict === "refuse") throw refused(destination);
      if (!verdict) continue;
      endpoint = verdict;
      break;
    }
    const card = this.isOwn(endpoint.address) ? this : this.wires.find(endpoint.address);
    if (!card || card === this || !this.reaches(card)) return { card, endpoint };
    const arrived = card.#verdict({ protocol, source, destination: endpoint, arriving: true });
    if (arrived === "refuse") throw refused(destination);
    if (!arrived) return { card, endpoint };
    const next = card.isOwn(arrived.address) ? card : this.wires.find(arrived.address);
    return { card: next, endpoint: arrived };
  }

  #verdict(traffic: Traffic): Endpoint | "refuse" | undefined {
    for (const rule of this.#rules) {
      const verdict = rule(traffic);
      if (verdict) return verdict;
    }
    return undefined;
  }
}

export interface Routed {
  /** Undefined if nobody has the address. */
  readonly card: Card | undefined;
  readonly endpoint: Endpoint;
}
