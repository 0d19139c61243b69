// The volumes of a pod or of its template. kubectl pkg/describe/describe.go describeVolumes.

import type { PersistentVolumeClaim } from "../../../api/persistentvolumeclaim.ts";
import type { DownwardFile, ProjectedSource, Volume } from "../../../api/pod.ts";
import { claimLines } from "./claim-lines.ts";
import { indent, type Lines } from "./lines.ts";
import { type Source, sourceLines } from "./volume-sources.ts";

export interface VolumesOptions {
  readonly before?: string;
  /** Says of projected sources just whether they are optional. */
  readonly plain: boolean;
}

export function volumes(
  list: readonly Volume[] = [],
  { before = "", plain }: VolumesOptions,
): Lines {
  if (list.length === 0) return `${before}Volumes:\t<none>`;
  return [
    `${before}Volumes:`,
    list.map(({ name, ...sources }) => [
      `  ${before === "" ? "" : " "}${name}:`,
      volumeLines(sources, plain) ?? "  <unknown>",
    ]),
  ];
}

function volumeLines(sources: Source, plain: boolean): Lines {
  const [plugin = "", source = {}] = Object.entries(sources)[0] ?? [];
  if (plugin === "projected") return projected(source as Volume["projected"] & object, plain);
  if (plugin === "downwardAPI") return downward(source as Volume["downwardAPI"] & object);
  if (plugin === "ephemeral") return ephemeral(source as Source);
  return sourceLines(plugin, source as Source, false);
}

function projected(
  { sources = [] }: { sources?: readonly ProjectedSource[] },
  plain: boolean,
): Lines {
  return indent(2, [
    "Type:\tProjected (a volume that contains injected data from multiple sources)",
    ...sources.map(({ secret, downwardAPI, configMap, serviceAccountToken }): Lines => {
      if (secret) {
        return [`SecretName:\t${secret.name}`, optional("SecretOptionalName", secret, plain)];
      }
      if (downwardAPI) return "DownwardAPI:\ttrue";
      if (configMap) {
        return [
          `ConfigMapName:\t${configMap.name}`,
          optional("ConfigMapOptional", configMap, plain),
        ];
      }
      return (
        serviceAccountToken &&
        `TokenExpirationSeconds:\t${serviceAccountToken.expirationSeconds ?? 3600}`
      );
    }),
  ]);
}

function optional(title: string, { optional }: { optional?: boolean }, plain: boolean): string {
  return plain ? `Optional:\t${optional ?? false}` : `${title}:\t${optional ?? "<nil>"}`;
}

const downward = ({ items = [] }: { items?: readonly DownwardFile[] }): Lines => [
  "    Type:\tDownwardAPI (a volume populated by information about the pod)",
  "    Items:",
  ...items.map(
    ({ fieldRef, resourceFieldRef, path }) =>
      `      ${fieldRef?.fieldPath ?? resourceFieldRef?.resource ?? ""} -> ${path}`,
  ),
];

const ephemeral = ({ volumeClaimTemplate }: Source): Lines =>
  indent(2, [
    "Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
    volumeClaimTemplate !== undefined && claimLines(volumeClaimTemplate as PersistentVolumeClaim),
  ]);
