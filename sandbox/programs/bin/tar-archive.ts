// A tar archive: a tree of files as one text and back. POSIX.1-1988 ustar, as GNU tar writes it.

import { absolute, type FileSystem, parentOf } from "../../machine/files.ts";

const BLOCK = 512;

/** What ends an archive. */
export const ARCHIVE_END = "\0".repeat(BLOCK * 2);

/** One file, directory or link, as it goes into an archive. */
export interface Packed {
  /** A directory's ends in a slash. */
  readonly name: string;
  readonly text: string;
  /** Where a symbolic link leads. */
  readonly target: string;
  readonly stat: ReturnType<FileSystem["lstat"]>;
  readonly user: string;
  readonly group: string;
}

/** One that comes out of it. */
export interface Member {
  readonly name: string;
  readonly body: string;
  readonly mode: number;
  /** `5` is a directory, `2` a symbolic link. */
  readonly type: string;
  readonly target: string;
  readonly modified: number;
  readonly user: string;
  readonly group: string;
}

/** True of nothing, too: an archive without members. */
export const isArchive = (text: string): boolean =>
  text === "" || text.slice(257, 262).startsWith("ustar");

/** Header and body, filled up to whole blocks. */
export const packed = (entry: Packed): string =>
  headerOf(entry) + entry.text + "\0".repeat((BLOCK - (entry.text.length % BLOCK)) % BLOCK);

function headerOf({ name, text, target, stat, user, group }: Packed): string {
  const { mode, uid, gid, modified, kind } = stat;
  const octal = (value: number, width: number) => `${value.toString(8).padStart(width - 1, "0")}\0`;
  const field = (value: string, width: number) => value.slice(0, width).padEnd(width, "\0");
  const type = kind === "directory" ? "5" : kind === "symlink" ? "2" : "0";
  const prefix = name.length > 100 ? name.slice(0, name.lastIndexOf("/", name.length - 2)) : "";
  const short = prefix ? name.slice(prefix.length + 1) : name;
  const before =
    field(short, 100) +
    octal(mode, 8) +
    octal(uid, 8) +
    octal(gid, 8) +
    octal(text.length, 12) +
    octal(Math.floor(modified / 1000), 12);
  const owner = field(user, 32) + field(group, 32);
  const after = `${type}${field(target, 100)}ustar  \0${owner}${"\0".repeat(16)}${field(prefix, 155)}${"\0".repeat(12)}`;
  const sum = [...`${before}        ${after}`].reduce(
    (total, unit) => total + unit.charCodeAt(0),
    0,
  );
  return `${before}${sum.toString(8).padStart(6, "0")}\0 ${after}`;
}

/** What is in an archive, in its order. */
export function* membersOf(text: string): Generator<Member> {
  for (let at = 0; at + BLOCK <= text.length && text[at] !== "\0"; ) {
    const head = text.slice(at, at + BLOCK);
    const field = (from: number, length: number) =>
      head.slice(from, from + length).replace(/\0[\s\S]*$/, "");
    const octal = (from: number, length: number) =>
      Number.parseInt(field(from, length).trim() || "0", 8);
    const prefix = field(345, 155);
    const size = octal(124, 12);
    yield {
      name: (prefix ? `${prefix}/` : "") + field(0, 100),
      body: text.slice(at + BLOCK, at + BLOCK + size),
      mode: octal(100, 8),
      type: field(156, 1),
      target: field(157, 100),
      modified: octal(136, 12) * 1000,
      user: field(265, 32),
      group: field(297, 32),
    };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
}

/** Puts it where it belongs below `base`. */
export function placeMember(files: FileSystem, base: string, member: Member): void {
  const { name, body, mode, type, target, modified } = member;
  const path = absolute(base, name);
  if (type === "5") {
    files.makeDirectory(path, { parents: true });
    files.chmod(path, mode);
    return;
  }
  files.makeDirectory(parentOf(path), { parents: true });
  if (type === "2") {
    if (files.kind(path)) files.remove(path);
    files.symlink(target, path);
    return;
  }
  files.write(path, body, { mode });
  files.chmod(path, mode);
  files.touch(path, modified);
}
