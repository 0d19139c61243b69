// `$x` and `${x…}`: what a parameter is worth, and what the operators make of it. bash: subst.c.

import type * as A from "unbash";
import { unescaped } from "../bin/escapes.ts";
import { patternRegExp, patternSource } from "./pattern.ts";
import { fieldsToText, type Piece, type WordExpander } from "./pieces.ts";
import { arrayValue, element, evaluateIn, scalar } from "./special.ts";
import { type Shell, ShellError } from "./state.ts";
import { declaration, elements, keysOf, quoted } from "./variables.ts";

/** One value, or several. */
interface Worth {
  readonly one?: string | undefined;
  readonly many?: readonly string[];
  /** `*`: joined when it is quoted. */
  readonly joined?: boolean;
}

/** `$x` */
export function simpleParameter(shell: Shell, name: string, isQuoted: boolean): Piece[] {
  if (name === "@" || name === "*") {
    return spread(shell, { many: shell.positional, joined: name === "*" }, isQuoted);
  }
  const value = scalar(shell, name);
  if (value === undefined) unbound(shell, name);
  return [{ text: value ?? "", quoted: isQuoted, split: !isQuoted }];
}

/** `${…}` */
export async function bracedParameter(
  shell: Shell,
  part: A.ParameterExpansionPart,
  { isQuoted, words }: Expanding,
): Promise<Piece[]> {
  const name = nameOf(shell, part);
  const { operation } = part;
  if (operation?.type === "Unknown" || (name === "" && operation?.type !== "Names")) {
    throw new ShellError(`${part.text}: bad substitution`, 1, true);
  }
  if (operation?.type === "Names") {
    const names = shell.variables.names().filter((one) => one.startsWith(part.parameter));
    return spread(shell, { many: names, joined: operation.operator === "*" }, isQuoted);
  }
  const worth = await worthOf({ shell, name, part, words });
  if (part.prefix === "#") {
    const length = worth.many ? worth.many.length : [...(worth.one ?? "")].length;
    if (!worth.many && worth.one === undefined) unbound(shell, name);
    return [{ text: String(length), quoted: isQuoted, split: !isQuoted }];
  }
  if (!operation) {
    if (!worth.many && worth.one === undefined) unbound(shell, labelOf(name, part));
    return spread(shell, worth, isQuoted);
  }
  if (operation.type === "Default") return fallback({ shell, name, part, isQuoted, words }, worth);
  const changed = await operate({ shell, name, part, isQuoted, words }, worth);
  return spread(shell, changed, isQuoted);
}

interface Expanding {
  readonly isQuoted: boolean;
  readonly words: WordExpander;
}

interface Job extends Expanding {
  readonly shell: Shell;
  readonly name: string;
  readonly part: A.ParameterExpansionPart;
}

/** The name, after `${!x}` has been followed. */
function nameOf(shell: Shell, part: A.ParameterExpansionPart): string {
  if (part.prefix !== "!" || part.index || part.operation?.type === "Names") return part.parameter;
  const target = scalar(shell, part.parameter);
  if (!target) throw new ShellError(`${part.parameter}: invalid indirect expansion`, 1, true);
  return target;
}

function labelOf(name: string, part: A.ParameterExpansionPart): string {
  return part.index ? `${name}[${part.index.text}]` : name;
}

async function worthOf({ shell, name, part, words }: Omit<Job, "isQuoted">): Promise<Worth> {
  if (name === "@" || name === "*") return { many: shell.positional, joined: name === "*" };
  const inner = /^(\w+)\[(.*)\]$/.exec(name);
  const index = part.index ? await words.one(shell, part.index) : inner?.[2];
  const base = inner?.[1] ?? name;
  if (index === undefined) return { one: scalar(shell, base) };
  const value = arrayValue(shell, base);
  if (index === "@" || index === "*") {
    const many = part.prefix === "!" ? keysOf(value) : elements(value);
    return { many, joined: index === "*" };
  }
  return { one: element(shell, value, index) };
}

