// From words to arguments: braces, tildes, parameters, command substitution, arithmetic, splitting,
// file names, in the order of POSIX. bash: subst.c.

import * as A from "unbash";
import { expandBraces } from "./brace.ts";
import { bracedParameter, simpleParameter } from "./parameter.ts";
import { glob } from "./pathname.ts";
import { hasMagic } from "./pattern.ts";
import { fieldsToPattern, fieldsToText, type Piece, type WordExpander } from "./pieces.ts";
import { evaluateIn } from "./special.ts";
import { type Shell, ShellError } from "./state.ts";
import { capture, startSubshell } from "./subshell.ts";

/** The arguments that a command's words stand for. */
export async function expandWords(shell: Shell, words: readonly A.Word[]): Promise<string[]> {
  const all: string[] = [];
  for (const word of words) {
    if (!word.parts && !/[\\~{]/.test(word.text)) all.push(word.text);
    else if (!shell.dialect.extended || !word.text.includes("{"))
      await expandInto(all, shell, word);
    else {
      const alternatives = expandBraces(word.text);
      if (alternatives.length === 1 && alternatives[0] === word.text) {
        await expandInto(all, shell, word);
      } else {
        for (const text of alternatives) await expandText(all, shell, text);
      }
    }
  }
  return all;
}

/** A word that brace expansion made: only now is it known what it means. */
async function expandText(all: string[], shell: Shell, text: string): Promise<void> {
  const source = shell.source;
  const command = A.parse(`x ${text}`).commands[0]?.command;
  const word = command?.type === "Command" ? command.suffix[0] : undefined;
  shell.source = `x ${text}`;
  if (word?.type === "Word") await expandInto(all, shell, word);
  else if (text !== "") all.push(text);
  shell.source = source;
}

async function expandInto(all: string[], shell: Shell, word: A.Word): Promise<void> {
  const pieces = await piecesOf(shell, word);
  for (const field of split(pieces, shell.variables.get("IFS") ?? " \t\n")) {
    all.push(...named(shell, field));
  }
}

/** The files that a field names as a pattern; without any, the field itself. */
function named(shell: Shell, field: readonly Piece[]): string[] {
  const text = field.map((piece) => piece.text).join("");
  if (shell.options.noglob || !field.some((one) => !one.quoted && /[*?[]/.test(one.text))) {
    return [text];
  }
  const pattern = fieldsToPattern(field);
  if (!hasMagic(pattern)) return [text];
  const found = glob(pattern, shell.process, {
    extended: shell.extras.has("extglob"),
    dots: shell.extras.has("dotglob"),
  });
  if (found.length > 0) return found;
  if (shell.extras.has("failglob")) throw new ShellError(`no match: ${text}`, 1);
  return shell.extras.has("nullglob") ? [] : [text];
}

/** One text, neither split nor taken for a pattern: assignments, redirections, `case`. */
export async function expandWord(shell: Shell, word: A.Word): Promise<string> {
  if (!word.parts && !/[\\~]/.test(word.text)) return word.text;
  return fieldsToText(await piecesOf(shell, word));
}

/** The value of an assignment, where a tilde may also follow a colon. */
export async function expandValue(shell: Shell, word: A.Word): Promise<string> {
  if (!word.parts && word.text.includes(":~")) {
    const parts = word.text.split(":").map((part) => tilde(shell, part) ?? part);
    return withoutBackslashes(parts.join(":"), false)
      .map(({ text }) => text)
      .join("");
  }
  return expandWord(shell, word);
}

/** A pattern, in which what was quoted stands for itself. */
export async function expandPattern(shell: Shell, word: A.Word): Promise<string> {
  return fieldsToPattern(await piecesOf(shell, word));
}

/** The body of a here-document. */
export async function expandBody(shell: Shell, parts: readonly A.WordPart[]): Promise<string> {
  return fieldsToText(await expandParts(shell, parts, true));
}

/** For `=~`: what was quoted is literal in the regular expression. */
export async function expandRegExp(shell: Shell, word: A.Word): Promise<string> {
  const pieces = await piecesOf(shell, word);
  const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return pieces.map(({ text, quoted }) => (quoted ? literal(text) : text)).join("");
}

const expander: WordExpander = {
  one: expandWord,
  pattern: expandPattern,
  async operand(shell, word, quoted) {
    const pieces = await piecesOf(shell, word, quoted);
    // Words of an operand are split as if they had come out of an expansion.
    return pieces.map((piece) =>
      piece.quoted || quoted ? { ...piece, quoted: true, split: false } : { ...piece, split: true },
    );
  },
};

async function piecesOf(shell: Shell, word: A.Word, inQuotes = false): Promise<Piece[]> {
  if (!word.parts) {
    if (inQuotes) return [{ text: word.value, quoted: true, split: false }];
    const home = tilde(shell, word.text);
    if (home !== undefined) return [{ text: home, quoted: true, split: false }];
    return withoutBackslashes(word.text, false);
  }
  const pieces = await expandParts(shell, word.parts, inQuotes);
  const first = word.parts[0];
  if (first?.type === "Literal" && first.text.startsWith("~") && pieces[0] && !inQuotes) {
    const home = tilde(shell, first.text);
    if (home !== undefined) pieces[0] = { text: home, quoted: true, split: false };
  }
  return pieces;
}

function tilde(shell: Shell, text: string): string | undefined {
  const match = /^~([^/]*)(\/.*)?$/s.exec(text);
  if (!match) return undefined;
  const [, user = "", rest = ""] = match;
  const { variables, process } = shell;
  if (user === "") return (variables.get("HOME") ?? process.identity.home) + rest;
  if (user === "+") return (variables.get("PWD") ?? process.cwd) + rest;
  if (user === "-") {
    const old = variables.get("OLDPWD");
    return old === undefined ? undefined : old + rest;
  }
  const entry = passwdEntry(shell, user);
  return entry === undefined ? undefined : entry + rest;
}

function passwdEntry({ process: { files } }: Shell, user: string): string | undefined {
  if (files.kind("/etc/passwd") !== "file") return undefined;
  const line = files
    .read("/etc/passwd")
    .split("\n")
    .find((one) => one.startsWith(`${user}:`));
  return line?.split(":")[5];
}

/** A literal's text, in which a backslash quotes the next character. */
function withoutBackslashes(text: string, quoted: boolean): Piece[] {
  if (!text.includes("\\")) return [{ text, quoted, split: false }];
  const pieces: Piece[] = [];
  for (const [, plain = "", escaped] of text.matchAll(/([^\\]*)(?:\\([\s\S]))?/g)) {
    if (plain !== "") pieces.push({ text: plain, quoted, split: false });
    if (escaped !== undefined && escaped !== "\n") {
      pieces.push({ text: escaped, quoted: true, split: false });
    }
  }
  return pieces;
}

async function expandParts(
  shell: Shell,
  parts: readonly A.WordPart[],
  quoted: boolean,
): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for (const part of parts) pieces.push(...(await expandPart(shell, part, quoted)));
  return pieces;
}

async function expandPart(shell: Shell, part: A.WordPart, quoted: boolean): Promise<Piece[]> {
  const whole = (text: string): Piece[] => [{ text, quoted: true, split: false }];
  const result = (text: string): Piece[] => [{ text, quoted, split: !quoted }];
  switch (part.type) {
    case "Literal":
      return quoted ? whole(part.value) : withoutBackslashes(part.text, false);
    case "Glob":
    case "ExtendedGlob":
    case "BraceExpansion":
      if (part.parts && part.type === "Glob" && !quoted) return bracketPieces(shell, part);
      return [{ text: part.text, quoted, split: false }];
    case "SingleQuoted":
    case "AnsiCQuoted":
      if (quoted) return whole(part.text);
      // To dash the dollar sign is one.
      return part.type === "AnsiCQuoted" && !shell.dialect.extended
        ? whole(`$${part.text.slice(2, -1)}`)
        : whole(part.value);
    case "DoubleQuoted":
    case "LocaleString": {
      const inner = await expandParts(shell, part.parts, true);
      return inner.length > 0 || part.parts.some(isList) ? inner : whole("");
    }
    case "SimpleExpansion":
      return simpleParameter(shell, part.text.slice(1), quoted);
    case "ParameterExpansion":
      return bracedParameter(shell, part, { isQuoted: quoted, words: expander });
    case "CommandExpansion":
      return result(part.script ? await capture(shell, part.script) : "");
    case "ArithmeticExpansion": {
      const cut = part.text.startsWith("$((") ? 3 : 2;
      const inner = { pos: part.pos + cut, end: part.end - (cut - 1) };
      const text = part.text.slice(cut, part.text.length - (cut - 1));
      const source = await arithmeticText(shell, part.expression, { text, ...inner });
      return result(String(fatally(shell, () => evaluateIn(shell, source))));
    }
    case "ProcessSubstitution":
      return whole(part.script ? substituteProcess(shell, part.operator, part.script) : "");
  }
}

/** In a script an expression that makes no sense is the end. */
function fatally<T>({ dialect }: Shell, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof ShellError)
      throw new ShellError(error.message, dialect.name === "bash" ? 1 : 2, true);
    throw error;
  }
}

