// The raw captures of tests/golden/eras: commands as they were given, without their quotes, and
// what came of them. `E| ` marks standard error, `[rc=N]` a failure; usage texts are left out.

/** One command of a capture. */
export interface Captured {
  readonly line: number;
  /** As it was recorded: words with blanks between them. */
  readonly command: string;
  /** Standard output, then standard error. */
  readonly lines: readonly string[];
  readonly exit: number;
  /** The output is only the beginning: the rest was left out. */
  readonly isCut: boolean;
}

const cut = /^(?:\.\.\.usage dump\.\.\.|\[trimmed\])$/;

export function readCapture(text: string): Captured[] {
  const lines = text.split("\n");
  const found: Captured[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, command] = /^(?:.*?(?<=[^ ]))??\$ (kubectl .*)$/.exec(lines[at] ?? "") ?? [];
    if (command === undefined) continue;
    const start = at + 1;
    while (at + 1 < lines.length && !/\$ kubectl /.test(lines[at + 1] ?? "")) at++;
    const own = lines.slice(start, at + 1);
    // What does not end its last line has the next command behind it.
    const [, unended = ""] = /^(.*)\$ kubectl /.exec(lines[at + 1] ?? "") ?? [];
    if (unended !== "") own.push(unended);
    found.push(entryOf(command, own, start));
  }
  return found;
}

function entryOf(command: string, own: readonly string[], line: number): Captured {
  const exit = Number(/^\[rc=(\d+)\]$/m.exec(own.join("\n"))?.[1] ?? 0);
  const all = own
    .filter((each) => !/^\[rc=\d+\]$/.test(each) && !/^#####/.test(each))
    .map((each) => each.replace(/^E\| ?/, ""));
  const end = all.findIndex((each) => cut.test(each));
  const lines = end < 0 ? all : all.slice(0, end);
  while (lines.at(-1) === "") lines.pop();
  return { line, command, lines, exit, isCut: end >= 0 };
}

/** The words of a command whose quotes are lost: blanks in braces and brackets part nothing. */
export function wordsOf(command: string): string[] {
  const words = [""];
  let depth = 0;
  for (const char of command) {
    if (char === "{") depth++;
    if (char === "}") depth--;
    if (char === " " && depth === 0) words.push("");
    else words[words.length - 1] += char;
  }
  return words.filter((word) => word !== "");
}

const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** How old something was that a command showed, in milliseconds; `exact`: to the second. */
export interface Age {
  readonly name: string;
  readonly ms: number;
  readonly exact: boolean;
}

/** The ages that a table shows, by which one can tell when the command was given. */
export function agesIn({ lines }: Captured): Age[] {
  const ages: Age[] = [];
  let column = -1;
  for (const line of lines) {
    if (/^(?:NAMESPACE|NAME) /.test(line)) column = line.search(/\bAGE\b/);
    else if (column >= 0) {
      const [, count = "", unit = "", rest] = /^(\d+)([smh])(\S*)/.exec(line.slice(column)) ?? [];
      const name = /^(?:\S+\/)?(\S+)/.exec(line)?.[1] ?? "";
      if (unit === "" || rest !== "") continue;
      ages.push({ name, ms: Number(count) * (units[unit] ?? 1) * 1000, exact: unit === "s" });
    }
  }
  return ages;
}
