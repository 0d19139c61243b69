// The files of machines that are not containers: the reader's workstation, nodes, the machine of
// the control plane. A small Ubuntu: users, names, and the tools that one expects to find.

import { makeDevices } from "../machine/devices.ts";
import type { FileSystem, Tree } from "../machine/files.ts";
import { createMachine } from "../machine/kernel.ts";
import type { Machine } from "../machine/machine.ts";
import type { Fabric } from "../machine/network.ts";
import { createTree } from "../machine/tree.ts";
import { type Catalog, type Programs, plantPrograms } from "../programs/bin/catalog.ts";
import type { Clock } from "../sim/clock.ts";
import type { Random } from "../sim/random.ts";

export interface HostOptions {
  readonly hostname: string;
  readonly address: string;
  /** Who can log in beside root; each may use sudo. */
  readonly users: readonly string[];
  readonly programs: Programs;
  /** Names of other machines, for /etc/hosts. */
  readonly neighbours: readonly { readonly name: string; readonly address: string }[];
  /** In bytes. */
  readonly diskSize?: number;
  /** What is in /etc/os-release. */
  readonly release?: string;
}

const directories = [
  ..."/bin /boot /dev /etc /home /lib /media /mnt /opt /proc /root /run /sbin /srv /sys".split(" "),
  ..."/tmp /usr/bin /usr/lib /usr/local/bin /usr/local/sbin /usr/sbin /usr/share".split(" "),
  ..."/var/lib /var/log /var/run /var/tmp".split(" "),
];

const release = `NAME="Ubuntu"
VERSION="20.04.6 LTS (Focal Fossa)"
ID=ubuntu
ID_LIKE=debian
PRETTY_NAME="Ubuntu 20.04.6 LTS"
VERSION_ID="20.04"
`;

/** A machine's disk as it is installed. */
export function hostTree(clock: Clock, options: HostOptions): Tree {
  const { hostname, address, users, programs, neighbours } = options;
  const capacity = options.diskSize ?? 40 * 1024 ** 3;
  const disk = { device: "/dev/sda1", type: "ext4", capacity, used: 0 };
  const tree = createTree({ clock, disk });
  const { files } = tree;
  for (const path of directories) files.makeDirectory(path, { parents: true });
  for (const path of ["/tmp", "/var/tmp"]) files.chmod(path, 0o1777);
  files.chmod("/root", 0o700);
  const passwd = ["root:x:0:0:root:/root:/bin/bash"];
  const group = ["root:x:0:"];
  users.forEach((user, index) => {
    const id = 1000 + index;
    passwd.push(`${user}:x:${id}:${id}::/home/${user}:/bin/bash`);
    group.push(`${user}:x:${id}:`);
    files.makeDirectory(`/home/${user}`);
    files.chown(`/home/${user}`, id, id);
  });
  group.push(`sudo:x:27:${users.join(",")}`);
  files.write("/etc/passwd", `${passwd.join("\n")}\n`);
  files.write("/etc/group", `${group.join("\n")}\n`);
  files.write("/etc/hostname", `${hostname}\n`);
  const hosts = neighbours.map((each) => `${each.address}\t${each.name}\n`).join("");
  files.write("/etc/hosts", `127.0.0.1\tlocalhost\n${address}\t${hostname}\n${hosts}`);
  files.write("/etc/resolv.conf", "nameserver 127.0.0.53\n");
  files.write("/etc/os-release", options.release ?? release);
  makeDevices(files);
  plantPrograms(files, programs);
  return tree;
}

/** What all machines of a cluster stand on. */
export interface Site {
  readonly clock: Clock;
  readonly fabric: Fabric;
  readonly random: Random;
  readonly catalog: Catalog;
  readonly neighbours: HostOptions["neighbours"];
}

export interface HostMachineOptions extends Omit<HostOptions, "programs" | "neighbours"> {
  /** Beside those that every machine has. */
  readonly programs?: Programs;
  readonly cpus?: number;
  /** In bytes. */
  readonly memory?: number;
  readonly kernel?: string;
  /** Its disk, if it is not a new one. */
  readonly files?: FileSystem;
}

/** A machine with its disk and its network card, and the usual tools. */
export function hostMachine(site: Site, options: HostMachineOptions): Machine {
  const { clock, fabric, random, catalog, neighbours } = site;
  const { hostname, address, cpus, memory, kernel } = options;
  const programs = { ...catalog.workstation, ...options.programs };
  const files = options.files ?? hostTree(clock, { ...options, programs, neighbours }).files;
  return createMachine({
    ...{ hostname, clock, files },
    adapter: fabric.attach({ addresses: [address], place: hostname }),
    random: random.stream(`machine/${hostname}`),
    ...(cpus !== undefined && { cpus }),
    ...(memory !== undefined && { memory }),
    ...(kernel !== undefined && { kernel }),
  });
}

/** Lets users log in over the network. */
export async function startSshd({ system: { units } }: Machine): Promise<void> {
  units.register({
    name: "ssh.service",
    description: "OpenBSD Secure Shell server",
    argv: ["/usr/sbin/sshd", "-D"],
    restart: "on-failure",
  });
  await units.start("ssh");
}
