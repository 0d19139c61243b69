// What cqlsh does itself. Upstream: bin/cqlsh.py do_describe, do_consistency, do_show and others.

import type { Process } from "../../../machine/process.ts";
import { levels } from "../coordinator.ts";
import type { Hello } from "../native.ts";
import { describe } from "./describe.ts";

/** cqlsh as its own commands see it. */
export interface Console {
  readonly process: Process;
  readonly hello: Hello;
  readonly host: string;
  readonly port: number;
  readonly keyspace: string | undefined;
  level: string;
  expand: boolean;
  print(text: string): Promise<void>;
  complain(text: string): Promise<void>;
  ask(method: string): Promise<unknown>;
  script(text: string): Promise<void>;
}

type Special = (console: Console, words: readonly string[]) => Promise<boolean>;

const specials: Readonly<Record<string, Special>> = {
  exit: async () => false,
  quit: async () => false,
  describe,
  desc: describe,
  consistency,
  serial: async (console) => {
    await console.print("Current serial consistency level is SERIAL.");
    return true;
  },
  expand: async (console, [state = ""]) => {
    console.expand = state === "on" || (state !== "off" && console.expand);
    await console.print(
      state === ""
        ? `Expanded output is currently ${console.expand ? "enabled" : "disabled"}. Use EXPAND ${console.expand ? "OFF" : "ON"} to ${console.expand ? "disable" : "enable"}`
        : state === "on"
          ? "Now Expanded output is enabled"
          : "Disabled Expanded output.",
    );
    return true;
  },
  show,
  paging: async (console) => {
    await console.print(
      "Query paging is currently enabled. Use PAGING OFF to disable\nPage size: 100",
    );
    return true;
  },
  clear: cleared,
  cls: cleared,
  source: async (console, [, file = ""]) => {
    const path = file.replace(/^'|'$/g, "");
    await console.script(console.process.files.read(path));
    return true;
  },
  help: async (console) => {
    await console.print(helpText);
    return true;
  },
  ...Object.fromEntries(
    ["tracing", "copy", "capture", "login"].map((name): [string, Special] => [
      name,
      async (console) => {
        await console.complain(`${name.toUpperCase()}: not simulated`);
        return true;
      },
    ]),
  ),
};

/** Undefined: it is for the server. False: it was the last. */
export async function runSpecial(console: Console, text: string): Promise<boolean | undefined> {
  const [first = "", ...rest] = text.trim().split(/\s+/);
  const special = specials[first.toLowerCase()];
  if (!special) return undefined;
  const isFile = first.toLowerCase() === "source";
  return special(console, isFile ? ["", ...rest] : rest.map((word) => word.toLowerCase()));
}

async function cleared(console: Console): Promise<boolean> {
  await console.process.stdout.write("\u001b[2J\u001b[H");
  return true;
}

async function consistency(console: Console, [level]: readonly string[]): Promise<boolean> {
  if (level === undefined) {
    await console.print(`Current consistency level is ${console.level}.`);
    return true;
  }
  const wanted = level.toUpperCase();
  if (!levels.includes(wanted)) {
    await console.complain("Improper CONSISTENCY command.");
    return true;
  }
  console.level = wanted;
  await console.print(`Consistency level set to ${wanted}.`);
  return true;
}

async function show(console: Console, [what = ""]: readonly string[]): Promise<boolean> {
  const { cluster, release, cql, protocol } = console.hello;
  if (what === "host") {
    await console.print(`Connected to ${cluster} at ${console.host}:${console.port}.`);
  } else if (what === "version") {
    const list = `Cassandra ${release} | CQL spec ${cql} | Native protocol ${protocol}`;
    await console.print(`[cqlsh 5.0.1 | ${list}]`);
  } else await console.complain("Improper SHOW command.");
  return true;
}

const helpText = `
Documented shell commands:
===========================
CAPTURE  CLS          COPY  DESCRIBE  EXPAND  LOGIN   SERIAL  SOURCE   UNICODE
CLEAR    CONSISTENCY  DESC  EXIT      HELP    PAGING  SHOW    TRACING

CQL help topics:
================
ALTER_KEYSPACE  CREATE_KEYSPACE  DELETE         DROP_TABLE  SELECT    UPDATE
ALTER_TABLE     CREATE_TABLE     DROP_KEYSPACE  INSERT      TRUNCATE  USE
`;
