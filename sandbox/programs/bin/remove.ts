// rm, rmdir, unlink.

import { absolute, baseName, FileError, parentOf } from "../../machine/files.ts";
import { type Tool, tool, WrongUsage } from "./tool.ts";

export const rm = tool(
  {
    options:
      "f,force i I r,recursive R d,dir v,verbose ,interactive? ,preserve-root? ,no-preserve-root ,one-file-system",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    if (it.operands.length === 0 && !it.has("f")) throw new WrongUsage("missing operand");
    const recursive = it.has("r") || it.has("R");
    for (const operand of it.operands) {
      const path = it.path(operand);
      if (recursive && /^(.*\/)?\.\.?\/*$/.test(operand)) {
        await it.complain(`refusing to remove '.' or '..' directory: skipping '${operand}'`);
        continue;
      }
      if (path === "/" && recursive && !it.has("no-preserve-root")) {
        await it.complain("it is dangerous to operate recursively on '/'");
        await it.complain("use --no-preserve-root to override this failsafe");
        continue;
      }
      await removeOne(it, { operand, path, recursive });
    }
  },
);

interface Doomed {
  readonly operand: string;
  readonly path: string;
  readonly recursive: boolean;
}

async function removeOne(it: Tool, { operand, path, recursive }: Doomed): Promise<void> {
  const { files } = it.process;
  try {
    const { kind } = files.lstat(path);
    if (kind === "directory") {
      if (recursive) {
        for (const name of files.list(path)) {
          await it.process.step();
          const inner = {
            operand: `${operand.replace(/\/$/, "")}/${name}`,
            path: absolute(path, name),
          };
          await removeOne(it, { ...inner, recursive });
        }
      } else if (!it.has("d")) return it.complain(`cannot remove '${operand}': Is a directory`);
      if (!(await agreed(it, `remove directory '${operand}'`))) return;
      files.removeDirectory(path);
      if (it.has("v")) it.print(`removed directory '${operand}'\n`);
      return;
    }
    const empty = kind === "file" && files.stat(path).size === 0;
    if (!(await agreed(it, `remove regular ${empty ? "empty " : ""}file '${operand}'`))) return;
    files.remove(path);
    if (it.has("v")) it.print(`removed '${operand}'\n`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    if (it.has("f") && (error.code === "ENOENT" || error.code === "ENOTDIR")) return;
    await it.complain(`cannot remove '${operand}': ${error.message}`);
  }
}

async function agreed(it: Tool, question: string): Promise<boolean> {
  if (!it.has("i") || it.has("f")) return true;
  await it.flush();
  await it.process.stderr.write(`${it.name}: ${question}? `);
  return /^y/i.test((await it.process.stdin.readLine()) ?? "");
}

export const rmdir = tool(
  {
    options: "p,parents v,verbose ,ignore-fail-on-non-empty",
    usage: "[OPTION]... DIRECTORY...",
  },
  async (it) => {
    if (it.operands.length === 0) throw new WrongUsage("missing operand");
    for (const operand of it.operands) {
      let path = operand;
      do {
        const done = await it.attempt(`failed to remove '${path}'`, () =>
          it.files.removeDirectory(it.path(path)),
        );
        if (!done) break;
        path = parentOf(path);
      } while (it.has("p") && path !== "." && path !== "/" && baseName(path) !== "");
    }
  },
);

export const unlink = tool({ usage: "FILE" }, async (it) => {
  const [path] = it.operands;
  if (path === undefined) throw new WrongUsage("missing operand");
  await it.attempt(`cannot unlink '${path}'`, () => it.files.remove(it.path(path)));
});
