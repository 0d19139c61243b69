// What runs first in the image: it makes the data directory if there is none, sets passwords and
// databases as the environment says, and becomes mysqld. docker-library/mysql docker-entrypoint.sh.

import { FileError, type FileSystem } from "../../machine/files.ts";
import type { Child, Process, Program } from "../../machine/process.ts";
import { hex } from "../../sim/random.ts";
import { optionsOf } from "./server/options.ts";

const INIT = "/docker-entrypoint-initdb.d";
const UID = 999;

export const entrypoint: Program = async (process) => {
  let command = process.argv.slice(1);
  if (command[0]?.startsWith("-")) command = ["mysqld", ...command];
  const isServer = command[0] === "mysqld";
  if (
    !isServer ||
    command.some((word) => /^(?:-\?|--help|-V|--version|--print-defaults)$/.test(word))
  ) {
    return process.exec(command);
  }
  const { datadir } = optionsOf({ argv: command, files: process.files });
  if (process.identity.uid === 0) {
    makeOwn(process.files, datadir);
    return process.exec([process.argv[0] ?? "docker-entrypoint.sh", ...command], { user: "mysql" });
  }
  if (process.files.kind(`${datadir}/mysql`) !== "directory") {
    const code = await prepare(process, command, datadir);
    if (code !== 0) return code;
  }
  return process.exec(command);
};

/** `mkdir -p`, `chown -R`. */
function makeOwn(files: FileSystem, directory: string): void {
  try {
    files.makeDirectory(directory, { parents: true });
    ownAll(files, directory);
  } catch (error) {
    // A volume that may only be read: mysqld will say so.
    if (!(error instanceof FileError)) throw error;
  }
}

function ownAll(files: FileSystem, path: string): void {
  if (files.lstat(path).uid !== UID) files.chown(path, UID, UID);
  if (files.kind(path) !== "directory") return;
  for (const name of files.list(path)) ownAll(files, `${path}/${name}`);
}

async function prepare(
  process: Process,
  command: readonly string[],
  datadir: string,
): Promise<number> {
  const { env, stdout, stderr } = process;
  const say = (text: string) => stdout.write(`${text}\n`);
  const isSet = (name: string) => (env.get(name) ?? "") !== "";
  const names = ["MYSQL_ROOT_PASSWORD", "MYSQL_ALLOW_EMPTY_PASSWORD", "MYSQL_RANDOM_ROOT_PASSWORD"];
  if (!names.some(isSet)) {
    await stderr.write(
      "error: database is uninitialized and password option is not specified \n" +
        "  You need to specify one of MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD and MYSQL_RANDOM_ROOT_PASSWORD\n",
    );
    return 1;
  }
  await say("Initializing database");
  const made = await process.wait(process.spawn([...command, "--initialize-insecure"]).exit);
  if (made !== 0) return made;
  await say("Database initialized");
  await say("Initializing certificates");
  await makeCertificates(process, datadir);
  await say("Certificates initialized");
  const server = process.spawn([...command, "--skip-networking"]);
  if (!(await answers(process))) {
    await stderr.write("MySQL init process failed.\n");
    return 1;
  }
  for (const zone of ["iso3166.tab", "leap-seconds.list", "zone.tab"]) {
    await stderr.write(
      `Warning: Unable to load '/usr/share/zoneinfo/${zone}' as time zone. Skipping it.\n`,
    );
  }
  if (isSet("MYSQL_RANDOM_ROOT_PASSWORD")) {
    env.set("MYSQL_ROOT_PASSWORD", hex(process.random.stream("root password"), 32));
    await say(`GENERATED ROOT PASSWORD: ${env.get("MYSQL_ROOT_PASSWORD")}`);
  }
  const code = await setUp(process);
  return code === 0 ? stop(process, server) : code;
}

async function makeCertificates(process: Process, datadir: string): Promise<void> {
  const { files } = process;
  const kinds = ["ca", "server", "client"];
  for (const kind of kinds) {
    const certificate = kind === "ca" ? "ca.pem" : `${kind}-cert.pem`;
    files.write(`${datadir}/${certificate}`, "-----BEGIN CERTIFICATE-----\n", { mode: 0o644 });
    files.write(`${datadir}/${kind}-key.pem`, "-----BEGIN RSA PRIVATE KEY-----\n", { mode: 0o600 });
  }
  files.write(`${datadir}/private_key.pem`, "-----BEGIN RSA PRIVATE KEY-----\n", { mode: 0o600 });
  files.write(`${datadir}/public_key.pem`, "-----BEGIN PUBLIC KEY-----\n", { mode: 0o644 });
  await process.sleep(1500);
}

