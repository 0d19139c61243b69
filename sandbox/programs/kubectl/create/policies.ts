// kubectl create namespace, serviceaccount, quota, priorityclass and poddisruptionbudget.
// pkg/cmd/create; pkg/generate/versioned.

import { parseQuantity, quantityRule } from "../../../api/quantity.ts";
import { CommandError } from "../cli/errors.ts";
import { bool, int, text } from "../cli/flags.ts";
import { createCommand, present } from "./object.ts";
import { parseLabelSelector } from "./selectors.ts";

export const namespace = createCommand({
  name: "namespace",
  aliases: ["ns"],
  apiVersion: "v1",
  kind: "Namespace",
  usage: "NAME [--dry-run=server|client|none]",
  short: "Create a namespace with the specified name",
  examples: [
    "# Create a new namespace named my-namespace",
    "kubectl create namespace my-namespace",
  ],
  make: () => ({}),
});

export const serviceAccount = createCommand({
  name: "serviceaccount",
  aliases: ["sa"],
  apiVersion: "v1",
  kind: "ServiceAccount",
  usage: "NAME [--dry-run=server|client|none]",
  short: "Create a service account with the specified name",
  examples: [
    "# Create a new service account named my-service-account",
    "kubectl create serviceaccount my-service-account",
  ],
  make: () => ({}),
});

export const quota = createCommand({
  name: "quota",
  aliases: ["resourcequota"],
  apiVersion: "v1",
  kind: "ResourceQuota",
  usage:
    "NAME [--hard=key1=value1,key2=value2] [--scopes=Scope1,Scope2] [--dry-run=server|client|none]",
  short: "Create a quota with the specified name.",
  examples: [
    "# Create a new resourcequota named my-quota",
    "kubectl create quota my-quota --hard=cpu=1,memory=1G,pods=2,services=3",
  ],
  flags: [
    text("hard", "A comma-delimited set of resource=quantity pairs that define a hard limit."),
    text(
      "scopes",
      "A comma-delimited set of quota scopes that must all match each object tracked by the quota.",
    ),
  ],
  make(_, { flags }) {
    const scopes = flags.string("scopes").split(",");
    if (flags.string("scopes") !== "" && scopes.includes("")) {
      throw new CommandError('invalid resource quota scope ""');
    }
    const hard = hardLimits(flags.string("hard"));
    return { spec: present({ hard, scopes: scopes.filter((scope) => scope !== "") }) };
  },
});

function hardLimits(text: string): Record<string, string> {
  const hard: Record<string, string> = {};
  for (const part of text === "" ? [] : text.split(",")) {
    const [name = "", value, ...rest] = part.split("=");
    if (value === undefined || rest.length > 0) {
      throw new CommandError(`Invalid argument syntax ${part}, expected <resource>=<value>`);
    }
    if (!parseQuantity(value)) throw new CommandError(quantityRule);
    hard[name] = value;
  }
  return hard;
}

export const priorityClass = createCommand({
  name: "priorityclass",
  aliases: ["pc"],
  apiVersion: "scheduling.k8s.io/v1",
  kind: "PriorityClass",
  usage: "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
  short: "Create a priorityclass with the specified name.",
  examples: [
    "# Create a priorityclass named high-priority",
    'kubectl create priorityclass high-priority --value=1000 --description="high priority"',
  ],
  flags: [
    int("value", "the value of this priority class."),
    bool(
      "global-default",
      "global-default specifies whether this PriorityClass should be considered as the default priority.",
    ),
    text(
      "description",
      "description is an arbitrary string that usually provides guidelines on when this priority class should be used.",
    ),
    text(
      "preemption-policy",
      "preemption-policy is the policy for preempting pods with lower priority.",
      { value: "PreemptLowerPriority" },
    ),
  ],
  make: (_, { flags }) => ({
    value: flags.int("value"),
    ...(flags.bool("global-default") && { globalDefault: true }),
    ...present({ description: flags.string("description") }),
    preemptionPolicy: flags.string("preemption-policy"),
  }),
});

export const disruptionBudget = createCommand({
  name: "poddisruptionbudget",
  aliases: ["pdb"],
  apiVersion: "policy/v1beta1",
  kind: "PodDisruptionBudget",
  usage: "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
  short: "Create a pod disruption budget with the specified name.",
  examples: [
    "# Create a pod disruption budget named my-pdb that requires at least one of the pods of app=rails",
    "kubectl create poddisruptionbudget my-pdb --selector=app=rails --min-available=1",
  ],
  flags: [
    text(
      "min-available",
      "The minimum number or percentage of available pods this budget requires.",
    ),
    text(
      "max-unavailable",
      "The maximum number or percentage of unavailable pods this budget requires.",
    ),
    text(
      "selector",
      "A label selector to use for this budget. Only equality-based selector requirements are supported.",
    ),
  ],
  make(_, { flags }) {
    const [min, max] = [flags.string("min-available"), flags.string("max-unavailable")];
    const selector = flags.string("selector");
    if (selector === "") throw new CommandError("a selector must be specified");
    if (min === "" && max === "") {
      throw new CommandError("one of min-available or max-unavailable must be specified");
    }
    if (min !== "" && max !== "") {
      throw new CommandError("min-available and max-unavailable cannot be both specified");
    }
    const amount = (value: string) => (/^-?\d+$/.test(value) ? Number(value) : value);
    return {
      spec: {
        ...(min !== "" && { minAvailable: amount(min) }),
        selector: parseLabelSelector(selector),
        ...(max !== "" && { maxUnavailable: amount(max) }),
      },
    };
  },
});
