// Tab: what the word at the cursor could become. Programs may know better (`Completer`).

import { absolute, FileError } from "../../machine/files.ts";
import { builtins } from "./builtins/index.ts";
import type { Completion } from "./editor.ts";
import type { Shell } from "./state.ts";

interface Word {
  /** Where it begins in the line. */
  readonly start: number;
  /** Without its quotes. */
  readonly text: string;
  /** The quote that is open at its end. */
  readonly quote: string;
}

/** The words of the simple command that the cursor is in; the last one is at the cursor. */
export function wordsAt(line: string): { words: Word[]; redirected: boolean } {
  let words: Word[] = [];
  let redirected = false;
  let start = 0;
  let text = "";
  let quote = "";
  let inWord = false;
  const end = () => {
    if (inWord) words.push({ start, text, quote });
    if (inWord) redirected = false;
    inWord = false;
    text = "";
    quote = "";
  };
  for (let i = 0; i < line.length; i++) {
    const unit = line[i] as string;
    if (!inWord && !/[\s|&;()<>]/.test(unit)) {
      inWord = true;
      start = i;
    }
    if (quote) {
      if (unit === quote) quote = "";
      else if (unit === "\\" && quote === '"') text += line[++i] ?? "";
      else text += unit;
    } else if (unit === "\\") text += line[++i] ?? "";
    else if (unit === '"' || unit === "'") quote = unit;
    else if (unit === "$" && line[i + 1] === "(") {
      words = [];
      inWord = false;
      text = "";
      i++;
    } else if (unit === "`" || /[|&;(]/.test(unit)) {
      end();
      words = [];
    } else if (unit === "<" || unit === ">") {
      if (/^\d+$/.test(text)) inWord = false;
      end();
      redirected = true;
    } else if (/[\s)]/.test(unit)) end();
    else text += unit;
  }
  if (!inWord) start = line.length;
  return { words: [...words, { start, text, quote }], redirected };
}

/** Programs that run the command which follows them. */
const prefixes =
  /^(?:sudo|time|watch|xargs|exec|command|nohup|env|builtin|then|do|else|if|while|until|!|\w+=.*)$/;

export async function completeLine(
  shell: Shell,
  line: string,
  cursor: number,
): Promise<Completion> {
  const { words, redirected } = wordsAt(line.slice(0, cursor));
  const current = words.at(-1) as Word;
  let before = words.slice(0, -1);
  while (before.length > 0 && prefixes.test(before[0]?.text ?? "")) before = before.slice(1);
  const variable = /\$\{?(\w*)$/.exec(current.text);
  if (variable && current.quote !== "'") return variables(shell, current, variable[1] ?? "");
  if (redirected) return files(shell, current);
  const [first] = before;
  if (!first) return current.text.includes("/") ? files(shell, current) : commands(shell, current);
  const alias = shell.aliases.get(first.text)?.trim().split(/\s+/);
  const name = (alias?.[0] ?? first.text).replace(/^.*\//, "");
  const completer = shell.process.system.completers.get(name);
  if (completer) {
    const given = [...(alias ?? [first.text]), ...before.slice(1).map(({ text }) => text)];
    const found = await completer({ words: given, current: current.text }, shell.process);
    if (found) return choices(current, found);
  }
  return files(shell, current, /^(?:cd|pushd|rmdir)$/.test(name));
}

function choices(current: Word, found: readonly string[]): Completion {
  const matching = [...new Set(found)].filter((one) => one.startsWith(current.text)).sort();
  const only = matching.length === 1;
  const candidates = matching.map(
    (one) => quoted(one, current) + (only && !/[=/]$/.test(one) ? closing(current) : ""),
  );
  return { from: current.start, candidates, shown: matching };
}

const closing = ({ quote }: Word) => `${quote} `;

/** As it must be written so that the shell reads it back. */
function quoted(text: string, { quote }: Word): string {
  if (quote) return quote + text;
  return text.replace(/[\s"'\\$`&|;()<>*?[\]{}!#~]/g, (unit, at: number) =>
    unit === "~" && at === 0 ? unit : `\\${unit}`,
  );
}

function variables(shell: Shell, current: Word, start: string): Completion {
  const braced = /\$\{\w*$/.test(current.text);
  const head = current.text.slice(0, current.text.length - start.length);
  const names = shell.variables
    .names()
    .filter((name) => name.startsWith(start) && /^[A-Za-z_]/.test(name));
  const only = names.length === 1;
  const open = current.quote ? current.quote : "";
  const candidates = names.map(
    (name) => `${open}${head}${name}${braced ? "}" : ""}${only && !braced ? " " : ""}`,
  );
  return { from: current.start, candidates, shown: names };
}

function commands(shell: Shell, current: Word): Completion {
  const { process } = shell;
  const names = new Set<string>([
    ...Object.keys(builtins),
    ...shell.functions.keys(),
    ...shell.aliases.keys(),
  ]);
  for (const word of "if then else elif fi for while until do done case esac function".split(" "))
    names.add(word);
  for (const directory of (shell.variables.get("PATH") ?? "").split(":")) {
    for (const name of namesIn(shell, absolute(process.cwd, directory))) {
      if (name.startsWith(current.text)) names.add(name);
    }
  }
  if (current.text === "") return { from: current.start, candidates: [], shown: [] };
  return choices(current, [...names]);
}

function namesIn({ process: { files } }: Shell, path: string): readonly string[] {
  try {
    return files.list(path);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function files(shell: Shell, current: Word, directoriesOnly = false): Completion {
  const { process, variables: own } = shell;
  const slash = current.text.lastIndexOf("/") + 1;
  const directory = current.text.slice(0, slash);
  const start = current.text.slice(slash);
  const real = directory.replace(/^~(?=\/)/, own.get("HOME") ?? "~");
  const base = absolute(process.cwd, real || ".");
  const isDirectory = (name: string) => process.files.kind(absolute(base, name)) === "directory";
  const names = namesIn(shell, base)
    .filter((name) => name.startsWith(start) && (start.startsWith(".") || !name.startsWith(".")))
    .filter((name) => !directoriesOnly || isDirectory(name));
  const only = names.length === 1;
  const candidates = names.map((name) => {
    const end = isDirectory(name) ? "/" : only ? closing(current) : "";
    return quoted(directory + name, current) + end;
  });
  const shown = names.map((name) => (isDirectory(name) ? `${name}/` : name));
  return { from: current.start, candidates, shown };
}
