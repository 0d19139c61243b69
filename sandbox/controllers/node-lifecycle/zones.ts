// How fast pods may be taken from silent nodes: slowly where few nodes are left, and not at all
// when none is, for then it is more likely the control plane that is cut off.
// pkg/controller/nodelifecycle: ComputeZoneState, handleDisruption, setLimiterInZone.

import type { Node } from "../../api/node.ts";

const NORMAL_PER_SECOND = 0.1;
const REDUCED_PER_SECOND = 0.01;
/** Zones of up to so many nodes are left alone when most of them are down. */
const LARGE = 50;
const UNHEALTHY = 0.55;

type ZoneState = "Normal" | "PartialDisruption" | "FullDisruption";

interface Zone {
  readonly ready: Map<string, boolean>;
  lastTurn: number;
}

const regionKeys = ["topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region"];
const zoneKeys = ["topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone"];

function zoneOf({ metadata: { labels = {} } }: Node): string {
  const value = (keys: readonly string[]) => keys.map((key) => labels[key]).find(Boolean) ?? "";
  return `${value(regionKeys)}/${value(zoneKeys)}`;
}

export class Zones {
  readonly #zones = new Map<string, Zone>();
  readonly #zoneOf = new Map<string, string>();
  /** No node is ready, in any zone. */
  stopped = false;

  /** Notes whether a node is ready; true if with that everything has stopped, or goes on again. */
  note(node: Node, ready: boolean): boolean {
    const { name } = node.metadata;
    const key = zoneOf(node);
    if (this.#zoneOf.get(name) !== key) this.forget(name);
    this.#zoneOf.set(name, key);
    const zone = this.#zones.get(key) ?? { ready: new Map(), lastTurn: Number.NEGATIVE_INFINITY };
    this.#zones.set(key, zone);
    if (zone.ready.get(name) === ready) return false;
    zone.ready.set(name, ready);
    return this.#update();
  }

  forget(name: string): boolean {
    const key = this.#zoneOf.get(name);
    if (key === undefined) return false;
    this.#zoneOf.delete(name);
    const zone = this.#zones.get(key);
    zone?.ready.delete(name);
    if (zone?.ready.size === 0) this.#zones.delete(key);
    return this.#update();
  }

  /**
   * Takes a turn in the zone of a node: 0, or how long to wait for one; undefined if there is none.
   */
  turn(name: string, now: number): number | undefined {
    const zone = this.#zones.get(this.#zoneOf.get(name) ?? "");
    const rate = zone && !this.stopped ? rateOf(zone) : 0;
    if (!zone || rate === 0) return undefined;
    const wait = Math.ceil(zone.lastTurn + 1000 / rate - now);
    if (wait > 0) return wait;
    zone.lastTurn = now;
    return 0;
  }

  #update(): boolean {
    const before = this.stopped;
    const states = [...this.#zones.values()].map(stateOf);
    this.stopped = states.length > 0 && states.every((state) => state === "FullDisruption");
    return before !== this.stopped;
  }
}

function stateOf({ ready }: Zone): ZoneState {
  const unready = [...ready.values()].filter((each) => !each).length;
  if (unready > 0 && unready === ready.size) return "FullDisruption";
  return unready > 2 && unready / ready.size >= UNHEALTHY ? "PartialDisruption" : "Normal";
}

function rateOf(zone: Zone): number {
  if (stateOf(zone) !== "PartialDisruption") return NORMAL_PER_SECOND;
  return zone.ready.size > LARGE ? REDUCED_PER_SECOND : 0;
}
