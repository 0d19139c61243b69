// Builtins that change how the shell itself is: directory, options, positional parameters, history.

import { absolute, FileError } from "../../../machine/files.ts";
import { type Options, type Shell, ShellError } from "../state.ts";
import { quoted } from "../variables.ts";
import { type Builtin, badOption, letters } from "./builtin.ts";

const cd: Builtin = async (shell, args) => {
  const { flags, rest, unknown } = letters(args[0] === "-" ? ["--", ...args] : args, "LP");
  if (unknown)
    return badOption(shell, { name: "cd", letter: unknown, usage: "cd [-L|[-P [-e]] [-@]] [dir]" });
  const { variables } = shell;
  if (rest.length > 1 && shell.dialect.name === "bash")
    throw new ShellError("cd: too many arguments");
  let [target] = rest;
  if (target === undefined) {
    target = variables.get("HOME");
    if (target === undefined) throw new ShellError("cd: HOME not set");
  } else if (target === "-") {
    target = variables.get("OLDPWD");
    if (target === undefined) throw new ShellError("cd: OLDPWD not set");
  }
  if (target === "") return 0;
  const path = enter(shell, target, flags.has("P"));
  if (rest[0] === "-") await shell.stdout.write(`${path}\n`);
  return 0;
};

/** Goes there; throws what `cd` says if it cannot. */
function enter(shell: Shell, target: string, physical = false): string {
  const { process, variables, dialect } = shell;
  const full = absolute(process.cwd, target);
  try {
    const path = physical ? process.files.realPath(full) : full;
    if (process.files.stat(path).kind !== "directory") throw new FileError("ENOTDIR", path);
    if (!process.files.access(path, 1)) throw new FileError("EACCES", path);
    variables.set("OLDPWD", process.cwd).exported = true;
    process.cwd = path;
    variables.set("PWD", path).exported = true;
    return path;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new ShellError(
      dialect.cannotEnter(target, error.message),
      dialect.name === "dash" ? 2 : 1,
    );
  }
}

const optionNames: Readonly<Record<string, keyof Options>> = {
  a: "allexport",
  C: "noclobber",
  e: "errexit",
  f: "noglob",
  m: "monitor",
  n: "noexec",
  u: "nounset",
  v: "verbose",
  x: "xtrace",
};
const quietOptions =
  /^(braceexpand|emacs|hashall|histexpand|history|ignoreeof|interactive-comments|posix|vi|physical|errtrace|functrace|keyword|nolog|notify|onecmd|privileged)$/;

const set: Builtin = async (shell, args) => {
  if (args.length === 0) {
    const { variables } = shell;
    for (const name of variables.names()) {
      const value = variables.get(name);
      if (value !== undefined) await shell.stdout.write(`${name}=${quoted(value)}\n`);
    }
    return 0;
  }
  const usage = "set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]";
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      shell.positional = args.slice(i + 1);
      return 0;
    }
    if (!/^[-+]./.test(arg)) {
      shell.positional = args.slice(i);
      return 0;
    }
    const on = arg[0] === "-";
    for (const letter of arg.slice(1)) {
      const name = optionNames[letter];
      if (letter === "o") {
        if (!(await setNamed(shell, args[++i], on))) return 2;
      } else if (name) shell.options[name] = on;
      else if (!"bhkptBEHPT".includes(letter))
        return badOption(shell, { name: "set", letter, usage });
    }
  }
  return 0;
};

async function setNamed(shell: Shell, name: string | undefined, on: boolean): Promise<boolean> {
  if (name === undefined) {
    for (const [option, value] of Object.entries(shell.options)) {
      await shell.stdout.write(`${option.padEnd(15)}\t${value ? "on" : "off"}\n`);
    }
  } else if (name in shell.options) shell.options[name as keyof Options] = on;
  else if (!quietOptions.test(name)) {
    await shell.complain(`set: ${name}: invalid option name`);
    return false;
  }
  return true;
}

