// Entries that are made or changed by flags.
// pkg/cmd/config/set_cluster.go, set_context.go, set_credentials.go.

import { encodeBase64 } from "../../../api/base64.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { absolute } from "../../../machine/files.ts";
import { type Call, type Command, defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { bool, type Flag } from "../cli/flags.ts";
import { globalFlags } from "../cli/global-flags.ts";
import type { Entry, Section } from "../server/kubeconfig.ts";
import { helpError, save, withEntry, withField } from "./changing.ts";

type Fields = Entry["fields"];

const embedFlag = (what: string): Flag =>
  bool("embed-certs", `embed-certs for the ${what} entry in kubeconfig`);

interface Setting {
  readonly section: Section;
  readonly name: string;
  /** Fields by flag; those that name files may be read in. */
  readonly fields: Readonly<Record<string, { readonly field: string; readonly file?: boolean }>>;
}

/** The entry as the flags want it. */
function changed(call: Call, old: Fields, { fields }: Pick<Setting, "fields">): Fields {
  const { flags, kubectl } = call;
  const { process } = kubectl;
  let result = old;
  for (const [flag, { field, file }] of Object.entries(fields)) {
    if (!flags.changed(flag)) continue;
    const isSwitch = globalFlags.find(({ name }) => name === flag)?.type === "bool";
    const given = flags.string(flag);
    if (!file) {
      result = withField(result, [field], isSwitch ? flags.bool(flag) || undefined : given);
      continue;
    }
    const path = given === "" ? "" : absolute(process.cwd, given);
    const embeds = flags.bool("embed-certs") && path !== "";
    if (embeds && process.files.kind(path) !== "file") {
      throw new CommandError(
        `could not read ${field} data from ${given}: open ${given}: no such file or directory`,
      );
    }
    const data = embeds ? encodeBase64(process.files.read(path)) : undefined;
    result = withField(result, [field], embeds ? undefined : path);
    result = withField(result, [`${field}-data`], data);
  }
  return result;
}

async function apply(call: Call, setting: Setting): Promise<"created" | "modified"> {
  const { section, name } = setting;
  const { config } = call.kubectl;
  const old = config[section].get(name);
  save(call, withEntry(config, { section, name }, changed(call, old?.fields ?? {}, setting)));
  return old ? "modified" : "created";
}

export const setCluster: Command = defineCommand({
  name: "set-cluster",
  usage:
    "NAME [--server=server] [--certificate-authority=path/to/certificate/authority] [--insecure-skip-tls-verify=true] [--tls-server-name=example.com]",
  short: "Sets a cluster entry in kubeconfig",
  examples: [
    "# Set only the server field on the e2e cluster entry without touching other values.",
    "kubectl config set-cluster e2e --server=https://1.2.3.4",
  ],
  completes: "cluster",
  flags: [embedFlag("cluster")],
  async run(call) {
    const [name = ""] = call.args;
    if (call.args.length !== 1) return helpError(call, setCluster);
    await apply(call, {
      ...{ section: "clusters", name },
      fields: {
        server: { field: "server" },
        "tls-server-name": { field: "tls-server-name" },
        "insecure-skip-tls-verify": { field: "insecure-skip-tls-verify" },
        "certificate-authority": { field: "certificate-authority", file: true },
      },
    });
    await call.kubectl.out(`Cluster ${quoted(name)} set.\n`);
  },
});

export const setCredentials: Command = defineCommand({
  name: "set-credentials",
  usage:
    "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password]",
  short: "Sets a user entry in kubeconfig",
  examples: [
    '# Set token on the "cluster-admin" entry',
    "kubectl config set-credentials cluster-admin --token=abc",
  ],
  completes: "user",
  flags: [embedFlag("client certificate/key")],
  async run(call) {
    const [name = ""] = call.args;
    if (call.args.length !== 1) return helpError(call, setCredentials);
    await apply(call, {
      ...{ section: "users", name },
      fields: {
        token: { field: "token" },
        username: { field: "username" },
        password: { field: "password" },
        "client-certificate": { field: "client-certificate", file: true },
        "client-key": { field: "client-key", file: true },
      },
    });
    await call.kubectl.out(`User ${quoted(name)} set.\n`);
  },
});

export const setContext: Command = defineCommand({
  name: "set-context",
  usage:
    "[NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]",
  short: "Sets a context entry in kubeconfig",
  examples: [
    "# Set the user field on the gce context entry without touching other values",
    "kubectl config set-context gce --user=cluster-admin",
  ],
  completes: "context",
  flags: [bool("current", "Modify the current context")],
  async run(call) {
    const { kubectl, flags, args } = call;
    const isCurrent = flags.bool("current");
    if (args.length > 1 || (isCurrent && args.length > 0)) return helpError(call, setContext);
    const name = isCurrent ? kubectl.config.current : (args[0] ?? "");
    if (isCurrent && name === "") throw new CommandError("no current context is set");
    if (name === "")
      throw new CommandError("you must specify a non-empty context name or --current");
    const fields = { cluster: "cluster", user: "user", namespace: "namespace" };
    const done = await apply(call, {
      ...{ section: "contexts", name },
      fields: Object.fromEntries(Object.entries(fields).map(([flag, field]) => [flag, { field }])),
    });
    await kubectl.out(kubectl.words.contextDone(name, done));
  },
});
