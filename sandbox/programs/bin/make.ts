// mkdir, touch, ln, mktemp, truncate: what makes new entries.

import { baseName, FileError, parentOf } from "../../machine/files.ts";
import { parseMode } from "./modes.ts";
import { parseDate } from "./parse-date.ts";
import { Failure, type Tool, tool, WrongUsage } from "./tool.ts";

export const mkdir = tool(
  {
    options: "p,parents m,mode: v,verbose",
    usage: "[OPTION]... DIRECTORY...",
  },
  async (it) => {
    if (it.operands.length === 0) throw new WrongUsage("missing operand");
    const given = it.value("m");
    const mode = given === undefined ? 0o755 : parseMode(given, { mode: 0o777, isDirectory: true });
    if (mode === undefined) throw new Failure(`invalid mode ‘${given}’`);
    for (const path of it.operands) {
      await it.attempt(`cannot create directory ‘${path}’`, () => {
        const isNew = it.files.kind(it.path(path)) === undefined;
        it.files.makeDirectory(it.path(path), { parents: it.has("p"), mode });
        if (it.has("v") && isNew) it.print(`${it.name}: created directory '${path}'\n`);
      });
    }
  },
);

export const touch = tool(
  {
    options: "c,no-create a m d,date: t: r,reference: h,no-dereference",
    usage: "[OPTION]... FILE...",
  },
  async (it) => {
    if (it.operands.length === 0) throw new WrongUsage("missing file operand");
    const modified = timeOf(it);
    for (const path of it.operands) {
      const full = it.path(path);
      if (it.has("c") && it.files.kind(full) === undefined) continue;
      await it.attempt(`cannot touch '${path}'`, () => it.files.touch(full, modified));
    }
  },
);

function timeOf(it: Tool): number | undefined {
  const reference = it.value("r");
  if (reference !== undefined) return it.files.stat(it.path(reference)).modified;
  const text = it.value("d");
  if (text !== undefined) {
    const at = parseDate(text, it.process.clock.now());
    if (at === undefined) throw new Failure(`invalid date format ‘${text}’`);
    return at;
  }
  const stamp = it.value("t");
  if (stamp === undefined) return undefined;
  const match = /^(\d{2})?(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{2}))?$/.exec(stamp);
  if (!match) throw new Failure(`invalid date format ‘${stamp}’`);
  const [, century = "20", year, month, day, hour, minute, second = "0"] = match;
  return Date.UTC(
    Number(century + year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
}

export const ln = tool(
  {
    options:
      "s,symbolic f,force n,no-dereference v,verbose T,no-target-directory r,relative t,target-directory: i",
    usage: "[OPTION]... [-T] TARGET LINK_NAME",
  },
  async (it) => {
    const [first] = it.operands;
    if (first === undefined) throw new WrongUsage("missing file operand");
    const last = it.value("t") ?? (it.operands.length > 1 ? (it.operands.at(-1) as string) : ".");
    const targets = it.operands.length > 1 && !it.has("t") ? it.operands.slice(0, -1) : it.operands;
    const full = it.path(last);
    const isLink = it.has("n") && linkAt(it, full);
    const into = !it.has("T") && !isLink && it.files.kind(full) === "directory";
    for (const target of targets) {
      const name = into ? `${last.replace(/\/$/, "")}/${baseName(target)}` : last;
      await link(it, target, name);
    }
  },
);

function linkAt(it: Tool, path: string): boolean {
  try {
    return it.files.lstat(path).kind === "symlink";
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}

async function link(it: Tool, target: string, name: string): Promise<void> {
  const { files } = it.process;
  const path = it.path(name);
  const kind = it.has("s") ? "symbolic link" : "hard link";
  const what = it.has("s") ? `'${name}'` : `'${name}' => '${target}'`;
  try {
    if (!it.has("s") && files.kind(it.path(target)) === undefined) {
      return it.complain(`failed to access '${target}': No such file or directory`);
    }
    if (!it.has("s") && files.kind(it.path(target)) === "directory") {
      return it.complain(`${target}: hard link not allowed for directory`);
    }
    if (it.has("f") && (files.kind(path) || linkAt(it, path))) files.remove(path);
    if (it.has("s")) files.symlink(target, path);
    else files.link(it.path(target), path);
    if (it.has("v")) it.print(`'${name}' ${it.has("s") ? "->" : "=>"} '${target}'\n`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const shown = it.has("s") || error.code !== "EEXIST" ? what : `'${name}'`;
    await it.complain(`failed to create ${kind} ${shown}: ${error.message}`);
  }
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

export const mktemp = tool(
  {
    options: "d,directory u,dry-run q,quiet p,tmpdir: t ,suffix:",
    usage: "[OPTION]... [TEMPLATE]",
  },
  async (it) => {
    const [template = "tmp.XXXXXXXXXX"] = it.operands;
    const run = /X{3,}(?=[^X]*$)/.exec(template)?.[0];
    if (run === undefined) throw new Failure(`too few X's in template ‘${template}’`);
    const chance = () => letters[it.process.random.below(letters.length)] ?? "a";
    const name =
      template.replace(/X{3,}(?=[^X]*$)/, () => Array.from(run, chance).join("")) +
      (it.value("suffix") ?? "");
    const directory = it.value("p") ?? it.process.env.get("TMPDIR") ?? "/tmp";
    const inTemporary = it.operands.length === 0 || it.has("p") || it.has("t");
    const path = inTemporary ? `${directory}/${name}` : name;
    const full = it.path(path);
    if (it.files.kind(parentOf(full)) !== "directory") {
      throw new Failure(
        `failed to create ${it.has("d") ? "directory" : "file"} via template ‘${inTemporary ? `${directory}/${template}` : template}’: No such file or directory`,
      );
    }
    if (it.has("d")) it.files.makeDirectory(full, { mode: 0o700 });
    else if (!it.has("u")) it.files.write(full, "", { mode: 0o600 });
    it.print(`${path}\n`);
  },
);

export const truncate = tool(
  {
    options: "s,size: c,no-create",
    usage: "OPTION... FILE...",
  },
  async (it) => {
    const match = /^([-+]?)(\d+)([KMG]?)B?$/.exec(it.value("s") ?? "");
    if (!match) throw new WrongUsage("you must specify either ‘--size’ or ‘--reference’");
    const amount = Number(match[2]) * ({ K: 1024, M: 2 ** 20, G: 2 ** 30 }[match[3] ?? ""] ?? 1);
    for (const path of it.operands) {
      await it.attempt(`cannot open '${path}' for writing`, () => {
        const full = it.path(path);
        const text = it.files.kind(full) ? it.files.read(full) : "";
        const size =
          match[1] === "+"
            ? text.length + amount
            : match[1] === "-"
              ? Math.max(0, text.length - amount)
              : amount;
        it.files.write(full, text.slice(0, size).padEnd(size, "\0"));
      });
    }
  },
);
