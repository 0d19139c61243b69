// Programs that are fetched when they are first run: in Node they are files beside us.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Explanations, Loaders } from "../sandbox/programs/bin/catalog.ts";
import { writeTexts } from "../scripts/schema/build.ts";

const folder = join(import.meta.dirname, "../generated/explain");

export const loaders: Loaders = {
  userland: async () => (await import("../sandbox/programs/bin/userland.ts")).userland,
  toolbox: async () => (await import("../sandbox/programs/bin/toolbox.ts")).toolbox,
  explanations: async (era) => {
    writeTexts();
    return JSON.parse(await readFile(join(folder, `${era}.json`), "utf8")) as Explanations;
  },
  installers: async () => (await import("../sandbox/programs/bin/packages.ts")).installers,
  mysql: async () => (await import("../sandbox/images/mysql/programs.ts")).mysqlPrograms,
};
