// MySQL as it is on Docker Hub. Its programs are fetched when one of them is first run.

import type { FileSystem } from "../../machine/files.ts";
import { defineImage, type Image } from "../../machine/image.ts";
import type { Catalog } from "../../programs/bin/catalog.ts";
import { usualPath } from "../base-files.ts";
import { releases } from "./releases.ts";

const paths = [
  ..."/usr/bin/mysql /usr/bin/mysqladmin /usr/sbin/mysqld".split(" "),
  "/usr/local/bin/docker-entrypoint.sh",
];

const dockerConf = "[mysqld]\nskip-host-cache\nskip-name-resolve\n";
const serverConf = `[mysqld]
pid-file	= /var/run/mysqld/mysqld.pid
socket		= /var/run/mysqld/mysqld.sock
datadir		= /var/lib/mysql
symbolic-links=0
`;

/** `base`: Debian. */
export const mysqlImages = ({
  base,
  catalog,
}: {
  readonly base: Image;
  readonly catalog: Catalog;
}): Image[] =>
  releases.map(({ tags, release }) =>
    defineImage({
      ...{ base, tags, size: 130_000_000 },
      names: ["mysql", "mysql/mysql-server"],
      config: {
        entrypoint: ["docker-entrypoint.sh"],
        cmd: ["mysqld"],
        env: { PATH: usualPath, MYSQL_MAJOR: "5.7", MYSQL_VERSION: `${release.version}-1debian8` },
        exposedPorts: [3306],
      },
      files: {
        "/etc/mysql/conf.d/docker.cnf": dockerConf,
        "/etc/mysql/mysql.conf.d/mysqld.cnf": serverConf,
        "/docker-entrypoint-initdb.d/": "",
        "/var/lib/mysql/": "",
        "/var/run/mysqld/": "",
      },
      programs: Object.fromEntries(
        paths.map((path) => [path, catalog.mysql(release.version, path)]),
      ),
      finish: addUser,
    }),
  );

function addUser(files: FileSystem): void {
  const append = { append: true };
  files.write("/etc/passwd", "mysql:x:999:999::/home/mysql:/bin/sh\n", append);
  files.write("/etc/group", "mysql:x:999:\n", append);
  for (const path of ["/var/lib/mysql", "/var/run/mysqld"]) files.chown(path, 999, 999);
  files.chmod("/var/run/mysqld", 0o777);
}
