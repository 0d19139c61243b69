// ConfigMaps, Secrets and ServiceAccounts.

import { decodeBase64 } from "../../../api/base64.ts";
import type { ConfigMap } from "../../../api/configmap.ts";
import { byCodePoint } from "../../../api/schema/go-json.ts";
import { type Secret, serviceAccountToken } from "../../../api/secret.ts";
import type { ServiceAccount } from "../../../api/serviceaccount.ts";
import { isExpected } from "../cli/errors.ts";
import type { Kubectl } from "../cli/kubectl.ts";
import { defineDescriber, others } from "./describer.ts";
import { annotationSign, annotations, type Lines, labels } from "./lines.ts";

const sorted = <T>(map: Readonly<Record<string, T>> = {}): [string, T][] =>
  Object.entries(map).sort(([a], [b]) => byCodePoint(a, b));

/** How many there are in base64. */
const bytes = (text: string): number => Math.floor((text.replace(/[=\s]/g, "").length * 3) / 4);

// differs: upstream goes through the keys in random order.
export const configMap = defineDescriber<ConfigMap>({
  kind: "ConfigMap",
  describe({ kubectl, object, events }) {
    const { metadata, data, binaryData } = object;
    const detailed = kubectl.era.behaviors.has("describe-details");
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
      ["", "Data", "===="],
      sorted(data).map(([key, value]) => [`${key}:`, "----", value, detailed && ""]),
      detailed && [
        ["", "BinaryData", "===="],
        sorted(binaryData).map(([key, value]) => `${key}: ${bytes(value)} bytes`),
        "",
      ],
      events,
    ];
  },
});

export const secret = defineDescriber<Secret>({
  kind: "Secret",
  describe: ({ kubectl, object: { metadata, type = "", data } }) => [
    `Name:\t${metadata.name}`,
    `Namespace:\t${metadata.namespace ?? ""}`,
    labels("Labels", metadata.labels),
    annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
    ["", `Type:\t${type}`],
    ["", "Data", "===="],
    sorted(data).map(([key, value]) =>
      key === "token" && type === serviceAccountToken
        ? `${key}:\t${text(value)}`
        : `${key}:\t${bytes(value)} bytes`,
    ),
  ],
});

const text = (value: string): string => decodeBase64(value) ?? "";

export const serviceAccount = defineDescriber<ServiceAccount>({
  kind: "ServiceAccount",
  async describe({ kubectl, object, events }) {
    const { metadata, secrets = [], imagePullSecrets = [] } = object;
    const known = await secretsOf(kubectl, metadata.namespace ?? "");
    const tokens = (known ?? []).filter(
      ({ type, metadata: { annotations = {} } }) =>
        type === serviceAccountToken &&
        annotations["kubernetes.io/service-account.name"] === metadata.name &&
        annotations["kubernetes.io/service-account.uid"] === metadata.uid,
    );
    const isMissing = (name: string) =>
      known?.every((each) => each.metadata.name !== name) ?? false;
    const lines = (title: string, names: readonly string[]): Lines => {
      if (names.length === 0) return `${title}\t<none>`;
      return names.map((name, index) => {
        const before = index === 0 ? title : " ".repeat(title.length);
        return `${before}\t${name}${isMissing(name) ? " (not found)" : ""}`;
      });
    };
    return [
      `Name:\t${metadata.name}`,
      `Namespace:\t${metadata.namespace ?? ""}`,
      labels("Labels", metadata.labels),
      annotations("Annotations", metadata.annotations, annotationSign(kubectl)),
      lines(
        "Image pull secrets:",
        imagePullSecrets.map(({ name }) => name),
      ),
      lines(
        "Mountable secrets: ",
        secrets.map(({ name = "" }) => name),
      ),
      lines(
        "Tokens:            ",
        tokens.map((token) => token.metadata.name),
      ),
      events,
    ];
  },
});

/** Undefined if they may not be listed. */
async function secretsOf(
  kubectl: Kubectl,
  namespace: string,
): Promise<readonly Secret[] | undefined> {
  try {
    return await others<Secret>(kubectl, { type: "secrets", namespace });
  } catch (error) {
    if (!isExpected(error)) throw error;
    return undefined;
  }
}
