// projected: several sources in one directory; how pods get their tokens since 1.21.
// pkg/volume/projected/projected.go.

import type { Pod, ProjectedSource } from "../../api/pod.ts";
import { configMapPayload } from "./config-map.ts";
import { downwardPayload } from "./downward-api.ts";
import { type Payload, writtenVolume } from "./payload.ts";
import { type MountRequest, sourceOf, type VolumeHost, type VolumePlugin } from "./plugin.ts";
import { secretPayload } from "./secret.ts";

interface Projection {
  readonly sources?: readonly ProjectedSource[];
  readonly defaultMode?: number;
}

export const projected: VolumePlugin = {
  name: "kubernetes.io/projected",
  field: "projected",
  async setUp({ spec, pod, path, host }: MountRequest) {
    const source = sourceOf<Projection>(spec, "projected");
    const make = (current: Pod) => () => payload(host, current, source);
    const { files, clock } = host;
    const { rewrite, ...mounted } = await writtenVolume({ files, path, now: clock.now }, make(pod));
    return { ...mounted, refresh: async (current) => rewrite(await make(current)()) };
  },
};

async function payload(
  host: VolumeHost,
  pod: Pod,
  { sources = [], defaultMode }: Projection,
): Promise<Payload> {
  const mode = defaultMode === undefined ? {} : { defaultMode };
  const all: Payload = new Map();
  for (const { secret, configMap, downwardAPI, serviceAccountToken } of sources) {
    const parts: Payload[] = [];
    if (secret)
      parts.push(await secretPayload(host, pod, { ...secret, ...mode, secretName: secret.name }));
    if (configMap) parts.push(await configMapPayload(host, pod, { ...configMap, ...mode }));
    if (downwardAPI) parts.push(downwardPayload(host, pod, { ...downwardAPI, ...mode }));
    if (serviceAccountToken) {
      const { path, expirationSeconds, audience } = serviceAccountToken;
      const text = await host.token(pod, expirationSeconds, audience);
      parts.push(new Map([[path, { text, mode: defaultMode ?? 0o644 }]]));
    }
    for (const part of parts) for (const [path, file] of part) all.set(path, file);
  }
  return all;
}
