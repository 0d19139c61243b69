// Makes generated/explain/ERA.json: all that `kubectl explain` and the editor's hover say of the
// fields of an era, one file each, loaded when first asked for. `npm run schema`; runs before build
// and tests.

import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Type } from "../../sandbox/api/schema/field.ts";
import type { Schema } from "../../sandbox/api/schema.ts";
import * as schemas from "../../sandbox/eras/schema/index.ts";
import { change, readModels, type TextChanges, type Texts } from "./texts.ts";

const root = join(import.meta.dirname, "../..");
const target = join(root, "generated/explain");
const changesOf = (era: string) => join(root, `sandbox/eras/schema/texts/${era}.json`);

/** Newest first: each release's texts are told apart from those of the one before. */
const eras: Readonly<Record<string, Schema>> = {
  "v1.34": schemas.v1_34,
  "v1.20": schemas.v1_20,
  "v1.11": schemas.v1_11,
  "v1.5": schemas.v1_5,
  "v1.3": schemas.v1_3,
};

/** The texts of every era, only of fields that it has. */
export function buildTexts(): Map<string, Texts> {
  let texts = readModels(join(root, "node_modules"));
  const built = new Map<string, Texts>();
  for (const [era, schema] of Object.entries(eras)) {
    const changes = JSON.parse(readFileSync(changesOf(era), "utf8")) as TextChanges;
    texts = change(texts, changes);
    built.set(era, only(schema, texts));
  }
  return built;
}

function only(schema: Schema, texts: Texts): Texts {
  const result: Texts = {};
  const visit = (type: Type): void => {
    if ("of" in type) {
      visit(type.of);
      return;
    }
    const key = type.is === "struct" ? type.key : type.go;
    if (key in result) return;
    const own = texts[key] ?? {};
    const definition = type.is === "struct" ? schema.type(type.key) : undefined;
    const kept: Record<string, string> = own[""] ? { "": own[""] } : {};
    result[key] = kept;
    for (const field of definition?.fields.values() ?? []) {
      const text = own[field.name];
      if (text) kept[field.name] = text;
      visit(field.type);
    }
  };
  for (const { key, kind } of schema.kinds()) {
    if (!kind.endsWith("List")) visit({ is: "struct", key });
  }
  const { kind = "", apiVersion = "" } = texts["meta/v1.TypeMeta"] ?? {};
  result["meta/v1.TypeMeta"] = { kind, apiVersion };
  for (const key of Object.keys(result)) {
    if (Object.keys(result[key] ?? {}).length === 0) delete result[key];
  }
  return result;
}

/** The same with similar types side by side: gzip looks back no further than 32 KB. */
function grouped(texts: Texts): Texts {
  const words = new Map(
    Object.entries(texts).map(([key, fields]) => [
      key,
      new Set(Object.values(fields).join(" ").split(" ")),
    ]),
  );
  const result: Texts = {};
  let [next] = words.keys();
  while (next !== undefined) {
    const last = words.get(next) ?? new Set();
    result[next] = texts[next] ?? {};
    words.delete(next);
    const alike = (own: ReadonlySet<string>) => {
      const common = [...own].filter((word) => last.has(word)).length;
      return common / (10 + own.size + last.size - common);
    };
    let best = -1;
    next = undefined;
    for (const [key, own] of words) {
      if (alike(own) <= best) continue;
      best = alike(own);
      next = key;
    }
  }
  return result;
}

/** Writes what is missing or older than what it is made of. */
export function writeTexts(): void {
  const sources = [
    ...Object.keys(eras).map(changesOf),
    join(root, "package-lock.json"),
    join(import.meta.dirname, "build.ts"),
    join(import.meta.dirname, "texts.ts"),
  ].filter(existsSync);
  const newest = Math.max(...sources.map((path) => statSync(path).mtimeMs));
  const paths = Object.keys(eras).map((era) => join(target, `${era}.json`));
  if (paths.every((path) => existsSync(path) && statSync(path).mtimeMs > newest)) return;
  mkdirSync(target, { recursive: true });
  for (const [era, texts] of buildTexts()) {
    writeFileSync(join(target, `${era}.json`), JSON.stringify(grouped(texts)));
  }
}

if (import.meta.main) writeTexts();
