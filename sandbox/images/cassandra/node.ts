// One node: its data, what it knows of the others, and the parts that answer for it. How it joins
// and leaves the ring is in joining.ts and leaving.ts.
// Upstream: service/StorageService.java, service/CassandraDaemon.java.

import type { Process } from "../../machine/process.ts";
import { uuid } from "../../sim/random.ts";
import { Life } from "../consul/life.ts";
import { answer } from "./answers.ts";
import { Coordinator } from "./coordinator.ts";
import { Database } from "./database.ts";
import { forgive } from "./errors.ts";
import { Gossip, isGone } from "./gossip.ts";
import { Hints } from "./hints.ts";
import type { Log } from "./log.ts";
import { serveNative } from "./native.ts";
import { type Member, Ring } from "./ring.ts";
import { type Schema, type Table, tableOf } from "./schema.ts";
import { readSchema, type SchemaChange, schemaVersion } from "./schema-rows.ts";
import type { Settings } from "./settings.ts";
import { visible } from "./updates.ts";
import type { Value } from "./values.ts";
import type { CassandraVersion } from "./versions.ts";

export type Mode =
  | "STARTING"
  | "JOINING"
  | "NORMAL"
  | "LEAVING"
  | "DRAINING"
  | "DRAINED"
  | "DECOMMISSIONED";

export interface NodeOptions {
  readonly process: Process;
  readonly settings: Settings;
  readonly version: CassandraVersion;
  readonly log: Log;
}

type Plain = Readonly<Record<string, Value>>;

export class Node {
  readonly process: Process;
  readonly settings: Settings;
  readonly version: CassandraVersion;
  readonly log: Log;
  readonly life: Life;
  readonly database: Database;
  readonly gossip: Gossip;
  readonly hints: Hints;
  readonly coordinator: Coordinator;
  readonly started: number;
  readonly generation: number;
  mode: Mode = "STARTING";
  isNative = false;
  hostId = "";
  tokens: readonly bigint[] = [];
  #schema: Schema | undefined;
  #ring: Ring | undefined;
  #lastMicros = 0;
  #closeNative: () => void = () => {};

  constructor({ process, settings, version, log }: NodeOptions) {
    this.process = process;
    this.settings = settings;
    this.version = version;
    this.log = log;
    this.life = new Life(process);
    this.started = process.clock.now();
    const { files, clock, network, random } = process;
    const { dataDirectory, commitLogDirectory } = settings;
    this.database = new Database({ files, clock, dataDirectory, commitLogDirectory });
    this.generation = Math.floor(clock.now() / 1000);
    this.gossip = new Gossip({
      ...{ life: this.life, network, random, log, address: settings.address },
      ...{ port: settings.storagePort, cluster: settings.cluster, generation: this.generation },
      onChange: (address, names) => this.#heard(address, names),
      onUp: (address) => this.life.start(this.hints.deliver(address)),
      onDown: () => {},
      onAsk: (method, body) => answer(this, method, body),
    });
    this.hints = new Hints(this);
    this.coordinator = new Coordinator(this);
  }

  get address(): string {
    return this.settings.address;
  }

  now(): number {
    return this.process.clock.now();
  }

  /** The time in microseconds, never the same twice. */
  micros(): number {
    this.#lastMicros = Math.max(this.#lastMicros + 1, this.now() * 1000);
    return this.#lastMicros;
  }

  // The schema.

  get schema(): Schema {
    this.#schema ??= readSchema(this.database, this.now());
    return this.#schema;
  }

  get schemaVersion(): string {
    return schemaVersion(this.database, this.now());
  }

  /** Takes part of the schema, its own or another node's. */
  takeSchema(change: SchemaChange): void {
    for (const { table, update } of change) {
      const known = tableOf("system_schema", table);
      if (known) this.database.apply(known, update);
    }
    const before = this.schema;
    this.#schema = undefined;
    for (const [name, keyspace] of before) {
      for (const table of keyspace.tables.values()) {
        if (this.schema.get(name)?.tables.get(table.name)?.id !== table.id)
          this.database.drop(table);
      }
    }
    for (const keyspace of this.schema.values()) {
      for (const table of keyspace.tables.values()) this.database.store(table);
    }
    this.writeLocal({ schema_version: this.schemaVersion });
    if (this.gossip.isRunning) this.gossip.set({ SCHEMA: this.schemaVersion });
  }

