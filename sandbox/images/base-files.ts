// What every image has before anything is put into it: directories, users, devices, a name.

import { makeDevices } from "../machine/devices.ts";
import type { FileSystem } from "../machine/files.ts";

const directories = [
  ..."/dev /etc /home /lib /media /mnt /opt /proc /root /run /srv /sys /tmp".split(" "),
  ..."/usr/bin /usr/lib /usr/local/bin /usr/sbin /usr/share /var/lib /var/log /var/tmp".split(" "),
];

export interface BaseFiles {
  /** Lines of /etc/passwd beside root and nobody. */
  readonly users?: readonly string[];
  readonly shell: string;
  /** The text of /etc/os-release, if it has one. */
  readonly release?: string;
  /** /bin and /sbin are those of /usr. */
  readonly merged?: boolean;
}

/** Where images say that programs are. */
export const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Fills an empty tree. */
export function baseFiles(files: FileSystem, options: BaseFiles): void {
  const { users = [], shell, release, merged } = options;
  for (const path of directories) files.makeDirectory(path, { parents: true });
  for (const name of ["bin", "sbin"]) {
    if (merged) files.symlink(`usr/${name}`, `/${name}`);
    else files.makeDirectory(`/${name}`, { parents: true });
  }
  for (const path of ["/tmp", "/var/tmp"]) files.chmod(path, 0o1777);
  files.chmod("/root", 0o700);
  files.symlink("/run", "/var/run");
  const passwd = [
    `root:x:0:0:root:/root:${shell}`,
    ...users,
    "nobody:x:65534:65534:nobody:/home:/bin/false",
  ];
  files.write("/etc/passwd", lines(passwd));
  files.write("/etc/group", lines(passwd.map(groupOf)));
  if (release !== undefined) files.write("/etc/os-release", release);
  makeDevices(files);
}

const lines = (list: readonly string[]): string => list.map((line) => `${line}\n`).join("");

/** Every user has a group of his own name. */
function groupOf(user: string): string {
  const [name = "", , , gid = ""] = user.split(":");
  return `${name}:x:${gid}:`;
}
