// The entries of a tree and what they weigh. A directory may lie over another one that it does not
// own (an image's): reading looks through, writing copies first, removing leaves a mark.

import { assert } from "../sim/assert.ts";
import {
  type Disk,
  FileError,
  type FileSystem,
  type Identity,
  type Place,
  type Stat,
  type Tree,
} from "./files.ts";
import type { Program } from "./process.ts";

interface Inode {
  mode: number;
  uid: number;
  gid: number;
  modified: number;
  inode: number;
  /** Counts changes of the content; watchers compare it. */
  version: number;
  links: number;
  /** Somebody has its advisory lock. */
  locked?: boolean;
}

export interface File extends Inode {
  readonly kind: "file";
  text: string;
  size: number;
  compute: (() => string) | undefined;
  program: Program | undefined;
}

export interface Directory extends Inode {
  readonly kind: "directory";
  /** `null` hides what lies below under that name. */
  readonly entries: Map<string, Entry | null>;
  lower: Directory | undefined;
}

export interface Link extends Inode {
  readonly kind: "symlink";
  readonly target: string;
}

export interface Device extends Inode {
  readonly kind: "device";
  readonly device: string;
}

export type Entry = File | Directory | Link | Device;

interface StoreOptions {
  readonly clock: { now(): number };
  readonly disk?: Disk;
  readonly lower?: Directory;
  /** Makes the view of the tree alone. */
  readonly view: (store: TreeStore) => FileSystem;
}

const BLOCK = 4096;

/** What an entry occupies on its disk. */
export function weight(entry: Entry): number {
  if (entry.kind === "directory") return BLOCK;
  return entry.kind === "file" ? Math.ceil(entry.size / BLOCK) * BLOCK : 0;
}

export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // The two halves of a surrogate pair make four bytes together.
    length += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return length;
}

/** What has this name in the directory; what lies below shows through. */
export function childOf(directory: Directory, name: string): Entry | undefined {
  for (let layer: Directory | undefined = directory; layer; layer = layer.lower) {
    const entry = layer.entries.get(name);
    if (entry !== undefined) return entry ?? undefined;
  }
  return undefined;
}

export function namesIn(directory: Directory): string[] {
  if (!directory.lower) return [...directory.entries.keys()].sort();
  const names = new Set(namesIn(directory.lower));
  for (const [name, entry] of directory.entries) {
    if (entry) names.add(name);
    else names.delete(name);
  }
  return [...names].sort();
}

/** The writer's side of a tree; only mounts.ts changes it. */
export class TreeStore implements Tree {
  readonly disk: Disk;
  readonly top: Directory;
  readonly watchers = new Set<() => void>();
  readonly now: () => number;
  #used = 0;
  #inodes = 1;
  #sealed = false;
  #files: FileSystem | undefined;
  readonly #view: (store: TreeStore) => FileSystem;

  constructor({ clock, disk, lower, view }: StoreOptions) {
    this.#view = view;
    this.now = () => clock.now();
    this.disk = disk ?? { device: "none", type: "tmpfs", capacity: Infinity, used: 0 };
    this.top = this.#directory(0o755, lower);
    // Inodes of what lies below are kept, so own ones begin far from them.
    if (lower) this.#inodes = lower.inode + 1_000_000;
    this.top.inode = this.#inodes;
  }

  get files(): FileSystem {
    this.#files ??= this.#view(this);
    return this.#files;
  }

  get place(): Place {
    return placeOf({ tree: this, entry: this.top });
  }

  get used(): number {
    return this.#used;
  }

  get sealed(): boolean {
    return this.#sealed;
  }

  seal(): void {
    this.#sealed = true;
  }

  clear(): void {
    this.top.entries.clear();
    this.top.lower = undefined;
    this.top.version++;
    this.disk.used -= this.#used;
    this.#used = 0;
    this.stir();
  }

  newFile(mode: number): File {
    return {
      ...this.#inode(mode),
      kind: "file",
      text: "",
      size: 0,
      compute: undefined,
      program: undefined,
    };
  }

  newDirectory(mode: number): Directory {
    return this.#directory(mode, undefined);
  }

