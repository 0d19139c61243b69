// tar: a tree of files as one text and back. Enough for `kubectl cp`.
// differs: sizes in headers count characters, and -z only says that it compresses.

import { absolute, FileError, parentOf } from "../../machine/files.ts";
import { groupName, userName } from "../../machine/users.ts";
import { modeText } from "./ls.ts";
import { formatTime } from "./time-format.ts";
import { Failure, type Tool, tool } from "./tool.ts";

const BLOCK = 512;

export const tar = tool(
  {
    plain: true,
    usage: "[OPTION...] [FILE]...",
    usageStatus: 2,
    version: "(GNU tar) 1.34",
  },
  async (it) => {
    const { flags, operands, directory, archive } = argumentsOf(it.operands);
    if (archive === "") {
      throw new Failure(
        "Old option 'f' requires an argument.\nTry 'tar --help' or 'tar --usage' for more information.",
        2,
      );
    }
    const actions = ["c", "x", "t"].filter((one) => flags.has(one));
    if (actions.length === 0) {
      throw new Failure(
        "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\nTry 'tar --help' or 'tar --usage' for more information.",
        2,
      );
    }
    const base = directory === undefined ? it.process.cwd : it.path(directory);
    if (it.files.kind(base) !== "directory") {
      throw new Failure(
        `${directory}: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now`,
        2,
      );
    }
    if (flags.has("c")) return create(it, { flags, operands, base, archive });
    return extract(it, { flags, operands, base, archive });
  },
);

interface Job {
  readonly flags: ReadonlySet<string>;
  readonly operands: readonly string[];
  readonly base: string;
  /** `-` is standard input or output. */
  readonly archive: string;
}

function argumentsOf(args: readonly string[]) {
  const flags = new Set<string>();
  const operands: string[] = [];
  let directory: string | undefined;
  let archive = "-";
  const take = (letter: string, value: string | undefined) => {
    if (letter === "f") archive = value ?? "";
    else if (letter === "C") directory = value;
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    const long = /^--([\w-]+)(?:=(.*))?$/.exec(arg);
    if (long) {
      const letter = {
        create: "c",
        extract: "x",
        get: "x",
        list: "t",
        file: "f",
        directory: "C",
        verbose: "v",
        gzip: "z",
      }[long[1] ?? ""];
      if (letter === "f" || letter === "C") take(letter, long[2] ?? args[++i]);
      else flags.add(letter ?? (long[1] as string));
    } else if (i === 0 || /^-./.test(arg)) {
      const letters = arg.replace(/^-/, "");
      for (let j = 0; j < letters.length; j++) {
        const letter = letters[j] as string;
        if (letter !== "f" && letter !== "C") flags.add(letter);
        else if (/^-/.test(arg) && j < letters.length - 1) {
          take(letter, letters.slice(j + 1));
          break;
        } else take(letter, args[++i]);
      }
    } else operands.push(arg);
  }
  return { flags, operands, directory, archive };
}

async function create(it: Tool, { flags, operands, base, archive }: Job): Promise<number> {
  if (operands.length === 0) {
    throw new Failure(
      "Cowardly refusing to create an empty archive\nTry 'tar --help' or 'tar --usage' for more information.",
      2,
    );
  }
  let out = "";
  let status = 0;
  const names: string[] = [];
  const add = async (name: string) => {
    const full = absolute(base, name);
    try {
      const stat = it.files.lstat(full);
      const isDirectory = stat.kind === "directory";
      const stored = name.replace(/^\/+/, "") + (isDirectory && !name.endsWith("/") ? "/" : "");
      names.push(stored);
      const text = stat.kind === "file" ? it.files.read(full) : "";
      const target = stat.kind === "symlink" ? it.files.readLink(full) : "";
      out += header(it, { name: stored, text, target, full });
      out += text + "\0".repeat((BLOCK - (text.length % BLOCK)) % BLOCK);
      if (isDirectory)
        for (const inner of it.files.list(full)) await add(`${name.replace(/\/$/, "")}/${inner}`);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await it.complain(`${name}: Cannot stat: ${error.message}`, 2);
      status = 2;
    }
  };
  if (operands.some((name) => name.startsWith("/"))) {
    await it.process.stderr.write("tar: Removing leading `/' from member names\n");
  }
  for (const name of operands) await add(name);
  out += "\0".repeat(BLOCK * 2);
  if (archive !== "-") it.files.write(it.path(archive), out);
  else it.print(out);
  if (flags.has("v")) {
    const list = names.map((name) => `${name}\n`).join("");
    if (archive === "-") await it.process.stderr.write(list);
    else it.print(list);
  }
  if (status !== 0) await it.complain("Exiting with failure status due to previous errors", 2);
  return status;
}

