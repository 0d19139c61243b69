// How InnoDB starts and stops, and what it says of it: the lock on its first file, recovery after a
// crash, the temporary tablespace. storage/innobase/srv/srv0start.cc, os/os0file.cc.

import { FileError, type FileSystem } from "../../../machine/files.ts";
import type { Process } from "../../../machine/process.ts";
import type { Storage } from "../engine/storage.ts";
import type { Schemata } from "../engine/tables.ts";
import { type Log, shortMoment } from "./log.ts";

/** InnoDB gave up; what it had to say is in the log. */
export class InnodbError extends Error {
  override readonly name = "InnodbError";
}

const TRIES = 100;
const TRY_MS = 1000;

export interface InnodbOptions {
  readonly process: Process;
  readonly log: Log;
  readonly storage: Storage;
  readonly version: string;
}

export function greetInnodb({ log }: InnodbOptions): void {
  for (const line of [
    "PUNCH HOLE support available",
    "Mutexes and rw_locks use GCC atomic builtins",
    "Uses event mutexes",
    "GCC builtin __atomic_thread_fence() is used for memory barrier",
    "Compressed tables use zlib 1.2.3",
    "Using Linux native AIO",
    "Number of pools: 1",
    "Using CPU crc32 instructions",
    "Initializing buffer pool, total size = 128M, instances = 1, chunk size = 128M",
    "Completed initialization of buffer pool",
    "If the mysqld execution user is authorized, page cleaner thread priority can be changed. See the man page of setpriority().",
  ]) {
    log.note(`InnoDB: ${line}`);
  }
}

/** Makes the first file ours alone: another server may have the same directory. */
export async function lockFirstFile(options: InnodbOptions): Promise<() => void> {
  const { process, log, storage } = options;
  const path = storage.path("ibdata1");
  const files: FileSystem = process.files;
  for (let tries = 0; ; tries++) {
    const release = files.lock(path);
    if (release) {
      process.killed.addEventListener("abort", release, { once: true });
      return release;
    }
    log.error("InnoDB: Unable to lock ./ibdata1 error: 11");
    log.note(
      "InnoDB: Check that you do not already have another mysqld process using the same InnoDB data or log files.",
    );
    if (tries === 0) log.note("InnoDB: Retrying to lock the first data file");
    if (tries === TRIES) break;
    await process.sleep(TRY_MS);
  }
  log.note("InnoDB: Unable to open the first data file");
  log.error("InnoDB: Operating system error number 11 in a file operation.");
  log.error("InnoDB: Error number 11 means 'Resource temporarily unavailable'");
  log.note(
    "InnoDB: Some operating system error numbers are described at http://dev.mysql.com/doc/refman/5.7/en/operating-system-error-codes.html",
  );
  log.error("InnoDB: Cannot open datafile './ibdata1'");
  log.error(
    "InnoDB: Could not open or create the system tablespace. If you tried to add new data files to the system tablespace, and it failed here, you should now edit innodb_data_file_path in my.cnf back to what it was, and remove the new ibdata files InnoDB created in this failed attempt. InnoDB only wrote those files full of zeros, but did not yet use them in any way. But be careful: do not remove old data files which contain your precious data!",
  );
  throw new InnodbError("Cannot open a file");
}

/** Reads everything, after a crash with the help of the log. */
export async function openTablespaces(options: InnodbOptions, schemata: Schemata): Promise<void> {
  const { process, log, storage, version } = options;
  await process.sleep(60);
  log.note("InnoDB: Highest supported file format is Barracuda.");
  const recovered = storage.load(schemata);
  if (recovered) {
    const { from, to } = recovered;
    if (to > from) log.note(`InnoDB: Log scan progressed past the checkpoint lsn ${from}`);
    log.note(`InnoDB: Doing recovery: scanned up to log sequence number ${to}`);
    log.note("InnoDB: Database was not shutdown normally!");
    log.note("InnoDB: Starting crash recovery.");
    await process.sleep(250);
    if (recovered.records > 0) {
      log.note("InnoDB: Starting an apply batch of log records to the database...");
      log.raw(`InnoDB: Progress in percent: ${progress(recovered.records)} `);
      log.note("InnoDB: Apply batch completed");
    }
    storage.checkpoint(false);
  }
  makeTemporary(options);
  for (const line of [
    "96 redo rollback segment(s) found. 96 redo rollback segment(s) are active.",
    "32 non-redo rollback segment(s) are active.",
  ]) {
    log.note(`InnoDB: ${line}`);
  }
  await process.sleep(40);
  log.note(`InnoDB: ${version} started; log sequence number ${storage.lsn}`);
}

function progress(records: number): string {
  const steps = Math.min(records, 50);
  return Array.from({ length: steps }, (_, i) => Math.floor((i * 100) / steps)).join(" ");
}

function makeTemporary({ process: { files }, log, storage }: InnodbOptions): void {
  const path = storage.path("ibtmp1");
  if (files.kind(path)) {
    log.note('InnoDB: Removed temporary tablespace data file: "ibtmp1"');
    files.remove(path);
  }
  log.note("InnoDB: Creating shared tablespace for temporary tables");
  log.note(
    "InnoDB: Setting file './ibtmp1' size to 12 MB. Physically writing the file full; Please wait ...",
  );
  files.write(path, "", { mode: 0o640 });
  log.note("InnoDB: File './ibtmp1' size is now 12 MB.");
}

export function loadBufferPool({ process, log, storage }: InnodbOptions): void {
  log.note(`InnoDB: Loading buffer pool(s) from ${storage.path("ib_buffer_pool")}`);
  if (process.files.kind(storage.path("ib_buffer_pool")) === undefined) return;
  log.note(`InnoDB: Buffer pool(s) load completed at ${shortMoment(process.clock.now())}`);
}

/** In good order: everything is written where it belongs. */
export async function closeTablespaces(options: InnodbOptions): Promise<void> {
  const { process, log, storage } = options;
  log.note("InnoDB: FTS optimize thread exiting.");
  log.note("InnoDB: Starting shutdown...");
  log.note(`InnoDB: Dumping buffer pool(s) to ${storage.path("ib_buffer_pool")}`);
  process.files.write(storage.path("ib_buffer_pool"), "", { mode: 0o640 });
  log.note(`InnoDB: Buffer pool(s) dump completed at ${shortMoment(process.clock.now())}`);
  await process.sleep(1200);
  storage.checkpoint(true);
  log.note(`InnoDB: Shutdown completed; log sequence number ${storage.lsn}`);
  try {
    process.files.remove(storage.path("ibtmp1"));
    log.note('InnoDB: Removed temporary tablespace data file: "ibtmp1"');
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
}
