// ResourceQuotas and LimitRanges, and the namespaces that they are in.

import type { LimitRange } from "../../../api/limitrange.ts";
import type { Namespace } from "../../../api/namespace.ts";
import { formatQuantity, parseQuantity } from "../../../api/quantity.ts";
import type { ResourceQuota } from "../../../api/resourcequota.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { defineDescriber, others } from "./describer.ts";
import { annotationSign, annotations, date, indent, type Lines, labels, table } from "./lines.ts";

const scopeTexts: Readonly<Record<string, string>> = {
  Terminating:
    "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.",
  NotTerminating:
    "Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.",
  BestEffort:
    "Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.",
  NotBestEffort:
    "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.",
};

function scopes({ spec }: ResourceQuota, bullet: string): Lines {
  const sorted = [...(spec.scopes ?? [])].sort(byCodePoint);
  if (sorted.length === 0) return undefined;
  const texts = sorted.flatMap((scope) => scopeTexts[scope] ?? []);
  return [`Scopes:\t${sorted.join(", ")}`, ...texts.map((text) => `${bullet}${text}`)];
}

/** `sameUnits`: what is used is written in the units of what there is. */
function usage({ status }: ResourceQuota, sameUnits: boolean): Lines {
  const { hard = {}, used = {} } = status ?? {};
  return Object.keys(hard)
    .sort(byCodePoint)
    .map((name) => {
      const [most = "0", is = "0"] = [hard[name], used[name]];
      const [format, amount] = [parseQuantity(most)?.format, parseQuantity(is)];
      const shown = sameUnits && format && amount ? formatQuantity({ ...amount, format }) : is;
      return `${name}\t${shown}\t${most}`;
    });
}

export const quota = defineDescriber<ResourceQuota>({
  kind: "ResourceQuota",
  describe: ({ kubectl, object }) => [
    `Name:\t${object.metadata.name}`,
    `Namespace:\t${object.metadata.namespace ?? ""}`,
    scopes(object, " * "),
    "Resource\tUsed\tHard",
    "--------\t----\t----",
    usage(object, kubectl.era.behaviors.has("describe-details")),
  ],
});

const limitsHeading = [
  "Type",
  "Resource",
  "Min",
  "Max",
  "Default Request",
  "Default Limit",
  "Max Limit/Request Ratio",
];

// differs: upstream goes through the resources of a limit in random order.
const limitRows = ({ spec }: LimitRange): string[][] =>
  spec.limits.flatMap((limit) => {
    const { type, min = {}, max = {}, defaultRequest = {}, maxLimitRequestRatio = {} } = limit;
    const lists = [min, max, defaultRequest, limit.default ?? {}, maxLimitRequestRatio];
    const names = [...new Set(lists.flatMap((list) => Object.keys(list)))].sort(byCodePoint);
    return names.map((name) => [type, name, ...lists.map((list) => list[name] ?? "-")]);
  });

export const limitRange = defineDescriber<LimitRange>({
  kind: "LimitRange",
  describe: ({ object }) => [
    `Name:\t${object.metadata.name}`,
    `Namespace:\t${object.metadata.namespace ?? ""}`,
    table(limitsHeading, limitRows(object), { before: "" }),
  ],
});

export const namespace = defineDescriber<Namespace>({
  kind: "Namespace",
  async describe({ kubectl, object }) {
    const { metadata, status } = object;
    const detailed = kubectl.era.behaviors.has("describe-details");
    const conditions = status?.conditions ?? [];
    return [
      `Name:\t${metadata.name}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
      `Status:\t${status?.phase ?? ""}`,
      detailed &&
        conditions.length > 0 && [
          "Conditions:",
          table(
            ["Type", "Status", "LastTransitionTime", "Reason", "Message"],
            conditions.map(({ type, status, lastTransitionTime, reason, message }) => [
              type,
              status,
              date(lastTransitionTime),
              reason ?? "",
              message ?? "",
            ]),
          ),
        ],
      "",
      await quotaLines(kubectl, metadata.name),
      "",
      await limitLines(kubectl, metadata.name),
    ];
  },
});

export async function limitLines(kubectl: Kubectl, namespace: string): Promise<Lines> {
  const limits = await others<LimitRange>(kubectl, { type: "limitranges", namespace });
  const modern = kubectl.era.behaviors.has("describe-more");
  if (limits.length === 0) return modern ? "No LimitRange resource." : "No resource limits.";
  return ["Resource Limits", table(limitsHeading, limits.flatMap(limitRows), { before: " " })];
}

export async function quotaLines(kubectl: Kubectl, namespace: string): Promise<Lines> {
  const quotas = await others<ResourceQuota>(kubectl, { type: "resourcequotas", namespace });
  const detailed = kubectl.era.behaviors.has("describe-details");
  if (quotas.length === 0) return "No resource quota.";
  const sorted = [...quotas].sort((a, b) => byCodePoint(a.metadata.name, b.metadata.name));
  return [
    "Resource Quotas",
    sorted.map((quota, index) => {
      const lines = [
        `Name:\t${quota.metadata.name}`,
        scopes(quota, detailed ? "* " : " * "),
        "Resource\tUsed\tHard",
        "--------\t---\t---",
        usage(quota, false),
      ];
      if (detailed) return indent(1, lines);
      return [index > 0 && "", indent(1, lines).map((line) => line.slice(1))];
    }),
  ];
}
