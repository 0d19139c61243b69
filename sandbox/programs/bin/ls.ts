// ls: what is in directories.

import { absolute, FileError, type Stat } from "../../machine/files.ts";
import { groupName, userName } from "../../machine/users.ts";
import { inColumns } from "./columns.ts";
import { compareVersions } from "./sort.ts";
import { formatTime } from "./time-format.ts";
import { humanSize, type Tool, tool } from "./tool.ts";

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: Stat;
}

const HALF_YEAR = 15_778_476_000;

export const ls = tool(
  {
    options:
      "a,all A,almost-all l h,human-readable R,recursive 1 t S r,reverse d,directory F,classify? p i,inode n,numeric-uid-gid g o s,size C x m U X v c u L,dereference k q Q N G,no-group Z ,color? ,group-directories-first ,full-time ,time-style: w,width: I,ignore: ,hide: B",
    usageStatus: 2,
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const plain: Entry[] = [];
    const directories: Entry[] = [];
    for (const name of it.operands.length > 0 ? it.operands : ["."]) {
      try {
        const path = it.path(name);
        const long = it.has("l") || it.has("d");
        const stat = long && !it.has("L") ? it.files.lstat(path) : statAny(it, path);
        const entry = { name, path, stat };
        if (stat.kind === "directory" && !it.has("d")) directories.push(entry);
        // A link to a directory is looked into unless it is shown itself.
        else if (stat.kind === "symlink" && !long && it.files.kind(path) === "directory")
          directories.push(entry);
        else plain.push(entry);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        await it.complain(`cannot access '${name}': ${error.message}`, 2);
      }
    }
    show(it, sorted(it, plain));
    const titled = it.operands.length > 1 || it.has("R");
    let first = plain.length === 0;
    for (const directory of sorted(it, directories))
      first = await list(it, directory, { titled, first });
  },
);

