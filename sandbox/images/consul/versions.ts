// The releases of Consul, and what each of them says differently. A release is named by its minor
// number; what it does is asked for by name, never by comparing numbers.

export interface ConsulVersion {
  /** `1.22.6` */
  readonly number: string;
  /** The commit, as `consul version` shows it. */
  readonly revision: string;
  /** RFC 3339; absent where the release does not say. */
  readonly built: string;
  readonly has: ReadonlySet<Feature>;
}

/** In the release in which each of them came; all later ones have them. */
const came = {
  /** Log lines begin at the margin; what was printed before the banner is logged. */
  plainLog: 10,
  /** Admin partitions: a column of `members`, and `partition=default` in the log. */
  partitions: 11,
  /** Raft names leaders by their id too, and speaks of addresses. */
  leaderIds: 13,
  /** The time of the build. */
  buildDate: 13,
  /** The banner has a line for each use of TLS. */
  longBanner: 14,
  /** `list-peers` shows how far each server is. */
  commitIndex: 17,
  aclPolicy: 19,
  /** The log is a directory of segments instead of one BoltDB file. */
  wal: 20,
  /** Candidates ask whether they would win before they disturb the others. */
  preVote: 21,
} as const;

export type Feature = keyof typeof came;

type Release = readonly [minor: number, patch: number, revision: string, built: string];

/** differs: of each minor release there is one patch release, which its short tag means too. */
const releases: readonly Release[] = [
  [8, 4, "12b16df32", ""],
  [9, 6, "bbcbb733b", ""],
  [10, 3, "c976ffd2", ""],
  [11, 4, "944e8ce6", ""],
  [12, 2, "19041f20", ""],
  [13, 2, "0e046bbb", "2022-09-20T20:30:07Z"],
  [14, 2, "0ba7a401", "2022-11-30T19:54:31Z"],
  [15, 1, "7c04b6a0", "2023-03-07T20:35:33Z"],
  [16, 1, "e0ab4d29", "2023-08-05T21:56:29Z"],
  [17, 0, "4e3f428b", "2023-11-03T14:56:56Z"],
  [18, 0, "349cec17", "2024-02-26T22:05:50Z"],
  [19, 2, "048f1936", "2024-08-27T16:06:44Z"],
  [20, 1, "3ff9edc8", "2024-10-29T19:04:05Z"],
  [21, 2, "136b9cb8", "2025-06-18T08:16:39Z"],
  [22, 3, "cc9bcd61", "2026-01-14T14:52:07Z"],
];

export interface TaggedVersion {
  readonly version: ConsulVersion;
  readonly tags: readonly string[];
  /** Docker's own `consul` ended with it. */
  readonly official: boolean;
}

const OFFICIAL_UNTIL = 15;

export const versions: readonly TaggedVersion[] = releases.map(
  ([minor, patch, revision, built], index) => {
    const short = `1.${minor}`;
    const number = `${short}.${patch}`;
    const features = Object.keys(came) as Feature[];
    const has = new Set(features.filter((feature) => came[feature] <= minor));
    const last = index === releases.length - 1;
    return {
      version: { number, revision, built, has },
      tags: [short, number, ...(last ? ["1", "latest"] : [])],
      official: minor <= OFFICIAL_UNTIL,
    };
  },
);
