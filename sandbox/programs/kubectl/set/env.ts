// kubectl set env. pkg/cmd/set/set_env.go, env/env_parse.go.

import type { ConfigMap } from "../../../api/configmap.ts";
import type { KubeObject } from "../../../api/meta.ts";
import type { Container, EnvVar } from "../../../api/pod.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import { type Call, defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { array, bool, list, text } from "../cli/flags.ts";
import { hasFiles } from "../input/manifests.ts";
import { withPodSpec } from "../object-patches.ts";
import { checkChoice, infosOf, listFlag, selectsName, setAll, setFlags } from "./target.ts";

export const env = defineCommand({
  name: "env",
  usage: "RESOURCE/NAME KEY_1=VAL_1 ... KEY_N=VAL_N",
  short: "Update environment variables on a pod template",
  examples: [
    "# Update deployment 'registry' with a new environment variable",
    "kubectl set env deployment/registry STORAGE_DIR=/local",
    "",
    "# List the environment variables defined on a deployments 'sample-build'",
    "kubectl set env deployment/sample-build --list",
    "",
    "# Import environment from a secret",
    "kubectl set env --from=secret/mysecret deployment/myapp",
    "",
    "# Remove the environment variable ENV from container 'c1' in all deployment configs",
    'kubectl set env deployments --all --containers="c1" ENV-',
  ],
  completes: "type",
  flags: [
    ...setFlags("env"),
    text(
      "containers c",
      "The names of containers in the selected pod templates to change - may use wildcards",
      { value: "*" },
    ),
    text("from", "The name of a resource from which to inject environment variables"),
    text("prefix", "Prefix to append to variable names"),
    array(
      "env e",
      "Specify a key-value pair for an environment variable to set into each container.",
    ),
    list("keys", "Comma-separated list of keys to import from specified resource"),
    listFlag,
    bool("resolve", "If true, show secret or configmap references when listing variables"),
    bool(
      "overwrite",
      "If true, allow environment to be overwritten, otherwise reject updates that overwrite existing environment.",
      { value: "true" },
    ),
  ],
  async run(call) {
    const { flags } = call;
    const { resources, variables } = split(call);
    checkChoice(call);
    check(call, resources);
    const { set, removed } = await parseVariables(call, [...flags.list("env"), ...variables]);
    const wanted = [...set, ...(await importedFrom(call))].map((each) => ({
      ...each,
      name: flags.string("prefix") + each.name,
    }));
    const infos = await infosOf(call, resources);
    const said: string[] = [];
    const change = (object: KubeObject) =>
      withPodSpec(object, (spec) => {
        const pattern = flags.string("containers");
        const containers = spec.containers.map((each) =>
          selectsName(each.name, pattern) ? updated(call, each, { wanted, removed }) : each,
        );
        const chosen = containers.filter(({ name }) => selectsName(name, pattern));
        said.push(...chosen.flatMap((each) => listing(object, each)));
        return { ...spec, containers };
      });
    if (flags.bool("list")) return listAll(call, { objects: infos, said, change });
    await setAll(call, infos, {
      done: "env updated",
      failure: "failed to patch env update to pod template:",
      change,
    });
  },
});

/** Resources first; then `KEY=VALUE`, `KEY-` and `-`. */
function split({ args }: Call): { resources: readonly string[]; variables: readonly string[] } {
  const isVariable = (arg: string) => /^.+=/.test(arg) || arg.endsWith("-");
  const first = args.findIndex(isVariable);
  if (first < 0) return { resources: args, variables: [] };
  const variables = args.slice(first);
  if (!variables.every(isVariable)) {
    throw new CommandError(
      `all resources must be specified before environment changes: ${args.join(" ")}`,
    );
  }
  return { resources: args.slice(0, first), variables };
}

function check({ kubectl, flags }: Call, resources: readonly string[]): void {
  if (resources.length === 0 && !hasFiles(kubectl.files)) {
    throw new CommandError(
      "one or more resources must be specified as <resource> <name> or <resource>/<name>",
    );
  }
  if (flags.bool("list") && flags.string("output") !== "") {
    throw new CommandError("--list and --output may not be specified together");
  }
  if (flags.list("keys").length > 0 && flags.string("from") === "") {
    throw new CommandError(
      "when specifying --keys, a configmap or secret must be provided with --from",
    );
  }
}

interface Wish {
  readonly wanted: readonly EnvVar[];
  readonly removed: readonly string[];
}

