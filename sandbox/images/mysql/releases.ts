// The releases of MySQL that there are images of. One line each.
// differs: `latest` is what it was when the walkthroughs were written; all of them keep 5.7's log.

import { present } from "../../sim/assert.ts";
import type { Release } from "./engine/instance.ts";

export interface Tagged {
  readonly tags: readonly string[];
  readonly release: Release;
}

const sqlMode =
  "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_CREATE_USER,NO_ENGINE_SUBSTITUTION";
const latin = { charset: "latin1", collation: "latin1_swedish_ci", sqlMode };

export const releases: readonly Tagged[] = [
  { tags: ["latest", "5", "5.7", "5.7.17"], release: { version: "5.7.17", ...latin } },
  { tags: ["5.7.13", "5.7.14"], release: { version: "5.7.13", ...latin } },
  { tags: ["5.7.44"], release: { version: "5.7.44", ...latin } },
];

export function releaseOf(version: string): Release {
  const found = releases.find(({ release }) => release.version === version);
  return present(found, `MySQL ${version}`).release;
}
