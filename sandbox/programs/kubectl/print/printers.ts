// `-o`: from the name of a format to what prints an object that way, and what is said of a format
// that does not exist. cli-runtime pkg/genericclioptions/print_flags.go, pkg/printers.

import type { KubeObject } from "../../../api/meta.ts";
import { isFields } from "../../../api/patch.ts";
import { splitGroupVersion } from "../../../api/resource.ts";
import { byCodePoint, goJson, quoted } from "../../../api/schema/go-json.ts";
import type { KubectlWords } from "../../../api/words/kubectl.ts";
import { writeYaml } from "../../../api/yaml/write.ts";
import { absolute, FileError } from "../../../machine/files.ts";
import type { Process } from "../../../machine/process.ts";
import { CommandError } from "../cli/errors.ts";
import { bool, type Flag, type FlagValues, text } from "../cli/flags.ts";
import { GoTemplate } from "./go-template.ts";
import { goSyntax, goText } from "./go-text.ts";
import { JsonPath } from "./jsonpath.ts";

/** What prints objects, one after the other. */
export interface Printer {
  print(object: object): string;
}

const templateFormats = ["go-template", "go-template-file", "template", "templatefile"];
const pathFormats = ["jsonpath", "jsonpath-as-json", "jsonpath-file"];
const formats = [...templateFormats, "json", ...pathFormats, "name", "yaml"];

/** `-o`, `--template` and `--allow-missing-template-keys`, as most commands have them. */
export function printFlags(more: readonly string[] = []): Flag[] {
  const allowed = [...formats, ...more].sort(byCodePoint);
  return [
    text("output o", `Output format. One of: ${allowed.join("|")}.`),
    text(
      "template",
      "Template string or path to template file to use with -o=go-template, jsonpath.",
    ),
    bool(
      "allow-missing-template-keys",
      "If true, ignore any errors in templates when a field or map key is missing in the template.",
      { value: "true" },
    ),
  ];
}

export type Naming = "slashed" | "quoted" | "plain";

export interface PrinterOptions {
  readonly process: Process;
  readonly flags: FlagValues;
  /** What was done, for a line such as `pod/web-0 created`. */
  readonly operation?: string;
  /** How the release names objects; as newer ones do if not given. */
  readonly naming?: Naming;
  readonly words?: KubectlWords;
  /** More formats that the command knows itself. */
  readonly more?: readonly string[];
}

/** Throws if there is no such format, or its template is wrong. */
export function printerFor(options: PrinterOptions): Printer {
  const { flags, operation = "", more = [], naming = "slashed" } = options;
  const template = flags.string("template");
  const format = flags.string("output") || (template !== "" ? "go-template" : "");
  if (format === "") return { print: (object) => names(object, operation, naming) };
  if (format === "name") return { print: (object) => names(object, "", naming) };
  if (format === "json") return { print: (object) => `${jsonText(object)}\n` };
  if (format === "yaml") return yamlPrinter(options.words);
  const [, kind = format, inline] = /^([^=]*)=([\s\S]*)$/.exec(format) ?? [];
  const { absentFormats = [], unknownFormat, templatesDemandFields } = options.words ?? {};
  const isTemplate = templateFormats.includes(kind);
  if ((!isTemplate && !pathFormats.includes(kind)) || absentFormats.includes(kind)) {
    const allowed = [...formats, ...more]
      .filter((each) => !absentFormats.includes(each))
      .sort(byCodePoint);
    throw new CommandError(unknownFormat?.(format, allowed) ?? format);
  }
  const given = template !== "" ? template : (inline ?? "");
  if (given === "") throw new CommandError("template format specified but no template given");
  const source = /file$/.test(kind) ? readTemplate(options.process, given) : given;
  if (isTemplate) return templatePrinter(source);
  const allowMissingKeys = flags.bool("allow-missing-template-keys") && !templatesDemandFields;
  return pathPrinter(source, {
    ...{ allowMissingKeys, asJson: kind === "jsonpath-as-json" },
    early: templatesDemandFields ?? false,
  });
}

