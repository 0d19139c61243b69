// What all that changes a kubeconfig has in common. client-go tools/clientcmd/config.go.

import { isFields } from "../../../api/patch.ts";
import type { Call, Command } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { helpText } from "../cli/help.ts";
import { type Entry, type Kubeconfig, type Section, saveKubeconfig } from "../server/kubeconfig.ts";

/** Writes the kubeconfig as it should be. */
export function save({ kubectl }: Call, changed: Kubeconfig): void {
  saveKubeconfig(kubectl.process, kubectl.config, changed);
}

/** The same with one entry set, or gone. */
export function withEntry(
  config: Kubeconfig,
  { section, name }: { readonly section: Section; readonly name: string },
  fields: Entry["fields"] | undefined,
): Kubeconfig {
  const entries = new Map(config[section]);
  const old = entries.get(name);
  if (fields === undefined) entries.delete(name);
  else entries.set(name, { fields, origin: old?.origin ?? config.file });
  return { ...config, [section]: entries };
}

/** Wrong arguments: help, and what is wrong. */
export async function helpError(call: Call, command: Command, args = call.args): Promise<never> {
  await call.kubectl.out(helpText(command, call.path));
  throw new CommandError(`Unexpected args: [${args.join(" ")}]`);
}

/** Fields with one set: empty ones are left out. */
export function withField(
  fields: Entry["fields"],
  path: readonly string[],
  value: unknown,
): Entry["fields"] {
  const [name = "", ...rest] = path;
  const { [name]: old, ...others } = fields;
  if (rest.length > 0) {
    return { ...others, [name]: withField(isFields(old) ? old : {}, rest, value) };
  }
  return value === undefined || value === "" ? others : { ...fields, [name]: value };
}
