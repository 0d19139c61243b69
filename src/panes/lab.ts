// What a page says about its workspace, and what happens with it when the page is opened and left:
// work of an earlier visit, a state in the URL, and keeping what is done.

import { effect, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { KubeObject } from "../../sandbox/api/meta.ts";
import type { Scene } from "../../sandbox/worker/protocol.ts";
import { BrokenLink, readState, unpack } from "../session/link.ts";
import type { Saved } from "../session/saved.ts";
import { session } from "../session/session.ts";
import { doneTasks, restoreDone } from "../session/tasks.ts";
import { openTerminal } from "../session/terminals.ts";

export interface Lab {
  readonly kind: "lesson" | "playground" | "slides" | "snippet";
  /** What the work is kept under: the page's address without what changes. */
  readonly place: string;
  readonly scene: Scene;
  /** What there is when a reader comes in. */
  readonly start: readonly KubeObject[];
  readonly prompt: string;
}

/** Work of an earlier visit that can be taken up. */
export const earlier = signal<Saved | undefined>(undefined);
/** Why the state in the URL could not be shown. */
export const broken = signal<string | undefined>(undefined);

const SAVE_MS = 600;

export function useLab(lab: Lab): void {
  useEffect(() => {
    session.scene = lab.scene;
    const packed = new URLSearchParams(location.hash.slice(1)).get("state");
    if (packed) void openShared(packed, lab);
    else if (isWanted(lab)) void openTerminal(0);
    else if (lab.kind !== "slides") void findEarlier(lab);
    if (lab.kind === "slides") return;
    const stop = keep(lab);
    const hide = () => void session.pauseWhile(document.hidden);
    document.addEventListener("visibilitychange", hide);
    return () => {
      stop();
      document.removeEventListener("visibilitychange", hide);
    };
  }, []);
}

/** Somebody has clicked already: on the page that this one is embedded in. */
const isWanted = ({ kind }: Lab): boolean =>
  kind === "snippet" && new URLSearchParams(location.search).has("start");

async function openShared(packed: string, lab: Lab): Promise<void> {
  try {
    const { scene, inputs, until } = readState(await unpack(packed));
    if (scene !== lab.scene.name) throw new BrokenLink(`it belongs to the scene ${scene}`);
    await session.start({ scene: lab.scene, inputs, until });
  } catch (error) {
    if (!(error instanceof BrokenLink)) throw error;
    broken.value = error.message;
  }
}

async function findEarlier(lab: Lab): Promise<void> {
  const { readSaved } = await import("../session/saved.ts");
  const saved = await readSaved(lab.place);
  if (!saved || saved.scene !== lab.scene.name) return;
  restoreDone(saved.done);
  if (saved.inputs.length > 1 && session.status.peek() === "idle") earlier.value = saved;
}

/** Writes down what was done, a moment after it was. */
function keep({ place, scene }: Lab): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let written = "";
  const save = async () => {
    const { inputs, end } = session.history.peek();
    const done = doneTasks();
    const mark = `${session.epoch.peek()} ${inputs.length} ${done.join()}`;
    if (session.status.peek() !== "running" || inputs.length === 0 || mark === written) return;
    written = mark;
    const { writeSaved } = await import("../session/saved.ts");
    const savedAt = Date.now();
    await writeSaved({ place, scene: scene.name, inputs: [...inputs], until: end, done, savedAt });
  };
  const stop = effect(() => {
    void session.version.value;
    if (!session.isLive.value) return;
    clearTimeout(timer);
    timer = setTimeout(() => void save(), SAVE_MS);
  });
  const leave = () => void save();
  window.addEventListener("pagehide", leave);
  return () => {
    stop();
    clearTimeout(timer);
    window.removeEventListener("pagehide", leave);
  };
}
