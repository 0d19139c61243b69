// Who may import whom. In the sandbox imports go down only: never up, never sideways, never in a
// circle.

import { siteImports as allowed } from "./lists.ts";
import type { Complaint, Import, Rule, SourceFile, Tree } from "./tree.ts";

/** From the bottom up. Folders of one row know nothing of each other. */
const layers: readonly (readonly string[])[] = [
  ["sim"],
  ["api"],
  ["machine", "client", "apiserver"],
  ["controllers", "scheduler", "node", "programs"],
  ["images", "eras"],
  // cluster.ts and its neighbours: the files in sandbox/ itself.
  ["."],
  ["worker"],
];

/** The packages that the sandbox may use, and where. */
const packages: Readonly<Record<string, string>> = {
  comlink: "sandbox/worker/",
  diff: "sandbox/",
  unbash: "sandbox/",
  yaml: "sandbox/",
};

const folderOf = (path: string): string => {
  const [, folder = "", ...rest] = path.split("/");
  return rest.length > 0 ? folder : ".";
};

const layerOf = (path: string): number => layers.findIndex((row) => row.includes(folderOf(path)));

export const layerRules: readonly Rule[] = [
  sandboxImports,
  siteImports,
  contentImports,
  testImports,
  missingFiles,
  cycles,
];

function sandboxImports(tree: Tree): Complaint[] {
  return complaintsOf(tree.code("sandbox"), (file, { target, specifier }) => {
    if (file.isTest) return undefined;
    if (target === undefined) {
      const place = packages[specifier];
      return place && file.path.startsWith(place)
        ? undefined
        : `the sandbox may not use ${specifier}`;
    }
    if (!target.startsWith("sandbox/")) return `the sandbox may not import ${target}`;
    const [from, to] = [layerOf(file.path), layerOf(target)];
    if (from < 0) return `sandbox/${folderOf(file.path)} has no layer`;
    if (to > from) return `imports upwards: ${target}`;
    if (to === from && folderOf(file.path) !== folderOf(target))
      return `imports sideways: ${target}`;
    return undefined;
  });
}

function siteImports(tree: Tree): Complaint[] {
  const site = tree.files.filter(({ path, isTest }) => path.startsWith("src/") && !isTest);
  return complaintsOf(site, ({ path }, { target, typeOnly, loadedOnly }) => {
    if (target === undefined || /^(?:src|content|public)\//.test(target)) return undefined;
    if (target.startsWith("sandbox/api/") || allowed[path] === target) return undefined;
    const isProtocol = target === "sandbox/worker/protocol.ts" && typeOnly;
    const isWorker = target.startsWith("sandbox/worker/") && loadedOnly;
    return isProtocol || isWorker ? undefined : `the site may not import ${target}`;
  });
}

function contentImports(tree: Tree): Complaint[] {
  const content = tree.files.filter(({ path }) => path.startsWith("content/"));
  return complaintsOf(content, () => "content imports nothing: its components are given to it");
}

function testImports(tree: Tree): Complaint[] {
  const files = tree.files.filter(({ isTest, path }) => !isTest && !path.endsWith(".config.ts"));
  return complaintsOf(files, (_, { target, specifier }) => {
    const isTest = target !== undefined && tree.get(target)?.isTest;
    return isTest || specifier === "vitest" ? `only a test may import ${specifier}` : undefined;
  });
}

function missingFiles(tree: Tree): Complaint[] {
  return complaintsOf(
    tree.files.filter(({ isCode }) => isCode),
    (_, { target }) => {
      const isKnown = target === undefined || /\?\w+$|^\.\./.test(target) || tree.get(target);
      return isKnown || !/\.tsx?$/.test(target)
        ? undefined
        : `imports ${target}, which does not exist`;
    },
  );
}

function complaintsOf(
  files: readonly SourceFile[],
  judge: (file: SourceFile, found: Import) => string | undefined,
): Complaint[] {
  return files.flatMap((file) =>
    file.imports.flatMap((found) => {
      const rule = judge(file, found);
      return rule === undefined ? [] : [file.complain(rule, found.line)];
    }),
  );
}

/** One complaint for each circle of imports; imports of types alone do not close one. */
function cycles(tree: Tree): Complaint[] {
  const done = new Set<SourceFile>();
  const path: SourceFile[] = [];
  const complaints: Complaint[] = [];
  const enter = (file: SourceFile): void => {
    if (done.has(file)) return;
    path.push(file);
    for (const { target, typeOnly, loadedOnly, line } of file.imports) {
      const next = target === undefined || typeOnly || loadedOnly ? undefined : tree.get(target);
      if (!next) continue;
      const from = path.indexOf(next);
      if (from < 0) enter(next);
      else {
        const circle = [...path.slice(from), next].map((one) => one.path).join(" → ");
        complaints.push(file.complain(`imports in a circle: ${circle}`, line));
      }
    }
    path.pop();
    done.add(file);
  };
  tree.files.forEach(enter);
  return complaints;
}