function statAny(it: Tool, path: string): Stat {
  try {
    return it.files.stat(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return it.files.lstat(path);
  }
}

async function list(
  it: Tool,
  directory: Entry,
  { titled, first }: { titled: boolean; first: boolean },
): Promise<boolean> {
  let entries: Entry[];
  try {
    entries = inside(it, directory.path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await it.complain(`cannot open directory '${directory.name}': ${error.message}`, 2);
    return first;
  }
  if (titled) it.print(`${first ? "" : "\n"}${directory.name}:\n`);
  if (it.has("l") || it.has("s") || it.has("n") || it.has("g") || it.has("o")) {
    const blocks = entries.reduce((sum, { stat }) => sum + blocksOf(stat), 0);
    it.print(`total ${it.has("h") ? humanSize(blocks * 1024) : blocks}\n`);
  }
  show(it, entries);
  await it.flow();
  if (it.has("R")) {
    for (const entry of entries) {
      if (entry.stat.kind !== "directory" || entry.name === "." || entry.name === "..") continue;
      const name = `${directory.name.replace(/\/$/, "")}/${entry.name}`;
      await list(it, { ...entry, name }, { titled, first: false });
    }
  }
  return false;
}

function inside(it: Tool, path: string): Entry[] {
  const all = it.has("a");
  const names = it.files.list(path).filter((name) => all || it.has("A") || !name.startsWith("."));
  const entries = names.map((name) => {
    const full = absolute(path, name);
    return { name, path: full, stat: it.has("L") ? statAny(it, full) : it.files.lstat(full) };
  });
  const dots = all
    ? [".", ".."].map((name) => {
        const full = absolute(path, name);
        return { name, path: full, stat: it.files.stat(full) };
      })
    : [];
  return sorted(it, [...dots, ...entries]);
}

function sorted(it: Tool, entries: readonly Entry[]): Entry[] {
  if (it.has("U")) return [...entries];
  const key = (name: string) => name;
  const byName = (a: Entry, b: Entry) =>
    key(a.name) < key(b.name) ? -1 : key(a.name) > key(b.name) ? 1 : 0;
  const order = [...entries].sort((a, b) => {
    if (it.has("group-directories-first")) {
      const rank = (entry: Entry) => (entry.stat.kind === "directory" ? 0 : 1);
      if (rank(a) !== rank(b)) return rank(a) - rank(b);
    }
    if (it.has("t")) return b.stat.modified - a.stat.modified || byName(a, b);
    if (it.has("S")) return b.stat.size - a.stat.size || byName(a, b);
    if (it.has("v")) return compareVersions(a.name, b.name);
    return byName(a, b);
  });
  return it.has("r") ? order.reverse() : order;
}

const blocksOf = ({ kind, size }: Stat): number =>
  kind === "symlink" || kind === "device" ? 0 : Math.ceil(size / 4096) * 4;

/** `drwxr-xr-x` */
export function modeText({ kind, mode }: Pick<Stat, "kind" | "mode">): string {
  const type = { file: "-", directory: "d", symlink: "l", device: "c" }[kind];
  const triple = (bits: number, special: boolean, letter: string) => {
    const x = bits & 1 ? "x" : "-";
    const last = special ? (bits & 1 ? letter : letter.toUpperCase()) : x;
    return `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${last}`;
  };
  return (
    type +
    triple(mode >> 6, (mode & 0o4000) !== 0, "s") +
    triple(mode >> 3, (mode & 0o2000) !== 0, "s") +
    triple(mode, (mode & 0o1000) !== 0, "t")
  );
}

function show(it: Tool, entries: readonly Entry[]): void {
  if (entries.length === 0) return;
  const long = it.has("l") || it.has("n") || it.has("g") || it.has("o");
  if (long) return showLong(it, entries);
  const prefix = (entry: Entry) =>
    (it.has("i") ? `${entry.stat.inode} ` : "") + (it.has("s") ? `${blocksOf(entry.stat)} ` : "");
  const shown = ({ name }: Entry) => (it.has("Q") ? JSON.stringify(name) : name);
  const names = entries.map((entry) => prefix(entry) + shown(entry) + suffix(it, entry));
  const columns = it.has("C") || (it.process.stdout.isTerminal && !it.has("1"));
  if (it.has("m")) it.print(`${names.join(", ")}\n`);
  else if (!columns || it.has("1")) it.print(names.map((name) => `${name}\n`).join(""));
  else it.print(inColumns(names, Number(it.value("w") ?? (it.process.tty?.columns || 80))));
}

function suffix(it: Tool, { stat }: Entry): string {
  if (!it.has("F") && !(it.has("p") && stat.kind === "directory")) return "";
  if (stat.kind === "directory") return "/";
  if (stat.kind === "symlink") return "@";
  return stat.kind === "file" && stat.mode & 0o111 ? "*" : "";
}

function showLong(it: Tool, entries: readonly Entry[]): void {
  const { files, clock } = it.process;
  const rows = entries.map((entry) => {
    const { stat } = entry;
    const target = stat.kind === "symlink" ? ` -> ${files.readLink(entry.path)}` : "";
    const size = it.has("h") ? humanSize(stat.size) : String(stat.size);
    const cells = [
      ...(it.has("i") ? [String(stat.inode)] : []),
      ...(it.has("s") ? [String(blocksOf(stat))] : []),
      modeText(stat),
      String(stat.kind === "directory" ? directoryLinks(it, entry) : stat.links),
      ...(it.has("g") ? [] : [it.has("n") ? String(stat.uid) : userName(files, stat.uid)]),
      ...(it.has("o") || it.has("G")
        ? []
        : [it.has("n") ? String(stat.gid) : groupName(files, stat.gid)]),
      stat.kind === "device" ? "1, 3" : size,
      when(it, stat.modified, clock.now()),
    ];
    return { cells, tail: entry.name + suffix(it, entry) + target };
  });
  const widths =
    rows[0]?.cells.map((_, i) => Math.max(...rows.map(({ cells }) => cells[i]?.length ?? 0))) ?? [];
  const start = (it.has("i") ? 1 : 0) + (it.has("s") ? 1 : 0);
  const owners = (it.has("g") ? 0 : 1) + (it.has("o") || it.has("G") ? 0 : 1);
  const leftFrom = start + 2;
  for (const { cells, tail } of rows) {
    const padded = cells.map((cell, i) =>
      i >= leftFrom && i < leftFrom + owners
        ? cell.padEnd(widths[i] ?? 0)
        : cell.padStart(widths[i] ?? 0),
    );
    it.print(`${padded.join(" ")} ${tail}\n`);
  }
}

/** Itself, its own dot, and the two dots of each directory in it. */
function directoryLinks(it: Tool, { path }: Entry): number {
  try {
    const inner = it.files
      .list(path)
      .filter((name) => it.files.lstat(absolute(path, name)).kind === "directory");
    return 2 + inner.length;
  } catch (error) {
    if (error instanceof FileError) return 2;
    throw error;
  }
}

function when(it: Tool, modified: number, now: number): string {
  const style = it.value("time-style");
  if (it.has("full-time") || style === "full-iso")
    return formatTime("%Y-%m-%d %H:%M:%S.%N %z", modified);
  if (style === "long-iso") return formatTime("%Y-%m-%d %H:%M", modified);
  if (style?.startsWith("+")) return formatTime(style.slice(1), modified);
  const recent = modified > now - HALF_YEAR && modified <= now;
  return formatTime(recent ? "%b %e %H:%M" : "%b %e  %Y", modified);
}
