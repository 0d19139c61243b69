// grep, egrep, fgrep: lines that match.

import { absolute, FileError } from "../../machine/files.ts";
import type { Program, Reader } from "../../machine/process.ts";
import { patternRegExp } from "../shell/pattern.ts";
import { fixed, RegexError, translate } from "./regex.ts";
import { Failure, type Tool, tool } from "./tool.ts";

const options =
  "E,extended-regexp F,fixed-strings G,basic-regexp P,perl-regexp e,regexp: f,file: i,ignore-case y ,no-ignore-case v,invert-match w,word-regexp x,line-regexp c,count ,color? ,colour? L,files-without-match l,files-with-matches m,max-count: o,only-matching q,quiet ,silent s,no-messages H,with-filename h,no-filename n,line-number A,after-context: B,before-context: C,context: r,recursive R,dereference-recursive ,include: ,exclude: ,exclude-dir: a,text I b,byte-offset Z,null z,null-data U u,line-buffered ,label:";

const spec = {
  options,
  usageStatus: 2,
  digits: "C",
  usage: "[OPTION]... PATTERNS [FILE]...",
  version: "(GNU grep) 3.8",
};

export const grep: Program = tool(spec, (it) => run(it, ""));
export const egrep: Program = tool(spec, (it) => run(it, "E"));
export const fgrep: Program = tool(spec, (it) => run(it, "F"));

async function run(it: Tool, kind: string): Promise<number> {
  let operands = [...it.operands];
  const patterns = it.values("e").flatMap((text) => text.split("\n"));
  for (const path of it.values("f")) {
    const text = await it.read(path, 2);
    if (text === undefined) return 2;
    if (text !== "") patterns.push(...text.replace(/\n$/, "").split("\n"));
  }
  if (!it.has("e") && !it.has("f")) {
    const [first, ...rest] = operands;
    if (first === undefined) {
      await it.process.stderr.write(usage);
      return 2;
    }
    patterns.push(...first.split("\n"));
    operands = rest;
  }
  const search = new Search(
    it,
    matcherOf(it, kind || it.lastOf("E", "F", "G", "P") || "G", patterns),
  );
  const recursive = it.has("r") || it.has("R");
  if (operands.length === 0) operands = recursive ? ["."] : ["-"];
  const named = it.has("H") || (!it.has("h") && (operands.length > 1 || recursive));
  for (const path of operands) {
    await search.operand(path, named, recursive);
    if (search.found && it.has("q")) return 0;
  }
  if (it.status === 2 && !(search.found && it.has("q"))) return 2;
  return search.found ? 0 : 1;
}

const usage =
  "Usage: grep [OPTION]... PATTERNS [FILE]...\nTry 'grep --help' for more information.\n";

/** One expression for all patterns; it finds matches within lines. */
function matcherOf(it: Tool, kind: string, patterns: readonly string[]): RegExp {
  const one = (pattern: string) => {
    if (kind === "F") return fixed(pattern);
    return kind === "P" ? pattern : translate(pattern, kind === "E");
  };
  try {
    let whole = patterns.map((pattern) => `(?:${one(pattern)})`).join("|") || "(?!)";
    if (it.has("x")) whole = `^(?:${whole})$`;
    else if (it.has("w")) whole = `(?<![A-Za-z0-9_])(?:${whole})(?![A-Za-z0-9_])`;
    const fold = it.has("i") || it.has("y");
    // Back-references count groups of one pattern only; joined patterns have none in practice.
    return new RegExp(whole, `gs${kind === "P" ? "" : "u"}${fold ? "i" : ""}`);
  } catch (error) {
    if (error instanceof RegexError) throw new Failure(error.message, 2);
    if (error instanceof SyntaxError) throw new Failure("Invalid regular expression", 2);
    throw error;
  }
}

class Search {
  readonly #it: Tool;
  readonly #matcher: RegExp;
  readonly #before: number;
  readonly #after: number;
  found = false;
  /** Something has been shown, so that `--` may be needed. */
  #shown = false;

  constructor(it: Tool, matcher: RegExp) {
    this.#it = it;
    this.#matcher = matcher;
    const context = (option: string) => {
      const text = it.value(option) ?? it.value("C");
      if (text === undefined) return 0;
      if (!/^\d+$/.test(text)) throw new Failure(`${text}: invalid context length argument`, 2);
      return Number(text);
    };
    this.#before = context("B");
    this.#after = context("A");
  }

