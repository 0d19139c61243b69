// `rbd`: block images of a Ceph cluster. Upstream: ceph 10 src/tools/rbd.

import type { Process, Program } from "../../machine/process.ts";
import { CephError, type Given, reach, readWords } from "./client.ts";
import { allFeatures, type BlockImage, type CephCluster, needs } from "./cluster.ts";

interface Call extends Given {
  readonly process: Process;
  readonly cluster: CephCluster;
}

interface Spec {
  readonly pool: string;
  readonly name: string;
}

function specOf({ options, words }: Call, at = 0): Spec {
  const text = words[at] ?? options.get("image");
  if (text === undefined) throw new CephError("rbd: image name was not specified", 22);
  const slash = text.indexOf("/");
  const pool = slash < 0 ? (options.get("pool") ?? "rbd") : text.slice(0, slash);
  return { pool, name: text.slice(slash + 1) };
}

function imagesOf({ cluster }: Call, pool: string): Map<string, BlockImage> {
  const images = cluster.pools.get(pool);
  if (images) return images;
  throw new CephError(`rbd: error opening pool '${pool}': (2) No such file or directory`, 2);
}

function imageOf(call: Call, spec: Spec): BlockImage {
  const image = imagesOf(call, spec.pool).get(spec.name);
  if (image) return image;
  throw new CephError(`rbd: error opening image ${spec.name}: (2) No such file or directory`, 2);
}

/** In MiB: `1024`, `1G`. */
function sizeOf(text: string | undefined): number {
  const [, count, unit = "M"] = /^(\d+)([MGT])?B?$/i.exec(text ?? "") ?? [];
  if (count === undefined) throw new CephError("rbd: must specify --size <M/G/T>", 22);
  return Number(count) * ({ M: 1, G: 1024, T: 1024 ** 2 }[unit.toUpperCase()] ?? 1);
}

const sizeText = (mib: number): string =>
  mib % 1024 === 0 && mib >= 10_240 ? `${mib / 1024} GB` : `${mib} MB`;

type Command = (call: Call) => string | Promise<string>;

function features(call: Call, enable: boolean): string {
  const spec = specOf(call, 1);
  const image = imageOf(call, spec);
  // The comma that people type behind a name is not part of it.
  const named = call.words.slice(2).flatMap((word) => word.split(",").filter(Boolean));
  if (named.length === 0)
    throw new CephError("rbd: at least one feature name must be specified", 22);
  const unknown = named.find((name) => !allFeatures.includes(name));
  if (unknown !== undefined) {
    throw new CephError(`rbd: the argument ('${unknown}') for option is invalid`, 22);
  }
  const after = new Set(image.features);
  for (const name of named) {
    if (enable) after.add(name);
    else after.delete(name);
  }
  const lacking = [...after].find(
    (name) => needs[name] !== undefined && !after.has(needs[name] ?? ""),
  );
  if (
    lacking !== undefined ||
    (enable
      ? named.every((name) => image.features.has(name))
      : !named.some((name) => image.features.has(name)))
  ) {
    throw new CephError("rbd: failed to update image features: (22) Invalid argument", 22);
  }
  image.features.clear();
  for (const name of allFeatures) if (after.has(name)) image.features.add(name);
  return "";
}

