// `mysql`: asks the server what is typed, read or given with -e. client/mysql.cc.

import { FileError } from "../../../machine/files.ts";
import type { Process, Program } from "../../../machine/process.ts";
import { Editor } from "../../../programs/shell/editor.ts";
import type { Release } from "../engine/instance.ts";
import { ClientError, connect, type Server } from "./connection.ts";
import { type ClientOptions, readOptions, UsageError } from "./options.ts";
import { closing, resultText, type Style } from "./output.ts";
import { type Piece, Splitter } from "./statements.ts";

export const mysql =
  (release: Release): Program =>
  async (process) => {
    try {
      const options = await readOptions(process);
      if (options.switches.has("version")) {
        await process.stdout.write(
          `mysql  Ver 14.14 Distrib ${release.version}, for Linux (x86_64) using  EditLine wrapper\n`,
        );
        return 0;
      }
      if (options.switches.has("help")) {
        await process.stdout.write("Usage: mysql [OPTIONS] [database]\n");
        return 0;
      }
      const database = options.database ?? options.words[0];
      const server = await connect(process, { ...options, database });
      return await new Client(process, server, { ...options, database }).run();
    } catch (error) {
      if (error instanceof ClientError) {
        await process.stderr.write(`ERROR ${error.code} (${error.state}): ${error.message}\n`);
        return 1;
      }
      if (!(error instanceof UsageError)) throw error;
      await process.stderr.write(`${error.message}\n`);
      return error.message.includes("unknown option") ? 7 : 1;
    }
  };

const versionOf = (release: string): string => `${release} MySQL Community Server (GPL)`;

class Client {
  readonly #process: Process;
  readonly #options: ClientOptions;
  readonly #splitter = new Splitter();
  readonly #isBatch: boolean;
  #server: Server;
  #database: string | undefined;
  #style: Style;
  #status = 0;
  #over = false;

  constructor(process: Process, server: Server, options: ClientOptions) {
    this.#process = process;
    this.#server = server;
    this.#options = options;
    this.#database = options.database;
    const onScreen = process.stdin.isTerminal && process.stdout.isTerminal;
    const { switches, execute } = options;
    this.#isBatch = !onScreen || execute.length > 0 || switches.has("batch");
    const asTable = switches.has("table") || (onScreen && !switches.has("batch"));
    this.#style = switches.has("vertical") ? "vertical" : asTable ? "table" : "tabs";
  }

