// From a command line to the command that it calls, as cobra finds it: flags may stand anywhere,
// what is not a command may be a plugin on PATH, and what is neither is met with a suggestion.
// kubectl pkg/cmd/cmd.go; github.com/spf13/cobra command.go.

import type { Era } from "../../../api/era.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import type { Process } from "../../../machine/process.ts";
import { TemplateError } from "../print/printers.ts";
import type { Command } from "./command.ts";
import { CommandError, endingOf, expected, SyntaxProblem } from "./errors.ts";
import { type Flag, FlagValues, type Parsed, parseFlags } from "./flags.ts";
import { globalFlags } from "./global-flags.ts";
import { helpText, usageText } from "./help.ts";
import { Kubectl } from "./kubectl.ts";

export interface Root {
  /** Subcommands that the era does not have: `rollout restart`. */
  readonly absent?: readonly string[];
  readonly commands: readonly Command[];
  readonly help: () => string;
  /** What was typed behind `kubectl`; unless said, the process's own arguments. */
  readonly words?: readonly string[];
}

/** Runs one command line; resolves to the exit code. */
export async function dispatch(process: Process, era: Era, root: Root): Promise<number> {
  const words = root.words ?? process.argv.slice(1);
  try {
    return await run(process, era, { root, words });
  } catch (error) {
    const failure = expected(error);
    if (failure instanceof TemplateError) await process.stdout.write(failure.written);
    const { text, code } = endingOf(failure, era.words.kubectl);
    if (text !== "") await process.stderr.write(text.endsWith("\n") ? text : `${text}\n`);
    return code;
  }
}

interface Line {
  readonly root: Root;
  readonly words: readonly string[];
}

async function run(process: Process, era: Era, { root, words }: Line): Promise<number> {
  const { words: says } = era;
  const { absent } = says.kubectl;
  const commands = root.commands.filter(({ name }) => !absent.includes(name));
  const { absentSubcommands } = says.kubectl;
  const found = findCommand({ ...root, commands, absent: absentSubcommands }, words);
  if (!found) {
    const plugin = findPlugin(process, words);
    if (plugin) return process.exec(plugin);
    throw unknownCommand({ ...root, commands }, words, says.kubectl.unknownCommand);
  }
  const { command, path, rest } = found;
  if (!command) {
    parse(rest, { flags: [], path, era });
    await process.stdout.write(root.help());
    return 0;
  }
  const parsed = parse(rest, { ...command, flags: command.flags ?? [], path, era });
  for (const note of parsed.notes) await process.stderr.write(note);
  if (parsed.help) {
    await process.stdout.write(helpText(command, path));
    return 0;
  }
  checkRequired(command, parsed, { path, era });
  const kubectl = new Kubectl({ process, era, flags: parsed.values });
  const call = { kubectl, path, flags: parsed.values, args: parsed.args, dashAt: parsed.dashAt };
  if (!command.run) {
    if (parsed.args.length > 0 && says.kubectl.mindsSubcommands) {
      throw new CommandError(
        `unknown command ${quoted(parsed.args.join(" "))}\nSee '${path} -h' for help and examples`,
      );
    }
    const { mindsSubcommands } = says.kubectl;
    await process[mindsSubcommands ? "stdout" : "stderr"].write(helpText(command, path));
    return mindsSubcommands ? 1 : 0;
  }
  try {
    const code = await command.run(call);
    return typeof code === "number" ? code : 0;
  } finally {
    await kubectl.warned();
  }
}

interface Parsing extends Partial<Command> {
  readonly flags: readonly Flag[];
  readonly path: string;
  readonly era: Era;
}

function parse(words: readonly string[], { flags, path, era, ...command }: Parsing): Parsed {
  const { absentFlags } = era.words.kubectl;
  try {
    return parseFlags(words, known(withGlobal(flags), { absentFlags, path }));
  } catch (error) {
    if (!(error instanceof SyntaxProblem)) throw error;
    throw withUsage(error, { ...command, flags }, { path, era });
  }
}

interface Place {
  readonly path: string;
  readonly era: Era;
}

/** A complaint about a command line, and how it should have been. */
function withUsage(
  { message }: SyntaxProblem,
  command: Partial<Command>,
  { path, era }: Place,
): SyntaxProblem {
  const { usageAfterProblems } = era.words.kubectl;
  if (usageAfterProblems === "no") {
    return new SyntaxProblem(`${message}\nSee '${path} --help' for usage.`);
  }
  const blank = usageAfterProblems === "at once" ? "\n" : "\n\n\n";
  return new SyntaxProblem(`${message}${blank}${usageText(command, path)}`);
}

/** A command's own flag hides the one of all commands: `create rolebinding --user`. */
const withGlobal = (own: readonly Flag[]): Flag[] => [
  ...own,
  ...globalFlags.filter(({ name }) => !own.some((flag) => flag.name === name)),
];

