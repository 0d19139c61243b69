// The texts of `kubectl explain` per release. Those of the newest release come from
// kubernetes-models at build time; what other releases, and the difference between that package and
// our newest release, need lies in sandbox/eras/schema/texts as differences. (Texts: Kubernetes
// authors, Apache-2.0.)

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** By type (`core/v1.Container`) and field; the empty name is the type itself. */
export type Texts = Record<string, Record<string, string>>;

/**
 * What differs from the next newer release: a null takes a text away, `<` begins with another
 * type's.
 */
export type TextChanges = Record<string, Record<string, string | null>>;

const groups: Readonly<Record<string, string>> = {
  apps: "apps",
  "authentication.k8s.io": "authentication",
  "authorization.k8s.io": "authorization",
  autoscaling: "autoscaling",
  batch: "batch",
  "coordination.k8s.io": "coordination",
  "discovery.k8s.io": "discovery",
  "events.k8s.io": "events",
  "networking.k8s.io": "networking",
  "node.k8s.io": "node",
  policy: "policy",
  "rbac.authorization.k8s.io": "rbac",
  "scheduling.k8s.io": "scheduling",
  "storage.k8s.io": "storage",
};

/** The texts that kubernetes-models has in its declarations. */
export function readModels(modules: string): Texts {
  const texts: Texts = {};
  const models = join(modules, "kubernetes-models");
  const machinery = join(modules, "@kubernetes-models/apimachinery");
  readFolder(join(models, "v1"), "core/v1", texts);
  for (const [folder, group] of Object.entries(groups)) {
    for (const version of versionsIn(join(models, folder))) {
      readFolder(join(models, folder, version), `${group}/${version}`, texts);
    }
  }
  readFolder(join(machinery, "apis/meta/v1"), "meta/v1", texts);
  return texts;
}

const versionsIn = (folder: string) => readdirSync(folder).filter((name) => /^v\d\w*$/.test(name));

function readFolder(folder: string, id: string, texts: Texts): void {
  for (const file of readdirSync(folder)) {
    const name = /^([A-Z]\w*)\.d\.ts$/.exec(file)?.[1];
    if (!name) continue;
    const found = readDeclaration(readFileSync(join(folder, file), "utf8"));
    if (found) texts[`${id}.${name}`] = found;
  }
}

/** The comments of the interface in a declaration file. */
function readDeclaration(source: string): Record<string, string> | undefined {
  const start = /(?:\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*)?export interface I\w+/.exec(source);
  if (!start) return undefined;
  const texts: Record<string, string> = {};
  if (start[1]) texts[""] = plainText(start[1]);
  const body = source.slice(start.index + start[0].length).split(/^}/m)[0] ?? "";
  for (const [, comment = "", name = ""] of body.matchAll(
    /^ {4}\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*"([\w$]+)"\??:/gm,
  )) {
    texts[name] = plainText(comment);
  }
  return texts;
}

const plainText = (comment: string) =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .trim();

/** The texts of a release: those of the next newer one, changed. */
export function change(newer: Texts, changes: TextChanges): Texts {
  const texts: Texts = { ...newer };
  for (const [key, fields] of Object.entries(changes)) {
    const { "<": like, ...rest } = fields;
    const result = { ...(like ? newer[like] : newer[key]) };
    for (const [name, text] of Object.entries(rest)) {
      if (text === null) delete result[name];
      else result[name] = text;
    }
    texts[key] = result;
  }
  return texts;
}