  async operand(path: string, named: boolean, recursive: boolean): Promise<void> {
    const it = this.#it;
    const label = path === "-" ? (it.value("label") ?? "(standard input)") : path;
    if (path === "-") return this.#stream(it.process.stdin, named ? label : undefined, label);
    const full = it.path(path);
    if (it.files.kind(full) === "directory") {
      if (recursive) return this.#directory(path, full);
      it.status = 2;
      if (!it.has("s")) await it.complain(`${path}: Is a directory`, 2);
      return;
    }
    try {
      const reader = it.process.open(path);
      await this.#stream(reader, named ? label : undefined, label);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      it.status = 2;
      if (!it.has("s")) await it.complain(`${path}: ${error.message}`, 2);
    }
  }

  async #directory(path: string, full: string): Promise<void> {
    const it = this.#it;
    const matches = (globs: readonly string[], name: string) =>
      globs.some((one) => patternRegExp(one).test(name));
    for (const name of it.files.list(full)) {
      const inner = absolute(full, name);
      const shown =
        path === "." && it.operands.length < 2 ? name : `${path.replace(/\/$/, "")}/${name}`;
      const kind = it.files.lstat(inner).kind;
      if (kind === "directory") {
        if (!matches(it.values("exclude-dir"), name)) await this.#directory(shown, inner);
        continue;
      }
      if (kind !== "file" && !(kind === "symlink" && it.has("R"))) continue;
      const included = it.values("include");
      if (included.length > 0 && !matches(included, name)) continue;
      if (matches(it.values("exclude"), name)) continue;
      await this.operand(shown, !it.has("h"), true);
    }
  }

  async #stream(reader: Reader, prefix: string | undefined, label: string): Promise<void> {
    const it = this.#it;
    const most = Number(it.value("m") ?? Infinity);
    const quiet = it.has("q") || it.has("l") || it.has("L");
    const invert = it.has("v");
    const held: { number: number; text: string }[] = [];
    let count = 0;
    let number = 0;
    let after = 0;
    let lastShown = 0;
    if (most === 0) return;
    const context = this.#before + this.#after > 0;
    await it.lines(reader, (text) => {
      number++;
      this.#matcher.lastIndex = 0;
      const matches = this.#matcher.test(text) !== invert;
      if (!matches) {
        if (after > 0 && !quiet && !it.has("c") && !it.has("o")) {
          this.#line({ prefix, number, text, mark: "-" });
          lastShown = number;
          after--;
        } else if (context) {
          held.push({ number, text });
          if (held.length > this.#before) held.shift();
        }
        return count < most || after > 0;
      }
      if (count >= most) return false;
      count++;
      this.found = true;
      if (quiet) return false;
      if (it.has("c")) return count < most;
      const first = held[0]?.number ?? number;
      if (context && this.#shown && first > lastShown + 1) it.print("--\n");
      for (const before of it.has("o") ? [] : held) this.#line({ ...before, prefix, mark: "-" });
      held.length = 0;
      this.#match({ prefix, number, text, invert });
      lastShown = number;
      this.#shown = true;
      after = this.#after;
      return count < most || after > 0;
    });
    if (it.has("c") && !it.has("q") && !it.has("l") && !it.has("L")) {
      it.print(`${prefix === undefined ? "" : `${prefix}:`}${count}\n`);
    } else if ((it.has("l") && count > 0) || (it.has("L") && count === 0)) it.print(`${label}\n`);
    await it.flush();
  }

  #match({
    prefix,
    number,
    text,
    invert,
  }: {
    prefix: string | undefined;
    number: number;
    text: string;
    invert: boolean;
  }): void {
    if (!this.#it.has("o")) return this.#line({ prefix, number, text, mark: ":" });
    if (invert) return;
    this.#matcher.lastIndex = 0;
    for (const match of text.matchAll(this.#matcher)) {
      if (match[0] !== "")
        this.#line({ prefix, number, text: match[0], mark: ":", offset: match.index });
    }
  }

  #line({
    prefix,
    number,
    text,
    mark,
  }: {
    prefix: string | undefined;
    number: number;
    text: string;
    mark: string;
    offset?: number;
  }): void {
    const it = this.#it;
    const name = prefix === undefined ? "" : prefix + mark;
    it.print(`${name}${it.has("n") ? number + mark : ""}${text}\n`);
  }
}
