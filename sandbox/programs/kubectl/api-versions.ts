// kubectl api-versions, kubectl options. pkg/cmd/apiresources/apiversions.go,
// pkg/cmd/options/options.go.

import { byCodePoint } from "../../api/schema/go-json.ts";
import { defineCommand } from "./cli/command.ts";
import { usageError } from "./cli/errors.ts";
import { optionsHelp } from "./cli/help.ts";

export const apiVersions = defineCommand({
  name: "api-versions",
  usage: "",
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  examples: ["# Print the supported API versions", "kubectl api-versions"],
  completes: "none",
  async run({ kubectl, args, path }) {
    if (args.length > 0) throw usageError(path, `unexpected arguments: [${args.join(" ")}]`);
    const versions = [...(await kubectl.discovery.groupVersions())].sort(byCodePoint);
    await kubectl.out(versions.map((each) => `${each}\n`).join(""));
  },
});

export const options = defineCommand({
  name: "options",
  usage: "",
  short: "Print the list of flags inherited by all commands",
  examples: ["# Print flags inherited by all commands", "kubectl options"],
  hidden: true,
  completes: "none",
  run: ({ kubectl }) => kubectl.out(optionsHelp()),
});
