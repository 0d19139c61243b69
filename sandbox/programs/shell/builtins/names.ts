// Builtins about what names mean: type, alias, hash.

import { absolute } from "../../../machine/files.ts";
import { onPath } from "../../../machine/programs.ts";
import type { Shell } from "../state.ts";
import { type Builtin, letters } from "./builtin.ts";

const keywords = new Set(
  "if then else elif fi case esac for select while until do done in function time { } ! [[ ]] coproc".split(
    " ",
  ),
);

const builtinNames = new Set(
  (
    ": . [ alias bg break builtin cd command compgen complete continue declare dirs disown echo eval exec exit " +
    "export false fc fg getopts hash help history jobs kill let local logout mapfile popd printf pushd pwd " +
    "read readarray readonly return set shift shopt source suspend test times trap true type typeset " +
    "ulimit umask unalias unset wait"
  ).split(" "),
);

/** What `type` (a sentence) or `command -v` (short) says about a name. */
export async function describe(
  shell: Shell,
  name: string,
  how: "sentence" | "short" | "kind",
): Promise<string | undefined> {
  const say = (kind: string, sentence: string, short: string) =>
    how === "kind" ? kind : how === "short" ? short : sentence;
  const bash = shell.dialect.name === "bash";
  const alias = shell.aliases.get(name);
  if (alias !== undefined) {
    const sentence = bash
      ? `${name} is aliased to \`${alias}'`
      : `${name} is an alias for ${alias}`;
    return say("alias", sentence, `alias ${name}='${alias}'`);
  }
  if (keywords.has(name)) return say("keyword", `${name} is a shell keyword`, name);
  const own = shell.functions.get(name);
  if (own) {
    const text = own.source.slice(own.node.body.pos, own.node.body.end);
    const sentence = bash ? `${name} is a function\n${name} () \n${text}` : `${name} is a function`;
    return say("function", sentence, name);
  }
  if (builtinNames.has(name)) return say("builtin", `${name} is a shell builtin`, name);
  const path = pathOf(shell, name);
  return path === undefined ? undefined : say("file", `${name} is ${path}`, path);
}

/** Where a program is found. */
export function pathOf(shell: Shell, name: string): string | undefined {
  const { process, variables } = shell;
  if (name.includes("/")) {
    const full = absolute(process.cwd, name);
    return process.files.access(full, 1) && process.files.kind(full) === "file" ? name : undefined;
  }
  const env = new Map([["PATH", variables.get("PATH") ?? ""]]);
  return onPath(name, { env, cwd: process.cwd, files: process.files });
}

const type: Builtin = async (shell, args) => {
  const { flags, rest } = letters(args, "aftpP");
  let status = 0;
  for (const name of rest) {
    const found = flags.has("p") || flags.has("P") ? pathOf(shell, name) : undefined;
    const text = found ?? (await describe(shell, name, flags.has("t") ? "kind" : "sentence"));
    if (text === undefined) {
      status = 1;
      if (flags.has("t")) continue;
      if (shell.dialect.name === "bash") await shell.complain(`type: ${name}: not found`);
      else await shell.stdout.write(`${name}: not found\n`);
    } else await shell.stdout.write(`${text}\n`);
  }
  return shell.dialect.name === "bash" || status === 0 ? status : 127;
};

const alias: Builtin = async (shell, args) => {
  const show = (name: string, value: string) => {
    const text = `${name}='${value.replaceAll("'", "'\\''")}'\n`;
    return shell.stdout.write(shell.dialect.name === "bash" ? `alias ${text}` : text);
  };
  if (args.length === 0 || (args.length === 1 && args[0] === "-p")) {
    for (const [name, value] of [...shell.aliases].sort(([a], [b]) => (a < b ? -1 : 1))) {
      await show(name, value);
    }
    return 0;
  }
  let status = 0;
  for (const arg of args) {
    const [, name = arg, value] = /^([^=]+)=([\s\S]*)$/.exec(arg) ?? [];
    const known = shell.aliases.get(name);
    if (value !== undefined) shell.aliases.set(name, value);
    else if (known !== undefined) await show(name, known);
    else {
      await shell.complain(`alias: ${name}: not found`);
      status = 1;
    }
  }
  return status;
};

const unalias: Builtin = async (shell, args) => {
  if (args[0] === "-a") shell.aliases.clear();
  let status = 0;
  for (const name of args.filter((arg) => arg !== "-a")) {
    if (shell.aliases.delete(name)) continue;
    await shell.complain(`unalias: ${name}: not found`);
    status = 1;
  }
  return status;
};

export const names: Readonly<Record<string, Builtin>> = {
  type,
  alias,
  unalias,
  async hash(shell, args) {
    if (args.length === 0) await shell.stdout.write("hash: hash table empty\n");
    return 0;
  },
};
