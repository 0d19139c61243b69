// Commands that the real kubectl has and this one has not: they say so, and fail.

import { type Command, defineCommand } from "./cli/command.ts";
import { notSimulated } from "./cli/errors.ts";
import { int, text } from "./cli/flags.ts";

const missing = (name: string, usage: string, short: string): Command =>
  defineCommand({
    name,
    usage,
    short,
    async run({ path }) {
      throw notSimulated(path);
    },
  });

/** There is nothing below it, in no release that we have. */
export const alpha = defineCommand({
  name: "alpha",
  usage: "",
  short: "Commands for features in alpha",
  async run({ kubectl }) {
    await kubectl.error("No alpha commands are available in this version of kubectl");
    return 1;
  },
});
export const certificate = missing("certificate", "SUBCOMMAND", "Modify certificate resources.");
export const debug = missing(
  "debug",
  "(POD | TYPE[[.VERSION].GROUP]/NAME) [ -- COMMAND [args...] ]",
  "Create debugging sessions for troubleshooting workloads and nodes",
);
export const kustomize = missing(
  "kustomize",
  "DIR",
  "Build a kustomization target from a directory.",
);
export const proxy: Command = {
  ...missing(
    "proxy",
    "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
    "Run a proxy to the Kubernetes API server",
  ),
  flags: [
    int("port p", "The port on which to run the proxy. Set to 0 to pick a random port.", {
      value: "8001",
    }),
    text("address", "The IP address on which to serve on.", { value: "127.0.0.1" }),
    text("www w", "Also serve static files from the given directory under the specified prefix."),
    text("www-prefix P", "Prefix to serve static files under.", { value: "/static/" }),
    text("api-prefix", "Prefix to serve the proxied API under.", { value: "/" }),
  ],
};