/** `[$x-z]`: a bracket expression with something to expand in it. */
async function bracketPieces(shell: Shell, part: A.BracketGlobPart): Promise<Piece[]> {
  const plain = (text: string): Piece => ({ text, quoted: false, split: false });
  if (part.parts.every(({ type }) => type === "Literal")) return [plain(part.text)];
  const inner = await expandParts(shell, part.parts, false);
  return [plain("["), ...inner, plain("]")];
}

/** `"$@"` and its like stand for no word at all if there is nothing in the list. */
function isList(part: A.DoubleQuotedChild): boolean {
  if (part.type === "SimpleExpansion") return part.text === "$@";
  return (
    part.type === "ParameterExpansion" && (part.parameter === "@" || part.index?.value === "@")
  );
}

interface Extent {
  readonly text: string;
  readonly pos: number;
}

/** The text of an arithmetic expression with all `$…` in it replaced by what they stand for. */
export async function arithmeticText(
  shell: Shell,
  expression: A.ArithmeticExpression | undefined,
  { text, pos }: Extent,
): Promise<string> {
  if (!/[$`"']/.test(text)) return text;
  if (!expression) return expandLoose(shell, text);
  let out = "";
  let at = 0;
  for (const part of expandable(expression).sort((a, b) => a.pos - b.pos)) {
    const pieces = await expandPart(shell, part, true);
    out += text.slice(at, part.pos - pos) + fieldsToText(pieces);
    at = part.end - pos;
  }
  return (out + text.slice(at)).replaceAll('"', "");
}

/** An expression that makes sense only after expansion: `$((1 $op 2))`. */
async function expandLoose(shell: Shell, text: string): Promise<string> {
  const command = A.parse(`x "${text.replaceAll('"', "")}"`).commands[0]?.command;
  const word = command?.type === "Command" ? command.suffix[0] : undefined;
  return word?.type === "Word" ? expandWord(shell, word) : text;
}

function expandable(expression: A.ArithmeticExpression): A.WordPart[] {
  switch (expression.type) {
    case "ArithmeticWord":
      return (expression.parts ?? []).filter((part) => part.type !== "Literal");
    case "ArithmeticCommandExpansion":
      return [{ ...expression, type: "CommandExpansion" }];
    case "ArithmeticGroup":
      return expandable(expression.expression);
    case "ArithmeticUnary":
      return expandable(expression.operand);
    case "ArithmeticBinary":
      return [...expandable(expression.left), ...expandable(expression.right)];
    case "ArithmeticTernary":
      return [expression.test, expression.consequent, expression.alternate].flatMap(expandable);
  }
}

/** `<(…)`: a pipe under a file name. It is closed when the command is done. */
function substituteProcess(shell: Shell, operator: "<" | ">", script: A.Script): string {
  const { reader, writer } = shell.process.pipe();
  const source = script.source ?? shell.source;
  const reads = operator === "<";
  const child = startSubshell(
    shell,
    (copy) => copy.run(copy, script, source),
    reads ? { stdout: writer } : { stdin: reader },
  );
  shell.helpers.push(child);
  let number = 63;
  while (shell.streams.has(number)) number--;
  const stream = reads ? reader : writer;
  shell.streams.set(number, stream);
  shell.temporary.push({ number, stream });
  return `/dev/fd/${number}`;
}

/** Splits what came out of expansions at the characters of IFS. */
export function split(pieces: readonly Piece[], ifs: string): Piece[][] {
  const fields: Piece[][] = [];
  let field: Piece[] | undefined;
  let spaced = false;
  const add = (piece: Piece) => {
    field ??= [];
    field.push(piece);
  };
  const end = () => {
    if (field) fields.push(field);
    field = undefined;
  };
  for (const piece of pieces) {
    if (piece.begins) end();
    if (!piece.split || ifs === "") {
      if (piece.text !== "" || piece.quoted) add(piece);
      continue;
    }
    let start = 0;
    for (let i = 0; i <= piece.text.length; i++) {
      const unit = piece.text[i];
      if (unit !== undefined && !ifs.includes(unit)) continue;
      if (i > start) {
        add({ text: piece.text.slice(start, i), quoted: false, split: false });
        spaced = false;
      }
      start = i + 1;
      if (unit === undefined) break;
      if (/\s/.test(unit)) {
        spaced ||= field !== undefined;
        end();
      } else {
        // A separator between blanks belongs to them; otherwise it ends a field, though an empty
        // one.
        if (!field && !spaced) fields.push([{ text: "", quoted: true, split: false }]);
        end();
        spaced = false;
      }
    }
  }
  end();
  return fields;
}
