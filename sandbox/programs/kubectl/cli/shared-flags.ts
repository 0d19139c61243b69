// Flags that several commands share, and what they come to. kubectl pkg/cmd/util/helpers.go;
// cli-runtime pkg/genericclioptions.

import { CommandError } from "./errors.ts";
import { bool, type Flag, int, list, text } from "./flags.ts";
import type { Kubectl } from "./kubectl.ts";

export const fileFlags = (usage: string): Flag[] => [
  list("filename f", `Filename, directory, or URL to files ${usage}`),
  text(
    "kustomize k",
    "Process the kustomization directory. This flag can't be used together with -f or -R.",
  ),
  bool("recursive R", "Process the directory used in -f, --filename recursively."),
];

export const dryRunFlag = text(
  "dry-run",
  'Must be "none", "server", or "client". If client strategy, only print the object that would be sent, without sending it. If server strategy, submit server-side request without persisting the resource.',
  { value: "none", bare: "unchanged" },
);

export const selectorFlag = text(
  "selector l",
  "Selector (label query) to filter on, supports '=', '==', and '!='.(e.g. -l key1=value1,key2=value2)",
);

export const fieldSelectorFlag = text(
  "field-selector",
  "Selector (field query) to filter on, supports '=', '==', and '!='. The server only supports a limited number of field queries per type.",
);

export const allFlag = (usage: string): Flag => bool("all", usage);

export const allNamespacesFlag = bool(
  "all-namespaces A",
  "If present, list the requested object(s) across all namespaces.",
);

export const validateFlag = bool(
  "validate",
  "If true, use a schema to validate the input before sending it",
  { value: "true" },
);

export const saveConfigFlag = bool(
  "save-config",
  "If true, the configuration of current object will be saved in its annotation.",
);

export const recordFlag = bool(
  "record",
  "Record current kubectl command in the resource annotation.",
);

export const fieldManagerFlag = (name: string): Flag =>
  text("field-manager", "Name of the manager used to track field ownership.", { value: name });

export const chunkSizeFlag = int(
  "chunk-size",
  "Return large lists in chunks rather than all at once. Pass 0 to disable.",
  { value: "500" },
);

export const localFlag = (what: string): Flag =>
  bool("local", `If true, ${what} will NOT contact api-server but run locally.`);

export type DryRun = "none" | "client" | "server";

/** What `--dry-run` asks for; says so if it is asked in an old way. */
export async function dryRunOf(kubectl: Kubectl): Promise<DryRun> {
  if (!kubectl.flags.has("dry-run")) return "none";
  const value = kubectl.flags.string("dry-run");
  if (value === "none" || value === "client" || value === "server") return value;
  if (value === "unchanged") {
    await warn(kubectl, "--dry-run is deprecated and can be replaced with --dry-run=client.");
    return "client";
  }
  const truth = /^(1|t|T|TRUE|true|True)$/.test(value);
  if (truth || /^(0|f|F|FALSE|false|False)$/.test(value)) {
    const instead = truth ? "client" : "none";
    await warn(
      kubectl,
      `--dry-run=${value} is deprecated (boolean value) and can be replaced with --dry-run=${instead}.`,
    );
    return instead;
  }
  throw new CommandError(
    `Invalid dry-run value (${value}). Must be "none", "server", or "client".`,
  );
}

/** A note as kubectl's log writes it. */
function warn({ process }: Kubectl, message: string): Promise<void> {
  return process.stderr.write(
    `${logPrefix(process.clock.now(), process.pid)} helpers.go:553] ${message}\n`,
  );
}

function logPrefix(now: number, pid: number): string {
  const date = new Date(now);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = two(date.getUTCMonth() + 1) + two(date.getUTCDate());
  const time = date.toISOString().slice(11, 23);
  return `W${day} ${time}000 ${String(pid).padStart(7)}`;
}

/** What is said of something that was done, or would be. */
export const operationOf = (operation: string, dryRun: DryRun): string =>
  ({ none: operation, client: `${operation} (dry run)`, server: `${operation} (server dry run)` })[
    dryRun
  ];

/** The command line, as `--record` notes it. */
export function changeCause({ process, flags }: Kubectl): string {
  const words = process.argv.slice(1).filter((word) => !word.startsWith("-"));
  const args = commandWords(
    process.argv.slice(1),
    flags.given.map(([, value]) => value),
    words,
  );
  const given = flags.given.map(([name, value]) => ` --${name}=${value}`);
  return `kubectl ${args.join(" ")}${given.join("")}`;
}

/** The words that are no flags and not the values of flags. */
function commandWords(
  all: readonly string[],
  values: readonly string[],
  words: readonly string[],
): string[] {
  const taken = new Set<number>();
  for (const [index, word] of all.entries()) {
    const next = all[index + 1];
    if (
      word.startsWith("-") &&
      !word.includes("=") &&
      next !== undefined &&
      values.includes(next)
    ) {
      taken.add(index + 1);
    }
  }
  const kept = all.filter((word, index) => !word.startsWith("-") && !taken.has(index));
  return kept.length > 0 ? kept : [...words];
}

/** `KEY=VALUE` and `KEY-` behind the resources. */
export interface Changes {
  readonly resources: readonly string[];
  readonly pairs: readonly string[];
}

export function splitChanges(args: readonly string[], kind: string): Changes {
  const isPair = (arg: string) =>
    (arg.includes("=") && !arg.startsWith("=")) || (arg.endsWith("-") && arg !== "-");
  const first = args.findIndex(isPair);
  if (first < 0) return { resources: args, pairs: [] };
  const pairs = args.slice(first);
  const late = pairs.find((arg) => !isPair(arg));
  if (late !== undefined) {
    throw new CommandError(`all resources must be specified before ${kind} changes: ${late}`);
  }
  return { resources: args.slice(0, first), pairs };
}

export interface Pairs {
  readonly set: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
}

export function parsePairs(args: readonly string[], kind: string, canRemove: boolean): Pairs {
  const set: Record<string, string> = {};
  const removed: string[] = [];
  const bad: string[] = [];
  for (const arg of args) {
    const at = arg.indexOf("=");
    if (at > 0) set[arg.slice(0, at)] = arg.slice(at + 1);
    else if (canRemove && arg.endsWith("-") && arg !== "-") removed.push(arg.slice(0, -1));
    else bad.push(arg);
  }
  if (bad.length > 0) throw new CommandError(`invalid ${kind} format: ${bad.join(", ")}`);
  return { set, removed };
}
