// `mysqladmin`: small questions to the server, what probes like to ask. client/mysqladmin.cc.

import type { Process, Program } from "../../../machine/process.ts";
import { ClientError, connect, type Server } from "./connection.ts";
import { readOptions, UsageError } from "./options.ts";
import { resultText } from "./output.ts";

export const mysqladmin: Program = async (process) => {
  const say = (text: string) => process.stderr.write(text);
  try {
    const options = await readOptions(process);
    const [command = ""] = options.words;
    if (!known.test(command)) {
      await say(
        command === ""
          ? "Usage: mysqladmin [OPTIONS] command command....\n"
          : `mysqladmin: Unknown command: '${command}'\n`,
      );
      return 1;
    }
    const server = await reach(process, options, command === "ping");
    if (!server) return 0;
    const code = await perform(process, server, options.words);
    server.close();
    return code;
  } catch (error) {
    if (error instanceof UsageError) {
      await say(`${error.message}\n`);
      return 1;
    }
    if (!(error instanceof ClientError)) throw error;
    const quoted = error.code >= 2000;
    const failure = `mysqladmin: connect to server at '${hostOf(process)}' failed\nerror: '${error.message}'\n`;
    await say(`\x07${failure}`);
    if (error.code === 2002) {
      await say(
        "Check that mysqld is running and that the socket: '/var/run/mysqld/mysqld.sock' exists!\n",
      );
    } else if (quoted) {
      await say(
        `Check that mysqld is running on ${hostOf(process)} and that the port is 3306.\nYou can check this by doing 'telnet ${hostOf(process)} 3306'\n`,
      );
    }
    return 1;
  }
};

const known =
  /^(?:ping|status|version|shutdown|processlist|variables|extended-status|create|drop|password|flush-\w+)$/;

function hostOf({ argv }: Process): string {
  const at = argv.indexOf("-h");
  const joined = argv.find((word) => /^(?:-h.|--host=)/.test(word));
  return at >= 0
    ? (argv[at + 1] ?? "localhost")
    : (joined?.replace(/^(?:-h|--host=)/, "") ?? "localhost");
}

/** A server that refuses the login is alive too. */
async function reach(
  process: Process,
  options: Parameters<typeof connect>[1],
  pings: boolean,
): Promise<Server | undefined> {
  try {
    return await connect(process, options);
  } catch (error) {
    if (!(pings && error instanceof ClientError && error.code === 1045)) throw error;
    await process.stdout.write("mysqld is alive\n");
    return undefined;
  }
}

const queries: Readonly<Record<string, string>> = {
  processlist: "SHOW PROCESSLIST",
  variables: "SHOW VARIABLES",
  "extended-status": "SHOW STATUS",
};

async function perform(
  process: Process,
  server: Server,
  words: readonly string[],
): Promise<number> {
  const [command = "", argument = ""] = words;
  const say = (text: string) => process.stdout.write(text);
  const query = queries[command];
  if (query !== undefined) {
    const outcome = await server.ask({ query });
    if (outcome.kind === "rows") await say(resultText(outcome, "table", true));
    return 0;
  }
  const quoted = `\`${argument.replaceAll("`", "``")}\``;
  switch (command) {
    case "ping":
      await say("mysqld is alive\n");
      return 0;
    case "create":
      await server.ask({ query: `CREATE DATABASE ${quoted}` });
      return 0;
    case "drop":
      await server.ask({ query: `DROP DATABASE ${quoted}` });
      await say(`Database "${argument}" dropped\n`);
      return 0;
    case "shutdown":
      await server.ask({ query: "SHUTDOWN" });
      return 0;
    case "password":
      await server.ask({ query: `SET PASSWORD = '${argument.replaceAll("'", "''")}'` });
      return 0;
  }
  if (command.startsWith("flush-")) {
    await server.ask({ query: `FLUSH ${command.slice(6).toUpperCase()}` });
    return 0;
  }
  const counters = await server.ask({ query: "SHOW STATUS" });
  const values = new Map(
    counters.kind === "rows" ? counters.rows.map(([name, value]) => [name, value]) : [],
  );
  const uptime = values.get("Uptime") ?? "0";
  if (command === "version") {
    await say(
      `mysqladmin  Ver 8.42 Distrib ${server.greeting.version}, for Linux on x86_64\n\nServer version\t\t${server.greeting.version}\nUptime:\t\t\t${uptime} sec\n`,
    );
    return 0;
  }
  await say(
    `Uptime: ${uptime}  Threads: ${values.get("Threads_connected") ?? "1"}  Questions: ${values.get("Questions") ?? "0"}  Slow queries: 0\n`,
  );
  return 0;
}