function readTemplate(process: Process, path: string): string {
  try {
    return process.files.read(absolute(process.cwd, path));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CommandError(
      `error reading --template ${path}, open ${path}: ${error.message.toLowerCase()}\n`,
    );
  }
}

/** `kind.group/name`, and what was done. */
function names(object: object, operation: string, naming: Naming): string {
  const items = (object as { items?: unknown }).items;
  if (Array.isArray(items)) return items.map((item) => names(item, operation, naming)).join("");
  return `${objectName(object as KubeObject, operation === "" ? "" : ` ${operation}`, naming)}\n`;
}

/** `statefulset.apps/web created`. */
function objectName(object: KubeObject, operation: string, naming: Naming): string {
  const { group } = splitGroupVersion(object.apiVersion ?? "");
  const kind = kindName(object.kind, group, naming);
  const name = object.metadata?.name || "<unknown>";
  const isQuoted = operation !== "" && naming !== "slashed";
  return `${kind}${isQuoted ? ` ${quoted(name)}` : `/${name}`}${operation}`;
}

/** `statefulset.apps`. */
export function kindName(kind: string, group: string, naming: Naming): string {
  const name = kind.toLowerCase();
  return group && naming !== "plain" ? `${name}.${group}` : name;
}

function yamlPrinter(words: KubectlWords | undefined): Printer {
  let count = 0;
  return { print: (object) => (count++ > 0 ? "---\n" : "") + yamlText(object, words) };
}

const quotedDate = /^([ -]*[^\s:]+: )"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)"$/gm;

/** YAML as the library of a release wrote it. */
export function yamlText(object: object, words: KubectlWords | undefined): string {
  const text = writeYaml(object);
  if (words?.yaml === "bare dates") return text.replaceAll(quotedDate, "$1$2");
  return words?.yaml === "kept ends" ? text.replaceAll(/: \|$/gm, ": |+") : text;
}

/** Objects as text with four blanks a level; `ordered` keeps the fields' own order. */
export function jsonText(object: object, ordered = false): string {
  const value = ordered ? object : sorted(object);
  return escapeHtml(JSON.stringify(value, null, "    "));
}

const escapeHtml = (json: string): string =>
  json.replace(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isFields(value)) return value;
  const keys = Object.keys(value).sort(byCodePoint);
  return Object.fromEntries(keys.map((key) => [key, sorted(value[key])]));
}

function templatePrinter(source: string): Printer {
  let template: GoTemplate;
  try {
    template = new GoTemplate(source);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`error parsing template ${source}, ${error.message}\n`);
  }
  return {
    print(object) {
      const { text, error } = template.execute(object);
      if (error === undefined) return text;
      throw new TemplateError(
        `${text}Error executing template: ${error}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${source}\n\traw data was:\n\t\t${goJson(object)}\n\tobject given to template engine was:\n\t\t${goText(object)}\n\n`,
        `error executing template ${quoted(source)}: ${error}`,
      );
    },
  };
}

/** A template that failed half-way: what it wrote goes to stdout. */
export class TemplateError extends CommandError {
  readonly written: string;
  constructor(written: string, message: string) {
    super(message);
    this.written = written;
  }
}

function pathPrinter(
  source: string,
  options: {
    readonly allowMissingKeys: boolean;
    readonly asJson: boolean;
    readonly early: boolean;
  },
): Printer {
  let path: JsonPath;
  try {
    path = new JsonPath(source, options);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(`error parsing jsonpath ${source}, ${error.message}\n`);
  }
  return {
    print(object) {
      try {
        return path.text(object);
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        const more = `Error executing template: ${error.message}. Printing more information for debugging the template:\n\ttemplate was:\n\t\t${source}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(object)}\n\n`;
        const what = `error executing jsonpath ${quoted(source)}`;
        if (options.early) throw new TemplateError(more, `${what}: ${error.message}\n`);
        throw new CommandError(`${what}: ${more}\n`);
      }
    },
  };
}
