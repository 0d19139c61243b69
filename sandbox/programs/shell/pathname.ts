// Pathname expansion: which files a pattern names.

import { absolute, FileError, type FileSystem } from "../../machine/files.ts";
import { hasMagic, patternRegExp, plainText } from "./pattern.ts";

export interface GlobOptions {
  readonly extended?: boolean;
  /** `*` also matches names that begin with a dot. */
  readonly dots?: boolean;
}

/** Paths that match, sorted; empty if there are none. */
export function glob(
  pattern: string,
  { files, cwd }: { readonly files: FileSystem; readonly cwd: string },
  options: GlobOptions = {},
): string[] {
  const root = /^\/*/.exec(pattern)?.[0] ?? "";
  const parts = pattern.slice(root.length).split(/(\/+)/);
  let found = [root];
  for (let i = 0; i < parts.length; i += 2) {
    const part = parts[i] as string;
    const slash = parts[i + 1] ?? "";
    found = found.flatMap((base) => {
      if (part === "") return [base];
      const matches = hasMagic(part)
        ? matching(part, namesIn(files, absolute(cwd, base || ".")), options)
        : [plainText(part)];
      return matches
        .map((name) => base + name)
        .filter((path) => exists(files, absolute(cwd, path), slash !== ""))
        .map((path) => path + slash);
    });
  }
  return found.sort();
}

function matching(part: string, names: readonly string[], options: GlobOptions): string[] {
  const expression = patternRegExp(part, options);
  const showsDots = options.dots || part.startsWith(".") || part.startsWith("\\.");
  return names.filter((name) => (showsDots || !name.startsWith(".")) && expression.test(name));
}

function namesIn(files: FileSystem, path: string): readonly string[] {
  try {
    return files.list(path);
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}

function exists(files: FileSystem, path: string, asDirectory: boolean): boolean {
  if (asDirectory) return files.kind(path) === "directory";
  try {
    files.lstat(path);
    return true;
  } catch (error) {
    if (error instanceof FileError) return false;
    throw error;
  }
}
