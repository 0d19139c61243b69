// `cqlsh`: statements from a terminal, a file or the command line to a node, and answers as tables.
// Upstream: bin/cqlsh.py.

import { NetworkError } from "../../machine/network.ts";
import type { Process, Program } from "../../machine/process.ts";
import { Life } from "../consul/life.ts";
import { Link } from "../consul/link.ts";
import type { Result } from "./cql/session.ts";
import { errorText } from "./cqlsh/errors.ts";
import { type Console, runSpecial } from "./cqlsh/special.ts";
import { splitStatements } from "./cqlsh/split.ts";
import { resultText } from "./cqlsh/tables.ts";
import type { Hello, Query } from "./native.ts";

/** So long Python and its driver take to be there. */
const START_MS = 400;
const PORT = 9042;

interface Options {
  readonly host: string;
  readonly port: number;
  readonly execute: string | undefined;
  readonly file: string | undefined;
  readonly keyspace: string | undefined;
}

export const cqlsh = (): Program => async (process) => {
  const options = optionsOf(process);
  if (typeof options === "number") return options;
  await process.sleep(START_MS);
  const { host, port } = options;
  const life = new Life(process);
  try {
    const connection = await process.network.dial(host, port, { timeoutMs: 5_000 });
    const { network } = process;
    const link = new Link(connection, { life, network, receive: () => undefined });
    const hello = (await link.call("hello", {})) as Hello;
    const client = new Client(process, { link, hello, options });
    return await process.wait(client.run());
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const why = `Tried connecting to [('${host}', ${port})]. Last error: ${error.message}`;
    await process.stderr.write(
      `Connection error: ('Unable to connect to any servers', {'${host}': error(111, "${why}")})\n`,
    );
    return 1;
  } finally {
    life.end();
  }
};

function optionsOf({ argv, env, stdout }: Process): Options | number {
  const found: Record<string, string> = {};
  const plain: string[] = [];
  const words = argv.slice(1);
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const [, name = word, value] = /^(--[\w-]+)=(.*)$/.exec(word) ?? [];
    if (name === "--version") {
      void stdout.write("cqlsh 5.0.1\n");
      return 0;
    }
    if (
      /^(?:-[efkup]|--(?:execute|file|keyspace|username|password|request-timeout|connect-timeout))$/.test(
        name,
      )
    ) {
      found[name.replace(/^-+/, "")[0] ?? ""] = value ?? words.shift() ?? "";
    } else if (!name.startsWith("-")) plain.push(word);
  }
  return {
    host: plain[0] ?? env.get("CQLSH_HOST") ?? "127.0.0.1",
    port: Number(plain[1] ?? env.get("CQLSH_PORT") ?? PORT),
    ...{ execute: found["e"], file: found["f"], keyspace: found["k"] },
  };
}

interface Connected {
  readonly link: Link;
  readonly hello: Hello;
  readonly options: Options;
}

class Client implements Console {
  readonly process: Process;
  readonly hello: Hello;
  readonly host: string;
  readonly port: number;
  readonly #link: Link;
  readonly #options: Options;
  keyspace: string | undefined;
  level = "ONE";
  expand = false;
  hasFailed = false;
  #line = 1;

  constructor(process: Process, { link, hello, options }: Connected) {
    this.process = process;
    this.hello = hello;
    this.host = options.host;
    this.port = options.port;
    this.#link = link;
    this.#options = options;
  }

  get isInteractive(): boolean {
    const { execute, file } = this.#options;
    return execute === undefined && file === undefined && this.process.stdin.isTerminal;
  }

  print(text: string): Promise<void> {
    return this.process.stdout.write(`${text}\n`);
  }

  async complain(text: string): Promise<void> {
    this.hasFailed = true;
    const { execute, file } = this.#options;
    const place = file ?? (execute === undefined ? "<stdin>" : "<stdin>");
    const prefix = this.isInteractive ? "" : `${place}:${this.#line}:`;
    await this.process.stderr.write(`${prefix}${text}\n`);
  }

  async ask(method: string): Promise<unknown> {
    return this.#link.call(method, {});
  }

  async run(): Promise<number> {
    const { execute, file, keyspace } = this.#options;
    if (keyspace !== undefined) await this.statement(`USE "${keyspace}"`);
    if (execute !== undefined) await this.script(execute);
    else if (file !== undefined) await this.script(this.process.files.read(file));
    else if (this.isInteractive) return this.#talk();
    else await this.script(await this.process.stdin.readAll());
    return this.hasFailed ? 2 : 0;
  }

  async script(text: string): Promise<void> {
    for (const { statement, line } of splitStatements(`${text}\n;`).statements) {
      this.#line = line;
      if (!(await this.statement(statement))) return;
    }
  }

  /** False: it was the last one. */
  async statement(text: string): Promise<boolean> {
    const special = await runSpecial(this, text);
    if (special !== undefined) return special;
    const query: Query = { text, level: this.level };
    const result = (await this.#link.call("query", query)) as Result;
    if (result.kind === "error") {
      await this.complain(errorText(result, this));
      return true;
    }
    if (result.kind === "keyspace") this.keyspace = result.keyspace;
    if (result.kind === "rows") await this.print(resultText(result, this.expand));
    return true;
  }

  async #talk(): Promise<number> {
    const { cluster, release, cql, protocol } = this.hello;
    await this.print(
      `Connected to ${cluster} at ${this.host}:${this.port}.\n` +
        `[cqlsh 5.0.1 | Cassandra ${release} | CQL spec ${cql} | Native protocol ${protocol}]\n` +
        "Use HELP for help.",
    );
    let pending = "";
    for (;;) {
      const prompt = this.keyspace === undefined ? "cqlsh> " : `cqlsh:${this.keyspace}> `;
      const more = "... ".padStart(prompt.length);
      await this.process.stdout.write(pending === "" ? prompt : more);
      const line = await this.process.stdin.readLine();
      if (line === undefined) {
        await this.process.stdout.write("\n");
        return 0;
      }
      pending += line;
      if (pending.trim() === "") pending = "";
      // Commands of cqlsh itself need no semicolon.
      const isOwn =
        /^\s*(?:help|exit|quit|clear|cls|consistency|expand|show|paging|tracing|describe|desc)\b[^;]*$/i.test(
          pending,
        );
      const { statements, rest } = splitStatements(isOwn ? `${pending};` : pending);
      pending = rest.trim() === "" ? "" : rest;
      for (const { statement } of statements) {
        if (!(await this.statement(statement))) return 0;
      }
    }
  }
}
