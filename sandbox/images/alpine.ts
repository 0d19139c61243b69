// Alpine: BusyBox's tools, and apk to bring more.

import { defineImage, type Image } from "../machine/image.ts";
import type { Catalog } from "../programs/bin/catalog.ts";
import { baseFiles, usualPath } from "./base-files.ts";
import { inBin } from "./busybox.ts";

const release = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.22.2
PRETTY_NAME="Alpine Linux v3.22"
HOME_URL="https://alpinelinux.org/"
BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"
`;

const tags = ["latest", "3", ..."8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23".split(" ")];

export const alpine = ({ busybox, apk }: Catalog): Image =>
  defineImage({
    names: ["alpine"],
    tags: tags.map((tag) => (/^\d\d?$/.test(tag) && tag !== "3" ? `3.${tag}` : tag)),
    size: 3_800_000,
    config: { cmd: ["/bin/sh"], env: { PATH: usualPath } },
    files: { "/etc/alpine-release": "3.22.2\n" },
    programs: inBin({ ...busybox, ...apk }),
    finish: (files) => baseFiles(files, { shell: "/bin/sh", release }),
  });
