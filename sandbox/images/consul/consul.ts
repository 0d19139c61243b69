// `consul`: one program for the agent and for everything that one asks of it.
// Upstream: hashicorp/consul main.go, mitchellh/cli.

import type { Process, Program } from "../../machine/process.ts";
import { agent } from "./agent.ts";
import { clusterCommands } from "./cluster-commands.ts";
import { type Command, callOf, Failure } from "./command.ts";
import { FlagError } from "./flags.ts";
import { kvCommands } from "./kv-commands.ts";
import type { ConsulVersion } from "./versions.ts";

const commands: Readonly<Record<string, Command>> = { ...clusterCommands, ...kvCommands };

/** What the real one can do beside. */
const absent = new Set(
  (
    "acl config connect debug event exec intention keygen keyring lock login logout maint peering " +
    "resource rtt services snapshot tls troubleshoot validate watch"
  ).split(" "),
);

const groups: Readonly<Record<string, string>> = {
  agent: "Runs a Consul agent",
  catalog: "Interact with the catalog",
  kv: "Interact with the key-value store",
  operator: "Provides cluster-level tools for Consul operators",
  "operator raft": "Provides cluster-level tools for Consul operators",
};

export function consul(version: ConsulVersion): Program {
  const runAgent = agent(version);
  return async (process) => {
    const words = process.argv.slice(1);
    const [first = ""] = words;
    if (/^--?v(?:ersion)?$/.test(first)) words.splice(0, 1, "version");
    if (first === "agent" && !words.some(isHelp)) return runAgent(process);
    const named = words.findIndex((word) => word.startsWith("-"));
    const line = words.slice(0, named < 0 ? words.length : named);
    for (let length = Math.min(3, line.length); length > 0; length--) {
      const name = line.slice(0, length).join(" ");
      const command = commands[name];
      if (command) return run(process, version, { command, name, argv: words.slice(length) });
      if (groups[name] !== undefined) return usage(process, name);
    }
    if (absent.has(first)) {
      await process.stderr.write(`consul ${first}: not simulated\n`);
      return 1;
    }
    return usage(process, "");
  };
}

const isHelp = (word: string): boolean => /^--?h(?:elp)?$/.test(word);

interface Asked {
  readonly command: Command;
  readonly name: string;
  readonly argv: readonly string[];
}

async function run(process: Process, version: ConsulVersion, asked: Asked): Promise<number> {
  const { command, name, argv } = asked;
  if (argv.some(isHelp)) {
    await process.stdout.write(`Usage: consul ${name} [options]\n\n  ${command.about}\n`);
    return 0;
  }
  try {
    return await command.run(callOf(process, version, { command, argv }));
  } catch (error) {
    if (!(error instanceof Failure || error instanceof FlagError)) throw error;
    await process.stderr.write(`${error.message}\n`);
    return error instanceof Failure ? error.code : 1;
  }
}

/** differs: lists only what there is. */
async function usage(process: Process, group: string): Promise<number> {
  const prefix = group === "" ? "" : `${group} `;
  const names = new Map<string, string>();
  for (const [name, about] of [
    ...Object.entries(commands).map(([key, { about: text }]) => [key, text] as const),
    ...Object.entries(groups),
  ]) {
    if (name.startsWith(prefix) && name !== group) {
      const [word = ""] = name.slice(prefix.length).split(" ");
      names.set(word, groups[prefix + word] ?? about);
    }
  }
  const width = Math.max(...[...names.keys()].map(({ length }) => length));
  const list = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = list.map(([name, about]) => `    ${name.padEnd(width)}    ${about}\n`).join("");
  const head =
    group === ""
      ? "Usage: consul [--version] [--help] <command> [<args>]\n\nAvailable commands are:\n"
      : `Usage: consul ${group} <subcommand> [options] [args]\n\nSubcommands:\n`;
  const isAsked = process.argv.some(isHelp);
  await (isAsked ? process.stdout : process.stderr).write(`${head}${lines}\n`);
  return isAsked ? 0 : group === "" ? 127 : 1;
}
