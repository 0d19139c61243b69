// From what is written in content/scenes/NAME.yaml to a scene: `base:` names a scene whose values
// hold where this one says nothing; `files:` and `manifests:` name files of content/manifests.
// Reads nothing itself, so that the site's build, the command line and the tests can share it.

import { z } from "astro/zod";
import { completeScene, type Scene, type SceneSource } from "../../sandbox/scene.ts";
import { ContentMistake } from "./mistake.ts";
import { readYaml } from "./yaml-file.ts";

/** Gives the text of a file below content/; undefined if there is none: `scenes/consul.yaml`. */
export type ReadContent = (path: string) => string | undefined;

const texts = z.record(z.string(), z.string());

const nodeShape = z.strictObject({
  name: z.string(),
  address: z.string().optional(),
  cpus: z.number().optional(),
  memory: z.string().optional(),
  roles: z.array(z.string()).optional(),
  labels: texts.optional(),
  taints: z.array(z.string()).optional(),
  zone: z.string().optional(),
  instanceType: z.string().optional(),
});

/** What a scene's file can say. sandbox/scene.ts says what each of it means. */
const sceneShape = z.strictObject({
  title: z.string().optional(),
  base: z.string().optional(),
  era: z.string().optional(),
  clientEra: z.string().optional(),
  seed: z.number().int().optional(),
  start: z.string().optional(),
  age: z.number().optional(),
  nodes: z.union([z.number().int(), z.array(nodeShape)]).optional(),
  controlPlane: z
    .strictObject({
      runs: z.literal("apart").optional(),
      hostname: z.string().optional(),
      serviceRange: z.string().optional(),
      podRange: z.string().optional(),
      binderResyncMs: z.number().optional(),
      schedulerMaxBackoffMs: z.number().optional(),
      provisioners: z.array(z.string()).optional(),
      etcd: z.boolean().optional(),
    })
    .optional(),
  addons: z.array(z.string()).optional(),
  runtime: z
    .strictObject({
      unknownImages: z.enum(["refuse", "run"]).optional(),
      speed: z.enum(["real", "instant"]).optional(),
    })
    .optional(),
  workstation: z
    .strictObject({
      hostname: z.string().optional(),
      user: z.string().optional(),
      home: z.string().optional(),
      context: z.string().optional(),
      aliases: texts.optional(),
    })
    .optional(),
  files: texts.optional(),
  manifests: z.array(z.string()).optional(),
  setup: z.string().optional(),
  cloud: z
    .strictObject({
      provider: z.enum(["aws", "gce"]).optional(),
      region: z.string().optional(),
      cluster: z.string().optional(),
      zones: z.array(z.string()).optional(),
      shares: z.array(z.strictObject({ server: z.string(), path: z.string() })).optional(),
      ceph: z.string().optional(),
    })
    .optional(),
  notes: z.array(z.string()).optional(),
});

type SceneFile = z.infer<typeof sceneShape>;

/**
 * The scene of that name, whole; what `changes` says holds before what is written. Throws a
 * ContentMistake if one of its files is wrong or missing.
 */
export function readScene(
  name: string,
  read: ReadContent,
  changes: Partial<SceneSource> = {},
): Scene {
  const { base, ...written } = withBase(name, read, []);
  const manifest = (file: string): string => {
    const text = read(`manifests/${file}`);
    if (text === undefined) throw missing(name, read, file);
    return text;
  };
  const source = {
    ...written,
    name,
    files: Object.fromEntries(
      Object.entries(written.files ?? {}).map(([path, file]) => [path, manifest(file)]),
    ),
    manifests: (written.manifests ?? []).map(manifest),
  };
  return completeScene({ ...source, ...changes, name } as SceneSource);
}

/** The line that names the missing file; it may stand in a base. */
function missing(name: string, read: ReadContent, file: string): ContentMistake {
  const text = read(`scenes/${name}.yaml`) ?? "";
  const at = text.split("\n").findIndex((line) => line.includes(file));
  const base = /^base:\s*(\S+)/m.exec(text)?.[1];
  if (at < 0 && base) return missing(base, read, file);
  return new ContentMistake(
    { file: `content/scenes/${name}.yaml`, line: Math.max(at, 0) + 1 },
    { expected: "the name of a file in content/manifests", found: file },
  );
}

function withBase(name: string, read: ReadContent, below: readonly string[]): SceneFile {
  const file = `content/scenes/${name}.yaml`;
  const text = read(`scenes/${name}.yaml`);
  if (text === undefined || below.includes(name)) {
    const from = below.at(-1) ?? name;
    throw new ContentMistake(
      { file: `content/scenes/${from}.yaml`, line: 1 },
      { expected: "a base that exists and is not built on this scene", found: name },
    );
  }
  const scene = readYaml({ file, text }, sceneShape);
  if (scene.base === undefined) return scene;
  return merged(withBase(scene.base, read, [...below, name]), scene);
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Maps are merged key by key; everything else is taken from the upper one. */
function merged<T extends Fields>(lower: T, upper: T): T {
  const fields: Record<string, unknown> = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    const below = fields[key];
    fields[key] = isFields(below) && isFields(value) ? merged(below, value) : value;
  }
  return fields as T;
}