const getopts: Builtin = async (shell, args) => {
  const [spec = "", name = "", ...given] = args;
  const { variables } = shell;
  const list = given.length > 0 ? given : shell.positional;
  const silent = spec.startsWith(":");
  let index = Number(variables.get("OPTIND") ?? 1);
  if (index !== shell.optionIndex) shell.optionOffset = 1;
  const arg = list[index - 1];
  const end = () => {
    variables.set(name, "?");
    shell.optionIndex = index;
    return 1;
  };
  if (arg === undefined || !/^-./.test(arg)) return end();
  if (arg === "--") {
    variables.set("OPTIND", String(++index));
    return end();
  }
  const letter = arg[shell.optionOffset] as string;
  const at = spec.indexOf(letter);
  const known = at >= 0 && letter !== ":";
  let rest: string | undefined = arg.slice(shell.optionOffset + 1);
  const next = (by: number, offset: number) => {
    index += by;
    shell.optionOffset = offset;
    shell.optionIndex = index;
    variables.set("OPTIND", String(index));
  };
  if (!known || spec[at + 1] !== ":") {
    if (rest === "") next(1, 1);
    else next(0, shell.optionOffset + 1);
    variables.set(name, known ? letter : "?");
    if (known) variables.unset("OPTARG");
    else if (silent) variables.set("OPTARG", letter);
    else await shell.stderr.write(`${shell.name}: illegal option -- ${letter}\n`);
    return 0;
  }
  const separate = rest === "";
  if (separate) rest = list[index];
  next(separate ? 2 : 1, 1);
  if (rest === undefined) {
    variables.set(name, silent ? ":" : "?");
    if (silent) variables.set("OPTARG", letter);
    else await shell.stderr.write(`${shell.name}: option requires an argument -- ${letter}\n`);
    return 0;
  }
  variables.set(name, letter);
  variables.set("OPTARG", rest);
  return 0;
};

const shopt: Builtin = async (shell, args) => {
  const { flags, rest } = letters(args, "supq");
  let status = 0;
  for (const name of rest) {
    if (flags.has("s")) shell.extras.add(name);
    else if (flags.has("u")) shell.extras.delete(name);
    else {
      const on = shell.extras.has(name);
      if (!flags.has("q")) await shell.stdout.write(`${name.padEnd(15)}\t${on ? "on" : "off"}\n`);
      if (!on) status = 1;
    }
  }
  return status;
};

const history: Builtin = async (shell, args) => {
  if (args[0] === "-c") {
    shell.history.length = 0;
    return 0;
  }
  const count = args[0] === undefined ? Infinity : Number(args[0]);
  if (Number.isNaN(count)) throw new ShellError(`history: ${args[0]}: numeric argument required`);
  const start = Math.max(0, shell.history.length - count);
  for (const [i, line] of shell.history.slice(start).entries()) {
    await shell.stdout.write(`${String(start + i + 1).padStart(5)}  ${line}\n`);
  }
  return 0;
};

const limits = [
  ["real-time non-blocking time  (microseconds, -R)", "unlimited"],
  ["core file size              (blocks, -c)", "0"],
  ["data seg size               (kbytes, -d)", "unlimited"],
  ["open files                          (-n)", "1048576"],
  ["stack size                  (kbytes, -s)", "8192"],
  ["max user processes                  (-u)", "unlimited"],
] as const;

const pushd: Builtin = async (shell, args) => {
  const from = shell.process.cwd;
  const [target = shell.directories.shift()] = args;
  if (target === undefined) throw new ShellError("pushd: no other directory");
  enter(shell, target);
  shell.directories.unshift(from);
  return showDirectories(shell);
};

const popd: Builtin = async (shell) => {
  const target = shell.directories.shift();
  if (target === undefined) throw new ShellError("popd: directory stack empty");
  enter(shell, target);
  return showDirectories(shell);
};

async function showDirectories(shell: Shell): Promise<number> {
  const home = shell.variables.get("HOME") ?? "";
  const short = (path: string) =>
    home && `${path}/`.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
  await shell.stdout.write(`${[shell.process.cwd, ...shell.directories].map(short).join(" ")}\n`);
  return 0;
}

export const settings: Readonly<Record<string, Builtin>> = {
  cd,
  set,
  getopts,
  shopt,
  history,
  pushd,
  popd,
  dirs: showDirectories,
  async pwd(shell, args) {
    const { cwd, files } = shell.process;
    await shell.stdout.write(`${args.includes("-P") ? files.realPath(cwd) : cwd}\n`);
    return 0;
  },
  async umask(shell, args) {
    if (args.length === 0)
      await shell.stdout.write(`${shell.umask.toString(8).padStart(4, "0")}\n`);
    else if (/^[0-7]+$/.test(args[0] as string))
      shell.umask = Number.parseInt(args[0] as string, 8);
    return 0;
  },
  async ulimit(shell, args) {
    if (args[0] === "-a") {
      for (const [name, value] of limits) await shell.stdout.write(`${name} ${value}\n`);
    } else if (args.length < 2 && !/^\d|^unlimited/.test(args.at(-1) ?? "")) {
      const found = limits.find(([name]) => name.includes(`${args[0] ?? "-f"})`));
      await shell.stdout.write(`${found?.[1] ?? "unlimited"}\n`);
    }
    return 0;
  },
  async times(shell) {
    await shell.stdout.write("0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
    return 0;
  },
  complete: async () => 0,
};