  /** All that the schema is made of, for a node that asks. */
  get schemaRows(): SchemaChange {
    return ["keyspaces", "tables", "columns"].flatMap((name) => {
      const table = tableOf("system_schema", name);
      const partitions = table ? [...this.database.store(table).partitions.values()] : [];
      return partitions.map(({ k, d, rows }) => ({
        table: name,
        update: { k, ...(d > 0 && { d }), rows: [...rows.values()] },
      }));
    });
  }

  /** Makes it the schema of all; who is down hears of it when it comes back. */
  async announceSchema(change: SchemaChange): Promise<void> {
    this.takeSchema(change);
    const others = [...this.gossip.states.keys()].filter(
      (address) => address !== this.address && this.gossip.isAlive(address),
    );
    await Promise.all(
      others.map((address) =>
        this.gossip.ask(address, { method: "schema", body: change }).catch(forgive),
      ),
    );
  }

  async pullSchema(from: string): Promise<void> {
    const rows = await this.gossip.ask(from, { method: "pull", body: {} }).catch(forgive);
    if (rows) this.takeSchema(rows as SchemaChange);
  }

  // The ring.

  /** Those who have tokens, whether they are up or not. */
  get ring(): Ring {
    this.#ring ??= new Ring(this.membersBy(/^(?:NORMAL|LEAVING|shutdown|removing)\b/));
    return this.#ring;
  }

  membersBy(status: RegExp): Member[] {
    return [...this.gossip.states].flatMap(([address, { app }]) => {
      const tokens = app["TOKENS"]?.value;
      if (!tokens || !status.test(app["STATUS"]?.value ?? "")) return [];
      const { dc, rack } = this.placeOf(address);
      return [{ address, dc, rack, tokens: tokens.split(",").map(BigInt) }];
    });
  }

  /** Those who will have tokens as soon as they have their data. */
  get joining(): readonly Member[] {
    return this.membersBy(/^BOOT\b/);
  }

  get leaving(): readonly Member[] {
    return this.membersBy(/^(?:LEAVING|removing)\b/);
  }

  placeOf(address: string): { readonly dc: string; readonly rack: string } {
    const { dc, rack, snitch } = this.settings;
    if (snitch === "SimpleSnitch" || address === this.address) return { dc, rack };
    return {
      dc: this.gossip.value(address, "DC") ?? "UNKNOWN_DC",
      rack: this.gossip.value(address, "RACK") ?? "UNKNOWN_RACK",
    };
  }

  status(name: string): void {
    const [first = 0n] = this.tokens;
    this.gossip.set({ STATUS: `${name},${first}`, TOKENS: this.tokens.join(",") });
  }

  tellLoad(): void {
    if (this.gossip.isRunning) this.gossip.set({ LOAD: this.database.load.toFixed(1) });
  }

  /** What it says of itself from the first moment. */
  get about(): Readonly<Record<string, string>> {
    const { dc, rack, broadcastRpcAddress, snitch } = this.settings;
    return {
      ...{ LOAD: this.database.load.toFixed(1), SCHEMA: this.schemaVersion },
      ...(snitch !== "SimpleSnitch" && { DC: dc, RACK: rack }),
      ...{ RELEASE_VERSION: this.version.release, INTERNAL_IP: this.address },
      ...{ RPC_ADDRESS: broadcastRpcAddress, NET_VERSION: "11", HOST_ID: this.hostId },
      RPC_READY: "false",
    };
  }

