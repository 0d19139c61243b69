// How a name becomes a program: PATH, permissions, `#!` lines. Linux: fs/binfmt_script.c,
// execvp(3).

import { absolute } from "./files.ts";
import { type Process, type Program, SpawnError } from "./process.ts";

/** Where a name is looked for if PATH says nothing. */
export const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export interface Found {
  readonly program: Program;
  readonly argv: readonly string[];
}

export type Seeker = Pick<Process, "cwd" | "env" | "files">;

/** What running `argv` runs. Throws `SpawnError`. */
export function findProgram(argv: readonly string[], seeker: Seeker): Found {
  const [name = ""] = argv;
  if (!name.includes("/")) {
    const path = onPath(name, seeker);
    if (!path) throw new SpawnError(name, "not found");
    return load(path, argv, seeker);
  }
  const path = absolute(seeker.cwd, name);
  const kind = seeker.files.kind(path);
  if (!kind) throw new SpawnError(name, "not found");
  if (kind === "directory") throw new SpawnError(name, "is a directory");
  if (!seeker.files.access(path, 1)) throw new SpawnError(name, "permission denied");
  return load(path, argv, seeker);
}

/** The first executable file of that name on PATH. */
export function onPath(name: string, { env, cwd, files }: Seeker): string | undefined {
  if (name === "") return undefined;
  for (const directory of (env.get("PATH") ?? defaultPath).split(":")) {
    const path = absolute(cwd, `${directory}/${name}`);
    if (files.kind(path) === "file" && files.access(path, 1)) return path;
  }
  return undefined;
}

interface Script extends Seeker {
  /** How many interpreters are scripts themselves. */
  readonly depth?: number;
}

function load(path: string, argv: readonly string[], seeker: Script): Found {
  const program = seeker.files.program(path);
  if (program) return { program, argv };
  const head = /^#![ \t]*(\S+)(?:[ \t]+([^\n]*?))?[ \t]*(?:\n|$)/.exec(seeker.files.read(path));
  const { depth = 0 } = seeker;
  if (!head || depth > 4) throw new SpawnError(argv[0] ?? path, "exec format error");
  const [, interpreter = "", argument] = head;
  if (seeker.files.kind(interpreter) !== "file") throw new SpawnError(argv[0] ?? path, "not found");
  const script = argv[0]?.includes("/") ? argv[0] : path;
  const words = [interpreter, ...(argument ? [argument] : []), script, ...argv.slice(1)];
  return load(interpreter, words, { ...seeker, depth: depth + 1 });
}
