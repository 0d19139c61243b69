// stat and file: what a file is.

import { FileError, type Stat } from "../../machine/files.ts";
import { groupName, userName } from "../../machine/users.ts";
import { modeText } from "./ls.ts";
import { formatTime } from "./time-format.ts";
import { type Tool, tool, WrongUsage } from "./tool.ts";

const kinds = {
  file: "regular file",
  directory: "directory",
  symlink: "symbolic link",
  device: "character special file",
};

const time = (ms: number) => formatTime("%Y-%m-%d %H:%M:%S.%N %z", ms);

export const stat = tool(
  {
    options: "c,format: ,printf: L,dereference f,file-system t,terse",
    usage: "[OPTION]... FILE...",
  },
  async (it) => {
    if (it.operands.length === 0) throw new WrongUsage("missing operand");
    for (const name of it.operands) {
      try {
        const path = it.path(name);
        const about = it.has("L") ? it.files.stat(path) : it.files.lstat(path);
        const format = it.value("c");
        const printf = it.value("printf");
        if (format !== undefined) it.print(`${filled(it, { name, path, about }, format)}\n`);
        else if (printf !== undefined)
          it.print(
            filled(
              it,
              { name, path, about },
              printf.replaceAll("\\n", "\n").replaceAll("\\t", "\t"),
            ),
          );
        else it.print(filled(it, { name, path, about }, usual));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        await it.complain(`cannot statx '${name}': ${error.message}`);
      }
    }
  },
);

const usual = `  File: %N
  Size: %s	Blocks: %b	IO Block: %o   %F
Device: 8,1	Inode: %i	Links: %h
Access: (%04a/%A)  Uid: (%u/%U)   Gid: (%g/%G)
Access: %x
Modify: %y
Change: %z
 Birth: %w
`;

interface About {
  readonly name: string;
  readonly path: string;
  readonly about: Stat;
}

function filled(it: Tool, { name, path, about }: About, format: string): string {
  const { files } = it.process;
  const isUsual = format === usual;
  const wide = (text: string, width: number) => (isUsual ? text.padEnd(width) : text);
  const right = (text: string, width: number) => (isUsual ? text.padStart(width) : text);
  const kind = about.kind === "file" && about.size === 0 ? "regular empty file" : kinds[about.kind];
  const values: Readonly<Record<string, string>> = {
    n: name,
    N:
      (isUsual ? name : `'${name}'`) +
      (about.kind === "symlink" ? ` -> ${files.readLink(path)}` : ""),
    s: wide(String(about.size), 10),
    b: wide(String(Math.ceil(about.size / 4096) * 8), 10),
    B: "512",
    o: wide("4096", 6).trimEnd(),
    F: kind,
    i: wide(String(about.inode), 11),
    h: String(about.links),
    a: about.mode.toString(8),
    A: modeText(about),
    u: right(String(about.uid), 5),
    U: right(userName(files, about.uid), 8),
    g: right(String(about.gid), 5),
    G: right(groupName(files, about.gid), 8),
    x: time(about.modified),
    y: time(about.modified),
    z: time(about.modified),
    w: time(about.modified),
    X: String(Math.floor(about.modified / 1000)),
    Y: String(Math.floor(about.modified / 1000)),
    Z: String(Math.floor(about.modified / 1000)),
    W: String(Math.floor(about.modified / 1000)),
    "%": "%",
  };
  return format.replace(/%(0?\d*)([a-zA-Z%])/g, (whole, width: string, letter: string) => {
    const value = values[letter];
    if (value === undefined) return whole === "%m" ? mountPoint(it, path) : "?";
    return width ? value.padStart(Number(width), width.startsWith("0") ? "0" : " ") : value;
  });
}

function mountPoint(it: Tool, path: string): string {
  const mounts = it.files.mounts().map((mount) => mount.path);
  return (
    mounts.filter((mount) => `${path}/`.startsWith(mount === "/" ? mount : `${mount}/`)).at(-1) ??
    "/"
  );
}

export const file = tool(
  {
    options: "b,brief i,mime L,dereference",
    usage: "[OPTION...] [FILE...]",
    version: "-5.44",
  },
  async (it) => {
    const longest = Math.max(...it.operands.map((name) => name.length));
    for (const name of it.operands) {
      const head = it.has("b") ? "" : `${`${name}:`.padEnd(longest + 2)}`;
      it.print(`${head}${describe(it, it.path(name), name)}\n`);
    }
  },
);

function describe(it: Tool, path: string, name: string): string {
  try {
    const about = it.files.lstat(path);
    if (about.kind === "directory") return about.mode & 0o1000 ? "sticky, directory" : "directory";
    if (about.kind === "symlink") return `symbolic link to ${it.files.readLink(path)}`;
    if (about.kind === "device") return "character special (1/3)";
    const text = it.files.read(path);
    if (text === "") return "empty";
    if (text.startsWith("\x7fELF"))
      return "ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked";
    const shebang = /^#! ?(\S+)/.exec(text)?.[1];
    const coding = /[^\x00-\x7f]/.test(text) ? "Unicode text, UTF-8 text" : "ASCII text";
    if (shebang) {
      const shell = /\/(bash|sh|dash)$/.exec(shebang)?.[1];
      const what =
        shell === "bash"
          ? "Bourne-Again shell script"
          : shell
            ? "POSIX shell script"
            : `a ${shebang} script`;
      return `${what}, ${coding} executable`;
    }
    if (/^\s*[[{]/.test(text) && isJson(text)) return "JSON text data";
    if (/[\x00-\x06\x0e-\x1a]/.test(text)) return "data";
    return text.endsWith("\n") ? coding : `${coding}, with no line terminators`;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return `cannot open \`${name}' (${error.message})`;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