  #heard(address: string, names: readonly string[]): void {
    this.#ring = undefined;
    if (address === this.address) return;
    const value = (name: string) => this.gossip.value(address, name);
    const status = value("STATUS") ?? "";
    if (names.includes("STATUS") && /^NORMAL/.test(status)) this.#joined(address);
    if (isGone(status)) {
      if (names.includes("STATUS")) this.#left(address);
      return;
    }
    const version = value("SCHEMA");
    if (names.includes("SCHEMA") && version !== this.schemaVersion && this.mode !== "STARTING") {
      this.life.after(0, () => this.life.start(this.pullSchema(address)));
    }
    if (/^NORMAL/.test(status)) this.#keepPeer(address);
  }

  #joined(address: string): void {
    const said = { thread: "GossipStage:1", from: "StorageService.java:2292" };
    this.log.say(`Node /${address} state jump to NORMAL`, said);
    const id = this.gossip.value(address, "HOST_ID");
    for (const [other, state] of this.gossip.states) {
      if (other === address || state.app["HOST_ID"]?.value !== id) continue;
      const ours = this.gossip.states.get(address)?.generation ?? 0;
      if (other === this.address || state.generation > ours) continue;
      const who = `between /${other} and /${address}; /${address} is the new owner`;
      this.log.say(`Host ID collision for ${id} ${who}`, { ...said, level: "WARN" });
      this.#left(other);
      this.gossip.forget(other);
    }
  }

  #left(address: string): void {
    const peers = tableOf("system", "peers");
    const said = { thread: "GossipStage:1", from: "StorageService.java:2559" };
    this.log.say(`Removing tokens for /${address}`, said);
    if (peers) this.database.apply(peers, { k: [address], d: this.micros(), rows: [] });
    this.hints.forget(address);
    this.#ring = undefined;
  }

  #keepPeer(address: string): void {
    const value = (name: string) => this.gossip.value(address, name) ?? null;
    const { dc, rack } = this.placeOf(address);
    this.write("peers", address, {
      ...{ data_center: dc, rack, host_id: value("HOST_ID"), rpc_address: value("RPC_ADDRESS") },
      ...{ release_version: value("RELEASE_VERSION"), schema_version: value("SCHEMA") },
      tokens: (value("TOKENS") ?? "").split(",").filter(Boolean).sort(),
    });
  }

  // What it keeps of itself.

  /** The row of a table of `system`; undefined if there is none. */
  row(name: string, key: string): Plain | undefined {
    const table = tableOf("system", name);
    const partition = table && this.database.store(table).partitions.get(JSON.stringify([key]));
    const [row] = partition ? partition.rows.values() : [];
    const cells = row && partition && visible(row, partition.d, this.now());
    return cells && Object.fromEntries(Object.entries(cells).map(([column, { v }]) => [column, v]));
  }

  writeLocal(cells: Plain): void {
    this.write("local", "local", cells);
  }

  /** Sets are kept whole here: nobody adds to them. */
  write(name: string, key: string, values: Plain): void {
    const table = tableOf("system", name) as Table;
    const known = this.row(name, key) ?? {};
    const news = Object.entries(values).filter(
      ([column, v]) => JSON.stringify(known[column]) !== JSON.stringify(v),
    );
    if (news.length === 0) return;
    const t = this.micros();
    const cells = Object.fromEntries(news.map(([column, v]) => [column, { v, t }]));
    this.database.apply(table, { k: [key], rows: [{ c: [], l: t, cells }] });
  }

  /** Addresses of all that it knew. */
  get peers(): readonly string[] {
    const table = tableOf("system", "peers") as Table;
    const keys = [...this.database.store(table).partitions.values()].map(({ k }) => String(k[0]));
    return keys.filter((key) => this.row("peers", key));
  }

  /** Lets clients in. */
  openNative(): void {
    if (this.isNative) return;
    this.isNative = true;
    this.#closeNative = serveNative(this);
    const { rpcAddress, nativePort } = this.settings;
    this.log.say(
      `Starting listening for CQL clients on /${rpcAddress}:${nativePort} (unencrypted)...`,
      {
        from: "Server.java:156",
      },
    );
    if (this.gossip.isRunning) this.gossip.set({ RPC_READY: "true" });
  }

  closeNative(): void {
    this.#closeNative();
    if (this.gossip.isRunning) this.gossip.set({ RPC_READY: "false" });
  }

  newHostId(): string {
    return uuid(this.process.random);
  }
}
