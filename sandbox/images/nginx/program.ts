// The master process: reads its configuration, listens, and obeys signals. It does its workers'
// work itself. src/core/nginx.c, src/os/unix/ngx_process_cycle.c.
// differs: there is one process; its workers are only in what it says.

import type { Response } from "../../api/http.ts";
import { absolute, FileError, type FileSystem } from "../../machine/files.ts";
import { type Listener, NetworkError } from "../../machine/network.ts";
import type { Process, Program, Signal, Writer } from "../../machine/process.ts";
import { isAddress } from "../../machine/resolver.ts";
import { identityOf } from "../../machine/users.ts";
import { formatTime } from "../../programs/bin/time-format.ts";
import { answer } from "./answer.ts";
import {
  argsOf,
  ConfigError,
  type Directive,
  numbered,
  parseGlobal,
  readConfig,
  wrong,
} from "./config.ts";
import { type Answering, type Asked, expand } from "./context.ts";
import type { NginxVersion } from "./pages.ts";
import { inForce, readSite, type Site, serverFor } from "./site.ts";

interface Options {
  command: "run" | "test" | "version" | "help" | "signal";
  file: string;
  global: string;
  signal: string;
}

export const nginx =
  (version: NginxVersion): Program =>
  async (process) => {
    const options = optionsOf(process.argv.slice(1));
    if (typeof options === "string") {
      await process.stderr.write(`nginx: ${options}\n`);
      return 1;
    }
    const { command } = options;
    if (command === "version") {
      await process.stderr.write(`nginx version: nginx/${version.version}\n`);
      return 0;
    }
    if (command === "help") return help(process, version);
    return new Master(process, version, options).main();
  };

function optionsOf(args: readonly string[]): Options | string {
  const options: Options = {
    ...{ command: "run", file: "/etc/nginx/nginx.conf", global: "", signal: "" },
  };
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    const next = () => args[++i] ?? "";
    if (/^-[vV]$/.test(arg)) options.command = "version";
    else if (/^-[?h]$/.test(arg)) options.command = "help";
    else if (/^-[tT]$/.test(arg)) options.command = "test";
    else if (arg === "-c") options.file = absolute("/etc/nginx", next());
    else if (arg === "-g") options.global = next();
    else if (arg === "-p" || arg === "-e") next();
    else if (arg === "-s") {
      options.command = "signal";
      options.signal = next();
      if (!signals[options.signal]) return `invalid option: "-s ${options.signal}"`;
    } else if (arg !== "-q") return `invalid option: "${arg}"`;
  }
  return options;
}

const signals: Readonly<Record<string, Signal>> = {
  stop: "SIGTERM",
  quit: "SIGQUIT",
  reload: "SIGHUP",
  reopen: "SIGUSR1",
};

async function help(process: Process, { version }: NginxVersion): Promise<number> {
  await process.stderr.write(`nginx version: nginx/${version}
Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]
             [-e filename] [-c filename] [-g directives]

Options:
  -?,-h         : this help
  -v            : show version and exit
  -V            : show version and configure options then exit
  -t            : test configuration and exit
  -T            : test configuration, dump it and exit
  -q            : suppress non-error messages during configuration testing
  -s signal     : send signal to a master process: stop, quit, reopen, reload
  -p prefix     : set prefix path (default: /etc/nginx/)
  -e filename   : set error log file (default: /var/log/nginx/error.log)
  -c filename   : set configuration file (default: /etc/nginx/nginx.conf)
  -g directives : set global directives out of configuration file

`);
  return 0;
}

const PID_FILE = "/run/nginx.pid";

/** Which levels are written, from the one in `error_log` on. */
const levels = ["debug", "info", "notice", "warn", "error", "crit", "alert", "emerg"];

class Master {
  readonly #process: Process;
  readonly #version: NginxVersion;
  readonly #options: Options;
  #answering: Answering | undefined;
  #listeners = new Map<string, Listener>();
  #errors: Writer;
  #level = "error";
  #connections = 0;

  constructor(process: Process, version: NginxVersion, options: Options) {
    this.#process = process;
    this.#version = version;
    this.#options = options;
    this.#errors = process.stderr;
  }

  async main(): Promise<number> {
    const { command, file } = this.#options;
    try {
      const main = this.#directives();
      if (command === "signal") return await this.#signal();
      this.#openLogs(main);
      const answering = await this.#read(main);
      if (command === "test") {
        await this.#tell(`the configuration file ${file} syntax is ok`);
        await this.#tell(`configuration file ${file} test is successful`);
        return 0;
      }
      this.#prepare();
      await this.#listen(answering);
      const daemon = argsOf(main, "daemon")?.[0] !== "off";
      if (!daemon) return await this.#run();
      this.#process.fork(() => this.#run());
      return 0;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      await this.#log("emerg", error.message);
      await this.#process.stderr.write(`nginx: [emerg] ${error.message}\n`);
      if (command === "test") await this.#tell(`configuration file ${file} test failed`);
      return 1;
    }
  }

