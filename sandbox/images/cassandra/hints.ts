// What a node keeps for others that were down when something was written for them; it is given to
// them when they are back. Upstream: hints/HintsService.java, HintsDispatchExecutor.java.

import { forgive } from "./errors.ts";
import type { Mutation } from "./local.ts";
import type { Node } from "./node.ts";

export class Hints {
  readonly #node: Node;
  /** Since when somebody has been hinted for. */
  readonly #since = new Map<string, number>();

  constructor(node: Node) {
    this.#node = node;
  }

  /** By the host's id: it may come back under another address. */
  keep(address: string, mutation: Mutation): void {
    const { process, settings, gossip } = this.#node;
    const id = gossip.value(address, "HOST_ID");
    if (id === undefined || settings.hintWindowMs === 0) return;
    const now = process.clock.now();
    const since = this.#since.get(id) ?? now;
    this.#since.set(id, since);
    if (now - since > settings.hintWindowMs) return;
    const { files } = process;
    files.makeDirectory(settings.hintsDirectory, { parents: true });
    const path = `${settings.hintsDirectory}/${id}-${since}-1.hints`;
    files.write(path, `${JSON.stringify(mutation)}\n`, { append: true });
  }

  async deliver(address: string): Promise<void> {
    const { gossip, life } = this.#node;
    const id = gossip.value(address, "HOST_ID");
    if (id === undefined || this.#filesOf(id).length === 0) return;
    // The dispatcher looks every ten seconds.
    await life.sleep(10_000);
    this.#since.delete(id);
    for (const name of this.#filesOf(id)) {
      if (!gossip.isAlive(address)) return;
      await this.#send(name, address);
    }
  }

  async #send(name: string, address: string): Promise<void> {
    const { process, settings, gossip, log } = this.#node;
    const path = `${settings.hintsDirectory}/${name}`;
    const lines = process.files.read(path).split("\n").filter(Boolean);
    const mutations = lines.map((line) => JSON.parse(line) as Mutation);
    const sent = await gossip.ask(address, { method: "mutate", body: mutations }).catch(forgive);
    if (!sent) return;
    process.files.remove(path);
    const id = gossip.value(address, "HOST_ID") ?? "";
    log.say(`Finished hinted handoff of file ${name} to endpoint /${address}: ${id}`, {
      ...{ thread: "HintsDispatcher:1", from: "HintsDispatchExecutor.java:289" },
    });
  }

  forget(address: string): void {
    const { process, settings, gossip } = this.#node;
    const id = gossip.value(address, "HOST_ID");
    // Somebody else may have the id by now.
    const heirs = [...gossip.states].filter(
      ([other, { app }]) => other !== address && app["HOST_ID"]?.value === id,
    );
    if (id === undefined || heirs.length > 0) return;
    for (const name of this.#filesOf(id))
      process.files.remove(`${settings.hintsDirectory}/${name}`);
  }

  #filesOf(id: string): string[] {
    const { process, settings } = this.#node;
    if (process.files.kind(settings.hintsDirectory) === undefined) return [];
    return process.files.list(settings.hintsDirectory).filter((name) => name.startsWith(id));
  }
}
