// `mysqld`: the server. It opens its data directory, listens, and closes everything in good order
// when it is asked to stop; a kill leaves that to the next start. sql/mysqld.cc.

import { FileError, parentOf } from "../../../machine/files.ts";
import { type Connection, NetworkError } from "../../../machine/network.ts";
import { Killed, type Process, type Program } from "../../../machine/process.ts";
import { uuid } from "../../../sim/random.ts";
import { Instance, type Release } from "../engine/instance.ts";
import { Storage } from "../engine/storage.ts";
import { socketText } from "../wire.ts";
import { converse, type Desk } from "./connections.ts";
import { initialize } from "./initialize.ts";
import {
  closeTablespaces,
  greetInnodb,
  InnodbError,
  type InnodbOptions,
  loadBufferPool,
  lockFirstFile,
  openTablespaces,
} from "./innodb.ts";
import { errorLog, type Log } from "./log.ts";
import { type Given, OptionError, optionsOf } from "./options.ts";

const LOST_PORT = 33_060;

export const mysqld =
  (release: Release): Program =>
  async (process) => {
    const log = errorLog(process);
    const [flag] = process.argv.slice(1);
    if (flag === "--version" || flag === "-V") {
      await process.stdout.write(
        `mysqld  Ver ${release.version} for Linux on x86_64 (MySQL Community Server (GPL))\n`,
      );
      return 0;
    }
    try {
      const options = optionsOf(process);
      if (process.identity.uid === 0 && options.user === undefined) {
        log.error(
          'Fatal error: Please read "Security" section of the manual to find out how to run mysqld as root!',
        );
        return abort(log);
      }
      if (options.initialize) return await initialize({ process, log, release, options });
      return await run({ process, log, release, options });
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      log.error(error.message);
      return abort(log);
    }
  };

function abort(log: Log): number {
  log.error("Aborting");
  log.raw("");
  return 1;
}

interface Running {
  readonly process: Process;
  readonly log: Log;
  readonly release: Release;
  readonly options: Given;
}

async function run(running: Running): Promise<number> {
  const { process, log, release, options } = running;
  log.warning(
    "TIMESTAMP with implicit DEFAULT value is deprecated. Please use --explicit_defaults_for_timestamp server option (see documentation for more details).",
  );
  log.note(`mysqld (mysqld ${release.version}) starting as process ${process.pid} ...`);
  const { files } = process;
  if (files.kind(options.datadir) !== "directory" || !files.access(options.datadir, 2)) {
    log.warning(`Can't create test file ${options.datadir}/${process.hostname}.lower-test`);
    log.error(`failed to set datadir to ${options.datadir}/`);
    return abort(log);
  }
  let stop = () => {};
  const asked = new Promise<void>((resolve) => {
    stop = resolve;
  });
  process.trap("SIGTERM", stop);
  process.trap("SIGHUP", () => {});
  const storage = new Storage(files, options.datadir);
  const innodb: InnodbOptions = { process, log, storage, version: release.version };
  greetInnodb(innodb);
  let unlock = () => {};
  try {
    if (!storage.exists) throw missingData(log);
    unlock = await lockFirstFile(innodb);
    const instance = new Instance({
      ...{ release, options, hostname: process.hostname, storage, stop },
      ...{ clock: process.clock, random: process.random.stream("sql"), uuid: serverUuid(running) },
    });
    await openTablespaces(innodb, instance.schemata);
    if (!instance.schemata.find({ database: "mysql", name: "user" })) {
      log.error(
        "Fatal error: Can't open and lock privilege tables: Table 'mysql.user' doesn't exist",
      );
      return abort(log);
    }
    return await answerUntil(asked, { process, instance, log }, innodb);
  } catch (error) {
    if (!(error instanceof InnodbError)) throw error;
    log.error(
      `InnoDB: InnoDB Database creation was aborted with error ${error.message}. You may need to delete the ibdata1 file before trying to start up again.`,
    );
    log.error("Plugin 'InnoDB' init function returned error.");
    log.error("Plugin 'InnoDB' registration as a STORAGE ENGINE failed.");
    log.error("Failed to initialize builtin plugins.");
    return abort(log);
  } finally {
    unlock();
  }
}