function unbound(shell: Shell, name: string): void {
  if (!shell.options.nounset || /^[@*#?$!-]$/.test(name)) return;
  throw new ShellError(shell.dialect.unbound(name), fatalStatus(shell), true);
}

/** bash ends `-c` with 127 and a script with 1. */
function fatalStatus({ dialect, mode }: Shell): number {
  if (dialect.name !== "bash") return 2;
  return mode === "command" ? 127 : 1;
}

/** The pieces of a value. */
function spread(shell: Shell, { one, many, joined }: Worth, isQuoted: boolean): Piece[] {
  if (!many) return [{ text: one ?? "", quoted: isQuoted, split: !isQuoted }];
  if (isQuoted && joined) {
    const separator = (shell.variables.get("IFS") ?? " ").slice(0, 1);
    return [{ text: many.join(separator), quoted: true, split: false }];
  }
  return many.map((text, i) => ({ text, quoted: isQuoted, split: !isQuoted, begins: i > 0 }));
}

/** `-`, `=`, `+`, `?`, with or without the colon. */
async function fallback(
  { shell, name, part, isQuoted, words }: Job,
  worth: Worth,
): Promise<Piece[]> {
  const operation = part.operation as A.ParameterDefaultOperation;
  const { operator, operand } = operation;
  const colon = operator.startsWith(":");
  const text = worth.many ? worth.many.join("") : worth.one;
  const missing =
    (worth.many ? worth.many.length === 0 : worth.one === undefined) || (colon && text === "");
  const alternative = () => words.operand(shell, operand, isQuoted);
  switch (operator.at(-1)) {
    case "+":
      return missing ? [{ text: "", quoted: isQuoted, split: !isQuoted }] : alternative();
    case "-":
      return missing ? alternative() : spread(shell, worth, isQuoted);
    case "=": {
      if (!missing) return spread(shell, worth, isQuoted);
      const value = fieldsToText(await alternative());
      if (part.index) shell.variables.setElement(name, await words.one(shell, part.index), value);
      else shell.variables.set(name, value);
      return [{ text: value, quoted: isQuoted, split: !isQuoted }];
    }
    default: {
      if (!missing) return spread(shell, worth, isQuoted);
      const message = fieldsToText(await alternative());
      const why = colon ? "parameter null or not set" : "parameter not set";
      throw new ShellError(`${labelOf(name, part)}: ${message || why}`, fatalStatus(shell), true);
    }
  }
}

/** The operators that change text, on each value. */
async function operate({ shell, name, part, words }: Job, worth: Worth): Promise<Worth> {
  const operation = part.operation as Exclude<A.ParameterOperation, A.ParameterDefaultOperation>;
  if (!worth.many && worth.one === undefined) unbound(shell, labelOf(name, part));
  if (operation.type === "Slice")
    return slice({ shell, name, part, isQuoted: false, words }, worth);
  if (operation.type === "Transform" && operation.operand.value === "A") {
    const variable = shell.variables.find(name);
    return { one: variable ? declaration(name, variable) : "" };
  }
  const change = await changer(shell, operation, words);
  if (!worth.many) return { one: change(worth.one ?? "") };
  return { many: worth.many.map(change), ...(worth.joined ? { joined: true } : {}) };
}

async function changer(
  shell: Shell,
  operation: A.ParameterOperation,
  words: WordExpander,
): Promise<(text: string) => string> {
  switch (operation.type) {
    case "Remove":
      return remover(await words.pattern(shell, operation.operand), operation.operator);
    case "Replace": {
      const { operator } = operation;
      const source = patternSource(await words.pattern(shell, operation.pattern), {
        extended: true,
      });
      if (source === "" && operator !== "/#" && operator !== "/%") return (text) => text;
      const anchored =
        operator === "/#" ? `^(?:${source})` : operator === "/%" ? `(?:${source})$` : source;
      const expression = new RegExp(anchored, operator === "//" ? "gu" : "u");
      const replacement = await words.one(shell, operation.replacement);
      return (text) => text.replace(expression, () => replacement);
    }
    case "CaseModification": {
      const { operator, operand } = operation;
      const only = operand?.text ? patternRegExp(await words.pattern(shell, operand)) : /^/;
      const convert = (unit: string) => {
        if (!only.test(unit)) return unit;
        return operator[0] === "^" ? unit.toUpperCase() : unit.toLowerCase();
      };
      if (operator.length === 2) return (text) => [...text].map(convert).join("");
      return (text) => convert(text.slice(0, 1)) + text.slice(1);
    }
    case "Transform":
      return transformer(operation.operand.value);
    default:
      throw new ShellError("bad substitution", 1, true);
  }
}

function transformer(letter: string): (text: string) => string {
  switch (letter) {
    case "U":
      return (text) => text.toUpperCase();
    case "u":
      return (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
    case "L":
      return (text) => text.toLowerCase();
    case "E":
      return (text) => unescaped(text);
    case "Q":
      return (text) => (/^[\w@%+=:,./-]+$/.test(text) ? `'${text}'` : quoted(text));
    default:
      return (text) => text;
  }
}

function remover(pattern: string, operator: string): (text: string) => string {
  const lazy = operator.length === 1;
  const source = patternSource(pattern, { extended: true, lazy });
  if (operator[0] === "#") {
    const head = new RegExp(`^(?:${source})`, "u");
    return (text) => text.replace(head, "");
  }
  if (!lazy) {
    const tail = new RegExp(`(?:${source})$`, "u");
    return (text) => text.replace(tail, "");
  }
  // The shortest tail: the longest head that leaves one.
  const split = new RegExp(`^([\\s\\S]*)(?:${patternSource(pattern, { extended: true })})$`, "u");
  return (text) => split.exec(text)?.[1] ?? text;
}

async function slice({ shell, name, part, words }: Job, worth: Worth): Promise<Worth> {
  const { offset, length } = part.operation as A.ParameterSliceOperation;
  const start = Number(evaluateIn(shell, await words.one(shell, offset)));
  const count = length ? Number(evaluateIn(shell, await words.one(shell, length))) : undefined;
  const cut = <T extends { length: number }>(all: T, take: (from: number, to: number) => T): T => {
    const from = start < 0 ? all.length + start : start;
    if (from < 0) return take(0, 0);
    if (count === undefined) return take(from, all.length);
    const to = count < 0 ? all.length + count : from + count;
    if (to < from) throw new ShellError(`${length?.text ?? ""}: substring expression < 0`);
    return take(from, to);
  };
  if (worth.many) {
    const isPositional = name === "@" || name === "*";
    const all = isPositional ? [shell.name, ...worth.many] : [...worth.many];
    const many = cut(all, (from, to) => all.slice(from, to));
    return { many, ...(worth.joined ? { joined: true } : {}) };
  }
  const text = worth.one ?? "";
  return { one: cut(text, (from, to) => text.slice(from, to)) };
}
