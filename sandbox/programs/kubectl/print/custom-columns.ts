// `-o custom-columns=NAME:.metadata.name,…`: a table of what paths find.
// kubectl pkg/cmd/get/customcolumn.go, customcolumn_flags.go.

import { absolute, FileError } from "../../../machine/files.ts";
import type { Process } from "../../../machine/process.ts";
import { CommandError } from "../cli/errors.ts";
import { goText } from "./go-text.ts";
import { JsonPath } from "./jsonpath.ts";
import type { Printer } from "./printers.ts";
import type { TableWriter } from "./table.ts";

/** The printer if `format` asks for columns. Throws if they are wrong. */
export function columnsPrinter(
  format: string,
  options: {
    readonly process: Process;
    readonly headers: boolean;
    readonly writer: TableWriter;
    readonly allowMissingKeys: boolean;
  },
): Printer | undefined {
  const [, kind, spec = ""] = /^(custom-columns(?:-file)?)(?:=([\s\S]*))?$/.exec(format) ?? [];
  if (kind === undefined) return undefined;
  if (spec === "") {
    throw new CommandError("custom-columns format specified but no custom columns given");
  }
  const columns = kind === "custom-columns" ? fromSpec(spec) : fromFile(options.process, spec);
  const paths = columns.map(({ path }) => new JsonPath(path, options));
  let withHeaders = options.headers;
  return {
    print(object) {
      const { items } = object as { items?: readonly object[] };
      const rows = (items ?? [object]).map((each) => paths.map((path) => cell(path, each)));
      const heading = columns.map(({ header }) => header);
      const lines = options.writer.lines(withHeaders ? [heading, ...rows] : rows);
      withHeaders = false;
      return lines;
    },
  };
}

function cell(path: JsonPath, object: object): string {
  const results = path.find(object);
  const none = results.length === 0 || results[0]?.length === 0 ? ["<none>"] : [];
  return [...none, ...results.flat().map(goText)].join(",");
}

interface Column {
  readonly header: string;
  readonly path: string;
}

function fromSpec(spec: string): Column[] {
  return spec.split(",").map((part) => {
    const colon = part.indexOf(":");
    if (colon < 0) {
      throw new CommandError(
        `unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`,
      );
    }
    return { header: part.slice(0, colon), path: relaxed(part.slice(colon + 1)) };
  });
}

function fromFile(process: Process, path: string): Column[] {
  let text: string;
  try {
    text = process.files.read(absolute(process.cwd, path));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CommandError(
      `error reading template ${path}, open ${path}: ${error.message.toLowerCase()}\n`,
    );
  }
  const [first, second] = text.split("\n");
  const expected =
    "Expected format is one line of space separated headers, one line of space separated column specs.";
  if (first === undefined || text === "") {
    throw new CommandError(`invalid template, missing header line. ${expected}`);
  }
  if (second === undefined || second === "") {
    throw new CommandError(`invalid template, missing spec line. ${expected}`);
  }
  const words = (line: string) => line.split(/\s+/).filter((word) => word !== "");
  const [headers, specs] = [words(first), words(second)];
  if (headers.length !== specs.length) {
    throw new CommandError(
      `number of headers (${headers.length}) and field specifications (${specs.length}) don't match`,
    );
  }
  return headers.map((header, index) => ({ header, path: relaxed(specs[index] ?? "") }));
}

/** A path with or without its braces and its first dot: `metadata.name`. */
export function relaxed(path: string): string {
  if (path === "") return path;
  const match = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path);
  if (!match) {
    throw new CommandError(
      `unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'`,
    );
  }
  return `{.${match[1] ?? match[2]}}`;
}