function header(
  it: Tool,
  { name, text, target, full }: { name: string; text: string; target: string; full: string },
): string {
  const { mode, uid, gid, modified, kind } = it.files.lstat(full);
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
  const owner = field(userName(it.files, uid), 32) + field(groupName(it.files, gid), 32);
  const after = `${type}${field(target, 100)}ustar  \0${owner}${"\0".repeat(16)}${field(prefix, 155)}${"\0".repeat(12)}`;
  const sum = [...`${before}        ${after}`].reduce(
    (total, unit) => total + unit.charCodeAt(0),
    0,
  );
  return `${before}${sum.toString(8).padStart(6, "0")}\0 ${after}`;
}

async function extract(it: Tool, { flags, operands, base, archive }: Job): Promise<number> {
  let text: string;
  try {
    text =
      archive === "-" ? await it.process.stdin.readAll() : await it.process.open(archive).readAll();
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new Failure(
      `${archive}: Cannot open: ${error.message}\ntar: Error is not recoverable: exiting now`,
      2,
    );
  }
  if (text !== "" && !text.slice(257, 262).startsWith("ustar")) {
    throw new Failure(
      "This does not look like a tar archive\ntar: Exiting with failure status due to previous errors",
      2,
    );
  }
  const missing = new Set(operands);
  for (let at = 0; at + BLOCK <= text.length && text[at] !== "\0"; ) {
    const head = text.slice(at, at + BLOCK);
    const field = (from: number, length: number) =>
      head.slice(from, from + length).replace(/\0[\s\S]*$/, "");
    const octal = (from: number, length: number) =>
      Number.parseInt(field(from, length).trim() || "0", 8);
    const prefix = field(345, 155);
    const name = (prefix ? `${prefix}/` : "") + field(0, 100);
    const size = octal(124, 12);
    const member = {
      name,
      body: text.slice(at + BLOCK, at + BLOCK + size),
      mode: octal(100, 8),
      type: field(156, 1),
      target: field(157, 100),
      modified: octal(136, 12) * 1000,
    };
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    const wanted =
      operands.length === 0 ||
      operands.some((one) => name === one || name.startsWith(`${one.replace(/\/$/, "")}/`));
    for (const one of operands)
      if (name.replace(/\/$/, "") === one.replace(/\/$/, "")) missing.delete(one);
    if (!wanted) continue;
    if (flags.has("t"))
      it.print(flags.has("v") ? long(member, field(265, 32), field(297, 32)) : `${name}\n`);
    else {
      if (flags.has("v")) it.print(`${name}\n`);
      place(it, base, member);
    }
    await it.process.step();
  }
  for (const name of missing) await it.complain(`${name}: Not found in archive`, 2);
  return it.status;
}

interface Member {
  readonly name: string;
  readonly body: string;
  readonly mode: number;
  readonly type: string;
  readonly target: string;
  readonly modified: number;
}

function place(it: Tool, base: string, { name, body, mode, type, target, modified }: Member): void {
  const path = absolute(base, name);
  if (type === "5") {
    it.files.makeDirectory(path, { parents: true });
    it.files.chmod(path, mode);
    return;
  }
  it.files.makeDirectory(parentOf(path), { parents: true });
  if (type === "2") {
    if (it.files.kind(path)) it.files.remove(path);
    it.files.symlink(target, path);
    return;
  }
  it.files.write(path, body, { mode });
  it.files.chmod(path, mode);
  it.files.touch(path, modified);
}

function long(
  { name, body, mode, type, target, modified }: Member,
  user: string,
  group: string,
): string {
  const kind = type === "5" ? "directory" : type === "2" ? "symlink" : "file";
  const owner = `${user}/${group}`;
  const size = String(body.length).padStart(Math.max(1, 19 - owner.length));
  const link = type === "2" ? ` -> ${target}` : "";
  return `${modeText({ kind, mode })} ${owner} ${size} ${formatTime("%Y-%m-%d %H:%M", modified)} ${name}${link}\n`;
}
