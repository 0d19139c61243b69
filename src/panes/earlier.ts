import type { Saved } from "../session/saved.ts";
import { session } from "../session/session.ts";
import { openTerminal } from "../session/terminals.ts";
import { earlier, type Lab } from "./lab.ts";

/** Brings an earlier visit's cluster back. */
export async function takeUp({ scene }: Lab, { inputs, until }: Saved): Promise<void> {
  earlier.value = undefined;
  await session.start({ scene, inputs, until });
}

/** Begins at the scene's start, and forgets what was kept. */
export async function forgetEarlier({ place }: Lab): Promise<void> {
  earlier.value = undefined;
  const { forgetSaved } = await import("../session/saved.ts");
  await forgetSaved(place);
  await openTerminal(0);
}
