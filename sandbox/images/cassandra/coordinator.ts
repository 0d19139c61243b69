// Reads and writes for a client: who keeps the partition, how many of them must answer, and what is
// said when they do not. Upstream: service/StorageProxy.java, db/ConsistencyLevel.java,
// service/ReadCallback.java.

import { forgive } from "./errors.ts";
import { type Asked, apply, type Mutation, read, scan, tokenIn } from "./local.ts";
import type { Node } from "./node.ts";
import { factorOf, type Ring } from "./ring.ts";
import type { Keyspace, Table } from "./schema.ts";
import { merge, partition, toUpdate, type Update } from "./updates.ts";

export const levels =
  "ANY ONE TWO THREE QUORUM ALL LOCAL_QUORUM EACH_QUORUM SERIAL LOCAL_SERIAL LOCAL_ONE".split(" ");

/** What a request came to, when it did not come to its end. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  /** As the driver names it: `Unavailable`. */
  readonly kind: string;
  readonly code: string;
  readonly info: Readonly<Record<string, string | number>>;
  constructor(
    kind: string,
    code: string,
    { message, info = {} }: { message: string; info?: Readonly<Record<string, string | number>> },
  ) {
    super(message);
    this.kind = kind;
    this.code = code;
    this.info = info;
  }
}

interface Plan {
  readonly level: string;
  /** Those who keep it, and are not known to be down; itself first. */
  readonly alive: readonly string[];
  readonly down: readonly string[];
  readonly required: number;
}

export class Coordinator {
  readonly #node: Node;

  constructor(node: Node) {
    this.#node = node;
  }

