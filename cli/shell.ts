// `kennel shell`: the workstation of a scene in your own terminal, in real time. Leaves when its
// shell does.

import { parseArgs } from "node:util";
import { Pacer, type PacerHost } from "../sandbox/pacer.ts";
import { startSession } from "../sandbox/session.ts";
import { loadScene } from "./scenes.ts";
import { nodeHost } from "./session.ts";

export const realHost: PacerHost = {
  ...nodeHost,
  now: () => performance.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** Resolves to the exit code of the shell. */
export async function shell(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      scene: { type: "string", default: "consul" },
      seed: { type: "string" },
      pace: { type: "string", default: "1" },
    },
  });
  const { stdin, stdout } = process;
  const seed = values.seed === undefined ? {} : { seed: Number(values.seed) };
  const session = await startSession({
    scene: loadScene(values.scene, seed),
    host: nodeHost,
    onOutput: (_, text) => void stdout.write(text),
  });
  const size = () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 });
  const pacer = new Pacer(session, realHost);
  pacer.speed = Number(values.pace);
  session.do({ type: "open", ...size() });
  await session.run(session.inputs.at(-1)?.at ?? 0);
  stdin.setRawMode?.(true);
  stdin.setEncoding("utf8");
  stdin.on("data", (keys: string) => {
    session.do({ type: "keys", terminal: 0, keys });
    pacer.poke();
  });
  stdin.on("end", () => {
    session.do({ type: "keys", terminal: 0, keys: "\x04" });
    pacer.poke();
  });
  stdout.on("resize", () => {
    session.do({ type: "resize", terminal: 0, ...size() });
    pacer.poke();
  });
  const running = pacer.run();
  const code = await Promise.race([session.exit(0), running.then(() => 1)]);
  pacer.stop();
  await running;
  stdin.setRawMode?.(false);
  stdin.pause();
  return code;
}
