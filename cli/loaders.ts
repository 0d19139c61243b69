// Programs that are fetched when they are first run: in Node they are files beside us.

import type { Loaders } from "../sandbox/programs/bin/catalog.ts";

export const loaders: Loaders = {
  userland: async () => (await import("../sandbox/programs/bin/userland.ts")).userland,
  toolbox: async () => (await import("../sandbox/programs/bin/toolbox.ts")).toolbox,
  installers: async () => (await import("../sandbox/programs/bin/packages.ts")).installers,
  mysql: async () => (await import("../sandbox/images/mysql/programs.ts")).mysqlPrograms,
};