const commands: Readonly<Record<string, Command>> = {
  create(call) {
    const { pool, name } = specOf(call);
    const size = sizeOf(call.options.get("size"));
    if (imagesOf(call, pool).has(name)) {
      throw new CephError(`rbd: create error: (17) File exists`, 17);
    }
    const image = call.cluster.create(pool, name, size);
    const wanted = call.options.get("image-feature")?.split(",");
    if (wanted) {
      image.features.clear();
      for (const feature of wanted) image.features.add(feature);
    }
    return "";
  },
  ls: (call) =>
    [...imagesOf(call, call.words[0] ?? call.options.get("pool") ?? "rbd").keys()]
      .sort()
      .map((name) => `${name}\n`)
      .join(""),
  info(call) {
    const { name, id, size, features: own } = imageOf(call, specOf(call));
    const objects = Math.ceil(size / 4);
    return `rbd image '${name}':\n\tsize ${sizeText(size)} in ${objects} objects\n\torder 22 (4096 kB objects)\n\tblock_name_prefix: rbd_data.${id}\n\tformat: 2\n\tfeatures: ${[...own].join(", ")}\n\tflags: \n`;
  },
  "feature disable": (call) => features(call, false),
  "feature enable": (call) => features(call, true),
  rm(call) {
    const spec = specOf(call);
    const image = imageOf(call, spec);
    if (image.mappedBy.size > 0) {
      throw new CephError(
        "rbd: error: image still has watchers\nThis means the image is still open or the client using it crashed. Try again after closing/unmapping it or waiting 30s for the crashed client to timeout.",
        16,
      );
    }
    imagesOf(call, spec.pool).delete(spec.name);
    return "Removing image: 100% complete...done.\n";
  },
  resize(call) {
    const image = imageOf(call, specOf(call));
    image.size = sizeOf(call.options.get("size"));
    image.tree.disk.capacity = image.size * 1024 ** 2;
    return "Resizing image: 100% complete...done.\n";
  },
  status(call) {
    const { mappedBy } = imageOf(call, specOf(call));
    if (mappedBy.size === 0) return "Watchers: none\n";
    return `Watchers:\n${[...mappedBy].map((node) => `\twatcher=${node}\n`).join("")}`;
  },
  map(call) {
    const { pool, name: image } = specOf(call);
    const { cluster, process } = call;
    const mapped = cluster.map({
      ...{ monitors: [cluster.monitor], pool, image, user: "admin", key: cluster.key },
      ...{ node: process.hostname, readOnly: call.options.has("read-only") },
    });
    if (typeof mapped === "string") throw new CephError(mapped, 6);
    return "/dev/rbd0\n";
  },
  unmap(call) {
    const [, pool = "rbd", image = ""] =
      /^(?:\/dev\/rbd\/)?(?:([^/]+)\/)?([^/]+)$/.exec(call.words[0] ?? "") ?? [];
    call.cluster.unmap({ pool, image, node: call.process.hostname });
    return "";
  },
  showmapped({ cluster, process }) {
    const mapped = [...cluster.pools].flatMap(([pool, images]) =>
      [...images.values()]
        .filter(({ mappedBy }) => mappedBy.has(process.hostname))
        .map(({ name }) => ({ pool, name })),
    );
    if (mapped.length === 0) return "";
    const width = Math.max(5, ...mapped.map(({ name }) => name.length));
    const lines = mapped.map(
      ({ pool, name }, i) => `${i}  ${pool.padEnd(4)} ${name.padEnd(width)} -    /dev/rbd${i} \n`,
    );
    return `id pool ${"image".padEnd(width)} snap device    \n${lines.join("")}`;
  },
};

const absent =
  /^(?:snap|clone|flatten|export|import|cp|mv|diff|lock|bench-write|children|journal|mirror|du|watch|image-meta|object-map|disk-usage)$/;

export const rbd =
  (cluster: CephCluster): Program =>
  async (process) => {
    const given = readWords(process.argv.slice(1));
    const [first = "", second = ""] = given.words;
    const name = first === "feature" ? `${first} ${second}` : (aliases[first] ?? first);
    const command = commands[name];
    if (!command) {
      const text = absent.test(first)
        ? `rbd ${first}: not simulated\n`
        : `rbd: error: unknown option '${first}'\n`;
      await process.stderr.write(text);
      return 1;
    }
    const words = given.words.slice(1);
    try {
      await reach(process, cluster, given);
      await process.stdout.write(await command({ ...given, words, process, cluster }));
      return 0;
    } catch (error) {
      if (!(error instanceof CephError)) throw error;
      await process.stderr.write(`${error.message}\n`);
      return error.status;
    }
  };

const aliases: Readonly<Record<string, string>> = {
  list: "ls",
  remove: "rm",
  device: "showmapped",
};
