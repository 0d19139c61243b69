// The kinds of volume that a node can mount.
// differs: volumes of other kinds are kept by the API and refused by the kubelet.

import { awsEbs, ebsCsi, gcePd, pdCsi } from "./cloud-disk.ts";
import { configMap } from "./config-map.ts";
import { downwardAPI } from "./downward-api.ts";
import { emptyDir } from "./empty-dir.ts";
import { hostPath } from "./host-path.ts";
import { local } from "./local.ts";
import { nfs } from "./nfs.ts";
import type { VolumePlugin } from "./plugin.ts";
import { projected } from "./projected.ts";
import { secret } from "./secret.ts";

export const volumePlugins: readonly VolumePlugin[] = [
  awsEbs,
  configMap,
  downwardAPI,
  ebsCsi,
  emptyDir,
  gcePd,
  hostPath,
  local,
  nfs,
  pdCsi,
  projected,
  secret,
];
