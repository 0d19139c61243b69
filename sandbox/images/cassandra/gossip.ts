// What nodes know of each other: each one tells what is new about itself, and everybody hears of
// it. Links take the place of gossip and heartbeats: nothing is sent while nothing changes, and a
// link that breaks is silence. Upstream: gms/Gossiper.java, gms/EndpointState.java,
// FailureDetector.java.

import type { Network } from "../../machine/network.ts";
import type { Timer } from "../../sim/clock.ts";
import type { Random } from "../../sim/random.ts";
import type { Life } from "../consul/life.ts";
import { acceptLinks, type Link, openLink, RpcError } from "../consul/link.ts";
import type { Log } from "./log.ts";

/** STATUS, LOAD, SCHEMA, DC, RACK, HOST_ID, TOKENS … */
export type AppName = string;

export interface AppValue {
  readonly value: string;
  readonly version: number;
}

export interface EndpointState {
  /** When it began, in seconds. */
  readonly generation: number;
  readonly heartbeat: number;
  readonly app: Readonly<Record<AppName, AppValue>>;
}

export type States = Readonly<Record<string, EndpointState>>;

export interface GossipOptions {
  readonly life: Life;
  readonly network: Network;
  readonly random: Random;
  readonly log: Log;
  readonly address: string;
  readonly port: number;
  readonly cluster: string;
  readonly generation: number;
  /** Something of an endpoint is new: names of what is. */
  onChange(address: string, names: readonly AppName[]): void;
  onUp(address: string): void;
  onDown(address: string): void;
  /** Everything else that is asked. Throws RpcError. */
  onAsk(method: string, body: unknown, from: string): unknown;
}

export interface Question {
  readonly method: string;
  readonly body: unknown;
  /** In milliseconds. */
  readonly within?: number;
}

interface Hello {
  readonly from: string;
  readonly cluster: string;
  readonly states: States;
}

/** So long a silence lasts before it is taken for death: phi of 8 at a beat each second. */
const CONVICT_MS = 10_000;
const CONVICT_SPREAD_MS = 9_000;
const RETRY_MS = 10_000;
const DIAL_MS = 2_000;

export class Gossip {
  readonly #options: GossipOptions;
  readonly #states = new Map<string, EndpointState>();
  readonly #links = new Map<string, Set<Link>>();
  readonly #alive = new Set<string>();
  readonly #dialing = new Set<string>();
  readonly #silences = new Map<string, Timer>();
  readonly #names = new Map<Link, string>();
  #version = 1;
  #stop: (() => void) | undefined;

  constructor(options: GossipOptions) {
    this.#options = options;
  }

  get states(): ReadonlyMap<string, EndpointState> {
    return this.#states;
  }

  get isRunning(): boolean {
    return this.#stop !== undefined;
  }

  isAlive(address: string): boolean {
    return address === this.#options.address || this.#alive.has(address);
  }

  value(address: string, name: AppName): string | undefined {
    return this.#states.get(address)?.app[name]?.value;
  }

  /** Listens to others, with what it says of itself. */
  start(app: Readonly<Record<AppName, string>>): void {
    const { address, generation, port } = this.#options;
    const state = { generation, heartbeat: 1, app: {} };
    this.#states.set(address, state);
    this.#stop = acceptLinks(port, this.#linkOptions());
    this.set(app);
  }

