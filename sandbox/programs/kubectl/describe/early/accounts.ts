// Namespaces, secrets and service accounts as kubectl described them until 1.7.

import type { Namespace } from "../../../../api/namespace.ts";
import type { Secret } from "../../../../api/secret.ts";
import { serviceAccountToken } from "../../../../api/secret.ts";
import type { ServiceAccount } from "../../../../api/serviceaccount.ts";
import { secret as laterSecret } from "../config.ts";
import { defineDescriber, others } from "../describer.ts";
import { labels, many } from "../lines.ts";
import { limitLines, quotaLines } from "../quota.ts";

export const namespace = defineDescriber<Namespace>({
  kind: "Namespace",
  async describe({ kubectl, object: { metadata, status } }) {
    return [
      `Name:\t${metadata.name}`,
      labels("Labels", metadata.labels),
      `Status:\t${status?.phase ?? ""}`,
      "",
      await quotaLines(kubectl, metadata.name),
      "",
      await limitLines(kubectl, metadata.name),
    ];
  },
});

export const secret = laterSecret;

export const serviceAccount = defineDescriber<ServiceAccount>({
  kind: "ServiceAccount",
  async describe({ kubectl, object }) {
    const { metadata, secrets = [], imagePullSecrets = [] } = object;
    const namespace = metadata.namespace ?? "";
    const found = await others<Secret>(kubectl, { type: "secrets", namespace });
    const tokens = found.filter(
      ({ type, metadata: { annotations = {} } }) =>
        type === serviceAccountToken &&
        annotations["kubernetes.io/service-account.name"] === metadata.name,
    );
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${namespace}`,
      labels("Labels", metadata.labels),
      "",
      many(
        "Image pull secrets",
        imagePullSecrets.map(({ name }) => name),
      ),
      "",
      named(
        "Mountable secrets: ",
        secrets.map(({ name = "" }) => name),
      ),
      "",
      named(
        "Tokens:            ",
        tokens.map((token) => token.metadata.name),
      ),
    ];
  },
});

function named(title: string, names: readonly string[]): string[] {
  const [first = "<none>", ...rest] = names;
  return [`${title}\t${first}`, ...rest.map((name) => `${" ".repeat(title.length)}\t${name}`)];
}
