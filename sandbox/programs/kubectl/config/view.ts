// The kubeconfig as it is after all files are merged. pkg/cmd/config/view.go.

import { isFields } from "../../../api/patch.ts";
import { type Call, defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { bool } from "../cli/flags.ts";
import { printFlags } from "../print/printers.ts";
import {
  type Entries,
  type Entry,
  entryList,
  type Kubeconfig,
  type Section,
  sections,
  textOf,
} from "../server/kubeconfig.ts";

export const view = defineCommand({
  name: "view",
  usage: "[flags] [options]",
  short: "Display merged kubeconfig settings or a specified kubeconfig file",
  examples: [
    "# Show merged kubeconfig settings.",
    "kubectl config view",
    "",
    "# Show merged kubeconfig settings and raw certificate data.",
    "kubectl config view --raw",
  ],
  completes: "none",
  flags: [
    ...printFlags(),
    bool("merge", "Merge the full hierarchy of kubeconfig files", { value: "true" }),
    bool("minify", "Remove all information not used by current-context from the output"),
    bool(
      "flatten",
      "Flatten the resulting kubeconfig file into self-contained output (useful for creating portable kubeconfig files)",
    ),
    bool("raw", "Display raw byte data"),
  ],
  async run(call) {
    const { kubectl, flags } = call;
    const chosen = flags.bool("minify") ? minified(call) : kubectl.config;
    const shown = flags.bool("raw") || flags.bool("flatten") ? chosen : redacted(chosen);
    const lists = (Object.keys(sections) as Section[]).map((section) => [
      section,
      entryList(shown[section], sections[section]),
    ]);
    const object = {
      ...{ kind: "Config", apiVersion: "v1", preferences: {} },
      ...Object.fromEntries(lists),
      "current-context": shown.current,
    };
    const output = flags.string("output");
    const isPlain = output === "" && flags.string("template") === "";
    const values = isPlain ? asYaml(call) : call;
    await kubectl.out(values.kubectl.printer({ flags: values.flags }).print(object));
  },
});

/** YAML where nothing else is asked for. */
function asYaml(call: Call): Call {
  const flags = call.flags.without("");
  const output = flags.find("output");
  if (output) flags.set(output, "yaml");
  return { ...call, flags };
}

function minified({ kubectl, flags }: Call): Kubeconfig {
  const { config } = kubectl;
  const current = flags.string("context") || config.current;
  if (current === "") throw new CommandError("current-context must exist in order to minify");
  const context = config.contexts.get(current);
  if (!context) throw new CommandError(`cannot locate context ${current}`);
  const only = (entries: Entries, name: string): Entries =>
    new Map([...entries].filter(([each]) => each === name));
  return {
    ...config,
    current,
    contexts: only(config.contexts, current),
    clusters: only(config.clusters, textOf(context.fields["cluster"])),
    users: only(config.users, textOf(context.fields["user"])),
  };
}

const hidden: Readonly<Record<string, string>> = {
  "certificate-authority-data": "DATA+OMITTED",
  "client-certificate-data": "REDACTED",
  "client-key-data": "REDACTED",
  token: "REDACTED",
  password: "REDACTED",
};

function redacted(config: Kubeconfig): Kubeconfig {
  const hide = (entries: Entries): Entries =>
    new Map([...entries].map(([name, entry]) => [name, redactedEntry(entry)]));
  return { ...config, clusters: hide(config.clusters), users: hide(config.users) };
}

function redactedEntry({ fields, origin }: Entry): Entry {
  const shown = Object.entries(fields).map(([key, value]) => [
    key,
    Object.hasOwn(hidden, key) && !isFields(value) && value !== "" ? hidden[key] : value,
  ]);
  return { fields: Object.fromEntries(shown), origin };
}
