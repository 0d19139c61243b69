// `nodetool`: asks the node of the same machine over JMX. Upstream: tools/NodeTool.java.

import { NetworkError } from "../../machine/network.ts";
import type { Process, Program } from "../../machine/process.ts";
import { Life } from "../consul/life.ts";
import { Link, RpcError } from "../consul/link.ts";
import { JMX_PORT } from "./jmx.ts";
import { commands } from "./nodetool/commands.ts";

/** So long a Java machine takes to be there. */
const JVM_MS = 600;

export interface Call {
  readonly process: Process;
  readonly args: readonly string[];
  readonly flags: ReadonlySet<string>;
  print(text: string): Promise<void>;
  ask<T>(method: string, argument?: string): Promise<T>;
}

/** What the real one can do beside. */
const absent = new Set(
  (
    "bootstrap cfhistograms cfstats clearsnapshot compactionhistory compactionstats disableautocompaction " +
    "disablebackup disablegossip disablehandoff disablehintsfordc disablethrift enableautocompaction " +
    "enablebackup enablegossip enablehandoff enablehintsfordc enablethrift failuredetector garbagecollect " +
    "gcstats getcompactionthreshold getcompactionthroughput getconcurrentcompactors getendpoints " +
    "getinterdcstreamthroughput getlogginglevels getmaxhintwindow getsstables getstreamthroughput " +
    "gettimeout gettraceprobability invalidatecountercache invalidatekeycache invalidaterowcache join " +
    "listsnapshots move netstats pausehandoff proxyhistograms rangekeysample rebuild rebuild_index " +
    "refresh refreshsizeestimates reloadlocalschema reloadtriggers relocatesstables repair replaybatchlog " +
    "resetlocalschema resumehandoff scrub setcachecapacity setcachekeystosave setcompactionthreshold " +
    "setcompactionthroughput setconcurrentcompactors sethintedhandoffthrottlekb " +
    "setinterdcstreamthroughput setlogginglevel setmaxhintwindow setstreamthroughput settimeout " +
    "settraceprobability snapshot statusbackup statushandoff statusthrift stop stopdaemon tablehistograms " +
    "tablestats toppartitions tpstats truncatehints upgradesstables verify viewbuildstatus"
  ).split(" "),
);

export const nodetool: Program = async (process) => {
  await process.sleep(JVM_MS);
  const words = process.argv.slice(1);
  const { host, port, rest } = connection(words);
  const [name = "help", ...more] = rest;
  if (name === "help") return help(process);
  const command = commands[name];
  if (!command) {
    if (absent.has(name)) return complain(process, `nodetool ${name}: not simulated`);
    const text = `nodetool: Found unexpected parameters: [${rest.join(", ")}]`;
    return complain(process, `${text}\nSee 'nodetool help' or 'nodetool help <command>'.`);
  }
  const life = new Life(process);
  try {
    const plain = await process.network.dial(host, port);
    const link = new Link(plain, { life, network: process.network, receive: () => undefined });
    const call: Call = {
      process,
      args: more.filter((word) => !word.startsWith("-")),
      flags: new Set(more.filter((word) => word.startsWith("-"))),
      print: (text) => process.stdout.write(`${text}\n`),
      ask: async (method, argument) => (await link.call(method, argument)) as never,
    };
    const code = await process.wait(command.run(call));
    link.close();
    return code ?? 0;
  } catch (error) {
    if (error instanceof NetworkError)
      return complain(process, cannotConnect(error, host, port), 1);
    if (!(error instanceof RpcError)) throw error;
    const text = error.lost ? "error: Connection refused" : `nodetool: ${error.message}`;
    return complain(
      process,
      `${text}${error.lost ? "" : "\nSee 'nodetool help' or 'nodetool help <command>'."}`,
      error.lost ? 2 : 1,
    );
  } finally {
    life.end();
  }
};

function connection(words: readonly string[]) {
  const rest = [...words];
  let host = "127.0.0.1";
  let port = JMX_PORT;
  for (;;) {
    const [first = "", value = ""] = rest;
    if (/^(?:-h|--host)$/.test(first)) host = value;
    else if (/^(?:-p|--port)$/.test(first)) port = Number(value);
    else if (!/^(?:-u|--username|-pw|--password|-pwf|--password-file)$/.test(first)) break;
    rest.splice(0, 2);
  }
  return { host: host === "localhost" ? "127.0.0.1" : host, port, rest };
}

function cannotConnect({ code, message }: NetworkError, host: string, port: number): string {
  const type = code === "ENOTFOUND" ? "UnknownHostException" : "ConnectException";
  const why = code === "ENOTFOUND" ? host : `${message} (${message})`;
  return `nodetool: Failed to connect to '${host}:${port}' - ${type}: '${why}'.`;
}

async function complain({ stderr }: Process, text: string, code = 1): Promise<number> {
  await stderr.write(`${text}\n`);
  return code;
}

/** differs: lists only what there is. */
async function help({ stdout }: Process): Promise<number> {
  const names = Object.keys(commands).sort();
  const width = Math.max(...names.map(({ length }) => length));
  const list = names.map((name) => `    ${name.padEnd(width)}   ${commands[name]?.about ?? ""}\n`);
  await stdout.write(
    "usage: nodetool [(-h <host> | --host <host>)] [(-p <port> | --port <port>)] <command> [<args>]\n\n" +
      `The most commonly used nodetool commands are:\n${list.join("")}\n` +
      "See 'nodetool help <command>' for more information on a specific command.\n",
  );
  return 0;
}
