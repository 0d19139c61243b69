// df, du, mount, umount, lsblk, sync: what is mounted and how full it is.

import { absolute, FileError, type Mount } from "../../machine/files.ts";
import { Failure, humanSize, type Tool, tool } from "./tool.ts";

/** The mount that a path lies on. */
function mountOf(it: Tool, path: string): Mount | undefined {
  const real = it.files.realPath(path);
  const within = (mount: Mount) => mount.path === "/" || `${real}/`.startsWith(`${mount.path}/`);
  return it.files
    .mounts()
    .filter(within)
    .sort((a, b) => a.path.length - b.path.length)
    .at(-1);
}

/** A disk without an end has no size worth showing. */
const isReal = ({ disk }: Mount): boolean => Number.isFinite(disk.capacity);

export const df = tool(
  {
    options:
      "h,human-readable H,si k m a,all T,print-type t,type: i,inodes P,portability l ,output? x:",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const mounts: Mount[] = [];
    for (const path of it.operands) {
      try {
        const found = mountOf(it, it.path(path));
        if (found) mounts.push(found);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        await it.complain(`${path}: ${error.message}`);
      }
    }
    if (it.operands.length === 0)
      mounts.push(...it.files.mounts().filter((mount) => it.has("a") || isReal(mount)));
    const type = it.value("t");
    const chosen = mounts.filter(({ disk }) => type === undefined || disk.type === type);
    if (chosen.length === 0) {
      if (it.status === 0) throw new Failure("no file systems processed");
      return;
    }
    const human = it.has("h") || it.has("H");
    const unit = it.has("m") ? 2 ** 20 : 1024;
    const size = (bytes: number) =>
      human
        ? humanSize(bytes, it.has("H") ? 1000 : 1024).replace(/^0$/, "0")
        : String(Math.ceil(bytes / unit));
    const title = human
      ? "Size"
      : it.has("m")
        ? "1M-blocks"
        : it.has("P")
          ? "1024-blocks"
          : "1K-blocks";
    const header = [
      "Filesystem",
      ...(it.has("T") ? ["Type"] : []),
      title,
      "Used",
      human ? "Avail" : "Available",
      it.has("P") ? "Capacity" : "Use%",
      "Mounted on",
    ];
    const rows = chosen.map(({ disk, path }) => {
      const { device, type, capacity, used } = disk;
      const room = Number.isFinite(capacity) ? capacity : 0;
      const percent = room > 0 ? `${Math.ceil((used / room) * 100)}%` : "-";
      return [
        device,
        ...(it.has("T") ? [type] : []),
        size(room),
        size(used),
        size(Math.max(0, room - used)),
        percent,
        path,
      ];
    });
    table(it, [header, ...rows], it.has("T") ? 2 : 1);
  },
);

/** Columns as df aligns them: `left` ones to the left, the last as it is. */
function table(it: Tool, rows: readonly (readonly string[])[], left: number): void {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  // df keeps at least 14 columns for the device and 5 for a size.
  const least = (i: number) =>
    Math.max(widths[i] ?? 0, i === 0 ? 14 : i > left - 1 && i < left + 3 ? 5 : 4);
  for (const row of rows) {
    const cells = row.map((cell, i) => {
      if (i === row.length - 1) return cell;
      return i < left ? cell.padEnd(least(i)) : cell.padStart(least(i));
    });
    it.print(`${cells.join(" ")}\n`);
  }
}

export const du = tool(
  {
    options:
      "s,summarize h,human-readable a,all d,max-depth: c,total k m b,bytes x ,apparent-size 0",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const deepest = it.has("s") ? 0 : Number(it.value("d") ?? Infinity);
    let total = 0;
    const shown = (bytes: number) => {
      if (it.has("h")) return humanSize(bytes);
      return String(Math.ceil(bytes / (it.has("b") ? 1 : it.has("m") ? 2 ** 20 : 1024)));
    };
    const weigh = (path: string, full: string, depth: number): number => {
      const about = it.files.lstat(full);
      const own = it.has("b")
        ? about.size
        : about.kind === "directory"
          ? 4096
          : about.kind === "file"
            ? Math.ceil(about.size / 4096) * 4096
            : 0;
      let sum = own;
      if (about.kind === "directory") {
        for (const name of it.files.list(full))
          sum += weigh(`${path.replace(/\/$/, "")}/${name}`, absolute(full, name), depth + 1);
      }
      if (depth === 0 || (depth <= deepest && (about.kind === "directory" || it.has("a"))))
        it.print(`${shown(sum)}\t${path}\n`);
      return sum;
    };
    for (const path of it.operands.length > 0 ? it.operands : ["."]) {
      try {
        total += weigh(path, it.path(path), 0);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        await it.complain(`cannot access '${path}': ${error.message}`);
      }
    }
    if (it.has("c")) it.print(`${shown(total)}\ttotal\n`);
  },
);

export const mount = tool(
  {
    options: "t,types: o,options: l a ,bind r,read-only w v",
    usage: "[-lhV]\n mount [options] [--source] <source> | [--target] <directory>",
  },
  async (it) => {
    const [source, target] = it.operands;
    if (source === undefined) {
      for (const { disk, path, options } of it.files.mounts()) {
        if (it.has("t") && disk.type !== it.value("t")) continue;
        it.print(`${disk.device} on ${path} type ${disk.type} (${options})\n`);
      }
      return 0;
    }
    if (it.process.identity.uid !== 0)
      throw new Failure(`${target ?? source}: must be superuser to use mount.`, 32);
    const options = it.value("o") ?? "";
    if (target === undefined) throw new Failure(`${source}: can't find in /etc/fstab.`);
    if (!it.has("bind") && !/\bbind\b/.test(options)) {
      throw new Failure(`${target}: only --bind mounts are simulated.`, 32);
    }
    const kind = it.files.kind(it.path(source));
    if (!kind) throw new Failure(`${target}: special device ${source} does not exist.`, 32);
    if (!it.files.kind(it.path(target)))
      throw new Failure(`${target}: mount point does not exist.`, 32);
    it.files.mount(it.path(target), it.files.place(it.path(source)), {
      readOnly: it.has("r") || /\bro\b/.test(options),
    });
    return 0;
  },
);

export const umount = tool(
  {
    options: "l f v a R",
    usage: "[options] <source> | <directory>",
  },
  async (it) => {
    for (const path of it.operands) {
      const full = it.path(path);
      if (it.files.kind(full) === undefined)
        throw new Failure(`${path}: no mount point specified.`, 32);
      try {
        it.files.unmount(full);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        const why =
          error.code === "EINVAL"
            ? "not mounted."
            : error.code === "EBUSY"
              ? "target is busy."
              : "must be superuser to unmount.";
        throw new Failure(`${path}: ${why}`, 32);
      }
    }
  },
);

export const sync = tool({ usage: "[OPTION] [FILE]..." }, async () => 0);
