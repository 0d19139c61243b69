// Images: what a container's files are before it runs, and what it runs. Data and programs only;
// the registry below says which reference means which image, and why another one cannot be pulled.

import { createRandom, hex } from "../sim/random.ts";
import { type FileSystem, parentOf, type Tree } from "./files.ts";
import type { Program } from "./process.ts";
import { createOverlay, createTree, mergeLayers } from "./tree.ts";

/** An image: a file tree, a config, and what running its paths does. One file each. */
export interface Image {
  /** What it is called by, the first name first: `nginx`, `k8s.gcr.io/nginx-slim`. */
  readonly names: readonly string[];
  readonly tags: readonly string[];
  /** What a pull transfers, in bytes. */
  readonly size: number;
  readonly config: ImageConfig;
  /** What it is built upon. */
  readonly base?: Image;
  /** Texts by path; a path that ends with a slash is a directory. */
  readonly files?: Readonly<Record<string, string>>;
  /** Executables by path. */
  readonly programs?: Readonly<Record<string, Program>>;
  /** Whatever else its files need: links, modes, owners. */
  readonly finish?: (files: FileSystem) => void;
}

export interface ImageConfig {
  readonly entrypoint?: readonly string[];
  readonly cmd?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly workingDir?: string;
  /** `name`, `uid` or `uid:gid`. */
  readonly user?: string;
  readonly exposedPorts?: readonly number[];
  readonly stopSignal?: "SIGTERM" | "SIGQUIT" | "SIGINT";
}

/** A reference that was found: an image under one of its tags. */
export interface Tagged {
  readonly image: Image;
  /** With registry and tag: `docker.io/library/nginx:1.19`. */
  readonly reference: string;
  /** 64 hexadecimal digits, the same for every cluster. */
  readonly digest: string;
  /** Nobody made this image: it stands for any. */
  readonly unknown: boolean;
}

/** Why a reference cannot be pulled. */
export type PullRefusal = "no such repository" | "no such tag" | "no such host";

export interface ImageRegistry {
  find(reference: string): Tagged | PullRefusal;
  /** The files of an image: one sealed tree, made on first use and shared by all containers. */
  layer(image: Image): Tree;
}

export interface RegistryOptions {
  readonly images: readonly Image[];
  /** `run`: an image that is not listed exists all the same, with the files of `standIn`. */
  readonly unknown: "refuse" | "run";
  readonly standIn?: Image;
  /** Tags that no image has, whatever `unknown` says. */
  readonly missingTags?: readonly string[];
}

export function defineImage(image: Image): Image {
  return image;
}

export interface Reference {
  /** `docker.io` if none is named. */
  readonly host: string;
  /** `library/nginx` for a short name on docker.io. */
  readonly repository: string;
  readonly tag: string;
}

/** Takes apart what stands in `image:`; undefined if it is no reference at all. */
export function parseReference(text: string): Reference | undefined {
  const [, name = "", tag = "latest"] =
    /^((?:[^/@\s]+\/)*[^/:@\s]+)(?::([\w][\w.-]{0,127}))?(?:@sha256:[0-9a-f]{64})?$/.exec(text) ??
    [];
  const [first = "", ...rest] = name.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const host = hasHost ? first : "docker.io";
  const path = hasHost ? rest.join("/") : name;
  if (!/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/.test(path)) return undefined;
  const repository = host === "docker.io" && !path.includes("/") ? `library/${path}` : path;
  return { host, repository, tag };
}

/** `docker.io/library/nginx:latest` */
export const referenceText = ({ host, repository, tag }: Reference): string =>
  `${host}/${repository}:${tag}`;

/** As docker says it, without what it leaves out: `nginx:latest`. */
export function familiarName({ host, repository, tag }: Reference): string {
  const path =
    host === "docker.io" ? repository.replace(/^library\//, "") : `${host}/${repository}`;
  return `${path}:${tag}`;
}

export function createImageRegistry(options: RegistryOptions): ImageRegistry {
  const { standIn, missingTags = [] } = options;
  const byName = new Map<string, Image[]>();
  for (const image of options.images) {
    for (const name of image.names) {
      const { host, repository } = parseReference(name) as Reference;
      const key = `${host}/${repository}`;
      byName.set(key, [...(byName.get(key) ?? []), image]);
    }
  }
  const layers = new Map<Image, Tree>();
  const layer = (image: Image): Tree => {
    const tree = layers.get(image) ?? build(image, layer);
    layers.set(image, tree);
    return tree;
  };
  return {
    layer,
    find(text) {
      const reference = parseReference(text);
      if (!reference) return "no such repository";
      const { host, repository, tag } = reference;
      if (missingTags.includes(tag)) return "no such tag";
      const known = byName.get(`${host}/${repository}`) ?? [];
      const found = known.find(({ tags }) => tags.includes(tag));
      const full = referenceText(reference);
      const digest = hex(createRandom(`image ${full}`), 64);
      if (found) return { image: found, reference: full, digest, unknown: false };
      if (options.unknown === "run" && standIn) {
        return { image: standIn, reference: full, digest, unknown: true };
      }
      if (known.length > 0) return "no such tag";
      return knownHosts.includes(host) ? "no such repository" : "no such host";
    },
  };
}

const knownHosts = ["docker.io", "gcr.io", "k8s.gcr.io", "quay.io", "registry.k8s.io", "ghcr.io"];

/** When all of them were made. */
const made = { now: () => Date.UTC(2026, 0, 20, 9, 30) };

function build(image: Image, layerOf: (image: Image) => Tree): Tree {
  const options = { clock: made };
  const tree = image.base ? createOverlay(layerOf(image.base), options) : createTree(options);
  const { files } = tree;
  for (const [path, text] of Object.entries(image.files ?? {})) {
    files.makeDirectory(path.endsWith("/") ? path : parentOf(path), { parents: true });
    if (!path.endsWith("/")) files.write(path, text);
  }
  for (const [path, program] of Object.entries(image.programs ?? {})) {
    files.makeDirectory(parentOf(path), { parents: true });
    files.install(path, program);
  }
  image.finish?.(files);
  return mergeLayers([tree], options);
}