  #directives(): Directive[] {
    const { files } = this.#process;
    const { global, file } = this.#options;
    return [...parseGlobal(files, global), ...readConfig(files, file)];
  }

  async #tell(message: string): Promise<void> {
    await this.#process.stderr.write(`nginx: ${message}\n`);
  }

  async #signal(): Promise<number> {
    const { files } = this.#process;
    const pid = files.kind(PID_FILE) === "file" ? files.read(PID_FILE).trim() : undefined;
    if (pid === undefined) {
      throw new ConfigError(`open() "${PID_FILE}" failed (2: No such file or directory)`);
    }
    if (pid === "") {
      await this.#process.stderr.write(`nginx: [error] invalid PID number "" in "${PID_FILE}"\n`);
      return 1;
    }
    const signal = signals[this.#options.signal] ?? "SIGTERM";
    return this.#process.kill(Number(pid), signal) ? 0 : 1;
  }

  #openLogs(main: readonly Directive[]): void {
    const [path = "/var/log/nginx/error.log", level = "error"] = argsOf(main, "error_log") ?? [];
    this.#level = level;
    this.#errors = this.#open(path);
  }

  #open(path: string): Writer {
    try {
      return this.#process.create(path, { append: true });
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new ConfigError(`open() "${path}" failed ${numbered(error)}`);
    }
  }

  async #log(level: string, message: string, pid = this.#process.pid): Promise<void> {
    if (levels.indexOf(level) < levels.indexOf(this.#level)) return;
    const time = formatTime("%Y/%m/%d %H:%M:%S", this.#process.clock.now());
    await this.#errors.write(`${time} [${level}] ${pid}#${pid}: ${message}\n`);
  }

  async #notices(messages: readonly string[]): Promise<void> {
    if (!this.#version.logsNotices) return;
    for (const message of messages) await this.#log("notice", message);
  }

  /** Understands a configuration, and finds the addresses of whom it names. */
  async #read(main: readonly Directive[]): Promise<Answering> {
    const site = readSite(main);
    const { network, clock, hostname } = this.#process;
    return {
      ...{ site, network, hostname, nginx: this.#version, turns: new Map() },
      known: await this.#lookup(site),
      files: this.#worker(main),
      now: () => clock.now(),
      complain: (message, asked) => void this.#complain(message, asked),
    };
  }

  async #lookup({ http }: Site): Promise<ReadonlyMap<string, readonly string[]>> {
    const known = new Map<string, readonly string[]>();
    const isUpstream = (name: string) =>
      http.some((each) => each.name === "upstream" && each.args[0] === name);
    for (const { directive, host } of named(http)) {
      if (host.includes("$") || isUpstream(host) || known.has(host)) continue;
      try {
        known.set(host, isAddress(host) ? [host] : await this.#process.network.lookup(host));
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        throw wrong(directive, `host not found in upstream "${host}"`);
      }
    }
    return known;
  }

  /** The files as its workers see them. */
  #worker(main: readonly Directive[]): FileSystem {
    const { files, identity } = this.#process;
    const user = argsOf(main, "user")?.[0] ?? "nobody";
    if (identity.uid !== 0) return files;
    const worker = identityOf(files, user);
    if (!worker) throw new ConfigError(`getpwnam("${user}") failed`);
    return files.as(worker);
  }

  /** Makes the directories that it needs, and says who it is. */
  #prepare(): void {
    const { files, pid } = this.#process;
    for (const name of ["client", "proxy", "fastcgi", "uwsgi", "scgi"]) {
      const path = `/var/cache/nginx/${name}_temp`;
      try {
        if (!files.kind(path)) files.makeDirectory(path, { mode: 0o700 });
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        throw new ConfigError(`mkdir() "${path}" failed ${numbered(error)}`);
      }
    }
    try {
      files.write(PID_FILE, `${pid}\n`);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new ConfigError(`open() "${PID_FILE}" failed ${numbered(error)}`);
    }
  }

  /** Opens the ports that are new, closes those that are gone, and answers as it is told now. */
  async #listen(answering: Answering): Promise<void> {
    const wanted = new Map(
      answering.site.servers
        .flatMap(({ listens }) => listens)
        .map((listen) => [`${listen.address ?? "0.0.0.0"}:${listen.port}`, listen]),
    );
    for (const [where, { address, port, secure }] of wanted) {
      if (this.#listeners.has(where)) continue;
      const options = { secure, ...(address !== undefined && { address }) };
      try {
        const { network } = this.#process;
        const serve = (request: Asked["request"], from: string) =>
          this.#answer({ request, from, port, target: targetOf(request) });
        this.#listeners.set(where, network.serve(port, serve, options));
      } catch (error) {
        if (!(error instanceof NetworkError)) throw error;
        await this.#log("emerg", `bind() to ${where} failed (98: Address in use)`);
        throw new ConfigError(`bind() to ${where} failed (98: Address in use)`);
      }
    }
    for (const [where, listener] of this.#listeners) {
      if (wanted.has(where)) continue;
      listener.close();
      this.#listeners.delete(where);
    }
    this.#answering = answering;
  }

  async #run(): Promise<number> {
    const { version, builtBy } = this.#version;
    await this.#notices([
      'using the "epoll" event method',
      `nginx/${version}`,
      `built by ${builtBy}`,
      `OS: Linux ${this.#process.system.kernel}`,
      "getrlimit(RLIMIT_NOFILE): 1048576:1048576",
      "start worker processes",
      `start worker process ${this.#workerPid}`,
    ]);
    let end = (_signal: string) => {};
    const ended = new Promise<string>((resolve) => {
      end = resolve;
    });
    this.#process.trap("SIGTERM", () => end("15 (SIGTERM) received, exiting"));
    this.#process.trap("SIGINT", () => end("2 (SIGINT) received, exiting"));
    this.#process.trap("SIGQUIT", () => end("3 (SIGQUIT) received, shutting down"));
    this.#process.trap("SIGHUP", () => void this.#reload());
    const signal = await this.#process.wait(ended);
    for (const listener of this.#listeners.values()) listener.close();
    await this.#notices([
      `signal ${signal}`,
      `signal 17 (SIGCHLD) received from ${this.#workerPid}`,
      `worker process ${this.#workerPid} exited with code 0`,
      "exit",
    ]);
    return 0;
  }

  /** The number that its worker would have. */
  get #workerPid(): number {
    return this.#process.pid + 28;
  }

  async #reload(): Promise<void> {
    await this.#notices(["signal 1 (SIGHUP) received, reconfiguring", "reconfiguring"]);
    try {
      await this.#listen(await this.#read(this.#directives()));
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      await this.#log("emerg", error.message);
    }
  }

  async #answer(asked: Asked): Promise<Response> {
    const answering = this.#answering as Answering;
    this.#connections++;
    const response = await answer(answering, asked);
    await this.#logAccess(answering, asked, response);
    return response;
  }

  async #logAccess(answering: Answering, asked: Asked, response: Response): Promise<void> {
    const { site, now } = answering;
    const server = serverFor(site, asked.port, asked.request);
    const [path = "/var/log/nginx/access.log", format = "combined"] =
      inForce([server?.block ?? [], site.http], "access_log") ?? [];
    if (path === "off") return;
    const named = site.http.find((each) => each.name === "log_format" && each.args[0] === format);
    const pattern = named?.args.slice(1).join("") ?? combined;
    const { method, headers } = asked.request;
    const body = typeof response.body === "string" ? response.body : "";
    const sent = method === "HEAD" ? 0 : new TextEncoder().encode(body).length;
    const values: Readonly<Record<string, string>> = {
      remote_user: "-",
      time_local: formatTime("%d/%b/%Y:%H:%M:%S +0000", now()),
      request: requestLine(asked),
      status: String(response.status),
      body_bytes_sent: String(sent),
      bytes_sent: String(sent),
      request_time: "0.000",
    };
    const line = pattern.replace(/\$\{?(\w+)\}?/g, (variable, name: string) => {
      const header = name.startsWith("http_") ? headers[name.slice(5).replaceAll("_", "-")] : "";
      return values[name] ?? (header || expand(answering, asked, variable) || "-");
    });
    const writer = path === "/dev/stdout" ? this.#process.stdout : this.#open(path);
    await writer.write(`${line}\n`);
  }

  async #complain(message: string, asked: Asked): Promise<void> {
    const { request, from, port } = asked;
    const [what = "", upstream] = message.split("\0");
    const server = serverFor((this.#answering as Answering).site, port, request);
    const parts = [
      `*${this.#connections} ${what}`,
      `client: ${from}`,
      `server: ${server?.names[0] ?? ""}`,
      `request: "${requestLine(asked)}"`,
      ...(upstream === undefined ? [] : [`upstream: "${upstream}"`]),
      `host: "${request.headers["host"] ?? ""}"`,
    ];
    await this.#log("error", parts.join(", "), this.#workerPid);
  }
}