  newLink(target: string): Link {
    return { ...this.#inode(0o777), kind: "symlink", target };
  }

  newDevice(device: string): Device {
    return { ...this.#inode(0o666), kind: "device", device };
  }

  /** Puts an entry under a name that is free, or that had a mark. */
  put(directory: Directory, name: string, entry: Entry): void {
    this.#charge(entry.links === 0 ? weight(entry) : 0, name);
    entry.links++;
    directory.entries.set(name, entry);
    this.#touch(directory);
  }

  /** Takes a name away; the entry lives on if it has another one. */
  take(directory: Directory, name: string): void {
    const entry = directory.entries.get(name);
    if (entry) {
      entry.links--;
      if (entry.links === 0) this.#forget(entry);
    }
    if (directory.lower && childOf(directory.lower, name)) directory.entries.set(name, null);
    else directory.entries.delete(name);
    this.#touch(directory);
  }

  /** The entry of that name, as the directory's own: copied up if it shone through. */
  own(directory: Directory, name: string, entry: Entry): Entry {
    if (directory.entries.get(name) === entry) return entry;
    const copy: Entry =
      entry.kind === "directory"
        ? { ...entry, entries: new Map(), lower: entry, links: 1 }
        : { ...entry, links: 1 };
    this.#charge(weight(copy), name);
    directory.entries.set(name, copy);
    return copy;
  }

  /** Replaces or extends a file's text. */
  fill(file: File, text: string, append: boolean): void {
    const size = (append ? file.size : 0) + utf8Length(text);
    this.#charge(weight({ ...file, size }) - weight(file), "");
    file.text = append ? file.text + text : text;
    file.size = size;
    file.compute = undefined;
    file.program = undefined;
    this.#touch(file);
  }

  /** Says that an entry changed. */
  changed(entry: Entry): void {
    entry.version++;
    this.stir();
  }

  stir(): void {
    for (const watcher of this.watchers) watcher();
  }

  #touch(entry: Entry): void {
    entry.modified = this.now();
    this.changed(entry);
  }

  #charge(bytes: number, path: string): void {
    if (bytes > 0 && this.disk.used + bytes > this.disk.capacity) {
      throw new FileError("ENOSPC", path);
    }
    this.disk.used += bytes;
    this.#used += bytes;
  }

  #forget(entry: Entry): void {
    this.#charge(-weight(entry), "");
    if (entry.kind !== "directory") return;
    for (const child of entry.entries.values()) {
      if (child && --child.links === 0) this.#forget(child);
    }
  }

  #inode(mode: number): Inode {
    const modified = this.now();
    return { mode, uid: 0, gid: 0, modified, inode: ++this.#inodes, version: 0, links: 0 };
  }

  #directory(mode: number, lower: Directory | undefined): Directory {
    return { ...this.#inode(mode), kind: "directory", entries: new Map(), lower };
  }
}

/** What a `Place` really is. */
export interface Spot {
  readonly tree: TreeStore;
  readonly entry: Entry;
}

const spots = Symbol("spot");

/** Wraps a spot so that nobody outside this folder can look into it. */
export function placeOf(spot: Spot): Place {
  const wrapped: { [spots]: Spot } = { [spots]: spot };
  return wrapped as object as Place;
}

export function spotOf(wrapped: Place): Spot {
  const spot = (wrapped as object as { [spots]?: Spot })[spots];
  assert(spot, "a place comes from a tree");
  return spot;
}

/** May the user read (4), write (2), run or enter (1) it? */
export function may(user: Identity, entry: Entry, wanted: number): boolean {
  const { mode, uid, gid } = entry;
  if (user.uid === 0) {
    return !(wanted & 1) || entry.kind === "directory" || (mode & 0o111) !== 0;
  }
  const shift = user.uid === uid ? 6 : user.gid === gid || user.groups.includes(gid) ? 3 : 0;
  return ((mode >> shift) & wanted) === wanted;
}

export function statOf(entry: Entry): Stat {
  const { kind, mode, uid, gid, modified, inode, links } = entry;
  let size = 0;
  if (entry.kind === "directory") size = 4096;
  else if (entry.kind === "file") size = entry.size;
  else if (entry.kind === "symlink") size = entry.target.length;
  return { kind, size, mode, uid, gid, modified, inode, links };
}

/** Throws where nothing can be written: on a read-only mount, and in the layers of images. */
export function refuseReadOnly(
  { readOnly, tree }: { readonly readOnly: boolean; readonly tree: Pick<TreeStore, "sealed"> },
  path: string,
): void {
  if (readOnly || tree.sealed) throw new FileError("EROFS", path);
}
