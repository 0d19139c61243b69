// What is in a kubeconfig, by name. pkg/cmd/config/get_clusters.go, get_contexts.go, get_users.go.

import { byCodePoint } from "../../../api/schema/go-json.ts";
import { type Call, type Command, defineCommand } from "../cli/command.ts";
import { CommandError, throwAll } from "../cli/errors.ts";
import { bool, text } from "../cli/flags.ts";
import { type Section, textOf } from "../server/kubeconfig.ts";

const names =
  (section: Section) =>
  ({ kubectl }: Call) =>
    kubectl.out(
      ["NAME", ...[...kubectl.config[section].keys()].sort(byCodePoint)]
        .map((name) => `${name}\n`)
        .join(""),
    );

const listing = (section: Section): Command =>
  defineCommand({
    name: `get-${section}`,
    usage: "",
    short: `Display ${section} defined in the kubeconfig`,
    examples: [`# List the ${section} kubectl knows about`, `kubectl config get-${section}`],
    completes: "none",
    run: names(section),
  });

export const getClusters = listing("clusters");
export const getUsers = listing("users");

export const getContexts = defineCommand({
  name: "get-contexts",
  usage: "[(-o|--output=)name)]",
  short: "Describe one or many contexts",
  examples: [
    "# List all the contexts in your kubeconfig file",
    "kubectl config get-contexts",
    "",
    "# Describe one context in your kubeconfig file.",
    "kubectl config get-contexts my-context",
  ],
  completes: "context",
  flags: [
    bool(
      "no-headers",
      "When using the default or custom-column output format, don't print headers (default print headers).",
    ),
    text("output o", "Output format. One of: name"),
  ],
  async run({ kubectl, flags, args }) {
    const output = flags.string("output");
    if (output !== "" && output !== "name") {
      throw new CommandError(`output must be one of '' or 'name'`);
    }
    const { contexts, current } = kubectl.config;
    const wanted = args.length > 0 ? args : [...contexts.keys()].sort(byCodePoint);
    const found = wanted.filter((name) => contexts.has(name));
    const rows = found.map((name) => {
      const fields = contexts.get(name)?.fields ?? {};
      const cells = ["cluster", "user", "namespace"].map((field) => textOf(fields[field]));
      return [name === current ? "*" : "", name, ...cells];
    });
    const heading = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"];
    await kubectl.out(
      output === "name"
        ? found.map((name) => `${name}\n`).join("")
        : kubectl.tableWriter().lines(flags.bool("no-headers") ? rows : [heading, ...rows]),
    );
    throwAll(
      wanted
        .filter((name) => !contexts.has(name))
        .map((name) => new CommandError(`context ${name} not found`)),
    );
  },
});
