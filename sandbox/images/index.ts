// The images that every cluster can pull. A new one gets a file and a line here.

import type { Image } from "../machine/image.ts";
import { alpine } from "./alpine.ts";
import { busyboxImage, oldBusyboxImage } from "./busybox.ts";
import { debian, ubuntu } from "./debian.ts";
import { nginxImages } from "./nginx/image.ts";
import { pause } from "./pause.ts";

export const images: readonly Image[] = [
  ...[busyboxImage, oldBusyboxImage, alpine, debian, ubuntu, pause],
  ...nginxImages,
];

/** The files of an image that nobody made. */
export const standInImage: Image = busyboxImage;
