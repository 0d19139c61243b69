// basename, dirname, readlink, realpath, which: names of files.

import { absolute, baseName, FileError, parentOf } from "../../machine/files.ts";
import { onPath } from "../../machine/programs.ts";
import { type Tool, tool, WrongUsage } from "./tool.ts";

export const basename = tool(
  {
    options: "a,multiple s,suffix: z,zero",
    usage: "NAME [SUFFIX]",
    stopEarly: true,
  },
  async (it) => {
    const [first, second, extra] = it.operands;
    if (first === undefined) throw new WrongUsage("missing operand");
    const many = it.has("a") || it.has("s");
    if (!many && extra !== undefined) throw new WrongUsage(`extra operand ‘${extra}’`);
    const suffix = it.value("s") ?? (many ? "" : (second ?? ""));
    for (const path of many ? it.operands : [first]) {
      const name = baseName(path);
      it.print(
        `${suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name}\n`,
      );
    }
  },
);

export const dirname = tool(
  {
    options: "z,zero",
    usage: "[OPTION] NAME...",
  },
  async (it) => {
    if (it.operands.length === 0) throw new WrongUsage("missing operand");
    for (const path of it.operands) it.print(`${parentOf(path)}\n`);
  },
);

export const readlink = tool(
  {
    options: "f,canonicalize e,canonicalize-existing m,canonicalize-missing n,no-newline q s v z",
    usage: "[OPTION]... FILE...",
  },
  async (it) => {
    if (it.operands.length === 0) throw new WrongUsage("missing operand");
    for (const path of it.operands) {
      const text =
        it.has("f") || it.has("e") || it.has("m") ? canonical(it, path) : target(it, path);
      if (text === undefined) it.status = 1;
      else it.print(it.has("n") ? text : `${text}\n`);
    }
  },
);

function target(it: Tool, path: string): string | undefined {
  try {
    return it.files.readLink(it.path(path));
  } catch (error) {
    if (error instanceof FileError) return undefined;
    throw error;
  }
}

/** With its links followed; the last part need not exist. */
function canonical(it: Tool, path: string): string | undefined {
  const full = it.path(path);
  try {
    return it.files.realPath(full);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (it.has("e")) return undefined;
    if (it.has("m")) return full;
    try {
      return absolute(it.files.realPath(parentOf(full)), baseName(full));
    } catch (inner) {
      if (inner instanceof FileError) return undefined;
      throw inner;
    }
  }
}

export const realpath = tool(
  {
    options: "e,canonicalize-existing m,canonicalize-missing s,strip q z L P ,relative-to:",
    usage: "[OPTION]... FILE...",
  },
  async (it) => {
    if (it.operands.length === 0) throw new WrongUsage("missing operand");
    for (const path of it.operands) {
      const text = it.has("s") ? it.path(path) : canonical(it, path);
      if (text === undefined) await it.complain(`${path}: No such file or directory`);
      else it.print(`${text}\n`);
    }
  },
);

export const which = tool({ options: "a s", usage: "[-as] args" }, async (it) => {
  const { env, cwd, files } = it.process;
  for (const name of it.operands) {
    const direct = name.includes("/") && files.access(it.path(name), 1) ? name : undefined;
    const found = direct ?? onPath(name, { env, cwd, files });
    if (found === undefined) it.status = 1;
    else it.print(`${found}\n`);
  }
});
