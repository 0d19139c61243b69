// awk: patterns and actions over records and fields.

import { Parser } from "./awk-parser.ts";
import { AwkRun } from "./awk-run.ts";
import { Input, unquoted } from "./awk-values.ts";
import { tool } from "./tool.ts";

export const awk = tool(
  {
    options: "F,field-separator: v,assign: f,file:",
    usageStatus: 2,
    stopEarly: true,
    usage: "[-F fs][-v var=value]['prog' | -f progfile] [file ...]",
    version: "version 20220912",
  },
  async (it) => {
    let operands = [...it.operands];
    let text = "";
    for (const path of it.values("f")) text += `${(await it.read(path, 2)) ?? ""}\n`;
    if (!it.has("f")) {
      const [first, ...rest] = operands;
      if (first === undefined) {
        await it.process.stderr.write(
          "usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n",
        );
        return 2;
      }
      text = first;
      operands = rest;
    }
    const run = new AwkRun(it, new Parser(text).parse());
    const separator = it.value("F");
    if (separator !== undefined) run.set("FS", unquoted(separator === "t" ? "\t" : separator));
    for (const assignment of it.values("v")) {
      const [name = "", value = ""] = assignment.split(/=(.*)/s);
      run.set(name, new Input(unquoted(value)));
    }
    return run.whole(operands);
  },
);
