// cp and mv.

import { absolute, baseName, FileError } from "../../machine/files.ts";
import { type Tool, tool, WrongUsage } from "./tool.ts";

interface Targets {
  readonly sources: readonly string[];
  readonly target: string;
  /** Sources go into the target, under their own names. */
  readonly into: boolean;
}

async function targetsOf(it: Tool): Promise<Targets | undefined> {
  const directory = it.value("t");
  const sources = directory === undefined ? it.operands.slice(0, -1) : it.operands;
  const target = directory ?? it.operands.at(-1);
  if (target === undefined) throw new WrongUsage("missing file operand");
  if (sources.length === 0)
    throw new WrongUsage(`missing destination file operand after '${target}'`);
  const into = !it.has("T") && it.files.kind(it.path(target)) === "directory";
  if (sources.length > 1 && !into) {
    const exists = it.files.kind(it.path(target)) !== undefined;
    await it.complain(
      `target '${target}'${exists ? "" : ""}: ${exists ? "Not a directory" : "No such file or directory"}`,
    );
    return undefined;
  }
  return { sources, target, into };
}

const joined = (directory: string, name: string) => `${directory.replace(/\/+$/, "")}/${name}`;

export const cp = tool(
  {
    options:
      "r,recursive R a,archive f,force i,interactive n,no-clobber p ,preserve? v,verbose t,target-directory: T,no-target-directory u,update L,dereference P,no-dereference d l,link s,symbolic-link H x",
    usage: "[OPTION]... [-T] SOURCE DEST\n  or:  cp [OPTION]... SOURCE... DIRECTORY",
  },
  async (it) => {
    const targets = await targetsOf(it);
    if (!targets) return 1;
    for (const source of targets.sources) {
      const name = targets.into ? joined(targets.target, baseName(source)) : targets.target;
      await copyOne(it, source, name);
    }
    return it.status;
  },
);