/** Without the flags that an era does not have, or not by their letter. */
function known(
  flags: readonly Flag[],
  { absentFlags, path }: { readonly absentFlags: readonly string[]; readonly path: string },
): Flag[] {
  const own = path.replace(/^kubectl /, "");
  const isAbsent = (text: string) =>
    absentFlags.includes(text) || absentFlags.includes(`${own} ${text}`);
  return flags
    .filter(({ name }) => !isAbsent(`--${name}`))
    .map((flag) => (flag.short && isAbsent(`-${flag.short}`) ? { ...flag, short: "" } : flag));
}

function checkRequired(command: Command, { values }: Parsed, place: Place): void {
  const missing = (command.required ?? []).filter((name) => !values.changed(name)).map(quoted);
  if (missing.length === 0) return;
  const problem = new SyntaxProblem(`required flag(s) ${missing.join(", ")} not set`);
  const { usageAfterProblems } = place.era.words.kubectl;
  throw usageAfterProblems === "no" ? problem : withUsage(problem, command, place);
}

interface Found {
  readonly command: Command | undefined;
  readonly path: string;
  readonly rest: readonly string[];
}

/** Undefined if the first word that is no flag is not a command. */
function findCommand(root: Root, words: readonly string[]): Found | undefined {
  let command: Command | undefined;
  let path = "kubectl";
  let rest = words;
  for (;;) {
    const at = firstWord(rest, command);
    const name = rest[at];
    if (name === undefined) return { command, path, rest };
    if (!command && (name === "help" || name === "__complete")) {
      return findHelp(
        root,
        rest.filter((_, index) => index !== at),
      );
    }
    const below: readonly Command[] = command ? (command.commands ?? []) : root.commands;
    const isHere = (each: Command) => !root.absent?.includes(`${path} ${each.name}`.slice(8));
    const next = below.find(
      (each) => isHere(each) && (each.name === name || each.aliases?.includes(name)),
    );
    if (!next) return command ? { command, path, rest } : undefined;
    command = next;
    path = `${path} ${next.name}`;
    rest = rest.filter((_, index) => index !== at);
  }
}

const findHelp = (root: Root, rest: readonly string[]): Found | undefined => {
  const found = findCommand(root, rest);
  return found && { ...found, rest: [...found.rest, "--help"] };
};

/** Where the first word is that is neither a flag nor a flag's value. */
function firstWord(words: readonly string[], command: Command | undefined): number {
  const known = new FlagValues(withGlobal(command?.flags ?? []));
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") return words.length;
    if (!word.startsWith("-") || word === "-") return at;
    if (word.includes("=")) continue;
    const flag = word.startsWith("--")
      ? known.find(word.slice(2))
      : word.length === 2
        ? known.findShort(word.charAt(1))
        : undefined;
    const takesNext = word.startsWith("--") || word.length === 2;
    if (takesNext && flag?.bare === undefined && !/^(--help|-h)$/.test(word)) at++;
  }
  return words.length;
}

/** `kubectl-why` for `kubectl why`; the longest name that there is. */
function findPlugin(process: Process, words: readonly string[]): string[] | undefined {
  const flagAt = words.findIndex((word) => word.startsWith("-"));
  const names = flagAt < 0 ? words : words.slice(0, flagAt);
  if (names.length === 0) {
    throw new SyntaxProblem(`flags cannot be placed before plugin name: ${words[0]}`);
  }
  for (let length = names.length; length > 0; length--) {
    const name = names
      .slice(0, length)
      .map((word) => word.replaceAll("-", "_"))
      .join("-");
    const path = pluginPath(process, name);
    if (path !== undefined) return [path, ...words.slice(length)];
  }
  return undefined;
}

/** Where a plugin is, if it is on PATH and may be run. */
export function pluginPath(process: Process, name: string): string | undefined {
  for (const directory of (process.env.get("PATH") ?? "/usr/local/bin:/usr/bin:/bin").split(":")) {
    const path = `${directory}/kubectl-${name}`;
    if (process.files.kind(path) === "file" && process.files.access(path, 1)) return path;
  }
  return undefined;
}

function unknownCommand(
  root: Root,
  words: readonly string[],
  says: (what: string) => string,
): SyntaxProblem {
  const name = words[firstWord(words, undefined)] ?? "";
  const similar = root.commands
    .filter(({ hidden }) => !hidden)
    .filter(
      (command) =>
        distance(name.toLowerCase(), command.name) <= 2 ||
        command.name.startsWith(name.toLowerCase()) ||
        command.suggestedFor?.includes(name.toLowerCase()),
    )
    .map((command) => `\t${command.name}\n`);
  const hint = similar.length > 0 ? `\n\nDid you mean this?\n${similar.join("")}` : "";
  return new SyntaxProblem(says(`unknown command ${quoted(name)} for "kubectl"${hint}`));
}

/** Levenshtein's: how many letters to add, drop or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + same));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
