// Single values by their path: `contexts.minikube.namespace`.
// pkg/cmd/config/set.go, unset.go, navigation_step_parser.go.

import { quoted } from "../../../api/schema/go-json.ts";
import { type Call, type Command, defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { type Section, sections } from "../server/kubeconfig.ts";
import { helpError, save, withEntry, withField } from "./changing.ts";

interface Place {
  readonly section: Section;
  readonly name: string;
  readonly path: readonly string[];
}

/** A name may have dots in it: the longest that is there counts. */
function placeOf({ kubectl }: Call, property: string): Place | undefined {
  const [section = "", ...rest] = property.split(".");
  if (!Object.hasOwn(sections, section)) return undefined;
  const known = kubectl.config[section as Section];
  for (let length = rest.length; length > 0; length--) {
    const name = rest.slice(0, length).join(".");
    if (known.has(name)) return { section: section as Section, name, path: rest.slice(length) };
  }
  const name = rest.slice(0, Math.max(1, rest.length - 1)).join(".");
  return { section: section as Section, name, path: rest.slice(Math.max(1, rest.length - 1)) };
}

function change(call: Call, property: string, value: string | undefined): void {
  const { config } = call.kubectl;
  if (property === "current-context") return save(call, { ...config, current: value ?? "" });
  const place = placeOf(call, property);
  if (!place) {
    const [field = ""] = property.split(".");
    throw new CommandError(
      `unable to parse ${quoted(property)} at ${quoted(field)} in the set of known fields`,
    );
  }
  if (place.path.length === 0) {
    if (value !== undefined) throw new CommandError("unable to set a struct to a value");
    return save(call, withEntry(config, place, undefined));
  }
  const fields = config[place.section].get(place.name)?.fields ?? {};
  save(call, withEntry(config, place, withField(fields, place.path, value)));
}

export const set: Command = defineCommand({
  name: "set",
  usage: "PROPERTY_NAME PROPERTY_VALUE",
  short: "Sets an individual value in a kubeconfig file",
  examples: [
    "# Set server field on the my-cluster cluster to https://1.2.3.4",
    "kubectl config set clusters.my-cluster.server https://1.2.3.4",
  ],
  completes: "none",
  async run(call) {
    const [property = "", value = ""] = call.args;
    if (call.args.length !== 2) return helpError(call, set);
    change(call, property, value);
    await call.kubectl.out(`Property ${quoted(property)} set.\n`);
  },
});

export const unset: Command = defineCommand({
  name: "unset",
  usage: "PROPERTY_NAME",
  short: "Unsets an individual value in a kubeconfig file",
  examples: ["# Unset the current-context.", "kubectl config unset current-context"],
  completes: "none",
  async run(call) {
    const [property = ""] = call.args;
    if (call.args.length !== 1) return helpError(call, unset);
    change(call, property, undefined);
    await call.kubectl.out(`Property ${quoted(property)} unset.\n`);
  },
});
