// Collects the texts of `kubectl explain` that kubernetes-models has not: those of older releases,
// from npm packages that were made of them, as differences (see texts.ts). A developer's tool; its
// result is in the repository. SwaggerDoc() in a checkout, read as in extract.ts, says which text a
// field has and how its lines break; it is kept only if it is in one of the packages.
//
//   node scripts/schema/collect-texts.ts PACKAGES CHECKOUTS
//
// PACKAGES holds the unpacked packages named below; CHECKOUTS is a JSON file: era → folders.

import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { goTypeName } from "../../sandbox/api/schema/go-names.ts";
import { keyOfName } from "../../sandbox/api/schema/openapi-names.ts";
import { v1_34 } from "../../sandbox/eras/schema/index.ts";
import { type Checkout, describe, goTypes } from "./extract.ts";
import type { TypeFacts } from "./facts.ts";
import { kindsOf } from "./releases.ts";
import { change, readModels, type TextChanges, type Texts } from "./texts.ts";

const root = join(import.meta.dirname, "../..");

/** What a text says, whatever its line breaks, its links and the older name of StatefulSets. */
const words = (text: string) =>
  text
    .replace(/\\(["'])/g, "$1")
    .replace(/https?:[^\s"),]+?(?=[.,]?(?:[\s"),]|$))/g, "LINK")
    .replace(/PetSet/g, "StatefulSet")
    .replace(/\s+/g, " ")
    .trim();

type Candidates = Set<string>;

const addTo = (candidates: Candidates, text: string) => candidates.add(words(text));

function readComments(folder: string, candidates: Candidates): void {
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".d.ts")) continue;
    const source = readFileSync(join(entry.parentPath, entry.name), "utf8");
    for (const [, comment = ""] of source.matchAll(/\/\*\*([\s\S]*?)\*\//g)) {
      const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
      addTo(candidates, lines.join("\n"));
    }
  }
}

interface Swagger {
  readonly definitions: Record<
    string,
    { description?: string; properties?: Record<string, { description?: string }> }
  >;
}

const scalars: Readonly<Record<string, string>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "resource.Quantity",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "intstr.IntOrString",
  "io.k8s.apimachinery.pkg.runtime.RawExtension": "runtime.RawExtension",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "v1.Time",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "v1.MicroTime",
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "v1.FieldsV1",
};

const typeFiles: Readonly<Record<string, string>> = {
  "io.k8s.apimachinery.pkg.api.resource.Quantity": "api/resource.d.ts Quantity",
  "io.k8s.apimachinery.pkg.util.intstr.IntOrString": "util/intstr.d.ts IntOrString",
  "io.k8s.apimachinery.pkg.runtime.RawExtension": "runtime.d.ts RawExtension",
  "io.k8s.apimachinery.pkg.apis.meta.v1.Time": "meta/v1.d.ts Time",
  "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime": "meta/v1.d.ts MicroTime",
  "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1": "meta/v1.d.ts FieldsV1",
};

function readSwagger(path: string): Texts {
  const { definitions } = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Swagger;
  const texts: Texts = {};
  for (const [name, { description, properties }] of Object.entries(definitions)) {
    const key = scalars[name] ?? keyOfName(name);
    if (key === undefined) continue;
    const fields: Record<string, string> = {};
    if (description) fields[""] = description.trim();
    for (const [field, property] of Object.entries(properties ?? {})) {
      if (property.description) fields[field] = property.description.trim();
    }
    texts[key] = fields;
  }
  return texts;
}

/** What a release should say, where some package says it. */
function wanted(types: readonly TypeFacts[], candidates: Candidates, counts: Counts): Texts {
  const texts: Texts = {};
  for (const type of types) {
    if (type.alias !== undefined || embeddedOnly.test(type.key)) continue;
    const fields: Record<string, string> = {};
    for (const [name, text] of [["", type.text] as const, ...textsOf(type, types)]) {
      if (text === "") continue;
      counts.all++;
      if (candidates.has(words(text))) fields[name] = text;
      else counts.missing.push(`${type.key}.${name}`);
    }
    texts[type.key] = fields;
  }
  return texts;
}

