// Debian and Ubuntu as images: bash, the GNU tools, and apt-get to bring more.

import { defineImage, type Image } from "../machine/image.ts";
import { type Catalog, plantPrograms } from "../programs/bin/catalog.ts";
import { baseFiles, usualPath } from "./base-files.ts";

const users = [
  "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin",
  "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin",
];

interface Distribution extends Pick<Image, "names" | "tags" | "size"> {
  readonly release: string;
  readonly version: string;
}

const image = ({ debian, apt }: Catalog, { release, version, ...rest }: Distribution): Image =>
  defineImage({
    ...rest,
    config: { cmd: ["bash"], env: { PATH: usualPath } },
    files: { "/etc/debian_version": version },
    finish(files) {
      baseFiles(files, { users, shell: "/bin/bash", release, merged: true });
      plantPrograms(files, { ...debian, ...apt });
    },
  });

export const debian = (catalog: Catalog): Image =>
  image(catalog, {
    names: ["debian"],
    tags: "latest stable bookworm bookworm-slim 12 12-slim 11 11-slim bullseye buster 10".split(
      " ",
    ),
    size: 48_500_000,
    version: "12.12\n",
    release: `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
`,
  });

export const ubuntu = (catalog: Catalog): Image =>
  image(catalog, {
    names: ["ubuntu"],
    tags: "latest 16.04 18.04 20.04 22.04 24.04 xenial bionic focal jammy noble".split(" "),
    size: 29_700_000,
    version: "trixie/sid\n",
    release: `PRETTY_NAME="Ubuntu 24.04.3 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.3 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
`,
  });