/** Asks the server up to thirty times. */
async function answers(process: Process): Promise<boolean> {
  for (let i = 30; i > 0; i--) {
    if ((await client(process, "SELECT 1", { quiet: true })) === 0) return true;
    await process.stdout.write("MySQL init process in progress...\n");
    await process.sleep(1000);
  }
  return false;
}

interface Asking {
  readonly quiet?: boolean;
  readonly password?: string;
  readonly database?: string;
}

/** `mysql` with this as its input. */
async function client(process: Process, text: string, asking: Asking = {}): Promise<number> {
  const { quiet, password, database } = asking;
  const env = new Map(process.env);
  if (password !== undefined) env.set("MYSQL_PWD", password);
  const nowhere = { isTerminal: false, write: async () => {} };
  const argv = ["mysql", "-uroot", "-hlocalhost", ...(database ? [database] : [])];
  const child = process.spawn(argv, {
    ...{ stdin: process.reading(text), env },
    ...(quiet && { stdout: nowhere, stderr: nowhere }),
  });
  return process.wait(child.exit);
}

const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;

async function setUp(process: Process): Promise<number> {
  const { env } = process;
  const password = env.get("MYSQL_ROOT_PASSWORD") ?? "";
  const host = env.get("MYSQL_ROOT_HOST") ?? "%";
  const statements = [
    `CREATE USER 'root'@${quoted(host)} IDENTIFIED BY ${quoted(password)};`,
    `GRANT ALL ON *.* TO 'root'@${quoted(host)} WITH GRANT OPTION;`,
    `SET PASSWORD FOR 'root'@'localhost' = PASSWORD(${quoted(password)});`,
    "FLUSH PRIVILEGES;",
  ];
  const first = await client(
    process,
    host === "localhost" ? statements.slice(2).join("\n") : statements.join("\n"),
  );
  if (first !== 0) return first;
  const database = env.get("MYSQL_DATABASE");
  const user = env.get("MYSQL_USER");
  const own: string[] = [];
  if (database) own.push(`CREATE DATABASE IF NOT EXISTS \`${database}\`;`);
  if (user && env.get("MYSQL_PASSWORD")) {
    own.push(`CREATE USER '${user}'@'%' IDENTIFIED BY ${quoted(env.get("MYSQL_PASSWORD") ?? "")};`);
    if (database) own.push(`GRANT ALL ON \`${database}\`.* TO '${user}'@'%';`);
  }
  const second = own.length > 0 ? await client(process, own.join("\n"), { password }) : 0;
  if (second !== 0) return second;
  await process.stdout.write("\n");
  return runFiles(process, { password, ...(database && { database }) });
}

async function runFiles(process: Process, asking: Asking): Promise<number> {
  const { files, stdout } = process;
  for (const name of files.kind(INIT) === "directory" ? files.list(INIT) : []) {
    const path = `${INIT}/${name}`;
    let code = 0;
    if (name.endsWith(".sql")) {
      await stdout.write(`/usr/local/bin/docker-entrypoint.sh: running ${path}\n`);
      code = await client(process, files.read(path), asking);
    } else if (name.endsWith(".sh")) {
      await stdout.write(`/usr/local/bin/docker-entrypoint.sh: running ${path}\n`);
      code = await process.wait(process.spawn(["/bin/bash", path]).exit);
    } else await stdout.write(`/usr/local/bin/docker-entrypoint.sh: ignoring ${path}\n`);
    if (code !== 0) return code;
    await stdout.write("\n");
  }
  return 0;
}

async function stop(process: Process, server: Child): Promise<number> {
  server.kill("SIGTERM");
  const code = await process.wait(server.exit);
  if (code !== 0) {
    await process.stderr.write("MySQL init process failed.\n");
    return 1;
  }
  await process.stdout.write("\nMySQL init process done. Ready for start up.\n\n");
  return 0;
}
