// Who there is on a machine: /etc/passwd and /etc/group, read when somebody asks.

import { type FileSystem, type Identity, root } from "./files.ts";

/** Lines of a database such as /etc/passwd, split at the colons. */
function entries(files: FileSystem, path: string): string[][] {
  if (files.kind(path) !== "file") return [];
  const lines = files.read(path).split("\n");
  return lines.filter((line) => line !== "").map((line) => line.split(":"));
}

/** By name, `uid`, `uid:gid` or `name:group`; undefined if there is no such name. */
export function identityOf(files: FileSystem, user: string): Identity | undefined {
  const [who = "", group] = user.split(":");
  const found = entries(files, "/etc/passwd").find(([name, , uid]) => name === who || uid === who);
  if (!found && !/^\d+$/.test(who)) return who === "root" ? root : undefined;
  const [name = who, , uid = who, ownGid = "0", , home = "/", shell = "/bin/sh"] = found ?? [];
  const gid = group === undefined ? ownGid : groupNumber(files, group);
  if (gid === undefined) return undefined;
  const groups = entries(files, "/etc/group")
    .filter(([, , , members = ""]) => members.split(",").includes(name))
    .map(([, , number]) => Number(number));
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    groups: [...new Set([Number(gid), ...groups])],
    home,
    shell: shell || "/bin/sh",
  };
}

function groupNumber(files: FileSystem, group: string): string | undefined {
  if (/^\d+$/.test(group)) return group;
  return entries(files, "/etc/group").find(([name]) => name === group)?.[2];
}

/** The login name, or the number if it has none. */
export function userName(files: FileSystem, uid: number): string {
  const found = entries(files, "/etc/passwd").find((entry) => entry[2] === String(uid));
  return found?.[0] ?? (uid === 0 ? "root" : String(uid));
}

/** The group's name, or the number if it has none. */
export function groupName(files: FileSystem, gid: number): string {
  const found = entries(files, "/etc/group").find((entry) => entry[2] === String(gid));
  return found?.[0] ?? (gid === 0 ? "root" : String(gid));
}

/** The number of a group, by name or number. */
export function groupNamed(files: FileSystem, group: string): number | undefined {
  const number = groupNumber(files, group);
  return number === undefined ? undefined : Number(number);
}
