// kubectl auth can-i. pkg/cmd/auth/cani.go.

import type { AccessReview, ResourceAttributes, RulesReview } from "../../../api/access-review.ts";
import type { PolicyRule } from "../../../api/role.ts";
import { type Call, defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { bool, text } from "../cli/flags.ts";
import { allNamespacesFlag } from "../cli/shared-flags.ts";

const resourceVerbs =
  "get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest";
const pathVerbs = "get put post head options delete patch *";

export const canI = defineCommand({
  name: "can-i",
  usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
  short: "Check whether an action is allowed",
  examples: [
    "# Check to see if I can create pods in any namespace",
    "kubectl auth can-i create pods --all-namespaces",
    "",
    "# Check to see if I can list deployments in my current namespace",
    "kubectl auth can-i list deployments.apps",
  ],
  flags: [
    allNamespacesFlag,
    bool("quiet q", "If true, suppress output and just return the exit code."),
    text("subresource", "SubResource such as pod/log or deployment/scale"),
    bool("list", "If true, prints all allowed actions."),
    bool("no-headers", "If true, prints allowed actions without headers"),
  ],
  run: (call) => (call.flags.bool("list") ? listRules(call) : check(call)),
});

async function check(call: Call): Promise<number> {
  const { kubectl, flags, args } = call;
  const [verb, about] = args;
  if (verb === undefined || about === undefined || args.length !== 2) {
    throw new CommandError(
      "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.",
    );
  }
  const spec = about.startsWith("/")
    ? await aboutPath(call, verb, about)
    : { resourceAttributes: await aboutResource(call, verb, about) };
  if (flags.bool("no-headers")) {
    throw new CommandError("--no-headers cannot be set without --list specified");
  }
  const { status } = await ask<AccessReview>(call, "SelfSubjectAccessReview", spec);
  const reason = status.reason ? ` - ${status.reason}` : "";
  if (!flags.bool("quiet")) await kubectl.out(status.allowed ? "yes\n" : `no${reason}\n`);
  return status.allowed ? 0 : 1;
}

async function aboutPath(call: Call, verb: string, path: string) {
  if (call.flags.string("subresource") !== "") {
    throw new CommandError("--subresource can not be used with NonResourceURL");
  }
  await warnOfVerb(call, verb, pathVerbs);
  return { nonResourceAttributes: { verb, path } };
}

async function aboutResource(call: Call, verb: string, about: string): Promise<ResourceAttributes> {
  const { kubectl, flags } = call;
  const [type = "", name = ""] = about.split(/\/(.*)/);
  const everywhere = flags.bool("all-namespaces");
  const found = type === "*" ? undefined : await kubectl.discovery.lookUp(type);
  if (!found && type !== "*" && !["users", "groups"].includes(type)) {
    const [resource, ...group] = type.toLowerCase().split(".");
    const within = group.length > 0 ? ` in group '${group.join(".")}'` : "";
    await warn(call, `the server doesn't have a resource type '${resource}'${within}`);
  }
  if (found && !found.namespaced && !everywhere) {
    const within = found.group ? ` in group '${found.group}'` : "";
    await warn(call, `resource '${found.plural}' is not namespace scoped${within}`);
  }
  await warnOfVerb(call, verb, resourceVerbs);
  const subresource = flags.string("subresource");
  return {
    ...(!everywhere && { namespace: kubectl.namespace }),
    ...(found?.group && { group: found.group }),
    ...(subresource !== "" && { subresource }),
    ...(name !== "" && { name }),
    verb,
    resource: found?.plural ?? type,
  };
}

const warn = ({ kubectl }: Call, message: string) => kubectl.error(`Warning: ${message}\n`);

async function warnOfVerb(call: Call, verb: string, known: string): Promise<void> {
  if (!known.split(" ").includes(verb)) await warn(call, `verb '${verb}' is not a known verb`);
}

/** Asks the server; what it answers is kept nowhere. */
async function ask<T extends object>({ kubectl }: Call, kind: string, spec: object): Promise<T> {
  const mapping = await kubectl.discovery.find(`${kind.toLowerCase()}s`);
  const body = { apiVersion: mapping.groupVersion, kind, metadata: {}, spec };
  return (await kubectl.rest.create({ mapping, namespace: "" }, body)) as object as T;
}

async function listRules(call: Call): Promise<void> {
  const { kubectl, flags, args } = call;
  if (args.length > 0) {
    throw new CommandError("list option must be specified with no arguments");
  }
  const spec = { namespace: kubectl.namespace };
  const { status } = await ask<RulesReview>(call, "SelfSubjectRulesReview", spec);
  const rows = compact([...status.resourceRules, ...status.nonResourceRules]).map(rowOf);
  const heading = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"];
  const table = flags.bool("no-headers") ? rows : [heading, ...rows];
  await kubectl.out(kubectl.tableWriter().lines(table));
}

/**
 * One rule for each resource or path, with the verbs of all that are about it.
 * pkg/util/rbac/rbac.go BreakdownRule, CompactRules.
 */
function compact(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = new Map<string, PolicyRule>();
  for (const { verbs, apiGroups = [], resources = [], ...rest } of rules) {
    const { resourceNames = [], nonResourceURLs = [] } = rest;
    const parts: Omit<PolicyRule, "verbs">[] = apiGroups.flatMap((group) =>
      resources.map((resource) => ({
        apiGroups: [group],
        resources: [resource],
        ...(resourceNames.length > 0 && { resourceNames }),
      })),
    );
    for (const part of nonResourceURLs.length > 0 ? [{ nonResourceURLs }] : parts) {
      const key = JSON.stringify(part);
      merged.set(key, { ...part, verbs: [...(merged.get(key)?.verbs ?? []), ...verbs] });
    }
  }
  return [...merged.values()].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
}

const textOf = (rule: PolicyRule): string => JSON.stringify(rule);

function rowOf({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }: PolicyRule) {
  const [resource = ""] = resources ?? [];
  const [group = ""] = apiGroups ?? [];
  const list = (words: readonly string[] = []) => `[${words.join(" ")}]`;
  const name = group !== "" ? `${resource}.${group}` : resource;
  return [name, list(nonResourceURLs), list(resourceNames), list([...new Set(verbs)])];
}