  async run(): Promise<number> {
    const { execute } = this.#options;
    if (execute.length > 0) for (const text of execute) await this.#lines(text);
    else if (!this.#isBatch && this.#process.tty) return this.#converse();
    else await this.#readInput();
    this.#server.close();
    return this.#status;
  }

  async #lines(text: string): Promise<void> {
    for (const line of text.split("\n")) {
      for (const piece of this.#splitter.add(line)) await this.#do(piece);
      if (this.#over) return;
    }
    const rest = this.#splitter.rest();
    if (rest) await this.#do(rest);
  }

  async #readInput(): Promise<void> {
    const { stdin } = this.#process;
    for (;;) {
      const line = await stdin.readLine();
      if (line === undefined) break;
      for (const piece of this.#splitter.add(line.replace(/\r?\n$/, ""))) await this.#do(piece);
      if (this.#over) return;
    }
    const rest = this.#splitter.rest();
    if (rest) await this.#do(rest);
  }

  async #converse(): Promise<number> {
    const { tty, stdin, stdout } = this.#process;
    if (!tty) return 1;
    await stdout.write(this.#banner());
    const history: string[] = [];
    const complete = async () => ({ from: 0, candidates: [], shown: [] });
    const editor = new Editor({
      ...{ tty, input: stdin, output: stdout, history, complete, marksPastes: false },
    });
    while (!this.#over) {
      const waits = this.#splitter.open;
      const typed = await editor.read(waits ? `    ${this.#splitter.waitsFor}> ` : "mysql> ");
      if (typed === "interrupted") {
        this.#splitter.clear();
        continue;
      }
      if (typed === "end") {
        await stdout.write("Bye\n");
        break;
      }
      if (typed.line.trim() !== "") history.push(typed.line);
      for (const piece of this.#splitter.add(typed.line)) await this.#do(piece);
    }
    this.#server.close();
    return 0;
  }

  #banner(): string {
    const { id, version } = this.#server.greeting;
    return `Welcome to the MySQL monitor.  Commands end with ; or \\g.
Your MySQL connection id is ${id}
Server version: ${versionOf(version)}

Copyright (c) 2000, 2016, Oracle and/or its affiliates. All rights reserved.

Oracle is a registered trademark of Oracle Corporation and/or its
affiliates. Other names may be trademarks of their respective
owners.

Type 'help;' or '\\h' for help. Type '\\c' to clear the current input statement.

`;
  }

  async #do(piece: Piece): Promise<void> {
    if (this.#over) return;
    try {
      if (piece.kind === "command") await this.#command(piece.text);
      else await this.#query(piece);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      await this.#complain(error, piece);
    }
  }

  async #query({ text, vertical }: Piece): Promise<void> {
    const { clock, stdout } = this.#process;
    const began = clock.now();
    const outcome = await this.#server.ask({ query: text });
    const seconds = ((clock.now() - began) / 1000).toFixed(2);
    const style = vertical ? "vertical" : this.#style;
    const headings = !this.#options.switches.has("skip-column-names");
    if (outcome.kind === "rows") await stdout.write(resultText(outcome, style, headings));
    else if (outcome.database !== undefined) this.#database = outcome.database;
    if (!this.#isBatch) await stdout.write(closing(outcome, seconds));
  }

  async #complain(error: ClientError, { line }: Piece): Promise<void> {
    const { stderr, stdout } = this.#process;
    const at = this.#isBatch ? ` at line ${line}` : "";
    const text = `ERROR ${error.code} (${error.state})${at}: ${error.message}\n`;
    if (!this.#isBatch) {
      await stdout.write(text);
      if (error.code === 2006 || error.code === 2013) await this.#reconnect();
      return;
    }
    await stderr.write(text);
    this.#status = 1;
    if (!this.#options.switches.has("force")) this.#over = true;
  }

  async #reconnect(): Promise<void> {
    const { stdout } = this.#process;
    await stdout.write("No connection. Trying to reconnect...\n");
    try {
      this.#server = await connect(this.#process, { ...this.#options, database: this.#database });
      const { id } = this.#server.greeting;
      await stdout.write(
        `Connection id:    ${id}\nCurrent database: ${this.#database ?? "*** NONE ***"}\n\n`,
      );
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      await stdout.write(
        `ERROR ${error.code} (${error.state}): ${error.message}\nERROR: \nCan't connect to the server\n\n`,
      );
    }
  }

  async #command(text: string): Promise<void> {
    const { stdout } = this.#process;
    const [word = "", ...rest] = text.split(/\s+/);
    const argument = rest.join(" ");
    switch (word.toLowerCase()) {
      case "use":
      case "\\u": {
        const name = argument.replace(/^`|`$/g, "");
        const outcome = await this.#server.ask({ use: name });
        this.#database = name;
        if (!this.#isBatch) await stdout.write(closing(outcome, "0.00"));
        return;
      }
      case "quit":
      case "exit":
      case "\\q":
        this.#over = true;
        if (!this.#isBatch) await stdout.write("Bye\n");
        return;
      case "status":
      case "\\s":
        return this.#statusText();
      case "clear":
        return this.#splitter.clear();
      case "help":
      case "\\h":
        return stdout.write(help);
      case "source":
      case "\\.":
        return this.#source(argument);
      case "delimiter":
        this.#splitter.delimiter = rest[0] ?? ";";
        return;
      case "system":
      case "\\!": {
        const child = this.#process.spawn(["/bin/sh", "-c", argument]);
        await this.#process.wait(child.exit);
        return;
      }
    }
    await this.#process.stderr.write(`mysql: ${word}: not simulated\n`);
  }

  async #source(path: string): Promise<void> {
    const { cwd, files, stdout } = this.#process;
    try {
      const full = path.startsWith("/") ? path : `${cwd}/${path}`;
      await this.#lines(files.read(full));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      await stdout.write(`ERROR: \nFailed to open file '${path}', error: 2\n`);
    }
  }

  async #statusText(): Promise<void> {
    const { stdout } = this.#process;
    const { id, version } = this.#server.greeting;
    const outcome = await this.#server.ask({ query: "SELECT CURRENT_USER(), @@port" });
    const user = outcome.kind === "rows" ? (outcome.rows[0]?.[0] ?? "") : "";
    const { host, socket, port } = this.#options;
    const way =
      host === undefined
        ? `Connection:\t\tLocalhost via UNIX socket\nUNIX socket:\t\t${socket}\n`
        : `Connection:\t\t${host} via TCP/IP\nTCP port:\t\t${port}\n`;
    const rule = "--------------\n";
    await stdout.write(
      `${rule}mysql  Ver 14.14 Distrib ${version}, for Linux (x86_64) using  EditLine wrapper\n\nConnection id:\t\t${id}\nCurrent database:\t${this.#database ?? ""}\nCurrent user:\t\t${user}\nServer version:\t\t${versionOf(version)}\nProtocol version:\t10\n${way}${rule}\n`,
    );
  }
}

const help = `
List of all MySQL commands:
Note that all text commands must be first on line and end with ';'
clear     (\\c) Clear the current input statement.
delimiter (\\d) Set statement delimiter.
ego       (\\G) Send command to mysql server, display result vertically.
exit      (\\q) Exit mysql. Same as quit.
go        (\\g) Send command to mysql server.
help      (\\h) Display this help.
quit      (\\q) Quit mysql.
source    (\\.) Execute an SQL script file. Takes a file name as an argument.
status    (\\s) Get status information from the server.
system    (\\!) Execute a system shell command.
use       (\\u) Use another database. Takes database name as argument.

`;
