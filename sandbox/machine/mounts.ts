// Walks paths over trees that are mounted into each other, and does what programs ask, as the user
// who asks may. Linux: fs/namei.c, fs/namespace.c.

import {
  childOf,
  type Directory,
  type Entry,
  type File,
  may,
  namesIn,
  placeOf,
  refuseReadOnly,
  spotOf,
  statOf,
  type TreeStore,
} from "./entries.ts";
import {
  FileError,
  type FileSystem,
  type Identity,
  type Kind,
  type Mount,
  type MountOptions,
  type Place,
  root,
  type Stat,
  type WriteOptions,
} from "./files.ts";
import type { Program } from "./process.ts";

/** The files of one tree; others can be mounted into it. */
export function createMounts(tree: TreeStore): FileSystem {
  const table = new Map<string, MountPoint>();
  const { top, disk } = tree;
  table.set("/", { path: "/", tree, top, disk, readOnly: false, options: "rw" });
  return new MountedFiles({ table, watches: new Set(), heard: new Map() }, root);
}

interface MountPoint extends Mount {
  readonly tree: TreeStore;
  readonly top: Entry;
}

/** What all views of the same files share. */
interface Namespace {
  readonly table: Map<string, MountPoint>;
  readonly watches: Set<Watch>;
  /** Trees that wake our watches, and how to stop that. */
  readonly heard: Map<TreeStore, () => void>;
}

interface Watch {
  readonly path: string;
  readonly changed: () => void;
  seen: string;
}

/** Where a walk ended. */
interface Found {
  readonly mount: MountPoint;
  /** The directory that has it; undefined at the top of a mount. */
  readonly parent: Directory | undefined;
  readonly name: string;
  readonly entry: Entry | undefined;
  readonly path: string;
}

interface Walk {
  /** Follow a link at the very end. */
  readonly follow: boolean;
  /** Make all on the way the tree's own, because it will be written. */
  readonly own: boolean;
  readonly quiet?: boolean; // What is nowhere is an absent entry: quicker than an error.
}

const LINKS = 40;
const READ = 4;
const WRITE = 2;
const ENTER = 1;

class MountedFiles implements FileSystem {
  readonly #space: Namespace;
  readonly #user: Identity;

  constructor(space: Namespace, user: Identity) {
    this.#space = space;
    this.#user = user;
  }

