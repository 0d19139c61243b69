// jq: filters over JSON.
// differs: numbers are JavaScript's; getpath-based assignment covers paths, not arbitrary
// generators.

import { CompileError, parseFilter } from "./jq-parser.ts";
import { Run } from "./jq-run.ts";
import { JqError, type Json } from "./jq-values.ts";
import { Failure, type Tool, tool } from "./tool.ts";

export const jq = tool(
  {
    options:
      "r,raw-output j,join-output n,null-input c,compact-output s,slurp e,exit-status S,sort-keys a,ascii-output C,color-output M,monochrome-output R,raw-input ,tab ,indent: f,from-file: ,arg ,argjson ,args ,jsonargs",
    plain: true,
    usageStatus: 2,
    usage: "[OPTIONS] FILTER [FILES...]",
  },
  async (it) => {
    const { flags, variables, operands, indent, file } = argumentsOf(it);
    let [text, ...paths] = operands;
    if (file !== undefined) {
      paths = operands as string[];
      text = it.files.read(it.path(file));
    }
    if (text === undefined) {
      await it.process.stderr.write(
        "jq - commandline JSON processor [version 1.6]\n\nUsage:\tjq [options] <jq filter> [file...]\n",
      );
      return 2;
    }
    try {
      return await apply(it, text, { paths, flags, variables, indent });
    } catch (error) {
      if (!(error instanceof CompileError)) throw error;
      throw new Failure(
        `error: ${error.message} at <top-level>, line 1:\n${text}\njq: 1 compile error`,
        3,
      );
    }
  },
);

interface Settings {
  readonly paths: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly variables: ReadonlyMap<string, Json>;
  readonly indent: number | string;
}

async function apply(
  it: Tool,
  source: string,
  { paths, flags, variables, indent }: Settings,
): Promise<number> {
  const filter = parseFilter(source);
  const run = new Run(it, variables);
  const inputs = flags.has("n") ? [null] : await readInputs(it, paths, flags);
  let last: Json | undefined;
  for (const input of inputs) {
    try {
      for (const value of run.values(filter, input)) {
        last = value;
        it.print(printed(value, flags, indent));
        await it.flow();
      }
    } catch (error) {
      if (!(error instanceof JqError)) throw error;
      await it.flush();
      await it.process.stderr.write(
        `jq: error (at ${paths[0] ?? "<stdin>"}:${run.line}): ${error.message}\n`,
      );
      it.status = 5;
    }
  }
  if (it.status === 0 && flags.has("e"))
    return last === undefined ? 4 : last === null || last === false ? 1 : 0;
  return it.status;
}

function argumentsOf(it: Tool) {
  const flags = new Set<string>();
  const variables = new Map<string, Json>();
  const operands: string[] = [];
  let indent = 2;
  let file: string | undefined;
  const args = [...it.operands];
  const long: Readonly<Record<string, string>> = {
    "raw-output": "r",
    "join-output": "j",
    "null-input": "n",
    "compact-output": "c",
    slurp: "s",
    "exit-status": "e",
    "sort-keys": "S",
    "raw-input": "R",
    tab: "tab",
  };
  for (let arg = args.shift(); arg !== undefined; arg = args.shift()) {
    if (arg === "--arg" || arg === "--argjson") {
      const name = args.shift() ?? "";
      const value = args.shift() ?? "";
      variables.set(name, arg === "--arg" ? value : (parseJson(value)[0] ?? null));
    } else if (arg === "--indent") indent = Number(args.shift());
    else if (arg === "-f" || arg === "--from-file") file = args.shift();
    else if (arg.startsWith("--")) {
      const letter = long[arg.slice(2)];
      if (letter) flags.add(letter);
      else if (!/^--(color|monochrome|ascii|seq|unbuffered)/.test(arg))
        throw new Failure(
          `Unknown arguments\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://stedolan.github.io/jq`,
          2,
        );
    } else if (/^-[a-zA-Z]+$/.test(arg)) for (const letter of arg.slice(1)) flags.add(letter);
    else operands.push(arg);
  }
  if (flags.has("j")) flags.add("r");
  return { flags, variables, operands, indent: flags.has("tab") ? "\t" : indent, file };
}

async function readInputs(
  it: Tool,
  paths: readonly string[],
  flags: ReadonlySet<string>,
): Promise<Json[]> {
  let text = "";
  for (const path of paths.length > 0 ? paths : ["-"]) {
    const more = await it.read(path, 2);
    if (more === undefined) throw new Failure("", 2);
    text += more;
  }
  if (flags.has("R")) return flags.has("s") ? [text] : text.replace(/\n$/, "").split("\n");
  try {
    const values = parseJson(text);
    return flags.has("s") ? [values] : values;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    await it.process.stderr.write(`parse error: ${error.message}\n`);
    throw new Failure("", 4);
  }
}

/** All JSON values of a text, one behind the other. */
function parseJson(text: string): Json[] {
  const values: Json[] = [];
  const trimmed = text.trim();
  try {
    if (trimmed === "") return [];
    return [JSON.parse(trimmed) as Json];
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  const bad = badLiteral(text);
  if (bad) throw bad;
  let depth = 0;
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= trimmed.length; i++) {
    const unit = trimmed[i];
    if (quoted) {
      if (unit === "\\") i++;
      else if (unit === '"') quoted = false;
      if (unit === undefined) throw new SyntaxError("Unfinished string at EOF");
      continue;
    }
    if (unit === '"') quoted = true;
    else if (unit === "{" || unit === "[") depth++;
    else if (unit === "}" || unit === "]") depth--;
    const ends =
      depth === 0 && (unit === undefined || /\s/.test(unit) || /[[{"]/.test(trimmed[i + 1] ?? ""));
    if (!ends) continue;
    const piece = trimmed.slice(start, i + 1).trim();
    if (piece !== "") values.push(parseOne(piece));
    start = i + 1;
  }
  if (depth > 0)
    throw new SyntaxError(
      `Unfinished JSON term at EOF at line ${text.split("\n").length}, column 0`,
    );
  return values;
}

function parseOne(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) throw new SyntaxError("Invalid numeric literal");
    throw error;
  }
}

/** The first word that is no JSON, and where it ends. */
function badLiteral(text: string): SyntaxError | undefined {
  const words = /"(?:[^"\\]|\\.)*"|[^\s[\]{}:,"]+/g;
  for (const match of text.matchAll(words)) {
    if (match[0].startsWith('"') || /^(?:true|false|null|nan|-?\d[\d.eE+-]*)$/.test(match[0]))
      continue;
    const end = match.index + match[0].length;
    const lines = text.slice(0, end + 1).split("\n");
    const column = lines.at(-1)?.length ?? 0;
    return new SyntaxError(`Invalid numeric literal at line ${lines.length}, column ${column}`);
  }
  return undefined;
}

function printed(value: Json, flags: ReadonlySet<string>, indent: number | string): string {
  const shown = flags.has("S") ? sortedKeys(value) : value;
  const text =
    flags.has("r") && typeof shown === "string"
      ? shown
      : stringify(shown, flags.has("c") ? 0 : indent);
  return flags.has("j") ? text : `${text}\n`;
}

function stringify(value: Json, indent: number | string): string {
  return JSON.stringify(value, undefined, indent);
}

function sortedKeys(value: Json): Json {
  if (Array.isArray(value)) return value.map(sortedKeys);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sortedKeys(value[key] as Json)]),
  );
}
