// nginx.conf as a tree of directives. src/core/ngx_conf_file.c.

import {
  absolute,
  FileError,
  type FileErrorCode,
  type FileSystem,
  parentOf,
} from "../../machine/files.ts";

export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  /** What stands between its braces. */
  readonly block?: readonly Directive[];
  readonly file: string;
  readonly line: number;
}

/** `nginx: [emerg] …` */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

interface Token {
  readonly text: string;
  readonly line: number;
  readonly quoted: boolean;
}

const tokenPattern =
  /#[^\n]*|\n|[ \t\r]+|"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|[{};]|(?:\$\{[^}]*\}|\\.|[^\s{};])+/gs;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  for (const match of text.matchAll(tokenPattern)) {
    const [whole, double, single] = match;
    const inner = double ?? single;
    if (inner !== undefined) {
      found.push({ text: inner.replace(/\\(["'\\])/g, "$1"), line, quoted: true });
    } else if (!/^[#\s]/.test(whole)) found.push({ text: whole, line, quoted: false });
    line += whole.split("\n").length - 1;
  }
  return found;
}

/** Reads a file with all that it includes. Throws `ConfigError`. */
export function readConfig(files: FileSystem, path: string): Directive[] {
  return new Parser(files, path).whole();
}

/** Reads directives from the command line: `-g 'daemon off;'`. */
export const parseGlobal = (files: FileSystem, text: string): Directive[] =>
  new Parser(files, "command line", text).whole();

class Parser {
  readonly #files: FileSystem;
  readonly #file: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #line = 1;

  constructor(files: FileSystem, file: string, text?: string) {
    this.#files = files;
    this.#file = file;
    this.#tokens = tokens(text ?? readText(files, file));
  }

  whole(): Directive[] {
    return this.#directives("file");
  }

  #directives(inside: "file" | "block"): Directive[] {
    const list: Directive[] = [];
    for (;;) {
      const token = this.#tokens[this.#at++];
      if (!token) {
        if (inside === "file") return list;
        throw this.#wrong('unexpected end of file, expecting "}"');
      }
      this.#line = token.line;
      if (!token.quoted && token.text === "}") {
        if (inside === "block") return list;
        throw this.#wrong('unexpected "}"');
      }
      if (!token.quoted && /^[{;]$/.test(token.text))
        throw this.#wrong(`unexpected "${token.text}"`);
      const directive = this.#directive(token);
      list.push(...(directive.name === "include" ? this.#included(directive) : [directive]));
    }
  }

  #directive({ text: name, line }: Token): Directive {
    const args: string[] = [];
    for (;;) {
      const token = this.#tokens[this.#at++];
      if (!token) throw this.#wrong('unexpected end of file, expecting ";" or "}"');
      this.#line = token.line;
      const place = { name, args, file: this.#file, line };
      if (token.quoted || !/^[{};]$/.test(token.text)) args.push(token.text);
      else if (token.text === ";") return place;
      else if (token.text === "{") return { ...place, block: this.#directives("block") };
      else throw this.#wrong('unexpected "}"');
    }
  }

  #included({ args: [pattern = ""] }: Directive): Directive[] {
    const path = absolute(confDirectory, pattern);
    if (!/[*?]/.test(path)) {
      if (this.#files.kind(path) === "file") return readConfig(this.#files, path);
      throw this.#wrong(`open() "${path}" failed (2: No such file or directory)`);
    }
    const folder = parentOf(path);
    if (this.#files.kind(folder) !== "directory") return [];
    const glob = path.slice(folder.length + 1).replace(/[.+^${}()|[\]\\]/g, "\\$&");
    const matches = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`);
    const names = this.#files.list(folder).filter((name) => matches.test(name));
    return names.flatMap((name) => readConfig(this.#files, `${folder}/${name}`));
  }

  #wrong(message: string): ConfigError {
    return new ConfigError(`${message} in ${this.#file}:${this.#line}`);
  }
}

const confDirectory = "/etc/nginx";

function readText(files: FileSystem, path: string): string {
  try {
    return files.read(path);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new ConfigError(`open() "${path}" failed ${numbered(error)}`);
  }
}

const numbers: Readonly<Partial<Record<FileErrorCode, number>>> = {
  ...{ EPERM: 1, ENOENT: 2, EACCES: 13, EBUSY: 16, EEXIST: 17, ENOTDIR: 20, EISDIR: 21 },
  ...{ EINVAL: 22, ENOSPC: 28, EROFS: 30 },
};

/** `(13: Permission denied)` */
export const numbered = ({ code, message }: FileError): string =>
  `(${numbers[code] ?? 5}: ${message})`;

/** What is wrong with a directive, with its place. */
export function wrong({ file, line }: Directive, message: string): ConfigError {
  return new ConfigError(`${message} in ${file}:${line}`);
}

/** The arguments of the last directive of that name. */
export function argsOf(block: readonly Directive[], name: string): readonly string[] | undefined {
  return block.findLast((each) => each.name === name)?.args;
}
