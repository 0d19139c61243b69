// The variables of a container, from all the places they can come from.
// kubelet_pods.go makeEnvironmentVariables.

import { decodeBase64 } from "../../api/base64.ts";
import { type ConfigMap, configMaps } from "../../api/configmap.ts";
import type { Container, EnvFromSource, EnvVar, KeyReference, Pod } from "../../api/pod.ts";
import { type Secret, secrets } from "../../api/secret.ts";
import { expand } from "./expansion.ts";
import { type PodPlace, podField, resourceField } from "./own-fields.ts";
import { serviceEnvironment } from "./service-environment.ts";
import type { KubeletTools } from "./tools.ts";

/** The container cannot be made as its pod describes it: CreateContainerConfigError. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export async function makeEnvironment(
  tools: KubeletTools,
  { pod, container, place }: { pod: Pod; container: Container; place: PodPlace },
): Promise<Map<string, string>> {
  const { namespace = "" } = pod.metadata;
  const links = pod.spec.enableServiceLinks ?? true;
  const services = serviceEnvironment(tools.services(), namespace, links);
  const sources = new Sources(tools, pod);
  const env = new Map<string, string>();
  for (const from of container.envFrom ?? []) await takeAll(from, sources, env);
  const lookUp = (name: string) => env.get(name) ?? services.get(name);
  for (const variable of container.env ?? []) {
    const value = variable.value
      ? expand(variable.value, lookUp)
      : await valueFrom(variable, { sources, pod, container, place, tools });
    if (value === undefined) continue;
    services.delete(variable.name);
    env.set(variable.name, value);
  }
  for (const [name, value] of services) if (!env.has(name)) env.set(name, value);
  return env;
}

type Entries = Readonly<Record<string, string>>;

/** ConfigMaps and Secrets, each asked for once. */
class Sources {
  readonly #tools: KubeletTools;
  readonly #pod: Pod;

  constructor(tools: KubeletTools, pod: Pod) {
    this.#tools = tools;
    this.#pod = pod;
  }

  async configMap(name: string): Promise<Entries | undefined> {
    const { namespace = "", uid = "" } = this.#pod.metadata;
    const found = await this.#tools.objects.get<ConfigMap>(configMaps, { namespace, name }, uid);
    return found && (found.data ?? {});
  }

  async secret(name: string): Promise<Entries | undefined> {
    const { namespace = "", uid = "" } = this.#pod.metadata;
    const found = await this.#tools.objects.get<Secret>(secrets, { namespace, name }, uid);
    if (!found) return undefined;
    const decoded = Object.entries(found.data ?? {}).map(([key, text]) => [
      key,
      decodeBase64(text) ?? text,
    ]);
    return Object.fromEntries(decoded);
  }

  missing(singular: string, name: string): ConfigError {
    const plural = this.#tools.words.missingObject === "plural" ? "s" : "";
    return new ConfigError(`${singular}${plural} "${name}" not found`);
  }

  skipped(kind: string, name: string, keys: readonly string[]): void {
    const { namespace = "" } = this.#pod.metadata;
    this.#tools.events.warning(
      this.#pod,
      "InvalidEnvironmentVariableNames",
      `Keys [${keys.join(", ")}] from the EnvFrom ${kind} ${namespace}/${name} were skipped since they are considered invalid environment variable names.`,
    );
  }
}

async function takeAll(
  { prefix = "", configMapRef, secretRef }: EnvFromSource,
  sources: Sources,
  env: Map<string, string>,
): Promise<void> {
  const reference = configMapRef ?? secretRef;
  if (!reference) return;
  const kind = configMapRef ? "configMap" : "secret";
  const { name, optional = false } = reference;
  const entries = await (configMapRef ? sources.configMap(name) : sources.secret(name));
  if (!entries) {
    if (optional) return;
    throw sources.missing(kind.toLowerCase(), name);
  }
  const invalid: string[] = [];
  for (const [key, value] of Object.entries(entries)) {
    const variable = prefix + key;
    if (/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(variable)) env.set(variable, value);
    else invalid.push(variable);
  }
  if (invalid.length > 0) sources.skipped(kind, name, invalid.sort());
}

interface Asked {
  readonly sources: Sources;
  readonly pod: Pod;
  readonly container: Container;
  readonly place: PodPlace;
  readonly tools: KubeletTools;
}

/** The empty string if the variable has no value; undefined if it is optional and not there. */
async function valueFrom({ valueFrom: from }: EnvVar, asked: Asked): Promise<string | undefined> {
  const { sources, pod, place } = asked;
  if (from?.fieldRef) {
    const { fieldPath } = from.fieldRef;
    const value = podField(pod, fieldPath, place);
    if (value === undefined) throw new ConfigError(`unsupported fieldPath: ${fieldPath}`);
    return value;
  }
  if (from?.resourceFieldRef) return resourceValue(from.resourceFieldRef, asked);
  const { configMapKeyRef: config, secretKeyRef: secret } = from ?? {};
  if (config) {
    const find = (name: string) => sources.configMap(name);
    return keyOf(config, { find, kind: "ConfigMap", pod, sources });
  }
  if (!secret) return "";
  const find = (name: string) => sources.secret(name);
  return keyOf(secret, { find, kind: "Secret", pod, sources });
}

function resourceValue(
  selector: NonNullable<NonNullable<EnvVar["valueFrom"]>["resourceFieldRef"]>,
  { pod, container, tools }: Asked,
): string {
  const all = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])];
  const name = selector.containerName;
  const about = name ? all.find((each) => each.name === name) : container;
  if (!about) throw new ConfigError(`container ${name} not found`);
  const value = resourceField(about, selector, tools.node()?.status.allocatable ?? {});
  if (value === undefined) {
    throw new ConfigError(`unsupported container resource : ${selector.resource}`);
  }
  return value;
}

async function keyOf(
  { name, key, optional = false }: KeyReference,
  {
    find,
    kind,
    pod,
    sources,
  }: {
    find(name: string): Promise<Entries | undefined>;
    kind: "ConfigMap" | "Secret";
    pod: Pod;
    sources: Sources;
  },
): Promise<string | undefined> {
  const entries = await find(name);
  if (!entries && !optional) throw sources.missing(kind.toLowerCase(), name);
  const value = entries?.[key];
  if (value === undefined && !optional) {
    const { namespace = "" } = pod.metadata;
    throw new ConfigError(`couldn't find key ${key} in ${kind} ${namespace}/${name}`);
  }
  return value;
}
