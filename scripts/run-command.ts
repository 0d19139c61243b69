// Starts a program from a script and waits for it.

import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

export interface Outcome {
  readonly code: number;
  /** Both streams together, in the order of arrival; empty if they were shown. */
  readonly output: string;
}

// The project's own programs first, Node among them, whoever starts the script.
const path = [join(process.cwd(), "node_modules", ".bin"), process.env.PATH].join(delimiter);
const env = { ...process.env, PATH: path, ASTRO_TELEMETRY_DISABLED: "1" };

/** Never rejects: a program that cannot be started has failed with 127. */
export function runCommand(
  argv: readonly string[],
  options: { readonly show?: boolean } = {},
): Promise<Outcome> {
  const [program = "", ...rest] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, rest, { stdio: options.show ? "inherit" : "pipe", env });
    let output = "";
    const add = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdin?.end();
    child.stdout?.on("data", add);
    child.stderr?.on("data", add);
    child.on("error", (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on("close", (code, signal) => {
      resolve({ code: code ?? 1, output: signal ? `${output}ended by ${signal}\n` : output });
    });
  });
}
