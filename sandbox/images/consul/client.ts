// An agent that is no server: it is a member, and passes on what it is asked.
// Upstream: hashicorp/consul agent/consul/client.go.

import { type Link, Pool, RpcError } from "./link.ts";
import { lan, type Member } from "./members.ts";
import { type MemberEvent, Serf } from "./serf.ts";
import type { Consistency, ServerOptions } from "./server.ts";
import { Snapshot } from "./snapshot.ts";

const DRAIN_MS = 5_000;

export class Client {
  readonly serf: Serf;
  readonly #options: ServerOptions;
  readonly #pool: Pool;

  constructor(options: ServerOptions) {
    this.#options = options;
    const { life, network, files, random, settings, version, log, id } = options;
    const { name, datacenter, advertise, dataDir, ports, rejoin } = settings;
    const own = log.named("client");
    const receive = (_method: string, _body: unknown, link: Link) => link.close();
    this.#pool = new Pool({ life, network, receive });
    this.serf = new Serf({
      ...{ life, network, name, address: advertise, port: ports.lan, pace: lan },
      random: random.stream("lan"),
      serfLog: own.named("serf.lan"),
      memberlistLog: own.named("memberlist.lan"),
      snapshot: new Snapshot(files, `${dataDir}/serf/local.snapshot`, rejoin),
      tags: {
        ...{ ap: "default", build: `${version.number}:${version.revision.slice(0, 8)}` },
        ...{ dc: datacenter, id, role: "node", segment: "", vsn: "2", vsn_max: "3", vsn_min: "2" },
      },
      onEvent: (event, member) => this.#hear(event, member),
      onUserEvent: () => options.serverUp(),
    });
  }

  async request(method: string, args: unknown, how: Consistency = {}): Promise<unknown> {
    const { random } = this.#options;
    const servers = this.serf.members.filter(
      ({ tags, status }) => tags["role"] === "consul" && status === "alive",
    );
    const server = servers[random.below(servers.length)];
    if (!server) throw new RpcError("No known Consul servers");
    const at = `${server.address}:${server.tags["port"]}`;
    try {
      return await this.#pool.call(at, method, { args, how });
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      throw new RpcError(`rpc error making call: ${error.message}`);
    }
  }

  async leave(): Promise<void> {
    const { log, life } = this.#options;
    log.named("client").info("client starting leave");
    await this.serf.leave();
    log.named("client").info("Waiting to drain RPC traffic", { drain_time: "5s" });
    await life.sleep(DRAIN_MS);
  }

  shutdown(): void {
    this.#options.log.named("client").info("shutting down client");
    this.serf.shutdown();
    this.#pool.closeAll();
  }

  #hear(event: MemberEvent, { name, address, tags }: Member): void {
    if (tags["role"] !== "consul") return;
    const server = `${name} (Addr: tcp/${address}:${tags["port"]}) (DC: ${tags["dc"]})`;
    const what = event === "join" ? "adding server" : "removing server";
    if (event !== "update") this.#options.log.named("client").info(what, { server });
    if (event === "join") this.#options.serverUp();
  }
}
