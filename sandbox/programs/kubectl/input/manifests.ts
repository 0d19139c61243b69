// Manifests as they come from files, directories, URLs and standard input: documents, one by one.
// cli-runtime pkg/resource/visitor.go; apimachinery pkg/util/yaml/decoder.go.

import { quoted } from "../../../api/schema/go-json.ts";
import { parseYaml } from "../../../api/yaml/parser.ts";
import { YamlError } from "../../../api/yaml/yaml-error.ts";
import { absolute, FileError } from "../../../machine/files.ts";
import { NetworkError } from "../../../machine/network.ts";
import type { Process } from "../../../machine/process.ts";
import { Aggregate, CommandError, notSimulated, PlainError } from "../cli/errors.ts";
import type { FlagValues } from "../cli/flags.ts";
import { jsonFault } from "./json.ts";

export interface FileOptions {
  readonly names: readonly string[];
  readonly recursive: boolean;
  readonly kustomize: string;
}

export const fileOptions = (flags: FlagValues): FileOptions => ({
  names: flags.list("filename"),
  recursive: flags.bool("recursive"),
  kustomize: flags.string("kustomize"),
});

export const hasFiles = ({ names, kustomize }: FileOptions): boolean =>
  names.length > 0 || kustomize !== "";

/** Something that documents can be read from. */
export interface Source {
  /** As messages name it. */
  readonly name: string;
  read(): Promise<string>;
}

export interface Sources {
  readonly sources: readonly Source[];
  /** One file that was named by itself. */
  readonly isSingle: boolean;
}

/** Finds what `-f` names. Throws if something is not there. */
export function findSources(process: Process, options: FileOptions): Sources {
  if (options.names.length > 0 && options.kustomize !== "") {
    throw new Aggregate([new CommandError("only one of -f or -k can be specified")]);
  }
  if (options.kustomize !== "") throw notSimulated("kustomize");
  const sources: Source[] = [];
  const errors: CommandError[] = [];
  let isSingle = true;
  for (const name of options.names) {
    if (name === "-") {
      sources.push({ name: "STDIN", read: () => process.stdin.readAll() });
      isSingle = false;
    } else if (/^https?:\/\//.test(name)) {
      sources.push({ name, read: () => download(process, name) });
    } else {
      const found = walk(process, name, options.recursive);
      if (!found) errors.push(new CommandError(`the path ${quoted(name)} does not exist`));
      else if (found.length === 0 && sources.length === 0) {
        errors.push(
          new CommandError(
            `error reading [${name}]: recognized file extensions are [.json .yaml .yml]`,
          ),
        );
      } else sources.push(...found);
      if (found && found.length > 1) isSingle = false;
    }
  }
  if (errors.length > 0) throw new Aggregate(errors);
  return { sources, isSingle: isSingle && sources.length === 1 };
}

/** A file, or the manifests in a directory; undefined if there is nothing. */
function walk(process: Process, name: string, recursive: boolean): Source[] | undefined {
  const path = absolute(process.cwd, name);
  const kind = process.files.kind(path);
  if (!kind) return undefined;
  if (kind !== "directory") return [fileSource(process, name)];
  const prefix = name.replace(/\/+$/, "");
  return process.files.list(path).flatMap((child) => {
    const below = `${prefix}/${child}`.replace(/^\.\//, "");
    if (process.files.kind(absolute(process.cwd, below)) === "directory") {
      return recursive ? (walk(process, below, true) ?? []) : [];
    }
    return /\.(json|yaml|yml)$/.test(child) ? [fileSource(process, below)] : [];
  });
}

function fileSource(process: Process, name: string): Source {
  return {
    name,
    async read() {
      try {
        return process.files.read(absolute(process.cwd, name));
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        throw new CommandError(`open ${name}: ${error.message.toLowerCase()}`);
      }
    },
  };
}

async function download(process: Process, url: string): Promise<string> {
  const [, scheme = "", host = "", port, path = "/"] =
    /^(https?):\/\/([^/:]+)(?::(\d+))?(\/[^?#]*)?/.exec(url) ?? [];
  const secure = scheme === "https";
  try {
    const response = await process.network.request(
      { host, port: Number(port ?? (secure ? 443 : 80)), secure },
      { method: "GET", path, query: {}, headers: { "user-agent": "Go-http-client/1.1" } },
    );
    if (response.status !== 200) {
      const said = response.status === 404 ? "404 Not Found" : String(response.status);
      throw new CommandError(
        `unable to read URL ${quoted(url)}, server reported ${said}, status code=${response.status}`,
      );
    }
    return typeof response.body === "string" ? response.body : JSON.stringify(response.body);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const why = error.code === "ENOTFOUND" ? `lookup ${host}: no such host` : error.message;
    if (error.code === "ECONNREFUSED") {
      throw new PlainError(
        `The connection to the server ${host}${port ? `:${port}` : ""} was refused - did you specify the right host or port?`,
      );
    }
    throw new CommandError(`Get ${quoted(url)}: dial tcp: ${why}`);
  }
}

/** The documents of a text. Throws `error parsing NAME: …` where one cannot be read. */
export function* documents(text: string, name: string): Generator<unknown> {
  const fail = (why: string) => new CommandError(`error parsing ${name}: ${why}`);
  if (text.trimStart().startsWith("{")) {
    yield* jsonDocuments(text, fail);
    return;
  }
  for (const part of yamlParts(text)) {
    let value: unknown;
    try {
      value = parseYaml(part);
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      throw fail(`error converting YAML to JSON: ${error.message}`);
    }
    if (value !== null) yield value;
  }
}

/** What stands between lines of `---`; a separator before anything else belongs to its part. */
function* yamlParts(text: string): Generator<string> {
  let part = "";
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    if (/^---\s*$/.test(line) && part !== "") {
      yield part;
      part = "";
    } else part += line;
  }
  if (part !== "") yield part;
}

/** One after the other, as a stream of JSON has them. */
function* jsonDocuments(text: string, fail: (why: string) => CommandError): Generator<unknown> {
  let rest = text;
  while (rest.trim() !== "") {
    const end = endOfObject(rest);
    const document = rest.slice(0, end);
    let value: unknown;
    try {
      value = JSON.parse(document);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      const { why, line } = jsonFault(document);
      if (why === "unexpected end of JSON input") throw fail("unexpected EOF");
      throw fail(`json: line ${line}: ${why}`);
    }
    if (value !== null) yield value;
    rest = rest.slice(end);
  }
}

/** Where the first object of a text ends; its length if it does not. */
function endOfObject(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === "{") depth++;
    else if (token === "}" && --depth === 0) return index + 1;
  }
  return text.length;
}
