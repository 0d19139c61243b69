// `npm run build`: the site into dist/.

import { buildSite } from "./build-site.ts";

process.exitCode = await buildSite();