/** Texts of a type's fields, those of embedded structs among them. */
function textsOf(type: TypeFacts, types: readonly TypeFacts[]): [string, string][] {
  const id = type.key.slice(0, type.key.lastIndexOf("."));
  return [...type.fields.keys()].flatMap((name): [string, string][] => {
    if (!name.startsWith("<")) return [[name, type.texts.get(name) ?? ""]];
    const reference = name.slice(1).replace(/^(core|meta)\./, "$1/v1.");
    const key = reference.includes("/") ? reference : `${id}.${reference}`;
    const embedded = types.find((each) => each.key === key);
    return embedded ? textsOf(embedded, types) : [];
  });
}

/** Types that are never anything but embedded need no texts of their own. */
const embeddedOnly =
  /\.(EphemeralContainerCommon|Handler|IngressRuleValue|PersistentVolumeSource|ProbeHandler|VolumeSource)$/;

interface Counts {
  all: number;
  readonly missing: string[];
}

function difference(newer: Texts, texts: Texts, types: readonly TypeFacts[]): TextChanges {
  const changes: TextChanges = {};
  for (const { key, fields } of types) {
    const own = texts[key];
    if (!own) continue;
    const options = [key, ...likelyBases(key, newer)].map((base) => {
      const from = newer[base] ?? {};
      const entry: Record<string, string | null> = base === key ? {} : { "<": base };
      for (const [name, text] of Object.entries(own)) if (from[name] !== text) entry[name] = text;
      for (const name of Object.keys(from)) {
        if (!(name in own) && (name === "" || fields.has(name))) entry[name] = null;
      }
      return entry;
    });
    options.sort((a, b) => JSON.stringify(a).length - JSON.stringify(b).length);
    const best = options[0];
    if (best && Object.keys(best).length > 0) changes[key] = best;
  }
  return changes;
}

/** Types of the same name in other packages, where a release has a package of its own. */
function likelyBases(key: string, newer: Texts): string[] {
  if (newer[key]) return [];
  const name = `.${goTypeName(key).split(".")[1]}`;
  return Object.keys(newer).filter((other) => other.endsWith(name));
}

/** The values of a field stand behind its text; SwaggerDoc() has them not. */
function addValues(key: string, own: Record<string, string>, models: Record<string, string>): void {
  for (const [name, text] of Object.entries(models)) {
    const values = text.split("\n\nPossible enum values:\n")[1];
    const mine = own[name];
    if (values === undefined || mine === undefined) continue;
    let type = v1_34.type(key)?.fields.get(name)?.type;
    while (type && "of" in type) type = type.of;
    const known = type?.is === "string" ? type.values : undefined;
    const lines = values.split("\n").filter((line) => {
      const value = /^ *- `"(.*?)"`/.exec(line)?.[1];
      return value === undefined || known?.includes(value);
    });
    own[name] = `${mine}\n\nPossible enum values:\n${lines.join("\n")}`;
  }
}

/** Pet Sets were called StatefulSets later. */
function petSetText(newer: Texts, key: string, field: string): string | undefined {
  if (key === "apps/v1alpha1.PetSet" && field === "") return petSet;
  const later = key.replace("v1alpha1.PetSet", "v1beta1.StatefulSet");
  return newer[later]?.[field]?.replaceAll("StatefulSet", "PetSet");
}

/** As `kubectl explain petset` of 1.3 printed it. */
const petSet = `PetSet represents a set of pods with consistent identities. Identities are defined as:
 - Network: A single stable DNS and hostname.
 - Storage: As many VolumeClaims as requested.
The PetSet guarantees that a given network identity will always map to the same storage identity. PetSet is currently in alpha and subject to change without notice.`;

/** `kind` and `apiVersion`, which every object has. */
function typeMeta(era: string, checkout: Checkout): TypeFacts {
  const type = goTypes(era, checkout).get("meta/v1.TypeMeta");
  const texts = new Map(type?.fields?.map((field) => [field.json, field.text]));
  const fields = new Map([...texts.keys()].map((name) => [name, ""]));
  const key = "meta/v1.TypeMeta";
  return { key, fields, texts, text: "", alias: undefined, isKind: false, isAtomic: false };
}

