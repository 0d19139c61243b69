// `consul agent`: the program that runs on every machine of a Consul cluster.
// Upstream: hashicorp/consul command/agent/agent.go, agent/agent.go, agent/retry_join.go.

import { FileError, type FileSystem } from "../../machine/files.ts";
import type { Process, Program } from "../../machine/process.ts";
import { present } from "../../sim/assert.ts";
import { uuid } from "../../sim/random.ts";
import { banner } from "./banner.ts";
import { Client } from "./client.ts";
import { discover, discoveryMethods } from "./discover.ts";
import { FlagError } from "./flags.ts";
import { serveHttp } from "./http.ts";
import { Life } from "./life.ts";
import { RpcError } from "./link.ts";
import { Logger, LogOutput } from "./log.ts";
import type { Member } from "./members.ts";
import type { Serf } from "./serf.ts";
import { type Consistency, Server } from "./server.ts";
import { readSettings, type Settings, SettingsError } from "./settings.ts";
import type { CatalogNode } from "./state.ts";
import { statsOf } from "./stats.ts";
import type { ConsulVersion } from "./versions.ts";

/** The servers' state is compared with the agent's own again after so long, if it could not be. */
const SYNC_RETRY_MS = 15_000;
const SERVER_UP_MS = 3_000;
const GRACEFUL_MS = 15_000;
/** Who only forwards looks so often whether there is something new. */
const LOOK_MS = 1_000;

export const agent =
  (version: ConsulVersion): Program =>
  async (process) => {
    const say = (text: string) => process.stdout.write(`${text}\n`);
    let settings: Settings;
    try {
      settings = readSettings(process.argv.slice(2), process);
    } catch (error) {
      if (error instanceof FlagError)
        await process.stderr.write(`==> error parsing flags: ${error.message}\n`);
      else if (error instanceof SettingsError) await process.stderr.write(`==> ${error.message}\n`);
      else throw error;
      return 1;
    }
    const isPlain = version.has.has("plainLog");
    if (!isPlain) for (const warning of settings.warnings) await say(warning);
    const running = new Agent(process, { settings, version });
    await say(banner(running));
    return running.run();
  };

export class Agent {
  readonly settings: Settings;
  readonly version: ConsulVersion;
  readonly life: Life;
  readonly output: LogOutput;
  readonly log: Logger;
  readonly id: string;
  readonly #process: Process;
  #delegate: Server | Client | undefined;
  #exit: (code: number) => void = () => {};
  #isDown = false;
  #wakeSync: () => void = () => {};
  #hasLeaderNews = false;

  constructor(process: Process, { settings, version }: Pick<Agent, "settings" | "version">) {
    this.#process = process;
    this.settings = settings;
    this.version = version;
    this.life = new Life(process);
    const isPlain = version.has.has("plainLog");
    this.output = new LogOutput({
      ...{ clock: process.clock, level: settings.level, indent: isPlain ? "" : "    " },
      multiline: version.has.has("longBanner"),
      write: (line) => this.life.start(process.stdout.write(line)),
    });
    this.log = new Logger(this.output, "agent");
    this.id = nodeId(process, settings);
  }

  /** Undefined for an agent that only forwards. */
  get server(): Server | undefined {
    return this.#delegate instanceof Server ? this.#delegate : undefined;
  }

  get serf(): Serf {
    return this.#there.serf;
  }

  get #there(): Server | Client {
    return present(this.#delegate, "what answers for the agent");
  }

  members(isWan: boolean): readonly Member[] {
    if (!isWan) return this.serf.members;
    return this.server?.wan.members ?? [];
  }

  ask(method: string, args: unknown, how?: Consistency): Promise<unknown> {
    return this.#there.request(method, args, how);
  }

  /** Resolves when the servers may have agreed on something. */
  changed(): Promise<void> {
    return this.server?.raft.changed() ?? this.life.sleep(LOOK_MS);
  }

  stats(): Readonly<Record<string, Readonly<Record<string, string>>>> {
    return statsOf(this);
  }

