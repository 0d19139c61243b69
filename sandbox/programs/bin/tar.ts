// tar: packs and unpacks trees of files. The archive itself is tar-archive.ts.
// differs: sizes in headers count characters, and -z only says that it compresses.

import { absolute, FileError } from "../../machine/files.ts";
import { groupName, userName } from "../../machine/users.ts";
import { modeText } from "./ls.ts";
import {
  ARCHIVE_END,
  isArchive,
  type Member,
  membersOf,
  packed,
  placeMember,
} from "./tar-archive.ts";
import { formatTime } from "./time-format.ts";
import { Failure, type Tool, tool } from "./tool.ts";

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
      const owner = { user: userName(it.files, stat.uid), group: groupName(it.files, stat.gid) };
      out += packed({ name: stored, text, target, stat, ...owner });
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
  out += ARCHIVE_END;
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
  if (!isArchive(text)) {
    throw new Failure(
      "This does not look like a tar archive\ntar: Exiting with failure status due to previous errors",
      2,
    );
  }
  const missing = new Set(operands);
  for (const member of membersOf(text)) {
    const { name } = member;
    const wanted =
      operands.length === 0 ||
      operands.some((one) => name === one || name.startsWith(`${one.replace(/\/$/, "")}/`));
    for (const one of operands)
      if (name.replace(/\/$/, "") === one.replace(/\/$/, "")) missing.delete(one);
    if (!wanted) continue;
    if (flags.has("t")) it.print(flags.has("v") ? long(member) : `${name}\n`);
    else {
      if (flags.has("v")) it.print(`${name}\n`);
      placeMember(it.files, base, member);
    }
    await it.process.step();
  }
  for (const name of missing) await it.complain(`${name}: Not found in archive`, 2);
  return it.status;
}

function long({ name, body, mode, type, target, modified, user, group }: Member): string {
  const kind = type === "5" ? "directory" : type === "2" ? "symlink" : "file";
  const owner = `${user}/${group}`;
  const size = String(body.length).padStart(Math.max(1, 19 - owner.length));
  const link = type === "2" ? ` -> ${target}` : "";
  return `${modeText({ kind, mode })} ${owner} ${size} ${formatTime("%Y-%m-%d %H:%M", modified)} ${name}${link}\n`;
}
