// downwardAPI: what a pod may know of itself, as files. pkg/volume/downwardapi/downwardapi.go.

import type { DownwardFile, Pod } from "../../api/pod.ts";
import { type Payload, writtenVolume } from "./payload.ts";
import { type MountRequest, sourceOf, type VolumeHost, type VolumePlugin } from "./plugin.ts";

export interface DownwardSource {
  readonly items?: readonly DownwardFile[];
  readonly defaultMode?: number;
}

export const downwardAPI: VolumePlugin = {
  name: "kubernetes.io/downward-api",
  field: "downwardAPI",
  async setUp({ spec, pod, path, host }: MountRequest) {
    const source = sourceOf<DownwardSource>(spec, "downwardAPI");
    const { files, clock } = host;
    const make = async () => downwardPayload(host, pod, source);
    const { rewrite, ...mounted } = await writtenVolume({ files, path, now: clock.now }, make);
    return {
      ...mounted,
      refresh: async (current) => rewrite(downwardPayload(host, current, source)),
    };
  },
};

export function downwardPayload(
  host: VolumeHost,
  pod: Pod,
  { items = [], defaultMode = 0o644 }: DownwardSource,
): Payload {
  const payload: Payload = new Map();
  for (const { path, fieldRef, resourceFieldRef, mode = defaultMode } of items) {
    const text = fieldRef
      ? host.field(pod, fieldRef.fieldPath)
      : resourceFieldRef && host.resourceField(pod, resourceFieldRef);
    payload.set(path, { text: text ?? "", mode });
  }
  return payload;
}
