// kubectl api-resources: the kinds that the server has.
// pkg/cmd/apiresources/apiresources.go.

import { byCodePoint } from "../../api/schema/go-json.ts";
import { defineCommand } from "./cli/command.ts";
import { CommandError, usageError } from "./cli/errors.ts";
import { bool, list, text } from "./cli/flags.ts";
import type { Kubectl } from "./cli/kubectl.ts";
import type { Mapping } from "./server/discovery.ts";

export const apiResources = defineCommand({
  name: "api-resources",
  usage: "[flags] [options]",
  short: "Print the supported API resources on the server",
  examples: [
    "# Print the supported API Resources",
    "kubectl api-resources",
    "",
    "# Print the supported API Resources with more information",
    "kubectl api-resources -o wide",
    "",
    "# Print the supported API Resources sorted by a column",
    "kubectl api-resources --sort-by=name",
    "",
    "# Print the supported namespaced resources",
    "kubectl api-resources --namespaced=true",
    "",
    "# Print the supported API Resources with specific APIGroup",
    "kubectl api-resources --api-group=extensions",
  ],
  completes: "none",
  flags: [
    bool(
      "no-headers",
      "When using the default or custom-column output format, don't print headers (default print headers).",
    ),
    text("output o", "Output format. One of: wide|name."),
    text("api-group", "Limit to resources in the specified API group."),
    bool(
      "namespaced",
      "If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.",
      { value: "true" },
    ),
    list("verbs", "Limit to resources that support the specified verbs."),
    text(
      "sort-by",
      "If non-empty, sort list of resources using specified field. The field can be either 'name' or 'kind'.",
    ),
    bool("cached", "Use the cached list of resources if available."),
  ],
  async run({ kubectl, flags, args, path }) {
    if (args.length > 0) throw usageError(path, `unexpected arguments: [${args.join(" ")}]`);
    const output = flags.string("output");
    if (!/^(wide|name)?$/.test(output)) {
      throw new CommandError(`--output ${output} is not available`);
    }
    const sort = flags.string("sort-by");
    if (!/^(name|kind)?$/.test(sort)) {
      throw new CommandError("--sort-by accepts only name or kind");
    }
    const verbs = flags.list("verbs");
    const found = (await preferred(kubectl))
      .filter(({ group }) => !flags.changed("api-group") || group === flags.string("api-group"))
      .filter(
        (each) => !flags.changed("namespaced") || each.namespaced === flags.bool("namespaced"),
      )
      .filter((each) => verbs.every((verb) => each.verbs.includes(verb)));
    found.sort(orders[sort] ?? byGroup);
    if (output === "name") {
      return kubectl.out(found.map((each) => `${fullName(each)}\n`).join(""));
    }
    const wide = output === "wide";
    const hasVersions = kubectl.era.behaviors.has("api-resources-show-versions");
    const place = hasVersions ? "APIVERSION" : "APIGROUP";
    const heading = ["NAME", "SHORTNAMES", place, "NAMESPACED", "KIND", ...(wide ? ["VERBS"] : [])];
    const rows = found.map((each) => [
      ...[each.plural, each.shortNames.join(",")],
      ...[hasVersions ? each.groupVersion : each.group, String(each.namespaced), each.kind],
      ...(wide ? [`[${each.verbs.join(" ")}]`] : []),
    ]);
    await kubectl.out(
      kubectl.tableWriter().lines(flags.bool("no-headers") ? rows : [heading, ...rows]),
    );
  },
});

const fullName = ({ plural, group }: Mapping) => (group ? `${plural}.${group}` : plural);

const byGroup = (a: Mapping, b: Mapping) =>
  byCodePoint(a.group, b.group) || byCodePoint(a.plural, b.plural);

const orders: Readonly<Record<string, (a: Mapping, b: Mapping) => number>> = {
  name: (a, b) => byCodePoint(a.plural, b.plural),
  kind: (a, b) => byCodePoint(a.kind, b.kind),
};

/** Each kind of a group once: in the preferred version, or the first that has it. */
async function preferred({ discovery }: Kubectl): Promise<Mapping[]> {
  const known = new Map<string, Mapping>();
  for (const each of await discovery.all()) {
    if (each.verbs.length > 0 && !known.has(fullName(each))) known.set(fullName(each), each);
  }
  return [...known.values()];
}
