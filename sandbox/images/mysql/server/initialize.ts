// `mysqld --initialize-insecure`: makes the data directory of a new server. sql/sql_initialize.cc.

import { FileError } from "../../../machine/files.ts";
import type { Process } from "../../../machine/process.ts";
import { uuid } from "../../../sim/random.ts";
import { allPrivileges } from "../engine/accounts.ts";
import { Instance, type Release } from "../engine/instance.ts";
import { Storage } from "../engine/storage.ts";
import { lockFirstFile } from "./innodb.ts";
import type { Log } from "./log.ts";
import type { Given } from "./options.ts";

export interface Initializing {
  readonly process: Process;
  readonly log: Log;
  readonly release: Release;
  readonly options: Given;
}

/** Exit code. */
export async function initialize({
  process,
  log,
  release,
  options,
}: Initializing): Promise<number> {
  const { files, clock, random } = process;
  const { datadir } = options;
  log.warning(
    "TIMESTAMP with implicit DEFAULT value is deprecated. Please use --explicit_defaults_for_timestamp server option (see documentation for more details).",
  );
  const refused = prepare(process, options);
  if (refused !== undefined) {
    log.error(refused);
    log.error("Aborting");
    log.raw("");
    return 1;
  }
  const storage = new Storage(files, datadir);
  storage.format();
  const unlock = await lockFirstFile({ process, log, storage, version: release.version });
  await process.sleep(900);
  log.warning("InnoDB: New log files created, LSN=45790");
  await process.sleep(200);
  log.warning("InnoDB: Creating foreign key constraint system tables.");
  const id = uuid(random.stream(`server uuid ${clock.now()}`));
  log.warning(
    `No existing UUID has been found, so we assume that this is the first time that this server has been started. Generating a new UUID: ${id}.`,
  );
  files.write(storage.path("auto.cnf"), `[auto]\nserver-uuid=${id}\n`, { mode: 0o640 });
  log.warning("Gtid table is not ready to be used. Table 'mysql.gtid_executed' cannot be opened.");
  log.warning(
    "root@localhost is created with an empty password ! Please consider switching off the --initialize-insecure option.",
    1,
  );
  const instance = new Instance({
    ...{ release, options, hostname: process.hostname, uuid: id, storage, clock, random },
    stop() {},
  });
  instance.bootstrap();
  const { accounts } = instance;
  const { users } = accounts.tables;
  const rights = new Set([...allPrivileges, "GRANT OPTION"]);
  const root = accounts.userRow({ user: "root", host: "localhost" }, "", rights);
  storage.commit([users.apply(users.nextId, root)]);
  // The system tables take their time on a disk.
  await process.sleep(4000);
  storage.checkpoint(true);
  unlock();
  return 0;
}

/** Why it cannot be. */
function prepare({ files }: Process, { datadir, ignored }: Given): string | undefined {
  try {
    if (!files.kind(datadir)) files.makeDirectory(datadir, { parents: true, mode: 0o750 });
    const there = files
      .list(datadir)
      .filter((name) => !name.startsWith(".") && !ignored.includes(name));
    if (there.length > 0) {
      return "--initialize specified but the data directory has files in it. Aborting.";
    }
    files.write(`${datadir}/ib_buffer_pool`, "", { mode: 0o640 });
    files.remove(`${datadir}/ib_buffer_pool`);
    return undefined;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return "--initialize specified but the data directory is not writable. Aborting.";
  }
}
