// Tab behind kubectl: its commands, their flags, and what there is in the cluster at this moment.
// kubectl pkg/util/completion/completion.go.

import type { Era } from "../../api/era.ts";
import { NetworkError } from "../../machine/network.ts";
import type { Process } from "../../machine/process.ts";
import type { Completer } from "../../machine/system.ts";
import type { Command, Completes } from "./cli/command.ts";
import { isExpected } from "./cli/errors.ts";
import { type Flag, FlagValues } from "./cli/flags.ts";
import { globalFlags } from "./cli/global-flags.ts";
import { Kubectl } from "./cli/kubectl.ts";
import { commands as rootCommands } from "./index.ts";

/** Completes for a kubectl of this release. Where the server does not answer there is nothing. */
export function kubectlCompleter(era: Era): Completer {
  return async ({ words, current }, process) => {
    const line = readLine(words.slice(1));
    if (line.afterDashes) return undefined;
    try {
      return await candidates(line, { current, kubectl: kubectlFor(process, era, line) });
    } catch (error) {
      if (isExpected(error) || error instanceof NetworkError) return [];
      throw error;
    }
  };
}

interface Line {
  readonly command: Command | undefined;
  readonly args: readonly string[];
  readonly flags: FlagValues;
  /** The flag whose value is at the cursor. */
  readonly open: Flag | undefined;
  readonly afterDashes: boolean;
}

const kubectlFor = (process: Process, era: Era, { flags }: Line): Kubectl =>
  new Kubectl({ process, era, flags });

const flagsOf = (command: Command | undefined): Flag[] => [
  ...(command?.flags ?? []),
  ...globalFlags,
];

function readLine(words: readonly string[]): Line {
  let command: Command | undefined;
  const args: string[] = [];
  let open: Flag | undefined;
  const given: [Flag, string][] = [];
  for (const word of words) {
    const known = new FlagValues(flagsOf(command));
    if (open) {
      given.push([open, word]);
      open = undefined;
    } else if (word === "--") {
      return { command, args, flags: valuesOf(command, given), open, afterDashes: true };
    } else if (word.startsWith("-") && word !== "-") {
      const [name = "", value] = word.replace(/^--?/, "").split(/=(.*)/);
      const flag = word.startsWith("--") ? known.find(name) : known.findShort(name.charAt(0));
      const attached = word.startsWith("--") ? value : name.slice(1) || value;
      if (!flag) continue;
      if (attached !== undefined && attached !== "") given.push([flag, attached]);
      else if (flag.bare === undefined) open = flag;
    } else {
      const below = command ? (command.commands ?? []) : rootCommands;
      const next = args.length > 0 ? undefined : findCommand(below, word);
      if (next) command = next;
      else args.push(word);
    }
  }
  return { command, args, flags: valuesOf(command, given), open, afterDashes: false };
}

const findCommand = (commands: readonly Command[], word: string): Command | undefined =>
  commands.find(({ name, aliases }) => name === word || aliases?.includes(word));

/** Those that connect somewhere; what does not parse is left out. */
function valuesOf(command: Command | undefined, given: readonly [Flag, string][]): FlagValues {
  const values = new FlagValues(flagsOf(command));
  for (const [flag, value] of given) {
    if (flag.type === "string") values.set(flag, value);
  }
  return values;
}

interface Place {
  /** The beginning of the word at the cursor. */
  readonly current: string;
  readonly kubectl: Kubectl;
}

function candidates(line: Line, place: Place): Promise<readonly string[] | undefined> {
  const { command, args, open } = line;
  const { current } = place;
  if (open) return valuesFor(open.name, place);
  if (current.startsWith("-")) return flagNames(line, place);
  const below = command ? command.commands : rootCommands;
  if (args.length === 0 && below && below.length > 0) {
    const visible = below.filter(({ hidden }) => !hidden);
    return Promise.resolve(visible.map(({ name }) => name));
  }
  return command?.completes ? argumentsFor(command.completes, line, place) : Promise.resolve([]);
}

async function flagNames(
  { command }: Line,
  { current, kubectl }: Place,
): Promise<readonly string[] | undefined> {
  const [name, value] = current.split("=");
  if (value !== undefined) {
    const found = await valuesFor((name ?? "").replace(/^--/, ""), { current: value, kubectl });
    return found?.map((each) => `${name}=${each}`);
  }
  return flagsOf(command)
    .filter(({ hidden }) => !hidden)
    .flatMap((flag) => [
      `--${flag.name}${flag.bare === undefined ? "=" : ""}`,
      ...(flag.short !== "" && current === `-${flag.short}` ? [`-${flag.short}`] : []),
    ]);
}

const formats =
  "custom-columns custom-columns-file go-template go-template-file json jsonpath jsonpath-as-json jsonpath-file name template templatefile wide yaml";

/** What can stand behind a flag; undefined for files. */
async function valuesFor(flag: string, { kubectl }: Place): Promise<readonly string[] | undefined> {
  switch (flag) {
    case "namespace":
      return namesOf(kubectl, "namespaces");
    case "output":
      return formats.split(" ");
    case "context":
    case "cluster":
    case "user":
      return [...kubectl.config[`${flag}s`].keys()];
    case "filename":
    case "kustomize":
    case "kubeconfig":
      return undefined;
    default:
      return [];
  }
}

async function argumentsFor(
  completes: Completes,
  { args }: Line,
  { current, kubectl }: Place,
): Promise<readonly string[] | undefined> {
  switch (completes) {
    case "file":
      return undefined;
    case "none":
      return [];
    case "context":
    case "cluster":
    case "user":
      return [...kubectl.config[`${completes}s`].keys()];
    case "node":
      return namesOf(kubectl, "nodes");
    case "pod":
      if (args.length > 0) return [];
      return current.includes("/") ? qualified(kubectl, current) : namesOf(kubectl, "pods");
    case "type": {
      const [type] = args;
      if (current.includes("/")) return qualified(kubectl, current);
      if (type === undefined) return typesAfterComma(kubectl, current);
      return type.includes("/") ? [] : unused(await namesOf(kubectl, type), args);
    }
  }
}

const unused = (names: readonly string[], args: readonly string[]): readonly string[] =>
  names.filter((name) => !args.includes(name));

/** `pods,svc` is one word. */
async function typesAfterComma(kubectl: Kubectl, current: string): Promise<readonly string[]> {
  const head = current.slice(0, current.lastIndexOf(",") + 1);
  const mappings = await kubectl.discovery.all();
  const names = mappings
    .filter(({ verbs }) => verbs.includes("get"))
    .flatMap(({ plural, group, version }) => {
      const twice = mappings.some((each) => each.plural === plural && each.group !== group);
      return twice && group !== "" ? [`${plural}.${group}`] : version === "" ? [] : [plural];
    });
  return [...new Set(names)].map((name) => head + name);
}

async function qualified(kubectl: Kubectl, current: string): Promise<readonly string[]> {
  const [type = ""] = current.split("/");
  return (await namesOf(kubectl, type)).map((name) => `${type}/${name}`);
}

/** What there is of a type, in the namespace that the command line is about. */
async function namesOf(kubectl: Kubectl, type: string): Promise<readonly string[]> {
  const mapping = await kubectl.discovery.lookUp(type.split(",")[0] ?? "");
  if (!mapping) return [];
  const namespace = mapping.namespaced ? kubectl.namespace : "";
  const list = await kubectl.rest.list(mapping, namespace);
  return list.items.map(({ metadata }) => metadata.name);
}
