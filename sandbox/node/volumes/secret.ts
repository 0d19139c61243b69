// secret: the entries of a Secret as files. pkg/volume/secret/secret.go.

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

export interface SecretSource {
  readonly secretName: string;
  readonly items?: readonly KeyToPath[];
  readonly defaultMode?: number;
  readonly optional?: boolean;
}

export const secret: VolumePlugin = {
  name: "kubernetes.io/secret",
  field: "secret",
  async setUp({ spec, pod, path, host }: MountRequest) {
    const source = sourceOf<SecretSource>(spec, "secret");
    const make = (current: Pod) => () => secretPayload(host, current, source);
    const { files, clock } = host;
    const { rewrite, ...mounted } = await writtenVolume({ files, path, now: clock.now }, make(pod));
    return { ...mounted, refresh: async (current) => rewrite(await make(current)()) };
  },
};

export async function secretPayload(
  host: VolumeHost,
  pod: Pod,
  { secretName, items, defaultMode, optional = false }: SecretSource,
): Promise<Payload> {
  const { namespace = "" } = pod.metadata;
  const found = await host.secret({ namespace, name: secretName }, pod);
  if (!found && !optional) throw new MountError(missing(host, "secret", secretName));
  const data: Record<string, string> = {};
  for (const [key, encoded] of Object.entries(found?.data ?? {})) {
    data[key] = decodeBase64(encoded) ?? encoded;
  }
  return payloadOf(data, items, {
    ...{ mode: defaultMode, optional },
    absent: (key) => `references non-existent secret key: ${key}`,
  });
}
