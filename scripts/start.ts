// `npm start [-- --port 4321]`: builds the site and serves it on loopback until it is interrupted.

import { parseArgs } from "node:util";
import { buildSite } from "./build-site.ts";
import { type StaticServer, serveFolder } from "./static-server.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "4321" } } });

const code = await buildSite();
if (code === 0) {
  const { url } = await serve(Number(values.port));
  process.stdout.write(`Kennel is at ${url}/\n`);
  if (process.env.npm_lifecycle_event === "start") endWithParent();
} else {
  process.exitCode = code;
}

/** On the port that was asked for, or on any free one when somebody has it already. */
async function serve(port: number): Promise<StaticServer> {
  try {
    return await serveFolder("dist", port);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EADDRINUSE")) throw error;
    return serveFolder("dist");
  }
}

/**
 * npm passes a signal on to its shell only: without this, a stopped `npm start` would go on
 * serving.
 */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.exit();
  }, 500);
}