/** Types that are simple values in JSON and have a text all the same. */
function scalarTextsOf(era: string): Texts {
  const texts: Texts = {};
  if (era === "v1.11" || era === "v1.34") {
    for (const key of Object.values(scalars)) {
      const text = swagger[key]?.[""];
      if (text) texts[key] = { "": text };
    }
  }
  const folder = { "v1.34": "kubernetes-types-1.30.0", "v1.20": "kubernetes-types-1.21.0-beta.1" }[
    era
  ];
  if (!folder) return texts;
  for (const [name, key] of Object.entries(scalars)) {
    const [file = "", type = ""] = typeFiles[name]?.split(" ") ?? [];
    const path = join(packages, folder, "package", file);
    if (!existsSync(path)) continue;
    const source = readFileSync(path, "utf8");
    const comment = new RegExp(
      `/\\*\\*((?:(?!\\*/)[sS])*)\\*/\\s*export (?:type|interface) ${type}\\b`,
    ).exec(source);
    const lines = comment?.[1]?.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
    if (lines) texts[key] = { "": lines.join("\n").trim() };
  }
  return texts;
}

/** The declarations of kubernetes-types: one file for a package, one interface for a type. */
function readTypes(folder: string): Texts {
  const texts: Texts = {};
  for (const group of readdirSync(folder)) {
    if (!/^[a-z]+$/.test(group)) continue;
    for (const file of readdirSync(join(folder, group))) {
      const source = readFileSync(join(folder, group, file), "utf8");
      const id = `${group}/${file.replace(".d.ts", "")}`;
      for (const [, name = "", body = ""] of source.matchAll(
        /^export interface (\w+) \{([\s\S]*?)^\}/gm,
      )) {
        const fields: Record<string, string> = {};
        for (const [, comment = "", field = ""] of body.matchAll(
          /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(\w+)\??:/g,
        )) {
          const lines = comment.split("\n").map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
          fields[field] = lines.join("\n").trim();
        }
        texts[`${id}.${name}`] = fields;
      }
    }
  }
  return texts;
}

const [packages = "", checkoutFile = ""] = process.argv.slice(2);
const checkouts = JSON.parse(readFileSync(checkoutFile, "utf8")) as Record<string, Checkout>;
const specs = join(packages, "kubernetes-client-9.0.0/package/lib/specs");
const swagger = readSwagger(join(specs, "swagger-1.11.json.gz"));
const candidates: Candidates = new Set();
for (const folder of [
  "kubernetes-types-1.17.0-beta.1",
  "kubernetes-types-1.21.0-beta.1",
  "kubernetes-types-1.30.0",
  "kubernetes-client-node-0.14.0/package/dist/gen/model",
  "kubernetes-client-node-1.4.0/package/dist/gen/models",
]) {
  readComments(join(packages, folder), candidates);
}
for (const texts of [
  readModels(join(root, "node_modules")),
  ...["1.10", "1.11", "1.12", "1.13"].map((each) =>
    readSwagger(join(specs, `swagger-${each}.json.gz`)),
  ),
]) {
  for (const fields of Object.values(texts)) {
    for (const text of Object.values(fields)) addTo(candidates, text);
  }
}

/** What a release's own package says where its words are not those of SwaggerDoc(). */
const exact: Readonly<Record<string, Texts>> = {
  "v1.20": readTypes(join(packages, "kubernetes-types-1.21.0-beta.1/package")),
  "v1.11": swagger,
};

let newer = readModels(join(root, "node_modules"));
for (const era of Object.keys(kindsOf)) {
  const counts: Counts = { all: 0, missing: [] };
  const types = [...describe(era, checkouts[era] ?? {}), typeMeta(era, checkouts[era] ?? {})];
  const texts = wanted(types, candidates, counts);
  for (const [key, own] of Object.entries(texts)) {
    if (era === "v1.34") addValues(key, own, newer[key] ?? {});
    // What no package has in these words is taken from the next newer release.
    for (const name of counts.missing.filter((each) => each.startsWith(`${key}.`))) {
      const field = name.slice(key.length + 1);
      const near =
        exact[era]?.[key]?.[field] ?? newer[key]?.[field] ?? petSetText(newer, key, field);
      if (near !== undefined) own[field] = near;
    }
  }
  const scalarTexts = scalarTextsOf(era);
  const changes = {
    ...difference(newer, texts, types),
    ...Object.fromEntries(
      Object.entries(scalarTexts).filter(([key, fields]) => newer[key]?.[""] !== fields[""]),
    ),
  };
  const path = join(root, "sandbox/eras/schema/texts", `${era}.json`);
  writeFileSync(path, `${JSON.stringify(changes, null, 1)}\n`);
  newer = change(newer, changes);
  console.log(era, counts.all, "texts,", counts.missing.length, "not in a package");
  writeFileSync(join(packages, `missing-${era}.txt`), counts.missing.join("\n"));
}