async function parseVariables(
  { kubectl }: Call,
  specs: readonly string[],
): Promise<{ set: EnvVar[]; removed: string[] }> {
  const set: EnvVar[] = [];
  const removed: string[] = [];
  const pair = (text: string): EnvVar => {
    const at = text.indexOf("=");
    return { name: text.slice(0, at), value: text.slice(at + 1) };
  };
  for (const spec of specs) {
    if (spec === "-") {
      const lines = (await kubectl.process.stdin.readAll()).split("\n");
      set.push(
        ...lines
          .map((line) => line.replace(/#.*/, ""))
          .filter((line) => line.includes("="))
          .map(pair),
      );
    } else if (/^\w+=/.test(spec)) set.push(pair(spec));
    else if (spec.endsWith("-")) removed.push(spec.slice(0, -1));
    else {
      throw new CommandError(
        "environment variables must be of the form key=value and can only contain letters, numbers, and underscores",
      );
    }
  }
  if (removed.some((name) => set.some((each) => each.name === name))) {
    throw new CommandError(
      "can not both modify and remove the same environment variable in the same command",
    );
  }
  return { set, removed };
}

/** References to the keys of a config map or a secret. */
async function importedFrom({ kubectl, flags }: Call): Promise<EnvVar[]> {
  const from = flags.string("from");
  if (from === "") return [];
  const selection = await kubectl.select({ args: [from], latest: true });
  const { infos, error } = await selection.infos();
  if (error) throw error;
  const keys = flags.list("keys");
  return infos.flatMap(({ object }) => {
    const { kind = "", metadata, data = {} } = (object ?? {}) as Partial<ConfigMap>;
    const field = { Secret: "secretKeyRef", ConfigMap: "configMapKeyRef" }[kind as string];
    if (!field) throw new CommandError("unsupported resource specified in --from");
    // differs: upstream takes the keys in random order.
    return Object.keys(data)
      .sort(byCodePoint)
      .filter((key) => keys.length === 0 || keys.includes(key))
      .map((key) => ({
        name: key.replace(/[^a-zA-Z0-9_]/g, "_").toUpperCase(),
        valueFrom: { [field]: { name: metadata?.name ?? "", key } },
      }));
  });
}

/** Old variables keep their places; new ones come last. */
function updated({ flags }: Call, container: Container, { wanted, removed }: Wish): Container {
  const old = container.env ?? [];
  if (!flags.bool("overwrite")) {
    for (const each of wanted) {
      const known = old.find(({ name }) => name === each.name);
      if (!known || (known.value ?? "") === (each.value ?? "")) continue;
      throw new CommandError(
        `'${known.name}' already has a value (${known.value ?? ""}), and --overwrite is false`,
      );
    }
  }
  const kept = old.filter(({ name }) => !removed.includes(name));
  const renewed = kept.map((each) => wanted.find(({ name }) => name === each.name) ?? each);
  const added = wanted.filter(
    (each, index) =>
      !removed.includes(each.name) &&
      !kept.some(({ name }) => name === each.name) &&
      wanted.findIndex(({ name }) => name === each.name) === index,
  );
  const { env: _, ...rest } = container;
  const env = [...renewed, ...added];
  return env.length > 0 || old.length > 0 ? { ...rest, env } : rest;
}

// differs: --resolve shows references as they are.
function listing({ kind, metadata }: KubeObject, { name, env = [] }: Container): string[] {
  return [
    `# ${kind} ${metadata.name}, container ${name}`,
    ...env.map(({ name, value = "", valueFrom }) =>
      valueFrom ? `# ${name} from ${referenceText(valueFrom)}` : `${name}=${value}`,
    ),
  ];
}

function referenceText(from: NonNullable<EnvVar["valueFrom"]>): string {
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = from;
  if (configMapKeyRef) return `configmap ${configMapKeyRef.name}, key ${configMapKeyRef.key}`;
  if (secretKeyRef) return `secret ${secretKeyRef.name}, key ${secretKeyRef.key}`;
  if (fieldRef) return `field path ${fieldRef.fieldPath}`;
  const { containerName, resource = "" } = resourceFieldRef ?? {};
  return `resource field ${containerName ? `${containerName}/` : ""}${resource}`;
}

interface Listing {
  readonly objects: readonly { readonly object: KubeObject | undefined }[];
  /** Filled by `change`. */
  readonly said: readonly string[];
  change(object: KubeObject): KubeObject;
}

async function listAll({ kubectl }: Call, { objects, said, change }: Listing): Promise<void> {
  for (const { object } of objects) if (object) change(object);
  await kubectl.out(said.map((line) => `${line}\n`).join(""));
}
