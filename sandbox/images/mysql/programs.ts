// All that runs in the images of MySQL, by path. Only loaders import this file.

import type { Program } from "../../machine/process.ts";
import { mysql } from "./client/mysql.ts";
import { mysqladmin } from "./client/mysqladmin.ts";
import { entrypoint } from "./entrypoint.ts";
import { releaseOf } from "./releases.ts";
import { mysqld } from "./server/mysqld.ts";

export function mysqlPrograms(version: string): Readonly<Record<string, Program>> {
  const release = releaseOf(version);
  return {
    "/usr/bin/mysql": mysql(release),
    "/usr/bin/mysqladmin": mysqladmin,
    "/usr/sbin/mysqld": mysqld(release),
    "/usr/local/bin/docker-entrypoint.sh": entrypoint,
  };
}