async function copyOne(it: Tool, source: string, target: string): Promise<void> {
  const { files } = it.process;
  const [from, to] = [it.path(source), it.path(target)];
  const recursive = it.has("r") || it.has("R") || it.has("a");
  const keepsLinks = it.has("P") || it.has("d") || it.has("a") || (recursive && !it.has("L"));
  try {
    const stat = keepsLinks ? files.lstat(from) : files.stat(from);
    if (stat.kind === "directory") {
      if (!recursive) return it.complain(`-r not specified; omitting directory '${source}'`);
      if (`${to}/`.startsWith(`${from}/`)) {
        return it.complain(`cannot copy a directory, '${source}', into itself, '${target}'`);
      }
      return await copyTree(it, source, target);
    }
    if (from === to) return it.complain(`'${source}' and '${target}' are the same file`);
    if (files.kind(to) !== undefined && (it.has("n") || !(await agreed(it, target)))) return;
    if (it.has("u") && files.kind(to) && files.stat(to).modified >= stat.modified) return;
    if (it.has("s")) files.symlink(source, to);
    else if (it.has("l")) files.link(from, to);
    else if (stat.kind === "symlink") {
      if (files.kind(to)) files.remove(to);
      files.symlink(files.readLink(from), to);
    } else copyFile(it, from, to);
    if (it.has("v")) it.print(`'${source}' -> '${target}'\n`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const missing = error.code === "ENOENT" && files.kind(from) === undefined;
    const source2 = missing || error.path === from ? `cannot stat '${source}'` : undefined;
    const what =
      error.code === "EISDIR"
        ? `cannot overwrite directory '${target}' with non-directory`
        : undefined;
    if (what) await it.complain(what);
    else if (source2)
      await it.complain(
        `${error.code === "EACCES" && !missing ? `cannot open '${source}' for reading` : source2}: ${error.message}`,
      );
    else await it.complain(`cannot create regular file '${target}': ${error.message}`);
  }
}

function copyFile(it: Tool, from: string, to: string): void {
  const { files } = it.process;
  const { mode, modified, uid, gid } = files.stat(from);
  const isNew = files.kind(to) === undefined;
  const program = files.program(from);
  const text = files.read(from);
  if (program) files.install(to, program);
  else files.write(to, text, { mode: mode & 0o7777 });
  const preserve = it.has("p") || it.has("a") || it.has("preserve");
  if (isNew || preserve) files.chmod(to, mode);
  if (!preserve) return;
  if (it.process.identity.uid === 0) files.chown(to, uid, gid);
  files.touch(to, modified);
}

async function copyTree(it: Tool, source: string, target: string): Promise<void> {
  const { files } = it.process;
  const to = it.path(target);
  if (files.kind(to) === undefined) {
    files.makeDirectory(to, { mode: files.stat(it.path(source)).mode });
    if (it.has("v")) it.print(`'${source}' -> '${target}'\n`);
  } else if (files.kind(to) !== "directory") {
    return it.complain(`cannot overwrite non-directory '${target}' with directory '${source}'`);
  }
  for (const name of files.list(it.path(source))) {
    await it.process.step();
    await copyOne(it, joined(source, name), joined(target, name));
  }
}

/** With -i, asks before something is overwritten. */
async function agreed(it: Tool, target: string): Promise<boolean> {
  if (!it.has("i") || it.has("f")) return true;
  await it.flush();
  await it.process.stderr.write(`${it.name}: overwrite '${target}'? `);
  return /^y/i.test((await it.process.stdin.readLine()) ?? "");
}

export const mv = tool(
  {
    options:
      "f,force i,interactive n,no-clobber v,verbose t,target-directory: T,no-target-directory u,update",
    usage: "[OPTION]... [-T] SOURCE DEST\n  or:  mv [OPTION]... SOURCE... DIRECTORY",
  },
  async (it) => {
    const targets = await targetsOf(it);
    if (!targets) return 1;
    for (const source of targets.sources) {
      const target = targets.into ? joined(targets.target, baseName(source)) : targets.target;
      await moveOne(it, source, target);
    }
    return it.status;
  },
);

async function moveOne(it: Tool, source: string, target: string): Promise<void> {
  const { files } = it.process;
  const [from, to] = [it.path(source), it.path(target)];
  try {
    files.lstat(from);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return it.complain(`cannot stat '${source}': ${error.message}`);
  }
  if (from === to) return it.complain(`'${source}' and '${target}' are the same file`);
  if (files.kind(to) !== undefined && (it.has("n") || !(await agreed(it, target)))) return;
  try {
    files.rename(from, to);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (error.code === "EXDEV") return acrossDisks(it, { source, target });
    if (error.code === "EINVAL") {
      return it.complain(`cannot move '${source}' to a subdirectory of itself, '${target}'`);
    }
    if (error.code === "ENOTDIR" && files.kind(to) === "file") {
      return it.complain(`cannot overwrite non-directory '${target}' with directory '${source}'`);
    }
    const both = `cannot move '${source}' to '${target}'`;
    if (error.code === "EISDIR")
      return it.complain(`cannot overwrite directory '${target}' with non-directory`);
    return it.complain(`${both}: ${error.message}`);
  }
  if (it.has("v")) it.print(`renamed '${source}' -> '${target}'\n`);
}

/** Another disk: copied, then removed. */
async function acrossDisks(
  it: Tool,
  { source, target }: { source: string; target: string },
): Promise<void> {
  const { files } = it.process;
  const copy = (from: string, to: string) => {
    const stat = files.lstat(from);
    if (stat.kind === "directory") {
      files.makeDirectory(to, { mode: stat.mode, parents: true });
      for (const name of files.list(from)) copy(absolute(from, name), absolute(to, name));
    } else if (stat.kind === "symlink") files.symlink(files.readLink(from), to);
    else {
      copyFile(it, from, to);
      files.touch(to, stat.modified);
    }
  };
  try {
    copy(it.path(source), it.path(target));
    files.removeDirectory(it.path(source), { recursive: true });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    await it.complain(`cannot move '${source}' to '${target}': ${error.message}`);
  }
}
