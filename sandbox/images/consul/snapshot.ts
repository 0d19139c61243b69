// Whom an agent knew when it ended: serf/local.snapshot, a journal of lines.
// Upstream: hashicorp/serf snapshot.go.

import { type FileSystem, parentOf } from "../../machine/files.ts";

export class Snapshot {
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #before = new Map<string, string>();
  /** The common clock as it stood. */
  readonly time: number = 0;

  /** `rejoin`: who left on purpose comes back all the same. */
  constructor(files: FileSystem, path: string, rejoin: boolean) {
    this.#files = files;
    this.#path = path;
    files.makeDirectory(parentOf(path), { parents: true, mode: 0o755 });
    if (files.kind(path) === undefined) return;
    for (const line of files.read(path).split("\n")) {
      const [, word = "", rest = ""] = /^([\w-]+)(?:: (.*))?$/.exec(line) ?? [];
      const [name = "", at = ""] = rest.split(/ (?=\S+$)/);
      if (word === "alive") this.#before.set(name, at);
      else if (word === "not-alive") this.#before.delete(rest);
      else if (word === "clock") this.time = Number(rest);
      else if (word === "leave" && !rejoin) {
        this.#before.clear();
        this.time = 0;
      }
    }
  }

  get before(): readonly { readonly name: string; readonly at: string }[] {
    return [...this.#before].map(([name, at]) => ({ name, at }));
  }

  alive(name: string, at: string, time: number): void {
    this.#note(`alive: ${name} ${at}\nclock: ${time}\n`);
  }

  notAlive(name: string, time: number): void {
    this.#note(`not-alive: ${name}\nclock: ${time}\n`);
  }

  leave(): void {
    this.#note("leave\n");
  }

  #note(lines: string): void {
    this.#files.write(this.#path, lines, { append: true, mode: 0o644 });
  }
}
