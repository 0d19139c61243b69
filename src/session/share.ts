// Makes a link that opens the state that is looked at. Keys are gathered into lines where that
// comes to the same: it is tried in a sandbox of its own, and the fingerprints are compared.

import type { Input } from "../../sandbox/worker/protocol.ts";
import { connect } from "./connect.ts";
import { gathered, pack, writeState } from "./link.ts";
import { session } from "./session.ts";

export async function shareLink(): Promise<string> {
  const scene = session.scene;
  if (!scene) throw new Error("there is nothing to share yet");
  const history = session.history.value;
  const until = Math.round(session.moment.value ?? history.end);
  const inputs = history.inputsUntil(until);
  const short = gathered(inputs);
  const chosen = (await isSame(inputs, short, until)) ? short : inputs;
  const packed = await pack(writeState({ scene: scene.name, inputs: chosen, until }));
  const url = new URL(location.href);
  url.hash = `state=${packed}`;
  return url.href;
}

/** Plays both, and compares where they come to. */
async function isSame(long: readonly Input[], short: readonly Input[], until: number) {
  const scene = session.scene;
  if (!scene) return false;
  const connection = connect();
  const silent = { tell: async () => {}, crashed: () => {} };
  try {
    const prints: string[] = [];
    for (const inputs of [long, short]) {
      await connection.boot({ scene, inputs, until }, silent);
      prints.push(await connection.sandbox.fingerprint());
    }
    return prints[0] === prints[1];
  } finally {
    connection.close();
  }
}
