// uniq: repeated lines, once, or counted.

import { tool } from "./tool.ts";

export const uniq = tool(
  {
    options:
      "c,count d,repeated D,all-repeated u,unique i,ignore-case f,skip-fields: s,skip-chars: w,check-chars:",
    usage: "[OPTION]... [INPUT [OUTPUT]]",
  },
  async (it) => {
    const reader = await it.open(it.operands[0] ?? "-");
    if (!reader) return 1;
    const fields = Number(it.value("f") ?? 0);
    const chars = Number(it.value("s") ?? 0);
    const width = Number(it.value("w") ?? Infinity);
    const keyOf = (line: string) => {
      const rest = line.replace(new RegExp(`^(?:\\s*\\S+){0,${fields}}`), "").slice(chars);
      const key = width === Infinity ? rest : rest.slice(0, width);
      return it.has("i") ? key.toLowerCase() : key;
    };
    let group: string[] = [];
    let key: string | undefined;
    const end = () => {
      const [first] = group;
      if (first === undefined) return;
      const repeated = group.length > 1;
      if ((it.has("d") && !repeated) || (it.has("u") && repeated)) return;
      if (it.has("D")) {
        if (repeated) for (const line of group) it.print(`${line}\n`);
      } else
        it.print(it.has("c") ? `${String(group.length).padStart(7)} ${first}\n` : `${first}\n`);
    };
    await it.lines(reader, (line) => {
      const own = keyOf(line);
      if (own !== key) {
        end();
        group = [];
        key = own;
      }
      group.push(line);
    });
    end();
    return 0;
  },
);
