// What a server may not forget: its term, its vote, and the log. A journal in the data directory.
// differs: one line of JSON for each record, and no snapshots: the log only grows.
// Upstream: hashicorp/raft log.go, stable.go, hashicorp/raft-boltdb.

import { type FileSystem, parentOf } from "../../machine/files.ts";
import type { Configuration, Peer } from "./peers.ts";

export type Entry = {
  readonly index: number;
  readonly term: number;
} & (
  | { readonly kind: "noop" | "barrier" }
  | { readonly kind: "peers"; readonly data: readonly Peer[] }
  | { readonly kind: "command"; readonly data: object }
);

export class RaftLog {
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #entries: Entry[] = [];
  #term = 0;
  #vote: { readonly term: number; readonly candidate: string } | undefined;

  constructor(files: FileSystem, path: string) {
    this.#files = files;
    this.#path = path;
    files.makeDirectory(parentOf(path), { parents: true, mode: 0o755 });
    if (files.kind(path) === undefined) return;
    for (const line of files.read(path).split("\n")) if (line !== "") this.#replay(line);
  }

  get term(): number {
    return this.#term;
  }

  set term(term: number) {
    if (term === this.#term) return;
    this.#term = term;
    this.#note({ currentTerm: term });
  }

  get vote(): { readonly term: number; readonly candidate: string } | undefined {
    return this.#vote;
  }

  set vote(vote: { readonly term: number; readonly candidate: string } | undefined) {
    this.#vote = vote;
    this.#note({ vote });
  }

  get last(): Entry | undefined {
    return this.#entries.at(-1);
  }

  get lastIndex(): number {
    return this.#entries.length;
  }

  /** Of 0 the term is 0. */
  termOf(index: number): number | undefined {
    return index === 0 ? 0 : this.#entries[index - 1]?.term;
  }

  entry(index: number): Entry | undefined {
    return this.#entries[index - 1];
  }

  from(index: number): readonly Entry[] {
    return this.#entries.slice(index - 1);
  }

  append(entry: Entry): void {
    this.#entries.push(entry);
    this.#note({ entry });
  }

  /** Throws away this entry and all behind it. */
  cut(index: number): void {
    this.#entries.length = index - 1;
    this.#note({ cut: index });
  }

  /** The newest configuration up to an index. */
  configuration(index: number): Configuration {
    for (let at = index; at > 0; at--) {
      const entry = this.#entries[at - 1];
      if (entry?.kind === "peers") return { index: at, peers: entry.data };
    }
    return { index: 0, peers: [] };
  }

  #note(record: object): void {
    const line = `${JSON.stringify(record)}\n`;
    this.#files.write(this.#path, line, { append: true, mode: 0o600 });
  }

  #replay(line: string): void {
    const record = JSON.parse(line) as {
      readonly currentTerm?: number;
      readonly vote?: { readonly term: number; readonly candidate: string };
      readonly entry?: Entry;
      readonly cut?: number;
    };
    if (record.currentTerm !== undefined) this.#term = record.currentTerm;
    if (record.vote) this.#vote = record.vote;
    if (record.cut !== undefined) this.#entries.length = record.cut - 1;
    if (record.entry) this.#entries.push(record.entry);
  }
}
