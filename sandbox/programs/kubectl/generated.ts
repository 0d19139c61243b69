// Objects that commands make of their flags and send at once: run, expose and autoscale.

import type { KubeObject } from "../../api/meta.ts";
import { isFields, mergePatch } from "../../api/patch.ts";
import { parseYaml } from "../../api/yaml/parser.ts";
import { YamlError } from "../../api/yaml/yaml-error.ts";
import type { Call } from "./cli/command.ts";
import { CommandError } from "./cli/errors.ts";
import { annotate, changeCauseKey, saveConfig } from "./cli/last-applied.ts";
import { changeCause, dryRunOf } from "./cli/shared-flags.ts";

/** The object as the server has it, or as it would be sent. */
export async function sendGenerated(call: Call, draft: KubeObject): Promise<KubeObject> {
  const { kubectl, flags } = call;
  const { namespace, isNamespaceGiven } = kubectl.settings;
  const overridden = override(draft, flags.has("overrides") ? flags.string("overrides") : "");
  const object = flags.bool("record")
    ? annotate(overridden, changeCauseKey, changeCause(kubectl))
    : overridden;
  const dryRun = await dryRunOf(kubectl);
  if (dryRun === "client") {
    return isNamespaceGiven ? { ...object, metadata: { ...object.metadata, namespace } } : object;
  }
  const mapping = await kubectl.discovery.kind(object.apiVersion, object.kind);
  return kubectl.rest.create(
    { mapping, namespace },
    saveConfig(object, flags.bool("save-config")),
    { dryRun: dryRun === "server", fieldManager: flags.string("field-manager") },
  );
}

function override(object: KubeObject, text: string): KubeObject {
  if (text === "") return object;
  try {
    const patch = parseYaml(text);
    if (isFields(patch)) return mergePatch(object, patch) as KubeObject;
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new CommandError(error.message);
  }
  throw new CommandError("Invalid JSON Patch");
}

/** `a=b,c=d`. */
export function parseLabels(text: string): Record<string, string> {
  const pairs = text.split(",").map((spec) => {
    const [key = "", value, ...rest] = spec.split("=");
    if (value === undefined || rest.length > 0) {
      throw new CommandError(`unexpected label spec: ${spec}`);
    }
    if (key === "") throw new CommandError("unexpected empty label key");
    return [key, value];
  });
  return Object.fromEntries(pairs);
}

export interface ServiceWish {
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly ports: readonly string[];
  /** By port. */
  readonly protocols: Readonly<Record<string, string>>;
  readonly protocol: string;
  readonly targetPort: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

export function makeService(wish: ServiceWish): KubeObject {
  const { name, selector, labels, ports, protocols, protocol, targetPort, more } = wish;
  const target = (port: number) =>
    targetPort === "" ? port : /^-?\d+$/.test(targetPort) ? Number(targetPort) : targetPort;
  const spec = {
    selector,
    ports: ports.map((text, index) => {
      const port = atoi(text);
      return {
        ...(ports.length > 1 && { name: `port-${index + 1}` }),
        protocol: protocol || (protocols[text] ?? "TCP"),
        port,
        targetPort: target(port),
      };
    }),
    ...more,
  };
  const metadata = { name, ...(labels && { labels: { ...labels } }) };
  return { apiVersion: "v1", kind: "Service", metadata, spec } as KubeObject;
}

/** Go's strconv.Atoi. */
export function atoi(text: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new CommandError(`strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}