  as(user: Identity): FileSystem {
    return new MountedFiles(this.#space, user);
  }

  read(path: string): string {
    const entry = this.#get(path);
    if (entry.kind === "directory") throw new FileError("EISDIR", path);
    this.#demand(entry, READ, path);
    if (entry.kind !== "file") return "";
    return entry.compute ? entry.compute() : entry.text;
  }

  write(path: string, text: string, options: WriteOptions = {}): void {
    const file = this.#writable(path, options.mode ?? 0o644);
    if (file) file.tree.fill(file.entry, text, options.append ?? false);
  }

  kind(path: string): Kind | undefined {
    return this.#try(path)?.kind;
  }

  stat(path: string): Stat {
    return statOf(this.#get(path));
  }

  lstat(path: string): Stat {
    return statOf(this.#get(path, false));
  }

  list(path: string): readonly string[] {
    const entry = this.#get(path);
    if (entry.kind !== "directory") throw new FileError("ENOTDIR", path);
    this.#demand(entry, READ, path);
    return namesIn(entry);
  }

  makeDirectory(path: string, options: { parents?: boolean; mode?: number } = {}): void {
    const found = this.#walk(path, { follow: true, own: true }, options.parents);
    if (found.entry) {
      if (options.parents && found.entry.kind === "directory") return;
      throw new FileError("EEXIST", path);
    }
    const { tree } = found.mount;
    this.#put(found, tree.newDirectory(options.mode ?? 0o755), path);
  }

  remove(path: string): void {
    const found = this.#existing(path);
    if (found.entry.kind === "directory") throw new FileError("EISDIR", path);
    this.#take(found, path);
  }

  removeDirectory(path: string, options: { recursive?: boolean } = {}): void {
    const found = this.#existing(path);
    if (!options.recursive) {
      if (found.entry.kind !== "directory") throw new FileError("ENOTDIR", path);
      if (namesIn(found.entry).length > 0) throw new FileError("ENOTEMPTY", path);
    }
    this.#take(found, path);
  }

  rename(from: string, to: string): void {
    const source = this.#existing(from);
    const target = this.#walk(to, { follow: false, own: true });
    if (source.mount !== target.mount || !source.parent) throw new FileError("EXDEV", to);
    if (`${target.path}/`.startsWith(`${source.path}/`)) {
      if (target.path === source.path) return;
      throw new FileError("EINVAL", to);
    }
    const { entry } = source;
    if (target.entry) {
      if (target.entry.kind === "directory") {
        if (entry.kind !== "directory") throw new FileError("EISDIR", to);
        if (namesIn(target.entry).length > 0) throw new FileError("ENOTEMPTY", to);
      } else if (entry.kind === "directory") throw new FileError("ENOTDIR", to);
      this.#take({ ...target, entry: target.entry }, to);
    }
    // Held for a moment by neither name, so that taking the old one does not free it.
    entry.links++;
    this.#take(source, from);
    this.#put(target, entry, to);
    entry.links--;
  }

  link(existing: string, path: string): void {
    const source = this.#existing(existing);
    const target = this.#walk(path, { follow: false, own: true });
    if (target.entry) throw new FileError("EEXIST", path);
    if (source.entry.kind === "directory") throw new FileError("EPERM", existing);
    if (source.mount !== target.mount) throw new FileError("EXDEV", path);
    this.#put(target, source.entry, path);
  }

  symlink(target: string, path: string): void {
    const found = this.#walk(path, { follow: false, own: true });
    if (found.entry) throw new FileError("EEXIST", path);
    this.#put(found, found.mount.tree.newLink(target), path);
  }

  readLink(path: string): string {
    const entry = this.#get(path, false);
    if (entry.kind !== "symlink") throw new FileError("EINVAL", path);
    return entry.target;
  }

  realPath(path: string): string {
    const found = this.#walk(path, { follow: true, own: false });
    if (!found.entry) throw new FileError("ENOENT", path);
    return found.path;
  }

  chmod(path: string, mode: number): void {
    this.#owned(path, (entry) => {
      entry.mode = mode & 0o7777;
    });
  }

  chown(path: string, uid: number, gid: number): void {
    if (this.#user.uid !== 0) throw new FileError("EPERM", path);
    this.#owned(path, (entry) => {
      entry.uid = uid;
      entry.gid = gid;
    });
  }

  touch(path: string, modified?: number): void {
    const found = this.#walk(path, { follow: true, own: true });
    const { tree } = found.mount;
    if (!found.entry) this.#put(found, this.#mine(tree.newFile(0o644)), path);
    const entry = this.#get(path);
    this.#demand(entry, WRITE, path);
    entry.modified = modified ?? tree.now();
    tree.changed(entry);
  }

