// The members of a pool as one agent knows them, and their intents to come and go, ordered by a
// common clock. Upstream: hashicorp/serf serf.go handleNodeJoinIntent, handleNodeLeaveIntent.

export type Status = "alive" | "leaving" | "left" | "failed";
export type Tags = Readonly<Record<string, string>>;

/** How patient a pool is. */
export interface Pace {
  readonly probeMs: number;
  readonly gossipMs: number;
  readonly suspicion: number;
}

export const lan: Pace = { probeMs: 1_000, gossipMs: 200, suspicion: 4 };
export const wan: Pace = { probeMs: 5_000, gossipMs: 500, suspicion: 6 };

export interface Member {
  readonly name: string;
  address: string;
  port: number;
  tags: Tags;
  status: Status;
  /** Which of its own words about itself are the newest. */
  incarnation: number;
  /** What the links say. */
  state: "alive" | "suspect" | "dead" | "left";
  /** The time, on the common clock, of its newest intent. */
  statusTime: number;
  /** When `state` changed. */
  changed: number;
}

/** What members tell each other of a member. */
export type Claim = Pick<Member, "name" | "address" | "port" | "tags" | "incarnation" | "state">;

export interface Intent {
  readonly name: string;
  readonly time: number;
  readonly prune?: boolean;
}

/** What two agents exchange when they meet. */
export interface PoolState {
  readonly from: string;
  readonly claims: readonly Claim[];
  readonly time: number;
  readonly times: Readonly<Record<string, number>>;
  readonly left: readonly string[];
}

export interface MembersOptions {
  readonly own: string;
  /** We are said to leave, and do not. */
  contradict(): void;
  /** A failed member is taken for one that has left. */
  forced(member: Member): void;
  pruned(member: Member): void;
}

export class Members {
  readonly all = new Map<string, Member>();
  /** The common clock. */
  time = 1;
  /** We ourselves have said that we leave. */
  isLeaving = false;
  readonly #options: MembersOptions;
  /** Of members that are not known yet. */
  readonly #early = new Map<string, Intent & { readonly leave: boolean }>();

  constructor(options: MembersOptions) {
    this.#options = options;
  }

  add(claim: Claim): Member {
    const member: Member = {
      ...claim,
      ...{ incarnation: 0, state: "dead", status: "alive", statusTime: 0, changed: 0 },
    };
    const intent = this.#early.get(claim.name);
    if (intent) {
      member.statusTime = intent.time;
      if (intent.leave) member.status = "leaving";
    }
    this.all.set(claim.name, member);
    return member;
  }

  /** For our own intents. */
  tick(): number {
    return this.time++;
  }

  witness(time: number): void {
    this.time = Math.max(this.time, time + 1);
  }

  /** True if it is news, which others should hear too. */
  join({ name, time }: Intent): boolean {
    this.witness(time);
    const member = this.all.get(name);
    if (!member) return this.#note({ name, time, leave: false });
    if (time <= member.statusTime) return false;
    member.statusTime = time;
    if (member.status === "leaving") member.status = "alive";
    return true;
  }

  /** True if it is news, which others should hear too. */
  leave({ name, time, prune }: Intent): boolean {
    this.witness(time);
    const member = this.all.get(name);
    if (!member) return this.#note({ name, time, leave: true });
    if (time <= member.statusTime) return false;
    const { own, contradict, forced, pruned } = this.#options;
    if (name === own && !this.isLeaving) {
      contradict();
      return false;
    }
    member.statusTime = time;
    if (member.status === "alive") member.status = "leaving";
    else if (member.status === "failed") {
      member.status = "left";
      forced(member);
    }
    if (prune) pruned(member);
    return true;
  }

  state(): PoolState {
    const all = [...this.all.values()];
    return {
      from: this.#options.own,
      claims: all.map(claimOf),
      time: this.time,
      times: Object.fromEntries(all.map(({ name, statusTime }) => [name, statusTime])),
      left: all.filter(({ status }) => status === "left").map(({ name }) => name),
    };
  }

  hear({ time, times, left }: PoolState): void {
    this.witness(time);
    for (const name of left) this.leave({ name, time: times[name] ?? 0 });
    for (const [name, at] of Object.entries(times)) {
      if (!left.includes(name)) this.join({ name, time: at });
    }
  }

  #note(intent: Intent & { readonly leave: boolean }): boolean {
    const known = this.#early.get(intent.name);
    if (known && known.time >= intent.time) return false;
    this.#early.set(intent.name, intent);
    return true;
  }
}

export const claimOf = (member: Member): Claim => {
  const { name, address, port, tags, incarnation, state } = member;
  return { name, address, port, tags, incarnation, state };
};
