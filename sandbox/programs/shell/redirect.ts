// Redirections: which open file each descriptor is, for one command or for good (`exec >log`).

import type * as A from "unbash";
import { absolute, FileError } from "../../machine/files.ts";
import { expandBody, expandWord, expandWords } from "./expand.ts";
import { type Shell, ShellError, type Stream } from "./state.ts";

/** Applies them; gives back how it was before. Throws `ShellError` with nothing changed. */
export async function redirect(
  shell: Shell,
  redirections: readonly A.Redirection[],
): Promise<() => void> {
  const before = shell.streams;
  if (redirections.length === 0) return () => {};
  shell.streams = new Map(before);
  try {
    for (const one of redirections) await apply(shell, one);
  } catch (error) {
    shell.streams = before;
    throw error;
  }
  return () => {
    shell.streams = before;
  };
}

async function apply(shell: Shell, redirection: A.Redirection): Promise<void> {
  if (redirection.type === "HereDoc") {
    const reader = shell.process.reading(await bodyOf(shell, redirection));
    shell.streams.set(descriptorOf(shell, redirection, 0), reader);
  } else if (redirection.type === "HereString") {
    const text = redirection.target ? await expandWord(shell, redirection.target) : "";
    const reader = shell.process.reading(`${text}\n`);
    shell.streams.set(descriptorOf(shell, redirection, 0), reader);
  } else await applyFile(shell, redirection);
}

async function bodyOf(shell: Shell, { body, delimiter, operator }: A.HereDoc): Promise<string> {
  const cuts = operator === "<<-";
  const text = cuts ? body.text.replace(/^\t+/gm, "") : body.text;
  if (delimiter?.quoted) return text;
  if (!body.parts) return text.replace(/\\([\\$`])/g, "$1").replaceAll("\\\n", "");
  return expandBody(shell, cuts ? withoutTabs(body.parts) : body.parts);
}

/** `<<-`: tabs at the beginning of lines go, those that come out of expansions stay. */
function withoutTabs(parts: readonly A.WordPart[]): A.WordPart[] {
  let atStart = true;
  return parts.map((part) => {
    const before = atStart;
    atStart = part.type === "Literal" && part.value.endsWith("\n");
    if (part.type !== "Literal") return part;
    const value = part.value.replace(/\n\t+/g, "\n");
    return { ...part, value: before ? value.replace(/^\t+/, "") : value };
  });
}

/** The descriptor before the operator; `{name}>` takes a free one and says which. */
function descriptorOf(shell: Shell, { descriptor }: A.Redirection, otherwise: number): number {
  if (!descriptor) return otherwise;
  if (descriptor.type === "FileDescriptor") return descriptor.value;
  let number = 10;
  while (shell.streams.has(number)) number++;
  shell.variables.set(descriptor.name, String(number));
  return number;
}

async function applyFile(shell: Shell, redirection: A.Redirect): Promise<void> {
  const { operator, target } = redirection;
  const path = target ? await targetOf(shell, target) : "";
  const reads = operator === "<" || operator === "<&" || operator === "<>";
  const descriptor = descriptorOf(shell, redirection, reads ? 0 : 1);
  if (operator === ">&" || operator === "<&") {
    if (path === "-") {
      shell.streams.delete(descriptor);
      return;
    }
    if (/^\d+-?$/.test(path)) {
      const stream = shell.streams.get(Number.parseInt(path, 10));
      if (!stream) throw new ShellError(`${Number.parseInt(path, 10)}: Bad file descriptor`);
      shell.streams.set(descriptor, stream);
      if (path.endsWith("-")) shell.streams.delete(Number.parseInt(path, 10));
      return;
    }
  }
  const stream = openFile(shell, path, operator);
  shell.streams.set(descriptor, stream);
  const both = operator.startsWith("&") || (operator === ">&" && !redirection.descriptor);
  if (both) shell.streams.set(2, stream);
}

async function targetOf(shell: Shell, target: A.Word): Promise<string> {
  const words = await expandWords(shell, [target]);
  if (words.length === 1) return words[0] as string;
  if (shell.interactive || shell.dialect.name === "bash") {
    throw new ShellError(`${target.text}: ambiguous redirect`);
  }
  return words.join(" ");
}

function openFile(shell: Shell, path: string, operator: A.RedirectOperator): Stream {
  const { process, dialect } = shell;
  const writing = operator !== "<";
  const open = /^\/dev\/fd\/(\d+)$/.exec(path)?.[1];
  const stream = open === undefined ? undefined : shell.streams.get(Number(open));
  if (stream) return stream;
  try {
    if (!writing) {
      const full = absolute(process.cwd, path);
      if (process.files.kind(full) === "directory") throw new FileError("EISDIR", path);
      return process.open(path);
    }
    const careful = shell.options.noclobber && (operator === ">" || operator === "&>");
    if (careful && process.files.kind(absolute(process.cwd, path)) === "file") {
      throw new ShellError(`${path}: cannot overwrite existing file`);
    }
    if (path === "") throw new FileError("ENOENT", path);
    return process.create(path, { append: operator.endsWith(">>") || operator === "<>" });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    const message = dialect.cannotOpen(path, error.message, writing);
    throw new ShellError(message, dialect.redirectFailure);
  }
}
