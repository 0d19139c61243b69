// Where volumes are attached, as far as this controller knows; it tells the nodes.
// pkg/controller/volume/attachdetach/cache/actual_state_of_world.go, statusupdater.

import { type Node, nodes } from "../../../api/node.ts";
import { isReason } from "../../../api/status.ts";
import type { Client } from "../../../client/client.ts";
import type { Cache } from "../../../client/informers.ts";

export interface Attached {
  device: string;
  /** False after an attempt that failed: it may be attached, or not. */
  confirmed: boolean;
  /** The node is told that it is there, and may mount it. */
  reported: boolean;
  /** What the node said last about whether it uses it. */
  mounted: boolean;
  /** Since when it should not be there. */
  unwantedSince: number | undefined;
  readonly shared: boolean;
}

export class Attachments {
  readonly #volumes = new Map<string, Map<string, Attached>>();
  /** Nodes whose status does not say what it should. */
  readonly #untold = new Set<string>();

  /** What was attached before this process began: the nodes know. */
  constructor(cache: Cache) {
    for (const { metadata, status } of cache.list(nodes)) {
      for (const { name, devicePath } of status.volumesAttached ?? []) {
        this.put(name, metadata.name, { device: devicePath, confirmed: true, shared: true });
        this.#untold.delete(metadata.name);
      }
    }
  }

  /** By node; changing the map has no effect. */
  of(volume: string): ReadonlyMap<string, Attached> {
    return new Map(this.#volumes.get(volume));
  }

  get(volume: string, node: string): Attached | undefined {
    return this.#volumes.get(volume)?.get(node);
  }

  /** Names of volumes that are, or may be, on a node. */
  on(node: string): string[] {
    const names: string[] = [];
    for (const [name, places] of this.#volumes) if (places.has(node)) names.push(name);
    return names;
  }

  put(
    volume: string,
    node: string,
    { device, confirmed, shared }: Pick<Attached, "device" | "confirmed" | "shared">,
  ): void {
    const places = this.#volumes.get(volume) ?? new Map<string, Attached>();
    this.#volumes.set(volume, places);
    const old = places.get(node);
    const rest = { mounted: old?.mounted ?? false, unwantedSince: old?.unwantedSince };
    places.set(node, { device, confirmed, shared, reported: confirmed, ...rest });
    this.#untold.add(node);
  }

  delete(volume: string, node: string): void {
    const places = this.#volumes.get(volume);
    if (!places?.delete(node)) return;
    if (places.size === 0) this.#volumes.delete(volume);
    this.#untold.add(node);
  }

  report(volume: string, node: string, reported: boolean): void {
    const place = this.get(volume, node);
    if (!place || place.reported === reported) return;
    place.reported = reported;
    this.#untold.add(node);
  }

  /** What a node says about itself; one that began anew has forgotten what it was told. */
  hear({ metadata: { name }, status }: Node): void {
    for (const volume of this.on(name)) {
      const place = this.get(volume, name);
      if (place) place.mounted = status.volumesInUse?.includes(volume) ?? false;
    }
    const says = (status.volumesAttached ?? []).map((each) => each.name);
    const should = this.#told(name).map((each) => each.name);
    if (says.join() !== should.join()) this.#untold.add(name);
  }

  #told(node: string): { name: string; devicePath: string }[] {
    return this.on(node).flatMap((name) => {
      const { reported, device = "" } = this.get(name, node) ?? {};
      return reported ? [{ name, devicePath: device }] : [];
    });
  }

  /** Writes into the nodes' status what may be mounted there. */
  async tell(client: Client): Promise<void> {
    for (const name of [...this.#untold]) {
      const told = this.#told(name);
      try {
        const body = { status: { volumesAttached: told.length > 0 ? told : null } };
        await client.patch(nodes, { namespace: "", name }, { body, subresource: "status" });
      } catch (error) {
        if (!isReason(error, "NotFound")) throw error;
      }
      this.#untold.delete(name);
    }
  }
}