  /** Runs until it is told to end; resolves to the exit code. */
  async run(): Promise<number> {
    const { life, log, settings, version } = this;
    const ended = new Promise<number>((resolve) => {
      this.#exit = resolve;
    });
    this.#trap();
    if (version.has.has("plainLog")) {
      for (const warning of settings.warnings) log.warn(warning);
      for (const warning of settings.warnings) log.named("auto_config").warn(warning);
    }
    try {
      this.#start();
    } catch (error) {
      const why = startError(error);
      if (why === undefined) throw error;
      log.error("Error starting agent", { error: why });
      this.#finish(1);
      return 1;
    }
    const code = await this.#process.wait(Promise.race([ended, life.broken]));
    this.shutdown();
    this.#finish(code);
    return code;
  }

  async join(targets: readonly string[]): Promise<number> {
    const list = { lan_addresses: targets };
    this.log.info("(LAN) joining", list);
    try {
      const reached = await this.serf.join(targets);
      this.log.info("(LAN) joined", { number_of_nodes: reached });
      return reached;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.log.warn("(LAN) couldn't join", { number_of_nodes: 0, error: error.message });
      throw error;
    }
  }

  leave(): Promise<void> {
    return this.#there.leave();
  }

  /** What is asked over HTTP is still answered; then it ends. */
  shutdown(): void {
    if (this.#isDown) return;
    this.#isDown = true;
    this.log.info("Requesting shutdown");
    this.#delegate?.shutdown();
    this.log.info(`consul ${this.settings.server ? "server" : "client"} down`);
    this.log.info("shutdown complete");
    this.#process.clock.after(1, () => this.#exit(0));
  }

  #finish(code: number): void {
    const { log, life } = this;
    for (const address of this.settings.client) {
      const where = { address: `${shown(address)}:${this.settings.ports.http}` };
      log.info("Stopping server", { ...where, network: "tcp", protocol: "http" });
    }
    log.info("Waiting for endpoints to shut down");
    log.info("Endpoints down");
    log.info("Exit code", { code });
    life.end();
  }

