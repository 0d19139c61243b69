// ssh, sshd and scp: a shell on another machine. The two ends speak frames of JSON, one a line,
// over a plain connection that begins with OpenSSH's greeting.
// differs: every key is accepted; nothing is encrypted.

import { absolute, baseName, FileError } from "../../machine/files.ts";
import { type Connection, NetworkError } from "../../machine/network.ts";
import type { Child, Process, Program, SpawnOptions } from "../../machine/process.ts";
import { identityOf } from "../../machine/users.ts";
import { patternRegExp } from "../shell/pattern.ts";
import { Failure, type Tool, tool } from "./tool.ts";

const greeting = "SSH-2.0-OpenSSH_8.9p1 Ubuntu-3ubuntu0.6";

/**
 * What travels. `o` and `e` are output, `i` input, `z` the input's end, `s` a size, `x` the exit
 * code.
 */
type Frame =
  | {
      readonly hello: {
        readonly user: string;
        readonly argv: string | undefined;
        readonly tty: Size | undefined;
        readonly term: string;
      };
    }
  | { readonly o: string }
  | { readonly e: string }
  | { readonly i: string }
  | { readonly z: true }
  | { readonly s: Size }
  | { readonly x: number }
  | { readonly denied: string };

interface Size {
  readonly columns: number;
  readonly rows: number;
}

const send = (connection: Connection, frame: Frame) =>
  connection.write(`${JSON.stringify(frame)}\n`);

async function receive(connection: Connection): Promise<Frame | undefined> {
  const line = await connection.input.readLine();
  return line === undefined ? undefined : (JSON.parse(line) as Frame);
}

interface Destination {
  readonly user: string;
  readonly host: string;
  readonly port: number;
}

const sshOptions =
  "l: p: i: o: t T q v N f n x A a C X Y 4 6 F: L: R: D: E: J: g k K M s V W: b: c: e: m: S:";

export const ssh = tool(
  {
    options: sshOptions,
    stopEarly: true,
    usageStatus: 255,
    usage: "destination [command [argument ...]]",
  },
  async (it) => {
    const [target, ...words] = it.operands;
    if (it.has("V")) {
      await it.process.stderr.write("OpenSSH_8.9p1 Ubuntu-3ubuntu0.6, OpenSSL 3.0.2 15 Mar 2022\n");
      return 0;
    }
    if (target === undefined) {
      await it.process.stderr.write(
        "usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-l login_name] [-p port]\n           [-o option] destination [command [argument ...]]\n",
      );
      return 255;
    }
    for (const option of ["L", "R", "D", "W"])
      if (it.has(option)) throw new Failure(`-${option}: not simulated`, 255);
    const destination = destinationOf(it, target);
    const connection = await connect(it, destination);
    const command = words.length > 0 ? words.join(" ") : undefined;
    return converse(it, connection, { destination, command });
  },
);

function destinationOf(it: Tool, target: string): Destination {
  const [, uri] = /^ssh:\/\/(.*)$/.exec(target) ?? [];
  const [, user, rest = ""] = /^(?:([^@]*)@)?(.*)$/.exec(uri ?? target) ?? [];
  const [name = "", port] = uri === undefined ? [rest] : rest.split(":");
  const config = configFor(it, name);
  return {
    user: user ?? it.value("l") ?? config.get("user") ?? it.process.user,
    host: config.get("hostname") ?? name,
    port: Number(port ?? it.value("p") ?? config.get("port") ?? 22),
  };
}

