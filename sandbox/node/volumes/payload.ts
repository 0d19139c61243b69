// Directories of files that the kubelet writes: ConfigMaps, Secrets, tokens, the downward API. A
// new version replaces the old one in one step, by a link. pkg/volume/util/atomic_writer.go.

import type { KeyToPath } from "../../api/pod.ts";
import { type FileSystem, parentOf } from "../../machine/files.ts";
import { MountError, type Mounted } from "./plugin.ts";

export interface PayloadFile {
  readonly text: string;
  readonly mode: number;
}

/** By path below the volume. */
export type Payload = Map<string, PayloadFile>;

/** All keys, or those that `items` names; `absent` says that a key is not there. */
export function payloadOf(
  data: Readonly<Record<string, string>>,
  items: readonly KeyToPath[] | undefined,
  options: { mode: number | undefined; optional: boolean; absent(key: string): string },
): Payload {
  const { mode = 0o644, optional, absent } = options;
  const payload: Payload = new Map();
  for (const item of items ?? Object.keys(data).map((key) => ({ key, path: key, mode }))) {
    const text = data[item.key];
    if (text !== undefined) payload.set(item.path, { text, mode: item.mode ?? mode });
    else if (!optional) throw new MountError(absent(item.key));
  }
  return payload;
}

/** Writes a payload, and writes it again whenever `make` gives another one. */
export async function writtenVolume(
  { files, path, now }: { files: FileSystem; path: string; now: () => number },
  make: () => Promise<Payload>,
): Promise<Mounted & { readonly rewrite: (payload: Payload) => void }> {
  const payload = await make();
  files.makeDirectory(path, { parents: true });
  const rewrite = (next: Payload) => writePayload({ files, path, now: now() }, next);
  rewrite(payload);
  return {
    ...{ place: files.place(path), path, kind: "directory", readOnly: true, rewrite },
    tearDown: () => files.removeDirectory(path, { recursive: true }),
  };
}

interface Destination {
  readonly files: FileSystem;
  readonly path: string;
  readonly now: number;
}

function writePayload({ files, path, now }: Destination, payload: Payload): void {
  const link = `${path}/..data`;
  const old = files.kind(link) ? files.readLink(link) : undefined;
  if (old !== undefined && isCurrent(files, `${path}/${old}`, payload)) return;
  const version = `..${stamp(now)}`;
  files.makeDirectory(`${path}/${version}`);
  for (const [name, { text, mode }] of payload) {
    const file = `${path}/${version}/${name}`;
    if (name.includes("/")) files.makeDirectory(parentOf(file), { parents: true });
    files.write(file, text, { mode });
  }
  const tops = new Set([...payload.keys()].map((name) => name.split("/")[0] as string));
  for (const name of tops) {
    if (!hasEntry(files, path, name)) files.symlink(`..data/${name}`, `${path}/${name}`);
  }
  files.symlink(version, `${link}_tmp`);
  files.rename(`${link}_tmp`, link);
  if (old === undefined) return;
  for (const name of files.list(path)) {
    if (!name.startsWith("..") && !tops.has(name)) files.remove(`${path}/${name}`);
  }
  files.removeDirectory(`${path}/${old}`, { recursive: true });
}

const hasEntry = (files: FileSystem, path: string, name: string): boolean =>
  files.list(path).includes(name);

function isCurrent(files: FileSystem, directory: string, payload: Payload): boolean {
  const there = filesBelow(files, directory, "");
  return (
    there.length === payload.size &&
    there.every((name) => files.read(`${directory}/${name}`) === payload.get(name)?.text)
  );
}

function filesBelow(files: FileSystem, directory: string, prefix: string): string[] {
  return files.list(`${directory}/${prefix}`).flatMap((name) => {
    const path = `${prefix}${name}`;
    return files.kind(`${directory}/${path}`) === "directory"
      ? filesBelow(files, directory, `${path}/`)
      : [path];
  });
}

/** `2021_01_13_12_00_00.123000000` */
function stamp(now: number): string {
  const [date = "", time = ""] = new Date(now).toISOString().slice(0, 23).split("T");
  return `${date.replaceAll("-", "_")}_${time.replaceAll(":", "_")}000000`;
}
