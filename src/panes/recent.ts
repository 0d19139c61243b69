// What has just been decided stays in the picture for a moment: which volumes were considered for a
// claim, and which rule refused each, even though the claim is bound by now. In real time, because
// it is there for eyes.

import { signal, useSignalEffect } from "@preact/signals";
import type { Decision } from "../../sandbox/worker/protocol.ts";
import { session } from "../session/session.ts";
import { edgesOf } from "../views/decision-edges.ts";
import { withEnds } from "../views/fold.ts";
import type { Picture } from "../views/picture.ts";
import { aboutKey } from "../views/thing.ts";

/** How long, in real milliseconds; and in virtual ones when an earlier moment is looked at. */
const SHOWN_MS = 2600;
const LOOKED_MS = 1500;
/** More at once nobody can follow. */
const MOST = 6;

const recent = signal<readonly Decision[]>([]);

/** Gathers what is decided while the picture is shown. */
export function useRecent(): void {
  useSignalEffect(() => {
    void session.version.value;
    const history = session.history.value;
    if (!session.isLive.value) return;
    const from = seen.get(history) ?? history.decisions.length;
    seen.set(history, history.decisions.length);
    const fresh = history.decisions.slice(from).filter(isChoice).slice(-MOST);
    if (fresh.length === 0) return;
    recent.value = [...recent.peek(), ...fresh].slice(-MOST);
    setTimeout(() => {
      recent.value = recent.peek().filter((decision) => !fresh.includes(decision));
    }, SHOWN_MS);
  });
}

/** How many decisions of a history have been looked at. */
const seen = new WeakMap<object, number>();

/** Something was chosen, among several or none. */
const isChoice = ({ options }: Decision): boolean => options.some(({ taken }) => taken);

/** The picture with what was considered just now. */
export function recentDecisions(picture: Picture): Picture {
  const decisions = session.isLive.value ? recent.value : decidedBefore(session.state.value.at);
  const edges = decisions.flatMap((decision) => {
    const key = aboutKey(decision.about);
    const thing = picture.things.find(
      ({ kind, namespace, name }) => `${kind}/${namespace}/${name}` === key,
    );
    return thing ? edgesOf(thing, decision) : [];
  });
  const known = new Set(picture.edges.map(({ key }) => key));
  const added = withEnds(edges, picture.things).filter(({ key }) => !known.has(key));
  return added.length > 0 ? { ...picture, edges: [...picture.edges, ...added] } : picture;
}

function decidedBefore(at: number): readonly Decision[] {
  return session.history.value
    .decisionsUntil(at)
    .filter((decision) => decision.at > at - LOOKED_MS && isChoice(decision))
    .slice(-MOST);
}