  #start(): void {
    const { life, log, id, settings, version } = this;
    const { network, files, random } = this.#process;
    prepare(files, settings);
    const serverUp = () => {
      this.#hasLeaderNews = true;
      this.#wakeSync();
    };
    const options = { life, network, files, random, settings, version, log, id, serverUp };
    this.#delegate = settings.server ? new Server(options) : new Client(options);
    const handle = serveHttp(this);
    for (const address of settings.client) {
      network.serve(settings.ports.http, handle, { address });
      const where = { address: `${shown(address)}:${settings.ports.http}`, network: "tcp" };
      if (version.has.has("plainLog")) log.info("Starting server", { ...where, protocol: "http" });
      else log.info("Started HTTP server", where);
    }
    log.info("started state syncer");
    if (version.has.has("plainLog")) log.info("Consul agent running!");
    else life.start(this.#process.stdout.write("==> Consul agent running!\n"));
    life.start(this.#keepSynced());
    if (settings.join.length > 0) life.start(this.#joinOnce());
    if (settings.retryJoin.length > 0) life.start(this.#retryJoin());
  }

  async #joinOnce(): Promise<void> {
    try {
      await this.join(this.settings.join);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      this.log.error("Error starting agent", { error: error.message });
      this.#exit(1);
    }
  }

  async #retryJoin(): Promise<void> {
    const { settings, life } = this;
    const log = this.log.with({ cluster: "LAN" });
    const what = "Retry join is supported for the following discovery methods";
    log.info(what, { discovery_methods: discoveryMethods });
    log.info("Joining cluster...");
    for (let attempt = 1; ; attempt++) {
      let why = "No servers to join";
      const targets = await this.#targets(log);
      try {
        if (targets.length > 0) {
          const reached = await this.join(targets);
          log.info("Join cluster completed. Synced with initial agents", { num_agents: reached });
          return;
        }
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        why = error.message;
      }
      if (settings.retryMax > 0 && attempt > settings.retryMax) {
        const error = "agent: max join LAN retry exhausted, exiting";
        this.log.error("Retry join failed", { error });
        return this.#exit(1);
      }
      const retry_interval = `${settings.retryMs / 1000}s`;
      log.warn("Join cluster failed, will retry", { retry_interval, error: why });
      await life.sleep(settings.retryMs);
    }
  }

  async #targets(log: Logger): Promise<readonly string[]> {
    const all: string[] = [];
    for (const target of this.settings.retryJoin) {
      if (!target.includes("provider=")) {
        all.push(target);
        continue;
      }
      try {
        const servers = await discover(target, this.#process);
        all.push(...servers);
        log.info("Discovered servers", { cluster: "LAN", servers: servers.join(" ") });
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        log.error("Cannot discover address", { address: target, error: error.message });
      }
    }
    return all;
  }

  // What the catalog says of this agent.

  async #keepSynced(): Promise<void> {
    const { life } = this;
    const { random } = this.#process;
    for (;;) {
      this.#hasLeaderNews = false;
      const done = await this.#syncOnce();
      const news = new Promise<void>((resolve) => {
        this.#wakeSync = resolve;
      });
      const retry = () => life.sleep(SYNC_RETRY_MS * (1 + random.next()));
      if (!this.#hasLeaderNews) await (done ? news : Promise.race([news, retry()]));
      if (this.#hasLeaderNews) await life.sleep(random.next() * SERVER_UP_MS);
    }
  }

  async #syncOnce(): Promise<boolean> {
    const { settings, id, version } = this;
    const { name: node, advertise: address } = settings;
    try {
      const { data } = (await this.ask("Catalog.ListNodes", {})) as {
        data: readonly CatalogNode[];
      };
      const known = data.find(({ name }) => name === node);
      const tagged = { lan: address, lan_ipv4: address, wan: address, wan_ipv4: address };
      const meta = { "consul-network-segment": "", "consul-version": version.number };
      const said = JSON.stringify([known?.address, known?.tagged, known?.meta]);
      if (said === JSON.stringify([address, tagged, meta])) return true;
      await this.ask("Catalog.Register", { type: "register", node, id, address, tagged, meta });
      this.log.info("Synced node info");
      return true;
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      const log = this.log.named("anti_entropy");
      if (!this.#isDown) log.error("failed to sync remote state", { error: error.message });
      return false;
    }
  }

  // Signals.

  #trap(): void {
    const { settings } = this;
    const caught = (signal: string, isGraceful: boolean) => {
      this.log.info("Caught", { signal });
      if (!isGraceful) {
        this.log.info("Graceful shutdown disabled. Exiting");
        return this.#exit(1);
      }
      this.life.start(this.#leaveGracefully());
    };
    this.#process.trap("SIGTERM", () => caught("terminated", settings.leaveOnTerm));
    this.#process.trap("SIGINT", () => caught("interrupt", settings.leaveOnInt));
    this.#process.trap("SIGHUP", () => this.log.info("Caught", { signal: "hangup" }));
    this.#process.trap("SIGPIPE", () => {});
  }

  async #leaveGracefully(): Promise<void> {
    this.log.info("Gracefully shutting down agent...");
    const late = this.life.sleep(GRACEFUL_MS).then(() => "late");
    const outcome = await Promise.race([this.leave(), late]);
    if (outcome === "late") this.log.info("Timeout on graceful leave. Exiting");
    else this.log.info("Graceful exit completed");
    this.#exit(outcome === "late" ? 1 : 0);
  }
}

/** `0.0.0.0` is every address, of both families. */
const shown = (address: string): string => (address === "0.0.0.0" ? "[::]" : address);

/** What is in the data directory beside the state. */
function prepare(files: FileSystem, { dataDir, server }: Settings): void {
  if (!server) return;
  files.makeDirectory(`${dataDir}/raft/snapshots`, { parents: true });
  const info = `${dataDir}/raft/peers.info`;
  if (files.kind(info) === undefined) files.write(info, peersInfo);
}

const peersInfo = `
As of Consul 0.7.0, the peers.json file is only used for recovery
after an outage.
`;

/** Who the agent is, for as long as its data directory lives. */
function nodeId({ files, random }: Process, { dataDir, id }: Settings): string {
  const path = `${dataDir}/node-id`;
  if (id === undefined && files.kind(path) === "file") return files.read(path).trim();
  const made = id ?? uuid(random.stream("node-id"));
  files.makeDirectory(dataDir, { parents: true });
  files.write(path, made, { mode: 0o600 });
  return made;
}

/** Why it cannot start, in Consul's words; undefined if that is our fault. */
function startError(error: unknown): string | undefined {
  if (error instanceof FileError) {
    return `Failed to start Consul server: Failed to start Raft: open ${error.path}: ${error.message.toLowerCase()}`;
  }
  if (error instanceof SyntaxError) {
    return "Failed to start Consul server: Failed to start Raft: invalid database";
  }
  if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
    return "Failed to start Consul server: listen tcp: bind: address already in use";
  }
  return undefined;
}
