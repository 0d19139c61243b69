// A stock kubectl in front of a sandbox in this process: each command is a child process that
// talks to the bridge on a port of loopback.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CommandResult, outputLines } from "../../cli/golden.ts";
import { kubeconfigFor, type Serving, startServing } from "../../cli/serve.ts";

export interface StockOptions {
  /** The path of the kubectl. */
  readonly kubectl: string;
  readonly era: string;
  readonly scene?: string;
}

/** No command may take longer, in milliseconds of this machine. */
const PATIENCE_MS = 30_000;

/** A command that goes on until it is stopped. */
export interface Following {
  /** What it has said so far, both streams. */
  readonly output: string;
  /** Resolves when it has said so; rejects with what it said instead. */
  says(text: string | RegExp): Promise<void>;
  type(text: string): void;
  /** As Ctrl-C does. Resolves to what it has said. */
  stop(): Promise<string>;
  readonly ended: Promise<number>;
}

export class Stock {
  readonly serving: Serving;
  /** Where the commands run; files for them. */
  readonly folder: string;
  readonly #children = new Set<ChildProcess>();

  private constructor(serving: Serving, kubectl: string) {
    this.serving = serving;
    this.folder = mkdtempSync(join(tmpdir(), "kennel-stock-"));
    mkdirSync(join(this.folder, "bin"));
    // It calls itself by the name that it has.
    symlinkSync(kubectl, join(this.folder, "bin", "kubectl"));
    writeFileSync(join(this.folder, "config"), kubeconfigFor(serving.url));
  }

  static async start({ kubectl, era, scene = "bare" }: StockOptions): Promise<Stock> {
    const serving = await startServing({ scene, era, port: 0, pace: Number.POSITIVE_INFINITY });
    return new Stock(serving, kubectl);
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text);
  }

  /** Until the cluster is quiet. */
  settle(): Promise<void> {
    return this.serving.pacer.settle();
  }

  /** One line of bash in which `kubectl` is the stock one; time passes as fast as it goes. */
  async run(line: string, stdin = ""): Promise<CommandResult> {
    const following = this.follow(line);
    following.type(stdin);
    following.endInput();
    const exit = await following.ended;
    return { lines: outputLines(following.output), exit };
  }

  follow(line: string): Following & { endInput(): void } {
    this.serving.pacer.speed = Number.POSITIVE_INFINITY;
    const child = spawn("bash", ["-c", line], {
      cwd: this.folder,
      // A group of its own, so that whatever it started ends with it.
      detached: true,
      env: {
        PATH: `${join(this.folder, "bin")}:${process.env.PATH ?? ""}`,
        HOME: this.folder,
        KUBECONFIG: join(this.folder, "config"),
        TERM: "xterm",
      },
    });
    this.#children.add(child);
    return this.#watch(child, line);
  }

  #watch(child: ChildProcess, line: string) {
    let output = "";
    let hear = () => {};
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        hear();
      });
    }
    // A command that does not read what it is given.
    child.stdin?.on("error", () => {});
    const kill = (signal: NodeJS.Signals) => signalGroup(child, signal);
    const limit = setTimeout(() => {
      output += `\n[${line}: not over after ${PATIENCE_MS / 1000} s]`;
      kill("SIGKILL");
    }, PATIENCE_MS);
    const ended = new Promise<number>((resolve) => {
      child.once("close", (code) => {
        clearTimeout(limit);
        this.#children.delete(child);
        hear();
        resolve(code ?? 130);
      });
    });
    return {
      ended,
      get output() {
        return output;
      },
      async says(text: string | RegExp): Promise<void> {
        const is = () => (typeof text === "string" ? output.includes(text) : text.test(output));
        await new Promise<void>((resolve, reject) => {
          hear = () => {
            if (is()) return resolve();
            if (child.exitCode !== null) fail();
          };
          const fail = () => reject(new Error(`waiting for ${text}: ${JSON.stringify(output)}`));
          setTimeout(fail, PATIENCE_MS / 2).unref();
          hear();
        });
      },
      type: (text: string) => void child.stdin?.write(text),
      endInput: () => void child.stdin?.end(),
      async stop(): Promise<string> {
        kill("SIGINT");
        await ended;
        return output;
      },
    };
  }

  async stop(): Promise<void> {
    for (const child of this.#children) signalGroup(child, "SIGKILL");
    await this.serving.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    // It has ended meanwhile.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
