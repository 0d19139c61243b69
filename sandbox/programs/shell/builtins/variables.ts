// Builtins about variables: export, declare, local, readonly, unset, shift, let.

import { evaluateIn } from "../special.ts";
import { type Shell, ShellError } from "../state.ts";
import { declaration, inDoubleQuotes, ReadOnlyVariable, type Variable } from "../variables.ts";
import type { Builtin, BuiltinContext } from "./builtin.ts";

const isName = (text: string) => /^[A-Za-z_]\w*$/.test(text);

/** The options and the words of a declaration. */
function taken(args: readonly string[]): { on: Set<string>; off: Set<string>; words: string[] } {
  const on = new Set<string>();
  const off = new Set<string>();
  let i = 0;
  for (; i < args.length && /^[-+]./.test(args[i] as string); i++) {
    const arg = args[i] as string;
    if (arg === "--") {
      i++;
      break;
    }
    for (const letter of arg.slice(1)) (arg[0] === "-" ? on : off).add(letter);
  }
  return { on, off, words: args.slice(i) };
}

interface Declaring extends Pick<BuiltinContext, "name" | "declared"> {
  readonly on: ReadonlySet<string>;
  readonly off: ReadonlySet<string>;
  readonly local: boolean;
}

/** Declares each word, with its value if it has one. */
async function declareAll(
  shell: Shell,
  words: readonly string[],
  declaring: Declaring,
): Promise<number> {
  const { name: builtin, declared } = declaring;
  let status = 0;
  for (const word of words) {
    const assignment = declared.find(({ text }) => text === word);
    const [, name = word, append, given] = /^([A-Za-z_]\w*)(\+?)=([\s\S]*)$/.exec(word) ?? [];
    const bare = assignment?.name ?? name;
    if (!isName(bare)) {
      await shell.complain(`${builtin}: \`${word}': not a valid identifier`);
      status = 1;
      continue;
    }
    const before = shell.variables.find(bare)?.value;
    const variable = declaring.local ? shell.variables.local(bare) : shell.variables.declare(bare);
    if (variable.readOnly && (assignment || given !== undefined)) throw new ReadOnlyVariable(bare);
    prepare(variable, declaring);
    if (assignment) await assignment.assign();
    else if (given !== undefined) {
      const old = append && typeof before === "string" ? before : "";
      const value = variable.integer ? String(evaluateIn(shell, given)) : old + given;
      shell.variables.set(bare, value);
    }
    if (declaring.on.has("x")) variable.exported = true;
    if (declaring.off.has("x")) variable.exported = false;
    if (declaring.on.has("r")) variable.readOnly = true;
  }
  return shell.substitution !== undefined && status === 0 ? 0 : status;
}

function prepare(variable: Variable, { on, off }: Declaring): void {
  if (on.has("i")) variable.integer = true;
  if (off.has("i")) variable.integer = false;
  if (on.has("l")) variable.letters = "lower";
  if (on.has("u")) variable.letters = "upper";
  const { value } = variable;
  if (on.has("A") && !(value instanceof Map)) variable.value = new Map();
  else if (on.has("a") && !Array.isArray(value))
    variable.value = value === undefined ? [] : [String(value)];
}

const declare: Builtin = async (shell, args, context) => {
  const { on, off, words } = taken(args);
  if (on.has("f") || on.has("F")) return showFunctions(shell, words, on.has("F"));
  if (words.length === 0) {
    await show(shell, (variable) => [...on].every((flag) => flag === "p" || has(variable, flag)));
    return 0;
  }
  if (on.has("p")) {
    let status = 0;
    for (const name of words) {
      const variable = shell.variables.find(name);
      if (variable) await shell.stdout.write(`${declaration(name, variable)}\n`);
      else {
        await shell.complain(`${context.name}: ${name}: not found`);
        status = 1;
      }
    }
    return status;
  }
  const local = shell.functionNames.length > 0 && !on.has("g");
  return declareAll(shell, words, { ...context, on, off, local });
};

function has(variable: Variable, flag: string): boolean {
  switch (flag) {
    case "x":
      return variable.exported;
    case "r":
      return variable.readOnly;
    case "i":
      return variable.integer;
    case "a":
      return Array.isArray(variable.value);
    case "A":
      return variable.value instanceof Map;
  }
  return true;
}

