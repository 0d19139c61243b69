// cat: files one after the other, as they come.

import { FileError } from "../../machine/files.ts";
import { tool } from "./tool.ts";

const shown = (text: string) =>
  text.replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (unit) =>
    unit === "\x7f" ? "^?" : `^${String.fromCharCode(unit.charCodeAt(0) + 64)}`,
  );

export const cat = tool(
  {
    options:
      "n,number b,number-nonblank s,squeeze-blank E,show-ends T,show-tabs v,show-nonprinting A,show-all e t u",
    usage: "[OPTION]... [FILE]...",
  },
  async (it) => {
    const all = it.has("A");
    const ends = all || it.has("E") || it.has("e");
    const tabs = all || it.has("T") || it.has("t");
    const controls = all || it.has("v") || it.has("e") || it.has("t");
    const skipsBlank = it.has("b");
    const numbers = it.has("n") || skipsBlank;
    const plain = !ends && !tabs && !controls && !numbers && !it.has("s");
    let number = 0;
    let blanks = 0;
    const line = (text: string, ended: boolean) => {
      blanks = text === "" ? blanks + 1 : 0;
      if (it.has("s") && blanks > 1) return;
      const counted = numbers && !(skipsBlank && text === "" && ended);
      const head = counted ? `${String(++number).padStart(6)}\t` : "";
      const body = controls ? shown(text) : text;
      it.print(head + (tabs ? body.replaceAll("\t", "^I") : body));
      if (ended) it.print(ends ? "$\n" : "\n");
    };
    for (const path of it.operands.length > 0 ? it.operands : ["-"]) {
      const reader = await it.open(path);
      if (!reader) continue;
      try {
        if (!plain) await it.lines(reader, line);
        else {
          for (let text = await reader.read(); text !== undefined; text = await reader.read()) {
            await it.process.stdout.write(text);
          }
        }
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        await it.complain(`write error: ${error.message}`);
        return;
      }
    }
  },
);
