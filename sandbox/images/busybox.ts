// BusyBox: a shell and small tools. Its nslookup changed with 1.29, and lost the search list for
// some releases; that is why tutorials of the time say `busybox:1.28`.

import { defineImage, type Image } from "../machine/image.ts";
import type { Catalog, Programs } from "../programs/bin/catalog.ts";
import { baseFiles, usualPath } from "./base-files.ts";

const users = [
  "daemon:x:1:1:daemon:/usr/sbin:/bin/false",
  "bin:x:2:2:bin:/bin:/bin/false",
  "www-data:x:33:33:www-data:/var/www:/bin/false",
];

/** When 1.29 became the newest. */
const CHANGED = Date.UTC(2018, 6, 1);

const older = "1.24 1.24.0 1.24.1 1.25 1.25.3 1.26 1.26.2 1.27 1.27.2 1.28 1.28.0 1.28.3 1.28.4";
const newest = "latest stable musl glibc uclibc 1";
const newer =
  "1.29 1.29.3 1.30 1.30.1 1.31 1.31.0 1.31.1 1.32 1.32.0 1.33 " +
  "1.33.1 1.34 1.34.1 1.35 1.35.0 1.36 1.36.0 1.36.1 1.37 1.37.0";

/** `at`: when the cluster was, for `latest` is what was so then. */
export const busybox = ({ busybox }: Catalog, at: number): Image =>
  image(at < CHANGED ? newer : `${newest} ${newer}`, busybox);
export const oldBusybox = ({ oldBusybox }: Catalog, at: number): Image =>
  image(at < CHANGED ? `${newest} ${older}` : older, oldBusybox);

const image = (tags: string, programs: Programs): Image =>
  defineImage({
    names: ["busybox", "k8s.gcr.io/busybox", "gcr.io/google_containers/busybox"],
    tags: tags.split(" "),
    size: 764_619,
    config: { cmd: ["sh"], env: { PATH: usualPath } },
    programs: inBin(programs),
    finish: (files) => baseFiles(files, { users, shell: "/bin/sh" }),
  });

/** Names become paths: BusyBox has everything in /bin. */
export const inBin = (programs: Programs): Programs =>
  Object.fromEntries(
    Object.entries(programs).map(([name, program]) => [
      name.startsWith("/") ? name : `/bin/${name}`,
      program,
    ]),
  );
