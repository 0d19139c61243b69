// A file server: a machine with directories that others may mount. Upstream: nfs-utils; the words
// are mount.nfs's.

import type { FileSystem } from "../machine/files.ts";
import type { Machine } from "../machine/machine.ts";
import { createTree } from "../machine/tree.ts";
import type { Shares } from "../node/volumes/plugin.ts";
import { hostMachine, type Site, startSshd } from "./hosts.ts";

/** `server` is an address; what is below `path` can be mounted too. */
export interface Export {
  readonly server: string;
  readonly path: string;
}

const SIZE = 100 * 1024 ** 3;

export class FileServers implements Shares {
  readonly #servers = new Map<string, Machine>();
  readonly #site: Site;

  /** One machine for each address: `nfs`, `nfs2` … */
  constructor(site: Site, exports: readonly Export[]) {
    this.#site = site;
    for (const { server, path } of exports) {
      const machine = this.#servers.get(server) ?? this.#build(server);
      const disk = { device: `${server}:${path}`, type: "nfs4", capacity: SIZE, used: 0 };
      const { place, files } = createTree({ clock: site.clock, disk });
      files.chmod("/", 0o777);
      machine.files.makeDirectory(path, { parents: true });
      machine.files.mount(path, place);
      const line = `${path} *(rw,sync,no_subtree_check,no_root_squash)\n`;
      machine.files.write("/etc/exports", line, { append: true });
    }
  }

  #build(address: string): Machine {
    const count = this.#servers.size;
    const hostname = count === 0 ? "nfs" : `nfs${count + 1}`;
    const machine = hostMachine(this.#site, { hostname, address, users: [] });
    this.#servers.set(address, machine);
    return machine;
  }

  async start(): Promise<void> {
    for (const machine of this.#servers.values()) await startSshd(machine);
  }

  /** Shows every export at its own path on a machine that is no node. */
  mountAll(files: FileSystem): void {
    for (const machine of this.#servers.values()) {
      for (const path of exportsOf(machine)) {
        files.makeDirectory(path, { parents: true });
        files.mount(path, machine.files.place(path));
      }
    }
  }

  find(server: string, path: string) {
    const machine = [...this.#servers].find(
      ([address, { hostname }]) => address === server || hostname === server,
    )?.[1];
    if (!machine) {
      return /^[\d.]+$/.test(server)
        ? "mount.nfs: Connection timed out"
        : `mount.nfs: Failed to resolve server ${server}: Name or service not known`;
    }
    if (machine.isDown) return "mount.nfs: Connection timed out";
    const clean = path.replace(/\/+$/, "") || "/";
    const allowed = exportsOf(machine).some(
      (each) => clean === each || clean.startsWith(`${each}/`),
    );
    if (!allowed) return `mount.nfs: access denied by server while mounting ${server}:${path}`;
    if (machine.files.kind(clean) !== "directory") {
      return `mount.nfs: mounting ${server}:${path} failed, reason given by server: No such file or directory`;
    }
    return { place: machine.files.place(clean) };
  }
}

function exportsOf({ files }: Machine): string[] {
  if (files.kind("/etc/exports") !== "file") return [];
  return files
    .read("/etc/exports")
    .split("\n")
    .flatMap((line) => /^(\/\S+)/.exec(line)?.[1] ?? []);
}
