// What the API server says of volumes and claims that it refuses.

export interface StorageWords {
  /** Of a claim without access modes. */
  readonly noAccessModes: string;
  /** Of a change to a claim's spec. */
  readonly claimImmutable: string;
  /** Of another source for a volume; undefined where that may be changed. */
  readonly sourceImmutable: string | undefined;
  /** Both are followed by what differs, as Go shows it. */
  readonly withDifference: boolean;
}
