// The releases of Kubernetes that there are, oldest first.

import type { Behavior, Era } from "../api/era.ts";
import { v1_3, v1_3_2 } from "./v1.3.ts";
import { v1_5 } from "./v1.5.ts";
import { v1_10, v1_11 } from "./v1.11.ts";
import { v1_20 } from "./v1.20.ts";
import { v1_33, v1_34 } from "./v1.34.ts";

export const eras: Readonly<Record<string, Era>> = {
  "v1.3": v1_3,
  "v1.3.2": v1_3_2,
  "v1.5": v1_5,
  "v1.10": v1_10,
  "v1.11": v1_11,
  "v1.20": v1_20,
  "v1.33": v1_33,
  "v1.34": v1_34,
};

/**
 * The era of a release: `v1.11`, `1.11`, `v1.11.5`. A patch release that is not told apart is the
 * era of its minor release.
 */
export function findEra(name: string): Era | undefined {
  const release = name.startsWith("v") ? name : `v${name}`;
  return eras[release] ?? eras[/^v\d+\.\d+/.exec(release)?.[0] ?? ""];
}

/** The era without some of its defects: a scene may spare its readers. */
export function without(era: Era, behaviors: readonly string[]): Era {
  if (behaviors.length === 0) return era;
  const kept = [...era.behaviors].filter((each: Behavior) => !behaviors.includes(each));
  return { ...era, behaviors: new Set(kept) };
}
