// Every image that there is.

import type { Image } from "../machine/image.ts";
import { defineImage } from "../machine/image.ts";
import { standIn, standInPath } from "../node/runtime/stand-in.ts";
import { busybox } from "../programs/bin/index.ts";

export const images: readonly Image[] = [];

const named = Object.entries(busybox).map(
  ([name, program]) => [name.startsWith("/") ? name : `/bin/${name}`, program] as const,
);

export const standInImage = defineImage({
  names: ["any"],
  tags: ["latest"],
  size: 0,
  config: { entrypoint: [standInPath] },
  programs: { ...Object.fromEntries(named), [standInPath]: standIn },
});
