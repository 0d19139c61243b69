// kubectl set. pkg/cmd/set/set.go.

import { defineCommand } from "./cli/command.ts";
import { env } from "./set/env.ts";
import { image } from "./set/image.ts";
import { resources } from "./set/resources.ts";
import { selector, serviceAccount } from "./set/selector.ts";

export const set = defineCommand({
  name: "set",
  usage: "SUBCOMMAND",
  short: "Set specific features on objects",
  long: "Configure application resources\n\nThese commands help you make changes to existing application resources.",
  commands: [env, image, resources, selector, serviceAccount],
});
