// What opening a device means. The names are those that `FileSystem.makeDevice` was given.

import type { Random } from "../sim/random.ts";
import { FileError, type FileSystem } from "./files.ts";
import { callSink, endlessSource, type Sink, type Source, textSource } from "./streams.ts";

/** What a process has open, for the devices that are its own. */
export interface OpenStreams {
  readonly random: Random;
  source(descriptor: number | "tty"): Source | undefined;
  sink(descriptor: number | "tty"): Sink | undefined;
}

const standard: Readonly<Record<string, number | "tty">> = {
  stdin: 0,
  stdout: 1,
  stderr: 2,
  tty: "tty",
};

export function deviceSource(device: string, path: string, streams: OpenStreams): Source {
  const descriptor = standard[device];
  if (descriptor !== undefined) {
    const source = streams.source(descriptor);
    if (!source) throw new FileError("ENXIO", path);
    return source;
  }
  if (device === "zero" || device === "full") return endlessSource("\0".repeat(512));
  if (device === "random" || device === "urandom") {
    const bytes = () =>
      String.fromCharCode(...Array.from({ length: 64 }, () => streams.random.below(256)));
    return { ...textSource(""), take: bytes };
  }
  return textSource("");
}

export function deviceSink(device: string, path: string, streams: OpenStreams): Sink {
  const descriptor = standard[device];
  if (descriptor !== undefined) {
    const sink = streams.sink(descriptor);
    if (!sink) throw new FileError("ENXIO", path);
    return sink;
  }
  return callSink(() => {
    if (device === "full") throw new FileError("ENOSPC", path);
  });
}

/** The usual entries of /dev. */
export function makeDevices(files: FileSystem): void {
  files.makeDirectory("/dev", { parents: true });
  for (const name of ["null", "zero", "full", "random", "urandom", "tty"]) {
    if (!files.kind(`/dev/${name}`)) files.makeDevice(`/dev/${name}`, name);
  }
  for (const name of ["stdin", "stdout", "stderr"]) {
    if (!files.kind(`/dev/${name}`)) files.makeDevice(`/dev/${name}`, name);
  }
}
