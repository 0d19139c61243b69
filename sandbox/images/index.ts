// The images that every cluster can pull. A new one gets a file and a line here.

import type { Image } from "../machine/image.ts";
import type { Catalog } from "../programs/bin/catalog.ts";
import { alpine } from "./alpine.ts";
import { busybox, oldBusybox } from "./busybox.ts";
import { cassandraImages } from "./cassandra/image.ts";
import { consul } from "./consul/consul.ts";
import { consulImages } from "./consul/image.ts";
import { debian, ubuntu } from "./debian.ts";
import { mysqlImages } from "./mysql/image.ts";
import { nginxImages } from "./nginx/image.ts";
import { pause } from "./pause.ts";

export interface ImageSet {
  readonly images: readonly Image[];
  /** Those that begin as they are told to: no servers that end if something is amiss. */
  readonly plain: readonly Image[];
  /** What others are built upon. */
  readonly debian: Image;
  readonly alpine: Image;
  /** The files of an image that nobody made. */
  readonly standIn: Image;
}

/**
 * Images with the programs of a catalog in them, as registries had them at a moment. Call it once:
 * layers are shared by identity.
 */
export function imagesOf(catalog: Catalog, at: number): ImageSet {
  const standIn = busybox(catalog, at);
  const bases = { debian: debian(catalog), alpine: alpine(catalog), standIn };
  const plain = [
    ...[bases.debian, bases.alpine, bases.standIn],
    ...[oldBusybox(catalog, at), ubuntu(catalog), pause],
    ...nginxImages({ base: bases.debian, catalog }),
  ];
  return {
    ...{ ...bases, plain },
    images: [
      ...plain,
      ...cassandraImages(bases.debian),
      ...consulImages({ base: bases.alpine, consul }),
      ...mysqlImages({ base: bases.debian, catalog }),
    ],
  };
}
