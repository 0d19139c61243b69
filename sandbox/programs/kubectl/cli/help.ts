// Help and usage, laid out as kubectl lays them out. pkg/util/templates/templater.go, templates.go.
// differs: descriptions are one sentence, where kubectl has paragraphs.

import { byCodePoint } from "../../../api/schema/go-json.ts";
import { goDuration, parseDuration } from "../../../api/time.ts";
import type { Command } from "./command.ts";
import type { Flag } from "./flags.ts";
import { globalFlags } from "./global-flags.ts";

/** Commands by what they are for, as `kubectl help` lists them. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly Command[];
}

/** Help for a command; `path` is its whole name. */
export function helpText(command: Command, path: string): string {
  const { long, short, aliases = [], examples = [], commands = [], flags = [] } = command;
  const visible = flags.filter(({ hidden }) => !hidden);
  const sections = [
    long ?? short,
    aliases.length > 0 ? `Aliases:\n${[command.name, ...aliases].join(", ")}` : "",
    examples.length > 0
      ? `Examples:\n${examples.map((line) => `  ${line}`.trimEnd()).join("\n")}`
      : "",
    commands.length > 0 ? `Available Commands:\n${commandList(commands)}` : "",
    visible.length > 0 ? `Options:\n${flagList(visible)}` : "",
    `Usage:\n  ${usageLine(command, path)}`,
  ];
  const tips = [
    ...(commands.length > 0
      ? ['Use "kubectl <command> --help" for more information about a given command.']
      : []),
    'Use "kubectl options" for a list of global command-line options (applies to all commands).',
  ];
  return `${[...sections.filter((section) => section !== ""), tips.join("\n")].join("\n\n")}\n`;
}

/** What older releases print behind a wrong flag. */
export function usageText(command: Partial<Command>, path: string): string {
  const { usage = "", examples = [], flags = [] } = command;
  const visible = flags.filter(({ hidden }) => !hidden);
  const lines = [
    `Usage:\n  ${usageLine({ usage, flags: visible }, path)}`,
    examples.length > 0 && `Examples:\n${examples.map((line) => `  ${line}`.trimEnd()).join("\n")}`,
    visible.length > 0 && `Options:\n${flagList(visible)}`,
    'Use "kubectl options" for a list of global command-line options (applies to all commands).',
  ];
  return `${lines.filter(Boolean).join("\n\n")}\n`;
}

function usageLine({ usage, flags = [] }: Pick<Command, "usage" | "flags">, path: string): string {
  const line = usage === "" ? path : `${path} ${usage}`;
  return flags.length > 0 && !line.includes("[options]") ? `${line} [options]` : line;
}

/** `kubectl`, alone. */
export function rootHelp(groups: readonly CommandGroup[]): string {
  const lists = groups.map(({ title, commands }) => `${title}\n${commandList(commands, 13)}`);
  return [
    "kubectl controls the Kubernetes cluster manager.",
    " Find more information at: https://kubernetes.io/docs/reference/kubectl/overview/",
    ...lists,
    "Usage:\n  kubectl [flags] [options]",
    'Use "kubectl <command> --help" for more information about a given command.\nUse "kubectl options" for a list of global command-line options (applies to all commands).\n',
  ].join("\n\n");
}

export const optionsHelp = (): string =>
  `The following options can be passed to any command:\n\n${flagList(globalFlags.filter(({ hidden }) => !hidden))}\n`;

function commandList(commands: readonly Command[], padding = 0): string {
  const visible = commands.filter(({ hidden }) => !hidden);
  const width = Math.max(padding, ...visible.map(({ name }) => name.length));
  return visible.map(({ name, short }) => `  ${name.padEnd(width)} ${short}`).join("\n");
}

function flagList(flags: readonly Flag[]): string {
  return [...flags]
    .sort((a, b) => byCodePoint(a.name, b.name))
    .map((flag) => {
      const letter = flag.short === "" ? "      " : `  -${flag.short}, `;
      return `${letter}--${flag.name}=${shownDefault(flag)}: ${flag.usage}`;
    })
    .join("\n");
}

function shownDefault({ type, value }: Flag): string {
  if (type === "string") return `'${value}'`;
  if (type === "list" || type === "array") return `[${value}]`;
  return type === "duration" ? goDuration(parseDuration(value) ?? 0) : value;
}
