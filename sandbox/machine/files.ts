// Files as programs see them: trees of directories, put together by overlays and mounts. This file
// is the contract; tree.ts keeps the entries and mounts.ts walks them.

import type { Program } from "./process.ts";

export type Kind = "file" | "directory" | "symlink" | "device";

/** Who asks, as the kernel knows him. Uid 0 may do everything. */
export interface Identity {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  readonly home: string;
  readonly shell: string;
}

export const root: Identity = {
  name: "root",
  uid: 0,
  gid: 0,
  groups: [0],
  home: "/root",
  shell: "/bin/sh",
};

export interface Stat {
  readonly kind: Kind;
  /** In bytes of UTF-8; 4096 for a directory. */
  readonly size: number;
  /** The permission bits, 0o7777. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** When its content last changed, in virtual time. */
  readonly modified: number;
  /** The same number for the same entry, whatever its name. */
  readonly inode: number;
  readonly links: number;
}

/** Where bytes are kept. Several trees may share one; then they fill it together. */
export interface Disk {
  /** As `mount` and `df` name it: `/dev/sda1`, `tmpfs`, `overlay`. */
  readonly device: string;
  /** `ext4`, `tmpfs`, `nfs4` … */
  readonly type: string;
  /** In bytes; beyond it writing fails with ENOSPC. */
  capacity: number;
  used: number;
}

/**
 * A tree of entries: a volume, a container's layer, an image. It is a value that outlives whoever
 * mounts it.
 */
export interface Tree {
  /** The tree alone, seen as root: how images, volumes and nodes fill and read it. */
  readonly files: FileSystem;
  /** Its top directory, to mount. */
  readonly place: Place;
  readonly disk: Disk;
  /** Bytes that its own entries hold; those of lower layers do not count. */
  readonly used: number;
  /** From now on writing fails with EROFS: a layer that others lie upon. */
  seal(): void;
  /** Removes all entries: a volume that is wiped. */
  clear(): void;
}

declare const place: unique symbol;
/**
 * A directory or a file that can be mounted elsewhere; it stays the same entry when paths change.
 */
export interface Place {
  readonly [place]: true;
}

export interface Mount {
  /** Absolute, without a slash at the end. */
  readonly path: string;
  readonly disk: Disk;
  readonly tree: Tree;
  readonly readOnly: boolean;
  /** As in the last column of `mount`: `rw,relatime`. */
  readonly options: string;
}

export interface MountOptions {
  readonly readOnly?: boolean;
  readonly options?: string;
}

export interface WriteOptions {
  /** Behind what is there. */
  readonly append?: boolean;
  /** For a new file; 0o644 if not given. */
  readonly mode?: number;
}

/**
 * What one user sees. Paths are absolute. What cannot be done throws `FileError`; nothing is done
 * by halves.
 */
export interface FileSystem {
  /** The whole text of a file. */
  read(path: string): string;
  /** Makes the file or replaces what is in it. */
  write(path: string, text: string, options?: WriteOptions): void;
  /** Never throws; symbolic links are followed. */
  kind(path: string): Kind | undefined;
  stat(path: string): Stat;
  /** Of the link itself, if `path` is one. */
  lstat(path: string): Stat;
  /** Names without `.` and `..`, in the order of their code points. */
  list(path: string): readonly string[];
  makeDirectory(
    path: string,
    options?: { readonly parents?: boolean; readonly mode?: number },
  ): void;
  /** Anything but a directory. */
  remove(path: string): void;
  /** An empty directory; with `recursive` whatever is there. */
  removeDirectory(path: string, options?: { readonly recursive?: boolean }): void;
  rename(from: string, to: string): void;
  /** A second name for the same file. */
  link(existing: string, path: string): void;
  symlink(target: string, path: string): void;
  readLink(path: string): string;
  /** Without links, `.` and `..`. */
  realPath(path: string): string;
  chmod(path: string, mode: number): void;
  chown(path: string, uid: number, gid: number): void;
  /** Makes an empty file if there is none; sets the time of its last change. */
  touch(path: string, modified?: number): void;
  /** May the user read (4), write (2), run or enter (1) it? */
  access(path: string, wanted: number): boolean;
  /** A file whose text is computed on each reading: /proc. */
  compute(path: string, text: () => string): void;
  /** What opening it means is the machine's business: null, zero, tty, stdin, stdout, stderr … */
  makeDevice(path: string, name: string): void;
  /** Which device it is; undefined if it is none. */
  device(path: string): string | undefined;
  /** An executable file, by what it does; mode 0o755. */
  install(path: string, program: Program): void;
  /** What running it does; undefined if it is a file without a program (a script). */
  program(path: string): Program | undefined;
  /**
   * Calls `changed` after each change of what is at `path`: another text, another entry, for a
   * directory its list of names. It is called in the middle of the change: wake somebody, no more.
   */
  watch(path: string, changed: () => void): () => void;
  /**
   * Takes the advisory lock of a file, whoever else mounts its tree. Returns how to let go of it;
   * undefined if somebody has it. Whoever took it must let go when he ends, even by a kill.
   */
  lock(path: string): (() => void) | undefined;
  /** To mount it elsewhere: a hostPath, a subPath, a single file. */
  place(path: string): Place;
  /** What is mounted where, oldest first; the first is `/`. */
  mounts(): readonly Mount[];
  /** Shows `place` at `path`, where there must be an entry of the same kind. */
  mount(path: string, place: Place, options?: MountOptions): void;
  unmount(path: string): void;
  /** The same files, seen by somebody else. */
  as(user: Identity): FileSystem;
}

export type FileErrorCode = keyof typeof errorTexts;

/** What strerror(3) says. */
export const errorTexts = {
  EACCES: "Permission denied",
  EBUSY: "Device or resource busy",
  EEXIST: "File exists",
  EINVAL: "Invalid argument",
  EISDIR: "Is a directory",
  ELOOP: "Too many levels of symbolic links",
  ENAMETOOLONG: "File name too long",
  ENOENT: "No such file or directory",
  ENOSPC: "No space left on device",
  ENOTDIR: "Not a directory",
  ENOTEMPTY: "Directory not empty",
  ENXIO: "No such device or address",
  EPERM: "Operation not permitted",
  EROFS: "Read-only file system",
  EXDEV: "Invalid cross-device link",
} as const;

/**
 * The kernel refused; `message` is strerror's, without the path, for the program to put in its
 * words.
 */
export class FileError extends Error {
  override readonly name = "FileError";
  readonly code: FileErrorCode;
  readonly path: string;
  constructor(code: FileErrorCode, path: string) {
    super(errorTexts[code]);
    this.code = code;
    this.path = path;
  }
}

/** `path` as seen from the directory `cwd`, absolute, without `.`, `..` and doubled slashes. */
export function absolute(cwd: string, path: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** What is behind the last slash. */
export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" && path !== "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

/** What is before the last slash. */
export function parentOf(path: string): string {
  const trimmed = path.replace(/\/+$/, "");
  const slash = trimmed.lastIndexOf("/");
  if (slash < 0) return trimmed === "" && path !== "" ? "/" : ".";
  return trimmed.slice(0, slash).replace(/\/+$/, "") || "/";
}