async function show(shell: Shell, wanted: (variable: Variable) => boolean): Promise<void> {
  for (const name of shell.variables.names()) {
    const variable = shell.variables.find(name);
    if (variable && wanted(variable)) await shell.stdout.write(`${declaration(name, variable)}\n`);
  }
}

async function showFunctions(
  shell: Shell,
  words: readonly string[],
  namesOnly: boolean,
): Promise<number> {
  let status = 0;
  for (const name of words.length > 0 ? words : [...shell.functions.keys()].sort()) {
    const own = shell.functions.get(name);
    if (!own) {
      status = 1;
      continue;
    }
    const { pos, end } = own.node.body;
    const text = namesOnly ? `declare -f ${name}` : `${name} () \n${own.source.slice(pos, end)}`;
    await shell.stdout.write(`${words.length > 0 && namesOnly ? name : text}\n`);
  }
  return status;
}

/** `export` and `readonly`. */
const marking =
  (flag: "x" | "r"): Builtin =>
  async (shell, args, context) => {
    const { on, off, words } = taken(args);
    if (words.length === 0) {
      if (shell.dialect.name === "bash") {
        await show(shell, (variable) => has(variable, flag));
        return 0;
      }
      for (const name of shell.variables.names()) {
        const variable = shell.variables.find(name);
        const value = shell.variables.get(name);
        if (!variable || !has(variable, flag)) continue;
        const text =
          value === undefined ? "" : `=${inDoubleQuotes(value).replace(/^"(.*)"$/s, "'$1'")}`;
        await shell.stdout.write(`${context.name} ${name}${text}\n`);
      }
      return 0;
    }
    if (on.has("f")) return 0;
    if (on.has("n")) off.add("x");
    else on.add(flag);
    return declareAll(shell, words, { ...context, on, off, local: false });
  };

const local: Builtin = async (shell, args, context) => {
  if (shell.functionNames.length === 0) {
    const bash = shell.dialect.name === "bash";
    throw new ShellError("local: can only be used in a function", bash ? 1 : 2, !bash);
  }
  const { on, off, words } = taken(args);
  return declareAll(shell, words, { ...context, on, off, local: true });
};

const unset: Builtin = async (shell, args) => {
  const { on, words } = taken(args);
  let status = 0;
  for (const word of words) {
    const [, base, key] = /^([A-Za-z_]\w*)\[(.*)\]$/.exec(word) ?? [];
    if (on.has("f")) shell.functions.delete(word);
    else if (base !== undefined && key !== undefined) unsetElement(shell, base, key);
    else if (shell.variables.find(word)?.readOnly) {
      await shell.complain(`unset: ${word}: cannot unset: readonly variable`);
      status = 1;
    } else if (shell.variables.find(word) || on.has("v")) shell.variables.unset(word);
    else shell.functions.delete(word);
  }
  return status;
};

function unsetElement(shell: Shell, name: string, key: string): void {
  const value = shell.variables.find(name)?.value;
  if (value instanceof Map) value.delete(key.replace(/^(["'])(.*)\1$/, "$2"));
  else if (Array.isArray(value)) {
    const at = Number(evaluateIn(shell, key));
    delete value[at < 0 ? value.length + at : at];
  }
}

export const variables: Readonly<Record<string, Builtin>> = {
  declare,
  typeset: declare,
  export: marking("x"),
  readonly: marking("r"),
  local,
  unset,
  async shift(shell, args) {
    const count = Number(args[0] ?? 1);
    if (!Number.isInteger(count) || count < 0) {
      const what = /^-\d+$/.test(args[0] ?? "")
        ? "shift count out of range"
        : "numeric argument required";
      throw new ShellError(`shift: ${args[0]}: ${what}`);
    }
    if (count > shell.positional.length) {
      if (shell.dialect.name === "bash") return 1;
      throw new ShellError("shift: can't shift that many", 2, true);
    }
    shell.positional = shell.positional.slice(count);
    return 0;
  },
  async let(shell, args) {
    if (args.length === 0) throw new ShellError("let: expression expected");
    let value = 0n;
    for (const text of args) value = evaluateIn(shell, text);
    return value === 0n ? 1 : 0;
  },
};