function missingData(log: Log): InnodbError {
  log.error("InnoDB: The innodb_system data file 'ibdata1' was not found");
  return new InnodbError("Cannot open a file");
}

function serverUuid({ process: { files, random }, options }: Running): string {
  const path = `${options.datadir}/auto.cnf`;
  const text = files.kind(path) === "file" ? files.read(path) : "";
  return /server-uuid=(\S+)/.exec(text)?.[1] ?? uuid(random.stream("server uuid"));
}

async function answerUntil(
  asked: Promise<void>,
  desk: Desk,
  innodb: InnodbOptions,
): Promise<number> {
  const { process, instance, log } = desk;
  const { options, release } = instance;
  log.note("Plugin 'FEDERATED' is disabled.");
  loadBufferPool(innodb);
  log.note(
    "Found ca.pem, server-cert.pem and server-key.pem in data directory. Trying to enable SSL support using them.",
  );
  log.warning("CA certificate ca.pem is self signed.");
  let fail: (error: unknown) => void = () => {};
  const broken = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const accept = (local: boolean) => (connection: Connection) => {
    converse(desk, connection, local).catch((error: unknown) => {
      if (!(error instanceof Killed || error instanceof NetworkError)) fail(error);
    });
  };
  if (options.networking) {
    try {
      process.network.listen(options.port, accept(false));
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      log.error("Can't start server: Bind on TCP/IP port: Address already in use");
      log.error(`Do you already have another mysqld server running on port: ${options.port} ?`);
      return abort(log);
    }
    log.note(`Server hostname (bind-address): '*'; port: ${options.port}`);
    for (const line of ["IPv6 is available.", "  - '::' resolves to '::';"]) log.note(line);
    log.note("Server socket created on IP: '::'.");
  }
  const closeSocket = openSocket(process, options.socket, accept(true));
  log.note("Event Scheduler: Loaded 0 events");
  log.note("mysqld: ready for connections.");
  log.raw(
    `Version: '${release.version}'  socket: '${options.socket}'  port: ${options.networking ? options.port : 0}  MySQL Community Server (GPL)`,
  );
  await process.wait(Promise.race([asked, broken]));
  await shutDown(desk, innodb);
  closeSocket();
  log.note("mysqld: Shutdown complete");
  log.raw("");
  return 0;
}

/** Listens where the socket's file says. */
function openSocket(
  process: Process,
  path: string,
  accept: (connection: Connection) => void,
): () => void {
  const { files, network } = process;
  let port = LOST_PORT;
  for (;;) {
    try {
      network.listen(port, accept, { address: "127.0.0.1" });
      break;
    } catch (error) {
      if (!(error instanceof NetworkError) || port > LOST_PORT + 100) throw error;
      port++;
    }
  }
  files.makeDirectory(parentOf(path), { parents: true });
  files.write(path, socketText(port), { mode: 0o777 });
  return () => {
    try {
      files.remove(path);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
    }
  };
}

async function shutDown({ instance, log }: Desk, innodb: InnodbOptions): Promise<void> {
  const { sessions } = instance;
  log.note(`Giving ${sessions.size} client threads a chance to die gracefully`);
  log.note("Shutting down slave threads");
  log.note(`Forcefully disconnecting ${sessions.size} remaining clients`);
  for (const session of [...sessions.values()]) {
    session.end();
    session.close();
  }
  log.note("Event Scheduler: Purging the queue. 0 events");
  log.note("Binlog end");
  for (const name of ["ngram", "partition", "BLACKHOLE", "ARCHIVE", "PERFORMANCE_SCHEMA"]) {
    log.note(`Shutting down plugin '${name}'`);
  }
  log.note("Shutting down plugin 'InnoDB'");
  await closeTablespaces(innodb);
}