  /** Nobody is heard any more, and nobody hears of us; `goodbye` tells them so. */
  stop(goodbye: boolean): void {
    if (!this.#stop) return;
    const { address } = this.#options;
    if (goodbye) this.#send("shutdown", { from: address });
    this.#stop();
    this.#stop = undefined;
    for (const timer of this.#silences.values()) timer.cancel();
    for (const links of this.#links.values()) for (const link of links) link.close();
    this.#links.clear();
    this.#alive.clear();
  }

  /** Says something of itself. */
  set(app: Readonly<Record<AppName, string>>): void {
    const { address, generation, onChange } = this.#options;
    const known = this.#states.get(address);
    const values = Object.entries(app).map(([name, value]) => {
      this.#version++;
      return [name, { value, version: this.#version }];
    });
    const news = Object.fromEntries(values) as Record<AppName, AppValue>;
    const state = { generation, heartbeat: this.#version, app: { ...known?.app, ...news } };
    this.#states.set(address, state);
    this.#send("news", { from: address, states: { [address]: { ...state, app: news } } });
    onChange(address, Object.keys(app));
  }

  /** Remembers somebody from before, who may be gone. */
  remember(address: string, app: Readonly<Record<AppName, string>>): void {
    if (this.#states.has(address)) return;
    const entries = Object.entries(app).map(([name, value]) => [name, { value, version: 0 }]);
    this.#states.set(address, { generation: 0, heartbeat: 0, app: Object.fromEntries(entries) });
    this.#options.onChange(address, Object.keys(app));
  }

  forget(address: string): void {
    this.#states.delete(address);
    this.#alive.delete(address);
    for (const link of this.#links.get(address) ?? []) link.close();
    this.#links.delete(address);
  }

  /** Says something of another one, as who removes it does. */
  claim(address: string, app: Readonly<Record<AppName, string>>): void {
    const known = this.#states.get(address);
    const version = (known?.heartbeat ?? 0) + 100;
    const entries = Object.entries(app).map(([name, value]) => [name, { value, version }]);
    const state = {
      generation: known?.generation ?? 0,
      heartbeat: version,
      app: Object.fromEntries(entries),
    };
    this.#send("news", { from: this.#options.address, states: { [address]: state } });
    this.#merge({ [address]: state });
  }

  /** Asks another node; rejects with RpcError, also if nothing comes in time. */
  async ask(address: string, { method, body, within = DIAL_MS }: Question): Promise<unknown> {
    const [link] = this.#links.get(address) ?? [];
    if (!link) throw new RpcError("not connected", true);
    return new Promise((resolve, reject) => {
      const late = () => reject(new RpcError("timed out", true));
      const timer = this.#options.life.after(within, late);
      const done = (act: () => void) => {
        timer.cancel();
        act();
      };
      link.call(method, body).then(
        (answer) => done(() => resolve(answer)),
        (error: unknown) => done(() => reject(error)),
      );
    });
  }

  /** One round with an address; false if nobody answers there. */
  async meet(address: string): Promise<boolean> {
    if (address === this.#options.address) return true;
    if (this.#dialing.has(address)) return this.#links.has(address);
    this.#dialing.add(address);
    try {
      const { port } = this.#options;
      const link = await openLink(`${address}:${port}`, this.#linkOptions(), DIAL_MS);
      const answer = (await link.call("hello", this.#hello())) as Hello;
      this.#adopt(answer.from, link);
      this.#merge(answer.states);
      this.#live(answer.from);
      return true;
    } catch (error) {
      if (error instanceof RpcError) return false;
      throw error;
    } finally {
      this.#dialing.delete(address);
    }
  }

  #linkOptions() {
    const { life, network } = this.#options;
    const receive = (method: string, body: unknown, link: Link) =>
      this.#receive(method, body, link);
    return { life, network, receive };
  }

  #hello(): Hello {
    const { address: from, cluster } = this.#options;
    return { from, cluster, states: Object.fromEntries(this.#states) };
  }

  #receive(method: string, body: unknown, link: Link): unknown {
    if (!this.#stop) return link.close();
    const { cluster, log, onAsk } = this.#options;
    if (method === "hello") {
      const hello = body as Hello;
      if (hello.cluster !== cluster) {
        log.say(`ClusterName mismatch from /${hello.from} ${hello.cluster}!=${cluster}`, {
          ...{ level: "WARN", thread: "GossipStage:1", from: "GossipDigestSynVerbHandler.java:66" },
        });
        throw new RpcError("ClusterName mismatch");
      }
      this.#adopt(hello.from, link);
      this.#merge(hello.states);
      this.#live(hello.from);
      return this.#hello();
    }
    const from = this.#names.get(link) ?? link.address;
    if (method === "news") return this.#merge((body as Hello).states);
    if (method === "shutdown") {
      this.#tell(from, { STATUS: "shutdown,true" });
      return this.#dead(from);
    }
    return onAsk(method, body, from);
  }

  #tell(address: string, app: Readonly<Record<AppName, string>>): void {
    const known = this.#states.get(address);
    if (!known) return;
    const version = known.heartbeat + 1;
    const entries = Object.entries(app).map(([name, value]) => [name, { value, version }]);
    const all = { ...known.app, ...Object.fromEntries(entries) };
    this.#states.set(address, { ...known, app: all });
    this.#options.onChange(address, Object.keys(app));
  }

  #send(method: string, body: unknown): void {
    for (const links of this.#links.values()) {
      const [link] = links;
      link?.send(method, body);
    }
  }

  #adopt(address: string, link: Link): void {
    const links = this.#links.get(address) ?? new Set<Link>();
    this.#links.set(address, links.add(link));
    this.#names.set(link, address);
    link.onEnd(() => {
      links.delete(link);
      this.#names.delete(link);
      if (links.size > 0 || this.#links.get(address) !== links) return;
      this.#links.delete(address);
      this.#silent(address);
    });
  }

  /** Takes what is newer than what is known, and gets to know those that it did not know. */
  #merge(states: States): void {
    const { address: own, life, onChange } = this.#options;
    for (const [address, state] of Object.entries(states)) {
      if (address === own) continue;
      const known = this.#states.get(address);
      const isNewer = !known || state.generation > known.generation;
      if (known && state.generation < known.generation) continue;
      const before = isNewer ? {} : (known?.app ?? {});
      const news = Object.entries(state.app).filter(
        ([name, { version }]) => version > (before[name]?.version ?? -1),
      );
      if (news.length === 0 && !isNewer) continue;
      const app = { ...before, ...Object.fromEntries(news) };
      const heartbeat = Math.max(state.heartbeat, isNewer ? 0 : (known?.heartbeat ?? 0));
      this.#states.set(address, { generation: state.generation, heartbeat, app });
      if (isNewer) this.#announce(address, known !== undefined && known.generation > 0);
      onChange(
        address,
        news.map(([name]) => name),
      );
      if (!this.#links.has(address) && !isGone(app["STATUS"]?.value)) {
        life.start(this.meet(address));
      }
    }
  }

  #announce(address: string, wasThere: boolean): void {
    const said = { thread: "GossipStage:1", from: "Gossiper.java:1055" };
    const { log } = this.#options;
    if (wasThere) log.say(`Node /${address} has restarted, now UP`, said);
    else log.say(`Node /${address} is now part of the cluster`, said);
  }

  #live(address: string): void {
    this.#silences.get(address)?.cancel();
    this.#silences.delete(address);
    if (this.#alive.has(address) || !this.#links.has(address)) return;
    this.#alive.add(address);
    const { log, onUp } = this.#options;
    log.say(`InetAddress /${address} is now UP`, {
      ...{ thread: "RequestResponseStage-1", from: "Gossiper.java:1019" },
    });
    onUp(address);
  }

  /** Nothing comes any more. It may only be the line. */
  #silent(address: string): void {
    const { life, random } = this.#options;
    if (!this.#stop || life.over || !this.#alive.has(address)) return;
    life.start(this.meet(address));
    const wait = CONVICT_MS + random.below(CONVICT_SPREAD_MS);
    this.#silences.set(
      address,
      life.after(wait, () => this.#dead(address)),
    );
  }

  #dead(address: string): void {
    this.#silences.get(address)?.cancel();
    this.#silences.delete(address);
    if (!this.#alive.delete(address)) return;
    const { log, onDown } = this.#options;
    log.say(`InetAddress /${address} is now DOWN`, {
      ...{ thread: "GossipTasks:1", from: "Gossiper.java:1026" },
    });
    onDown(address);
    this.#retry(address);
  }

  /** Somebody who is down is tried again as long as he belongs to the ring. */
  #retry(address: string): void {
    const { life } = this.#options;
    life.after(RETRY_MS, () => {
      const state = this.#states.get(address);
      if (!this.#stop || !state || this.#alive.has(address)) return;
      if (isGone(state.app["STATUS"]?.value)) return;
      life.start(this.meet(address).then(() => this.#retry(address)));
    });
  }
}

/** A member that has left for good. */
export const isGone = (status: string | undefined): boolean =>
  /^(?:LEFT|removed)\b/.test(status ?? "");
