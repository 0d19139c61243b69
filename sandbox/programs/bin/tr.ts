// tr: translates, deletes and squeezes characters.

import { unescaped } from "./escapes.ts";
import { Failure, tool, WrongUsage } from "./tool.ts";

const classes: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "0-9A-Za-z",
  lower: "a-z",
  upper: "A-Z",
  space: "\t\n\v\f\r ",
  blank: "\t ",
  punct: "!-/:-@[-`{-~",
  xdigit: "0-9A-Fa-f",
  print: " -~",
  graph: "!-~",
  cntrl: "\x00-\x1f\x7f",
};

/** All characters of a set, in order. */
function expand(set: string): string[] {
  const named = set.replace(/\[:(\w+):\]/g, (_, name: string) => {
    const known = classes[name];
    if (known === undefined) throw new WrongUsage(`invalid character class ‘${name}’`);
    return known;
  });
  const repeated = named.replace(/\[(.)\*(\d*)\]/g, (_, unit: string, n: string) =>
    unit.repeat(Number(n || 256)),
  );
  const units = [...unescaped(repeated)];
  const out: string[] = [];
  for (let i = 0; i < units.length; i++) {
    const from = units[i] as string;
    const to = units[i + 2];
    if (units[i + 1] !== "-" || to === undefined) {
      out.push(from);
      continue;
    }
    const [a, b] = [from.codePointAt(0) ?? 0, to.codePointAt(0) ?? 0];
    if (b < a)
      throw new Failure(
        `range-endpoints of '${from}-${to}' are in reverse collating sequence order`,
      );
    for (let code = a; code <= b; code++) out.push(String.fromCodePoint(code));
    i += 2;
  }
  return out;
}

export const tr = tool(
  {
    options: "d,delete s,squeeze-repeats c,complement C t,truncate-set1",
    usage: "[OPTION]... STRING1 [STRING2]",
    stopEarly: true,
  },
  async (it) => {
    const [first, second] = it.operands;
    if (first === undefined) throw new WrongUsage("missing operand");
    const deletes = it.has("d");
    const squeezes = it.has("s");
    if (second === undefined && !deletes && !squeezes) {
      throw new WrongUsage(
        `missing operand after ‘${first}’\nTwo strings must be given when translating.`,
      );
    }
    const set = expand(first);
    const members = new Set(set);
    const isIn = (unit: string) => members.has(unit) !== (it.has("c") || it.has("C"));
    const to = second === undefined || deletes ? [] : expand(second);
    const last = to.at(-1) ?? "";
    const complement = it.has("c") || it.has("C");
    const map = new Map(set.map((unit, i) => [unit, to[i] ?? (it.has("t") ? unit : last)]));
    const squeezed = squeezes ? new Set(second === undefined ? set : expand(second)) : undefined;
    const translate = (unit: string) => {
      if (to.length === 0) return unit;
      return complement ? (members.has(unit) ? unit : last) : (map.get(unit) ?? unit);
    };
    let before = "";
    const { stdin } = it.process;
    for (let text = await stdin.read(); text !== undefined; text = await stdin.read()) {
      let out = "";
      for (const unit of text) {
        if (deletes && isIn(unit)) continue;
        const changed = deletes ? unit : translate(unit);
        const squeezing =
          second === undefined && squeezes && complement ? isIn(changed) : squeezed?.has(changed);
        if (squeezing && changed === before) continue;
        before = changed;
        out += changed;
      }
      it.print(out);
      await it.flush();
    }
  },
);
