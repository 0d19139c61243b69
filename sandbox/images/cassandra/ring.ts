// The token ring: which endpoints keep a partition, and how much of the ring each of them has.
// Upstream: locator/TokenMetadata.java, SimpleStrategy.java, NetworkTopologyStrategy.java.

/** A member with its tokens, as gossip has told of it. */
export interface Member {
  readonly address: string;
  readonly dc: string;
  readonly rack: string;
  readonly tokens: readonly bigint[];
}

/** How a keyspace is kept: the class without its package, and what stands beside it. */
export interface Replication {
  readonly class: string;
  /** `replication_factor`, or the number of replicas by data center. */
  readonly options: Readonly<Record<string, string>>;
}

export interface Range {
  /** Not in it. */
  readonly left: bigint;
  readonly right: bigint;
}

const WHOLE = 2n ** 64n;

export class Ring {
  readonly members: readonly Member[];
  readonly #tokens: readonly { readonly token: bigint; readonly owner: Member }[];

  constructor(members: readonly Member[]) {
    this.members = members;
    this.#tokens = members
      .flatMap((owner) => owner.tokens.map((token) => ({ token, owner })))
      .sort((a, b) => (a.token < b.token ? -1 : a.token > b.token ? 1 : 0));
  }

  get tokens(): readonly { readonly token: bigint; readonly owner: Member }[] {
    return this.#tokens;
  }

  member(address: string): Member | undefined {
    return this.members.find((each) => each.address === address);
  }

  /** With another one in it, or without it if it was: what the ring will be. */
  with(member: Member): Ring {
    return new Ring([...this.members.filter(({ address }) => address !== member.address), member]);
  }

  without(gone: string): Ring {
    return new Ring(this.members.filter(({ address }) => address !== gone));
  }

  /** Addresses of those who keep a token, the first of the walk first. */
  replicas(token: bigint, replication: Replication): readonly string[] {
    return this.#walk(this.#indexOf(token), replication);
  }

  /** All ranges of the ring, each with those who keep it. */
  ranges(
    replication: Replication,
  ): { readonly range: Range; readonly replicas: readonly string[] }[] {
    return this.#tokens.map(({ token }, index) => ({
      range: { left: this.#tokens.at(index - 1)?.token ?? token, right: token },
      replicas: this.#walk(index, replication),
    }));
  }

  /** By address, the part of all data that it keeps. */
  ownership(replication: Replication): ReadonlyMap<string, number> {
    const owned = new Map(this.members.map(({ address }) => [address, 0]));
    for (const { range, replicas } of this.ranges(replication)) {
      for (const address of replicas) owned.set(address, (owned.get(address) ?? 0) + part(range));
    }
    return owned;
  }

  #indexOf(token: bigint): number {
    let [low, high] = [0, this.#tokens.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#tokens[middle]?.token ?? token) < token) low = middle + 1;
      else high = middle;
    }
    return low === this.#tokens.length ? 0 : low;
  }

  #walk(start: number, { class: name, options }: Replication): string[] {
    if (name === "LocalStrategy") return [];
    const order = [...this.#tokens.slice(start), ...this.#tokens.slice(0, start)];
    if (name === "SimpleStrategy") {
      const wanted = Number(options["replication_factor"] ?? 1);
      const found = new Set<string>();
      for (const { owner } of order) {
        if (found.size >= wanted) break;
        found.add(owner.address);
      }
      return [...found];
    }
    return this.#walkByRack(
      order.map(({ owner }) => owner),
      options,
    );
  }

  /** In each data center one of each rack first; then those that were passed by. */
  #walkByRack(order: readonly Member[], options: Replication["options"]): string[] {
    const dcs = new Map(
      Object.entries(options).map(([dc, factor]) => {
        const here = this.members.filter((member) => member.dc === dc);
        const racks = new Set(here.map(({ rack }) => rack)).size;
        const wanted = Math.min(Number(factor), here.length);
        return [
          dc,
          {
            wanted,
            racks,
            found: new Set<string>(),
            seen: new Set<string>(),
            passed: new Set<string>(),
          },
        ];
      }),
    );
    const all: string[] = [];
    for (const { address, dc, rack } of order) {
      const state = dcs.get(dc);
      if (!state || state.found.size >= state.wanted || state.found.has(address)) continue;
      const take = (taken: string) => {
        state.found.add(taken);
        all.push(taken);
      };
      if (state.seen.size === state.racks) take(address);
      else if (state.seen.has(rack)) state.passed.add(address);
      else {
        take(address);
        state.seen.add(rack);
        if (state.seen.size < state.racks) continue;
        for (const passed of state.passed) if (state.found.size < state.wanted) take(passed);
      }
    }
    return all;
  }
}

const part = ({ left, right }: Range): number =>
  left === right ? 1 : Number(BigInt.asUintN(64, right - left)) / Number(WHOLE);

/** Of a range that may go over the end of the ring. */
export const contains = ({ left, right }: Range, token: bigint): boolean =>
  left < right ? token > left && token <= right : token > left || token <= right;

/** How many replicas there are of everything. */
export function factorOf({ class: name, options }: Replication, dc?: string): number {
  if (name === "SimpleStrategy") return Number(options["replication_factor"] ?? 1);
  if (dc !== undefined) return Number(options[dc] ?? 0);
  return Object.values(options).reduce((sum, factor) => sum + Number(factor), 0);
}