  access(path: string, wanted: number): boolean {
    const entry = this.#try(path);
    return entry !== undefined && may(this.#user, entry, wanted);
  }

  compute(path: string, text: () => string): void {
    const file = this.#writable(path, 0o444);
    if (!file) return;
    file.tree.fill(file.entry, "", false);
    file.entry.compute = text;
  }

  makeDevice(path: string, name: string): void {
    const found = this.#walk(path, { follow: false, own: true });
    if (found.entry) throw new FileError("EEXIST", path);
    this.#put(found, found.mount.tree.newDevice(name), path);
  }

  device(path: string): string | undefined {
    const entry = this.#try(path);
    return entry?.kind === "device" ? entry.device : undefined;
  }

  install(path: string, program: Program): void {
    const file = this.#writable(path, 0o755);
    if (!file) return;
    // What `cat` shows of a program is its magic number; all else would be noise.
    file.tree.fill(file.entry, "\x7fELF\x02\x01\x01\n", false);
    file.entry.program = program;
  }

  program(path: string): Program | undefined {
    const entry = this.#get(path);
    return entry.kind === "file" ? entry.program : undefined;
  }

  watch(path: string, changed: () => void): () => void {
    const watch: Watch = { path, changed, seen: this.#stamp(path) };
    this.#space.watches.add(watch);
    for (const mount of this.#space.table.values()) this.#hear(mount.tree);
    return () => {
      this.#space.watches.delete(watch);
      if (this.#space.watches.size > 0) return;
      for (const stop of this.#space.heard.values()) stop();
      this.#space.heard.clear();
    };
  }

  lock(path: string): (() => void) | undefined {
    const found = this.#walk(path, { follow: true, own: true });
    if (!found.entry) throw new FileError("ENOENT", path);
    const { entry } = found;
    if (entry.locked) return undefined;
    entry.locked = true;
    return () => {
      entry.locked = false;
    };
  }

  place(path: string): Place {
    const found = this.#walk(path, { follow: true, own: true });
    if (!found.entry) throw new FileError("ENOENT", path);
    return placeOf({ tree: found.mount.tree, entry: found.entry });
  }

  mounts(): readonly Mount[] {
    return [...this.#space.table.values()];
  }

  mount(path: string, place: Place, options: MountOptions = {}): void {
    if (this.#user.uid !== 0) throw new FileError("EPERM", path);
    const { tree, entry } = spotOf(place);
    const found = this.#walk(path, { follow: true, own: false });
    if (!found.entry) throw new FileError("ENOENT", path);
    if ((found.entry.kind === "directory") !== (entry.kind === "directory")) {
      throw new FileError("ENOTDIR", path);
    }
    const readOnly = options.readOnly ?? false;
    this.#space.table.set(found.path, {
      path: found.path,
      tree,
      top: entry,
      disk: tree.disk,
      readOnly,
      options: options.options ?? (readOnly ? "ro,relatime" : "rw,relatime"),
    });
    if (this.#space.watches.size > 0) this.#hear(tree);
    this.#wake();
  }

  unmount(path: string): void {
    if (this.#user.uid !== 0) throw new FileError("EPERM", path);
    const { path: real } = this.#walk(path, { follow: true, own: false });
    if (real === "/" || !this.#space.table.has(real)) throw new FileError("EINVAL", path);
    for (const other of this.#space.table.keys()) {
      if (other.startsWith(`${real}/`)) throw new FileError("EBUSY", path);
    }
    this.#space.table.delete(real);
    this.#wake();
  }

  #hear(tree: TreeStore): void {
    if (this.#space.heard.has(tree)) return;
    const wake = () => this.#wake();
    tree.watchers.add(wake);
    this.#space.heard.set(tree, () => tree.watchers.delete(wake));
  }

  #wake(): void {
    for (const watch of this.#space.watches) {
      const now = this.#stamp(watch.path);
      if (now === watch.seen) continue;
      watch.seen = now;
      watch.changed();
    }
  }

  #stamp(path: string): string {
    const entry = this.#try(path);
    return entry ? `${entry.inode} ${entry.version}` : "";
  }

  #try(path: string): Entry | undefined {
    try {
      return this.#walk(path, { follow: true, own: false, quiet: true }).entry;
    } catch (error) {
      if (error instanceof FileError) return undefined;
      throw error;
    }
  }

  #get(path: string, follow = true): Entry {
    const { entry } = this.#walk(path, { follow, own: false });
    if (!entry) throw new FileError("ENOENT", path);
    return entry;
  }

  /** What is at the path itself, to be taken away or given another name. */
  #existing(path: string): Found & { readonly entry: Entry } {
    const found = this.#walk(path, { follow: false, own: true });
    const { entry } = found;
    if (!entry) throw new FileError("ENOENT", path);
    return { ...found, entry };
  }

  #owned(path: string, change: (entry: Entry) => void): void {
    const { mount, entry } = this.#walk(path, { follow: true, own: true });
    if (!entry) throw new FileError("ENOENT", path);
    refuseReadOnly(mount, path);
    if (this.#user.uid !== 0 && this.#user.uid !== entry.uid) throw new FileError("EPERM", path);
    change(entry);
    mount.tree.changed(entry);
  }

  /** The file to write to, made if need be; undefined if it is a device, which swallows. */
  #writable(path: string, mode: number): { entry: File; tree: TreeStore } | undefined {
    const found = this.#walk(path, { follow: true, own: true });
    const { mount, entry } = found;
    if (!entry) {
      const made = this.#mine(mount.tree.newFile(mode));
      this.#put(found, made, path);
      return { entry: made, tree: mount.tree };
    }
    if (entry.kind === "directory") throw new FileError("EISDIR", path);
    this.#demand(entry, WRITE, path);
    if (entry.kind !== "file") return undefined;
    refuseReadOnly(mount, path);
    return { entry, tree: mount.tree };
  }

  #put(found: Found, entry: Entry, path: string): void {
    if (!found.parent) throw new FileError("EEXIST", path);
    refuseReadOnly(found.mount, path);
    this.#demand(found.parent, WRITE | ENTER, path);
    found.mount.tree.put(found.parent, found.name, this.#mine(entry));
  }

  #take(found: Found & { readonly entry: Entry }, path: string): void {
    const { parent, entry, mount } = found;
    for (const other of this.#space.table.keys()) {
      if (other !== "/" && `${other}/`.startsWith(`${found.path}/`)) {
        throw new FileError("EBUSY", path);
      }
    }
    if (!parent) throw new FileError("EBUSY", path);
    refuseReadOnly(mount, path);
    this.#demand(parent, WRITE | ENTER, path);
    const { uid } = this.#user;
    if (parent.mode & 0o1000 && uid !== 0 && uid !== entry.uid && uid !== parent.uid) {
      throw new FileError("EPERM", path);
    }
    mount.tree.take(parent, found.name);
  }

  /** A new entry belongs to whoever makes it. */
  #mine<T extends Entry>(entry: T): T {
    if (entry.links === 0) {
      entry.uid = this.#user.uid;
      entry.gid = this.#user.gid;
    }
    return entry;
  }

