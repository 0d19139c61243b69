// Serves the built site on loopback until it is interrupted: `npm start [-- --port 4321]`.

import { parseArgs } from "node:util";
import { serveFolder } from "./static-server.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "4321" } } });
const port = Number(values.port);

/** The port that was asked for, or any free one when somebody has it already. */
async function serve(): ReturnType<typeof serveFolder> {
  try {
    return await serveFolder("dist", port);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return serveFolder("dist");
  }
}

const { url } = await serve();
process.stdout.write(`Kennel is at ${url}/\n`);
