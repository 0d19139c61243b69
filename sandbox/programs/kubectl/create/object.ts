// What all `kubectl create KIND` have in common: an object that is made from flags is sent, or
// shown.
// pkg/cmd/create/create.go.

import type { KubeObject } from "../../../api/meta.ts";
import { isFields } from "../../../api/patch.ts";
import type { Call, Command } from "../cli/command.ts";
import { exactlyOneName } from "../cli/command.ts";
import { CommandError, expected } from "../cli/errors.ts";
import type { Flag } from "../cli/flags.ts";
import { saveConfig } from "../cli/last-applied.ts";
import {
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  operationOf,
  saveConfigFlag,
  validateFlag,
} from "../cli/shared-flags.ts";
import { jsonText, printFlags } from "../print/printers.ts";

export const createFlags: readonly Flag[] = [
  ...printFlags(),
  dryRunFlag,
  saveConfigFlag,
  validateFlag,
  fieldManagerFlag("kubectl-create"),
];

/** What an object of a kind is made of, without its kind. */
export interface Maker extends Omit<Command, "run"> {
  readonly apiVersion: string;
  readonly kind: string;
  /** Takes one argument, its name; otherwise `make` reads them itself. */
  readonly takesCommand?: boolean;
  make(name: string, call: Call): Maybe | Promise<Maybe>;
}

type Maybe = { readonly metadata?: object; readonly [field: string]: unknown };

/** The subcommand that makes objects of a kind. */
export function createCommand(maker: Maker): Command {
  const { apiVersion, kind, make, takesCommand, ...command } = maker;
  return {
    ...command,
    flags: [...(command.flags ?? []), ...createFlags],
    async run(call) {
      const name = takesCommand ? firstName(call) : exactlyOneName(call);
      const { metadata, ...rest } = await make(name, call);
      const object = { apiVersion, kind, metadata: { name, ...metadata }, ...rest } as KubeObject;
      await createObject(call, object, maker.name);
    },
  };
}

/** The name before the command of a container. */
function firstName(call: Call): string {
  const { args, dashAt } = call;
  const names = dashAt < 0 ? args : args.slice(0, dashAt);
  return exactlyOneName({ ...call, args: names });
}

/** What stands behind the name: a container's command. */
export const commandOf = ({ args }: Call): readonly string[] | undefined =>
  args.length > 1 ? args.slice(1) : undefined;

/** Sends an object, or only shows it. */
export async function createObject(call: Call, draft: KubeObject, what: string): Promise<void> {
  const { kubectl, flags } = call;
  const dryRun = await dryRunOf(kubectl);
  const operation = operationOf("created", dryRun);
  const { namespace, isNamespaceGiven } = kubectl.settings;
  const object = saveConfig(draft, flags.bool("save-config"));
  if (dryRun === "client") {
    const named = isNamespaceGiven ? inNamespace(object, namespace) : object;
    await printTyped(call, isClusterWide(object) ? object : named, operation);
    return;
  }
  const mapping = await kubectl.discovery.kind(object.apiVersion, object.kind);
  const place = { mapping, namespace: mapping.namespaced ? namespace : "" };
  const options = { dryRun: dryRun === "server", fieldManager: flags.string("field-manager") };
  try {
    const created = await kubectl.rest.create(place, object, options);
    await printTyped(call, created, operation);
  } catch (error) {
    const noun = kubectl.words.failedToCreate[what];
    if (noun === undefined) throw error;
    throw new CommandError(`failed to create ${noun}: ${expected(error).message}`);
  }
}

const clusterKinds = /^(Namespace|PriorityClass|ClusterRole|ClusterRoleBinding)$/;
const isClusterWide = ({ kind }: KubeObject): boolean => clusterKinds.test(kind);

const inNamespace = (object: KubeObject, namespace: string): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, namespace },
});

/**
 * Prints an object as a program has it that knows its type: with every field that is always
 * written.
 */
export async function printTyped(
  { kubectl, flags }: Pick<Call, "kubectl" | "flags">,
  object: KubeObject,
  operation: string,
): Promise<void> {
  const type = kubectl.era.schema.definition(object.apiVersion, object.kind);
  const full = type === undefined ? object : kubectl.era.schema.fill(type, { ...object });
  if (flags.string("output") === "json") await kubectl.out(`${jsonText(full, true)}\n`);
  else await kubectl.out(kubectl.printer({ operation }).print(full));
}

/** The fields that have something in them. */
export function present(fields: Record<string, unknown>): Record<string, unknown> {
  const isEmpty = (value: unknown) =>
    value === undefined ||
    value === "" ||
    (Array.isArray(value) && value.length === 0) ||
    (isFields(value) && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}
