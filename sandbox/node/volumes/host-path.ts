// hostPath: a file or directory of the node itself. pkg/volume/hostpath/host_path.go.

import { FileError, type FileSystem, parentOf } from "../../machine/files.ts";
import {
  MountError,
  type Mounted,
  type MountRequest,
  sourceOf,
  type VolumePlugin,
} from "./plugin.ts";

interface HostPath {
  readonly path: string;
  readonly type?: string;
}

const kinds: Readonly<Record<string, readonly [kind: string, text: string]>> = {
  Directory: ["directory", "directory"],
  DirectoryOrCreate: ["directory", "directory"],
  File: ["file", "file"],
  FileOrCreate: ["file", "file"],
  Socket: ["socket", "socket file"],
  CharDevice: ["device", "character device"],
  BlockDevice: ["block", "block device"],
};

export const hostPath: VolumePlugin = {
  name: "kubernetes.io/host-path",
  field: "hostPath",
  setUp({ spec, host: { files, makesPaths } }: MountRequest): Mounted {
    const { path, type = "" } = sourceOf<HostPath>(spec, "hostPath");
    if (path.split("/").includes("..")) {
      throw new MountError(`invalid HostPath \`${path}\`: must not contain '..'`);
    }
    // Without a type nobody looks; the runtime makes a directory where nothing is.
    if (type === "" || makesPaths) makeDirectory(files, path);
    if (type !== "") checkType(files, path, type);
    const kind = files.kind(path) === "directory" ? "directory" : "file";
    return { place: files.place(path), path, kind, readOnly: spec.readOnly };
  },
};

function checkType(files: FileSystem, path: string, type: string): void {
  if (type === "DirectoryOrCreate") makeDirectory(files, path);
  if (type === "FileOrCreate" && !files.kind(path)) {
    if (files.kind(parentOf(path)) !== "directory") {
      throw new MountError(`open ${path}: no such file or directory`);
    }
    files.write(path, "");
  }
  const [kind, text] = kinds[type] ?? [];
  if (!kind) throw new MountError(`${type} is an invalid volume type`);
  if (files.kind(path) !== kind) {
    throw new MountError(`hostPath type check failed: ${path} is not a ${text}`);
  }
}

function makeDirectory(files: FileSystem, path: string): void {
  if (files.kind(path)) return;
  try {
    files.makeDirectory(path, { parents: true });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new MountError(`mkdir ${path}: ${error.message.toLowerCase()}`);
  }
}