const combined =
  '$remote_addr - $remote_user [$time_local] "$request" ' +
  '$status $body_bytes_sent "$http_referer" "$http_user_agent"';

const requestLine = ({ request, target }: Asked): string => `${request.method} ${target} HTTP/1.1`;

/** The path and query of a request, as its first line had them. */
function targetOf({ path, query }: Asked["request"]): string {
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    (typeof values === "string" ? [values] : values).map((value) =>
      value === ""
        ? encodeURIComponent(name)
        : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
    ),
  );
  return encodeURI(path) + (pairs.length > 0 ? `?${pairs.join("&")}` : "");
}

/** Whom a configuration names: in `proxy_pass`, and as members of upstreams. */
function* named(
  block: readonly Directive[],
): Generator<{ readonly directive: Directive; readonly host: string }> {
  for (const directive of block) {
    const { name, args, block: inner = [] } = directive;
    if (name === "proxy_pass") {
      const host = /^https?:\/\/([^:/]+)/.exec(args[0] ?? "")?.[1];
      if (host === undefined) throw wrong(directive, "invalid URL prefix");
      yield { directive, host };
    }
    if (name === "upstream") {
      const members = inner.filter((each) => each.name === "server");
      for (const each of members)
        yield { directive: each, host: (each.args[0] ?? "").split(":")[0] ?? "" };
    } else yield* named(inner);
  }
}