/** What ~/.ssh/config, /etc/ssh/ssh_config and -o say of a host; the first value counts. */
function configFor(it: Tool, host: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const option of it.values("o")) {
    const [name = "", value = ""] = option.split(/[=\s]\s*(.*)/s);
    found.set(name.toLowerCase(), value);
  }
  for (const path of [`${home(it.process)}/.ssh/config`, "/etc/ssh/ssh_config"]) {
    if (it.files.kind(path) !== "file") continue;
    let applies = true;
    for (const line of it.files.read(path).split("\n")) {
      const [, name, value = ""] =
        /^\s*(\w+)(?:\s*=\s*|\s+)(.*?)\s*$/.exec(line.replace(/^\s*#.*/, "")) ?? [];
      if (name === undefined) continue;
      const key = name.toLowerCase();
      if (key === "host")
        applies = value.split(/\s+/).some((pattern) => patternRegExp(pattern).test(host));
      else if (applies && !found.has(key)) found.set(key, value);
    }
  }
  return found;
}

const home = (process: Process) => process.env.get("HOME") ?? process.identity.home;

/** Dials, and makes sure that the host is known. Fails with 255 in ssh's words. */
async function connect(it: Tool, { host, port }: Destination): Promise<Connection> {
  const { process } = it;
  let connection: Connection;
  try {
    connection = await process.wait(process.network.dial(host, port));
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const unknown = error.code === "ENOTFOUND" || error.code === "EAGAIN";
    throw new Failure(
      unknown
        ? `Could not resolve hostname ${host}: ${error.message}`
        : `connect to host ${host} port ${port}: ${error.message}`,
      255,
    );
  }
  const hello = await connection.input.readLine();
  if (!hello?.startsWith("SSH-")) {
    connection.close();
    throw new Failure(
      hello === undefined
        ? `kex_exchange_identification: Connection closed by remote host`
        : "kex_exchange_identification: client sent invalid protocol identifier",
      255,
    );
  }
  if (await known(it, host)) return connection;
  connection.close();
  await process.stderr.write("Host key verification failed.\n");
  throw new Failure("", 255);
}

async function known(it: Tool, host: string): Promise<boolean> {
  const { process, files } = it;
  const path = `${home(process)}/.ssh/known_hosts`;
  const list = files.kind(path) === "file" ? files.read(path) : "";
  if (list.split("\n").some((line) => line.split(" ")[0]?.split(",").includes(host))) return true;
  const strict = configFor(it, host).get("stricthostkeychecking") ?? "ask";
  const file = configFor(it, host).get("userknownhostsfile") ?? path;
  const level = configFor(it, host).get("loglevel")?.toLowerCase() ?? "info";
  if (strict === "yes") {
    await process.stderr.write(
      `No ED25519 host key is known for ${host} and you have requested strict checking.\n`,
    );
    return false;
  }
  if (strict === "ask" && !(await agreed(it, host))) return false;
  try {
    if (file !== "/dev/null") {
      files.makeDirectory(file.replace(/\/[^/]*$/, "") || "/", { parents: true, mode: 0o700 });
      files.write(file, `${host} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${fingerprint(host)}\n`, {
        append: true,
        mode: 0o600,
      });
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  if (!it.has("q") && !["quiet", "fatal", "error"].includes(level))
    await process.stderr.write(
      `Warning: Permanently added '${host}' (ED25519) to the list of known hosts.\n`,
    );
  return true;
}

/** A host's key, made from its name, so that it is always the same. */
function fingerprint(host: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let state = 7;
  let text = "";
  for (let i = 0; i < 43; i++) {
    state = (state * 31 + host.charCodeAt(i % host.length) + i) % 1_000_003;
    text += letters[state % 64];
  }
  return text;
}

async function agreed(it: Tool, host: string): Promise<boolean> {
  const { process } = it;
  const [address = host] = await process.network.lookup(host);
  const about = host === address ? host : `${host} (${address})`;
  await process.stderr.write(
    `The authenticity of host '${about}' can't be established.\nED25519 key fingerprint is SHA256:${fingerprint(host)}.\nThis key is not known by any other names\n`,
  );
  if (!process.tty) return false;
  let question = "Are you sure you want to continue connecting (yes/no/[fingerprint])? ";
  for (;;) {
    await process.stderr.write(question);
    const answer = (await process.open("/dev/tty").readLine())?.trim();
    if (answer === "yes") return true;
    if (answer === undefined || answer === "no") return false;
    question = "Please type 'yes', 'no' or the fingerprint: ";
  }
}

interface Talk {
  readonly destination: Destination;
  readonly command: string | undefined;
}

/** Carries everything until the other side says how it ended. */
async function converse(
  it: Tool,
  connection: Connection,
  { destination, command }: Talk,
): Promise<number> {
  const { process } = it;
  const { tty } = process;
  const wantsTty =
    !it.has("T") && (it.has("t") || (command === undefined && process.stdin.isTerminal));
  const size = () => ({ columns: tty?.columns ?? 80, rows: tty?.rows ?? 24 });
  const remote = wantsTty && (process.stdin.isTerminal || it.count("t") > 1);
  if (wantsTty && !remote)
    await process.stderr.write(
      "Pseudo-terminal will not be allocated because stdin is not a terminal.\n",
    );
  const mode = tty?.mode;
  if (remote && tty) {
    tty.raw = true;
    process.trap("SIGWINCH", () => void send(connection, { s: size() }).catch(() => {}));
  }
  await send(connection, {
    hello: {
      user: destination.user,
      argv: command,
      tty: remote ? size() : undefined,
      term: process.env.get("TERM") ?? "dumb",
    },
  });
  const input = it.has("n") ? undefined : feed(process, connection);
  try {
    for (;;) {
      const frame = await process.wait(receive(connection));
      if (!frame) break;
      if ("o" in frame) await process.stdout.write(frame.o);
      else if ("e" in frame) await process.stderr.write(frame.e);
      else if ("denied" in frame) throw new Failure("", await denied(it, destination));
      else if ("x" in frame) {
        if (remote && command === undefined)
          await process.stderr.write(`Connection to ${destination.host} closed.\r\n`);
        return frame.x;
      }
    }
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
  } finally {
    input?.catch(() => {});
    connection.close();
    if (tty && mode && !process.killed.aborted) tty.mode = mode;
  }
  await process.stderr.write(
    `${remote ? `client_loop: send disconnect: Broken pipe` : `Connection to ${destination.host} closed by remote host.`}\n`,
  );
  return 255;
}

async function denied(it: Tool, { user, host }: Destination): Promise<number> {
  await it.process.stderr.write(`${user}@${host}: Permission denied (publickey,password).\n`);
  return 255;
}

async function feed(process: Process, connection: Connection): Promise<void> {
  for (
    let text = await process.stdin.read();
    text !== undefined;
    text = await process.stdin.read()
  ) {
    await send(connection, { i: text });
  }
  await send(connection, { z: true });
}

/** The server: a login for each connection. Runs until it is stopped. */
export const sshd: Program = async (process) => {
  process.network.listen(22, (connection) => {
    serve(process, connection).catch((error: unknown) => {
      if (!(error instanceof NetworkError)) throw error;
    });
  });
  return process.wait(new Promise<number>(() => {}));
};

async function serve(process: Process, connection: Connection): Promise<void> {
  await connection.write(`${greeting}\r\n`);
  const first = await receiveOrBye(connection);
  if (!first || !("hello" in first)) return connection.close();
  const { user, argv, tty, term } = first.hello;
  const identity = identityOf(process.files, user);
  if (!identity || (identity.name === user && /^\d+$/.test(user))) {
    await send(connection, { denied: user });
    return connection.close();
  }
  const env = new Map([
    ["HOME", identity.home],
    ["USER", user],
    ["LOGNAME", user],
    ["SHELL", identity.shell],
    [
      "PATH",
      process.env.get("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    ],
    [
      "SSH_CONNECTION",
      `${connection.remote.address} ${connection.remote.port} ${connection.local.address} 22`,
    ],
    ...(tty ? ([["TERM", term]] as const) : []),
  ]);
  const shell = identity.shell;
  const words = argv === undefined ? [shell] : [shell, "-c", argv];
  const cwd = process.files.kind(identity.home) === "directory" ? identity.home : "/";
  const login = { env, cwd, user, ...(argv === undefined ? { name: `-${baseName(shell)}` } : {}) };
  const code = tty
    ? await onTerminal(process, connection, { words, login, tty })
    : await onPipes(process, connection, { words, login });
  await send(connection, { x: code });
  connection.close();
}

/** A peer that does not speak as we do: `telnet node 22`. */
async function receiveOrBye(connection: Connection): Promise<Frame | undefined> {
  try {
    return await receive(connection);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    await connection.write("Invalid SSH identification string.\r\n");
    return undefined;
  }
}

interface Login {
  readonly words: readonly string[];
  readonly login: SpawnOptions;
}

async function onTerminal(
  process: Process,
  connection: Connection,
  { words, login, tty }: Login & { tty: Size },
): Promise<number> {
  const terminal = process.openTerminal(words, {
    ...login,
    ...tty,
    output: (text) => send(connection, { o: text }).catch(() => {}),
  });
  const listen = async () => {
    for (let frame = await receive(connection); frame; frame = await receive(connection)) {
      if ("i" in frame) terminal.type(frame.i);
      else if ("s" in frame) terminal.resize(frame.s.columns, frame.s.rows);
    }
    terminal.hangUp();
  };
  listen().catch(() => terminal.hangUp());
  return terminal.exit;
}

async function onPipes(
  process: Process,
  connection: Connection,
  { words, login }: Login,
): Promise<number> {
  const { reader, writer } = process.pipe();
  const sink = (letter: "o" | "e") => ({
    isTerminal: false,
    write: (text: string) => send(connection, letter === "o" ? { o: text } : { e: text }),
  });
  // A helper holds the writing end, so that the input ends when the client says so.
  const pump = process.fork(
    async ({ stdout }) => {
      for (
        let frame = await receive(connection);
        frame && !("z" in frame);
        frame = await receive(connection)
      ) {
        if ("i" in frame) await stdout.write(frame.i);
      }
      return 0;
    },
    { stdout: writer },
  );
  let child: Child;
  try {
    child = process.spawn(words, {
      ...login,
      stdin: reader,
      stdout: sink("o"),
      stderr: sink("e"),
      session: true,
    });
  } catch (error) {
    pump.kill("SIGKILL");
    if (error instanceof Error && error.name === "SpawnError") return 127;
    throw error;
  }
  const code = await child.exit;
  pump.kill("SIGKILL");
  return code;
}

export const scp = tool(
  {
    options: "r p P: q C i: o: v 3 4 6 F: B l: S:",
    usageStatus: 1,
    usage: "[-346BCpqrTv] source ... target",
  },
  async (it) => {
    const sources = it.operands.slice(0, -1);
    const target = it.operands.at(-1);
    if (target === undefined || sources.length === 0) {
      await it.process.stderr.write(
        "usage: scp [-346ABCOpqRrsTv] [-c cipher] [-D sftp_server_path] source ... target\n",
      );
      return 1;
    }
    for (const source of sources) {
      const code = await copy(it, source, target);
      if (code !== 0) it.status = code;
    }
    return it.status;
  },
);

const remoteParts = (text: string) => /^([^/:]+):(.*)$/s.exec(text);
const quote = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

async function copy(it: Tool, source: string, target: string): Promise<number> {
  const from = remoteParts(source);
  const to = remoteParts(target);
  const port = it.has("P") ? ["-p", it.value("P") ?? "22"] : [];
  const options = [...port, ...it.values("o").flatMap((option) => ["-o", option])];
  const run = async (argv: readonly string[], streams: SpawnOptions) =>
    it.process.wait(it.process.spawn(argv, streams).exit);
  if (from && to) throw new Failure("copying between two remote hosts is not simulated");
  const [, host = "", path = ""] = from ?? to ?? [];
  if (!from && !to) return run(["cp", ...(it.has("r") ? ["-r"] : []), source, target], {});
  if (from) {
    const { reader, writer } = it.process.pipe();
    const archive = [
      "ssh",
      ...options,
      host,
      `tar cf - -C "$(dirname ${quote(path)})" ${quote(baseName(path))}`,
    ];
    const child = it.process.spawn(archive, { stdout: writer });
    const local = it.path(target);
    const into = it.files.kind(local) === "directory" ? local : absolute(local, "..");
    const unpack = await run(["tar", "xf", "-", "-C", into], { stdin: reader });
    const code = await it.process.wait(child.exit);
    if (code === 0 && into !== local) it.files.rename(absolute(into, baseName(path)), local);
    return code || unpack;
  }
  if (it.files.kind(it.path(source)) === undefined) {
    await it.complain(`${source}: No such file or directory`);
    return 1;
  }
  const { reader, writer } = it.process.pipe();
  const name = baseName(source);
  const pack = it.process.spawn(["tar", "cf", "-", "-C", absolute(it.path(source), ".."), name], {
    stdout: writer,
  });
  const place = path === "" ? "." : path;
  const unpack = `if [ -d ${quote(place)} ]; then tar xf - -C ${quote(place)}; else cd "$(dirname ${quote(place)})" && mkdir .scp$$ && tar xf - -C .scp$$ && mv .scp$$/${quote(name)} "$(basename ${quote(place)})" && rmdir .scp$$; fi`;
  const code = await run(["ssh", ...options, host, unpack], { stdin: reader });
  await it.process.wait(pack.exit);
  return code;
}
