// kubectl describe. pkg/cmd/describe/describe.go.

import { isReason } from "../../api/status.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError, expected, type KubectlError, throwAll } from "./cli/errors.ts";
import { bool } from "./cli/flags.ts";
import { allNamespacesFlag, chunkSizeFlag, fileFlags, selectorFlag } from "./cli/shared-flags.ts";
import { description } from "./describe/index.ts";
import type { ServedInfo } from "./input/info.ts";
import { hasFiles } from "./input/manifests.ts";

export const describe = defineCommand({
  name: "describe",
  usage: "(-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)",
  short: "Show details of a specific resource or group of resources",
  long: 'Print a detailed description of the selected resources, including related resources such as events or controllers.\n\nUse "kubectl api-resources" for a complete list of supported resources.',
  examples: [
    "# Describe a node",
    "kubectl describe nodes kubernetes-node-emt8.c.myproject.internal",
    "",
    "# Describe a pod",
    "kubectl describe pods/nginx",
    "",
    "# Describe all pods",
    "kubectl describe pods",
    "",
    "# Describe pods by label name=myLabel",
    "kubectl describe po -l name=myLabel",
  ],
  completes: "type",
  flags: [
    ...fileFlags("containing the resource to describe"),
    selectorFlag,
    allNamespacesFlag,
    chunkSizeFlag,
    bool("show-events", "If true, display events related to the described object.", {
      value: "true",
    }),
  ],
  async run(call) {
    const { kubectl, flags, args } = call;
    if (args.length === 0 && !hasFiles(kubectl.files)) {
      throw new CommandError(
        'You must specify the type of resource to describe. Use "kubectl api-resources" for a complete list of supported resources.\n',
      );
    }
    const allNamespaces = flags.bool("all-namespaces");
    const selector = flags.string("selector").trim();
    const selection = await kubectl.select({
      args,
      files: kubectl.files,
      typeMeansAll: true,
      allNamespaces,
      enforceNamespace: kubectl.settings.isNamespaceGiven && !allNamespaces,
      ...(selector !== "" && { selector }),
    });
    const { infos, error } = await selection.infos();
    if (error && isReason(error, "NotFound") && args.length === 2) return describeLike(call, error);
    const errors: KubectlError[] = error ? [error] : [];
    await describeAll(call, infos as ServedInfo[], errors);
    if (infos.length === 0 && errors.length === 0) {
      const place = allNamespaces ? "" : ` in ${kubectl.namespace} namespace.`;
      if (kubectl.era.behaviors.has("tells-nothing-to-describe")) {
        await kubectl.error(`No resources found${place}`);
      }
    }
    throwAll(errors);
  },
});

/** The same complaint is made once. */
async function describeAll(
  { kubectl, flags }: Call,
  infos: readonly ServedInfo[],
  errors: KubectlError[],
): Promise<void> {
  const complaints = new Set<string>();
  let isFirst = true;
  for (const info of infos) {
    try {
      const text = await description(kubectl, info, flags.bool("show-events"));
      await kubectl.out(isFirst ? text : `\n\n${text}`);
      isFirst = false;
    } catch (error) {
      const failure = expected(error);
      if (!complaints.has(failure.message)) errors.push(failure);
      complaints.add(failure.message);
    }
  }
}

/** Whatever has a name that begins so. */
async function describeLike({ kubectl, flags, args }: Call, missing: KubectlError): Promise<void> {
  const [type = "", prefix = ""] = args;
  const selection = await kubectl.select({ args: [type], typeMeansAll: true, singleType: true });
  const { infos, error } = await selection.infos();
  if (error) throw error;
  const found = infos.filter(({ name }) => name.startsWith(prefix));
  for (const info of found) {
    const text = await description(kubectl, info as ServedInfo, flags.bool("show-events"));
    await kubectl.out(`${text}\n`);
  }
  if (found.length === 0) throw missing;
}