  async write(table: Table, u: Update, level: string): Promise<void> {
    const { gossip, settings, hints, life } = this.#node;
    const keyspace = this.#keyspace(table);
    const mutation: Mutation = { ks: table.keyspace, t: table.name, u };
    if (keyspace.replication.class === "LocalStrategy") return apply(this.#node, mutation);
    const token = tokenIn(table, u);
    const plan = this.#plan(keyspace, this.#node.ring.replicas(token, keyspace.replication), level);
    const { alive, down, required } = plan;
    if (level === "ANY" ? alive.length + down.length === 0 : alive.length < required) {
      throw unavailable(plan);
    }
    for (const address of down) hints.keep(address, mutation);
    const targets = [...alive, ...this.#pending(keyspace, token, alive)];
    const send = async (address: string): Promise<boolean> => {
      if (address === this.#node.address) {
        apply(this.#node, mutation);
        return true;
      }
      const ms = settings.writeTimeoutMs;
      const done = await gossip
        .ask(address, { method: "mutate", body: [mutation], within: ms })
        .catch(forgive);
      if (done !== true) hints.keep(address, mutation);
      return done === true;
    };
    const received = await enough(targets.map(send), required, (task) => life.start(task));
    if (received < required && level !== "ANY") {
      throw timedOut("WriteTimeout", "1100", { received, required, level });
    }
  }

  /** A partition as enough of its replicas have it. */
  async read(table: Table, k: Update["k"], level: string): Promise<Update | undefined> {
    const keyspace = this.#keyspace(table);
    const { keyspace: ks, name: t } = table;
    if (keyspace.replication.class === "LocalStrategy") return read(this.#node, { ks, t, k });
    const replicas = this.#node.ring.replicas(tokenIn(table, { k }), keyspace.replication);
    const plan = this.#plan(keyspace, replicas, level);
    const { alive, required } = plan;
    if (alive.length < required) throw unavailable(plan);
    const asked = alive.slice(0, required);
    const ask = async (address: string): Promise<Update | null> => {
      if (address === this.#node.address) return read(this.#node, { ks, t, k }) ?? null;
      const ms = this.#node.settings.readTimeoutMs;
      return (await this.#node.gossip.ask(address, {
        method: "read",
        body: { ks, t, k },
        within: ms,
      })) as Update | null;
    };
    const answers = await Promise.all(asked.map((address) => ask(address).catch(forgive)));
    const received = answers.filter((each) => each !== undefined).length;
    if (received < required) throw timedOut("ReadTimeout", "1200", { received, required, level });
    const whole = partition(k);
    for (const each of answers) if (each) merge(whole, each);
    const merged = toUpdate(whole);
    await this.#repair({ ks, t, u: merged }, asked, answers);
    return answers.some(Boolean) ? merged : undefined;
  }

  /** All partitions, in the order of their tokens. */
  async scan(table: Table, level: string): Promise<Update[]> {
    const keyspace = this.#keyspace(table);
    const asked: Asked = { ks: table.keyspace, t: table.name };
    const found = new Map<string, ReturnType<typeof partition>>();
    const take = (u: Update) => {
      const key = JSON.stringify(u.k);
      const known = found.get(key) ?? partition(u.k);
      found.set(key, known);
      merge(known, u);
    };
    if (keyspace.replication.class === "LocalStrategy") scan(this.#node, asked).forEach(take);
    else await this.#scanAll(table, { keyspace, level, take });
    const order = [...found.values()].map((each) => ({ each, token: tokenIn(table, each) }));
    order.sort((a, b) => (a.token < b.token ? -1 : a.token > b.token ? 1 : 0));
    return order.map(({ each }) => toUpdate(each));
  }

  async #scanAll(
    table: Table,
    { keyspace, level, take }: { keyspace: Keyspace; level: string; take: (u: Update) => void },
  ): Promise<void> {
    const { ring, gossip, settings, address: own } = this.#node;
    const asked: Asked = { ks: table.keyspace, t: table.name };
    const chosen = new Set<string>();
    let most = 1;
    for (const { replicas } of ring.ranges(keyspace.replication)) {
      const plan = this.#plan(keyspace, replicas, level);
      if (plan.alive.length < plan.required) throw unavailable(plan);
      most = Math.max(most, plan.required);
      for (const address of plan.alive.slice(0, plan.required)) chosen.add(address);
    }
    const keeps = (address: string, { k }: Update): boolean =>
      ring.replicas(tokenIn(table, { k }), keyspace.replication).includes(address);
    const answers = await Promise.all(
      [...chosen].map(async (address) => {
        const rows =
          address === own
            ? scan(this.#node, asked)
            : await gossip
                .ask(address, { method: "scan", body: asked, within: settings.rangeTimeoutMs })
                .catch(forgive);
        return (rows as Update[] | undefined)?.filter((row) => keeps(address, row));
      }),
    );
    const received = answers.filter(Boolean).length;
    if (received < chosen.size) {
      const missing = chosen.size - received;
      const info = { received: Math.max(0, most - missing), required: most, level };
      throw timedOut("ReadTimeout", "1200", info);
    }
    for (const rows of answers) rows?.forEach(take);
  }

  async truncate(table: Table): Promise<void> {
    const { ring, gossip, address: own, database } = this.#node;
    const down = ring.members.filter(({ address }) => !gossip.isAlive(address));
    if (down.length > 0) {
      const message = "Cannot achieve consistency level ALL";
      const info = {
        ...{ required_replicas: ring.members.length, consistency: "ALL" },
        alive_replicas: ring.members.length - down.length,
      };
      throw new RequestError("Unavailable", "1000", { message, info });
    }
    database.truncate(table);
    const asked: Asked = { ks: table.keyspace, t: table.name };
    const others = ring.members.filter(({ address }) => address !== own);
    await Promise.all(
      others.map(({ address }) =>
        gossip.ask(address, { method: "truncate", body: asked }).catch(forgive),
      ),
    );
  }

  /** Whoever had something else is given what the others have. */
  async #repair(
    mutation: Mutation,
    asked: readonly string[],
    answers: readonly (Update | null | undefined)[],
  ): Promise<void> {
    const texts = answers.map((each) => canonical(each));
    if (new Set(texts).size < 2) return;
    const whole = canonical(mutation.u);
    const stale = asked.filter((_, index) => texts[index] !== whole);
    await Promise.all(
      stale.map(async (address) => {
        if (address === this.#node.address) apply(this.#node, mutation);
        else
          await this.#node.gossip
            .ask(address, { method: "mutate", body: [mutation] })
            .catch(forgive);
      }),
    );
  }

  #pending({ replication }: Keyspace, token: bigint, known: readonly string[]): string[] {
    const { ring, joining, leaving } = this.#node;
    let next: Ring = ring;
    for (const member of joining) next = next.with(member);
    for (const { address } of leaving) next = next.without(address);
    const future = next === ring ? [] : next.replicas(token, replication);
    const before = ring.replicas(token, replication);
    return future.filter((address) => !known.includes(address) && !before.includes(address));
  }

  #plan(keyspace: Keyspace, replicas: readonly string[], level: string): Plan {
    const { gossip, address: own, settings } = this.#node;
    const isLocal = level.startsWith("LOCAL_");
    const counted = isLocal
      ? replicas.filter((address) => this.#node.placeOf(address).dc === settings.dc)
      : replicas;
    const first = (address: string) => (address === own ? 0 : 1);
    const alive = counted.filter((address) => gossip.isAlive(address));
    return {
      ...{ level, required: required(keyspace, level, settings.dc) },
      alive: [...alive].sort((a, b) => first(a) - first(b)),
      down: replicas.filter((address) => !gossip.isAlive(address)),
    };
  }

  #keyspace(table: Table): Keyspace {
    const keyspace = this.#node.schema.get(table.keyspace);
    if (keyspace) return keyspace;
    const message = `Keyspace ${table.keyspace} does not exist`;
    throw new RequestError("InvalidRequest", "2200", { message });
  }
}

function required({ replication }: Keyspace, level: string, dc: string): number {
  const quorum = (factor: number) => Math.floor(factor / 2) + 1;
  const isByDc = replication.class === "NetworkTopologyStrategy";
  switch (level) {
    case "TWO":
      return 2;
    case "THREE":
      return 3;
    case "ALL":
      return factorOf(replication);
    case "LOCAL_QUORUM":
    case "LOCAL_SERIAL":
      return quorum(factorOf(replication, isByDc ? dc : undefined));
    case "EACH_QUORUM":
      return Object.values(
        isByDc ? replication.options : { all: factorOf(replication) },
      ).reduce<number>((sum, factor) => sum + quorum(Number(factor)), 0);
    case "QUORUM":
    case "SERIAL":
      return quorum(factorOf(replication));
    default:
      return 1;
  }
}

/** How many say yes, as soon as they are enough; the rest goes on by itself. */
async function enough(
  tasks: readonly Promise<boolean>[],
  wanted: number,
  start: (task: Promise<unknown>) => void,
): Promise<number> {
  let yes = 0;
  let left = tasks.length;
  if (left === 0 || wanted <= 0) return 0;
  return new Promise((resolve) => {
    for (const task of tasks) {
      const counted = task.then((done) => {
        if (done) yes++;
        left--;
        if (yes >= wanted || left === 0) resolve(yes);
      });
      start(counted);
    }
  });
}

function canonical(update: Update | null | undefined): string {
  if (!update) return "";
  const rows = update.rows.map((row) => ({
    ...row,
    cells: Object.fromEntries(Object.entries(row.cells).sort(([a], [b]) => (a < b ? -1 : 1))),
  }));
  const texts = rows.map((row) => JSON.stringify(row, null, 0));
  return JSON.stringify([update.d ?? 0, texts.sort()]);
}

const unavailable = ({ level, alive, required: wanted }: Plan): RequestError =>
  new RequestError("Unavailable", "1000", {
    message: `Cannot achieve consistency level ${level}`,
    info: { required_replicas: wanted, alive_replicas: alive.length, consistency: level },
  });

function timedOut(
  kind: string,
  code: string,
  { received, required: wanted, level }: { received: number; required: number; level: string },
): RequestError {
  return new RequestError(kind, code, {
    message: `Operation timed out - received only ${received} responses.`,
    info: { received_responses: received, required_responses: wanted, consistency: level },
  });
}
