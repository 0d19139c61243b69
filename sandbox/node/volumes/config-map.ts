// configMap: the entries of a ConfigMap as files. pkg/volume/configmap/configmap.go.

import { decodeBase64 } from "../../api/base64.ts";
import type { KeyToPath, Pod } from "../../api/pod.ts";
import { type Payload, payloadOf, writtenVolume } from "./payload.ts";
import {
  MountError,
  type MountRequest,
  missing,
  sourceOf,
  type VolumeHost,
  type VolumePlugin,
} from "./plugin.ts";

export interface ConfigMapSource {
  readonly name: string;
  readonly items?: readonly KeyToPath[];
  readonly defaultMode?: number;
  readonly optional?: boolean;
}

export const configMap: VolumePlugin = {
  name: "kubernetes.io/configmap",
  field: "configMap",
  async setUp({ spec, pod, path, host }: MountRequest) {
    const source = sourceOf<ConfigMapSource>(spec, "configMap");
    const make = (current: Pod) => () => configMapPayload(host, current, source);
    const { files, clock } = host;
    const { rewrite, ...mounted } = await writtenVolume({ files, path, now: clock.now }, make(pod));
    return { ...mounted, refresh: async (current) => rewrite(await make(current)()) };
  },
};

export async function configMapPayload(
  host: VolumeHost,
  pod: Pod,
  { name, items, defaultMode, optional = false }: ConfigMapSource,
): Promise<Payload> {
  const { namespace = "" } = pod.metadata;
  const found = await host.configMap({ namespace, name }, pod);
  if (!found && !optional) throw new MountError(missing(host, "configmap", name));
  const data: Record<string, string> = { ...found?.data };
  for (const [key, encoded] of Object.entries(found?.binaryData ?? {})) {
    data[key] = decodeBase64(encoded) ?? encoded;
  }
  return payloadOf(data, items, {
    ...{ mode: defaultMode, optional },
    absent: (key) => `configmap references non-existent config key: ${key}`,
  });
}