  #demand(entry: Entry, wanted: number, path: string): void {
    if (!may(this.#user, entry, wanted)) throw new FileError("EACCES", path);
  }

  /** Follows a path to its end. The last part need not exist; with `make` no part need. */
  #walk(path: string, { follow, own, quiet }: Walk, make = false): Found {
    const { table } = this.#space;
    const top = table.get("/") as MountPoint;
    const parts = path.split("/").reverse();
    let here: Found = { mount: top, parent: undefined, name: "", entry: top.top, path: "/" };
    const above: Found[] = [];
    let links = 0;
    while (parts.length > 0) {
      const name = parts.pop() as string;
      if (name === "" || name === ".") {
        if (here.entry?.kind !== "directory" && name === ".") throw this.#missing(here, path);
        continue;
      }
      if (here.entry?.kind !== "directory") {
        if (quiet) return { ...here, entry: undefined };
        throw this.#missing(here, path);
      }
      this.#demand(here.entry, ENTER, path);
      if (name === "..") {
        here = above.pop() ?? here;
        continue;
      }
      let next = this.#step(here, here.entry, { name, own });
      const last = parts.every((part) => part === "");
      if (next.entry?.kind === "symlink" && (follow || !last || parts.length > 0)) {
        if (++links > LINKS) throw new FileError("ELOOP", path);
        parts.push(...next.entry.target.split("/").reverse());
        if (next.entry.target.startsWith("/")) {
          here = { mount: top, parent: undefined, name: "", entry: top.top, path: "/" };
          above.length = 0;
        }
        continue;
      }
      if (!next.entry && !last) {
        if (quiet) return next;
        if (!make) throw new FileError("ENOENT", path);
        this.#put(next, next.mount.tree.newDirectory(0o755), path);
        next = this.#step(here, here.entry, { name, own });
      }
      above.push(here);
      here = next;
    }
    if (path.endsWith("/") && here.entry && here.entry.kind !== "directory") {
      throw new FileError("ENOTDIR", path);
    }
    return here;
  }

  #missing(here: Found, path: string): FileError {
    return new FileError(here.entry ? "ENOTDIR" : "ENOENT", path);
  }

  #step(
    here: Found,
    directory: Directory,
    { name, own }: { readonly name: string; readonly own: boolean },
  ): Found {
    const path = here.path === "/" ? `/${name}` : `${here.path}/${name}`;
    const mounted = this.#space.table.size > 1 ? this.#space.table.get(path) : undefined;
    if (mounted) return { mount: mounted, parent: undefined, name, entry: mounted.top, path };
    const { mount } = here;
    let entry = childOf(directory, name);
    if (entry && own && !mount.readOnly && !mount.tree.sealed) {
      entry = mount.tree.own(directory, name, entry);
    }
    return { mount, parent: directory, name, entry, path };
  }
}
