// Every kind that the API server can serve; the era says which it does serve.

import { accessKinds } from "./access-kinds.ts";
import { coreKinds } from "./core-kinds.ts";
import { listedKinds } from "./listed-kinds.ts";
import type { Resource } from "./resource.ts";
import { storageKinds } from "./storage-kinds.ts";
import { workloadKinds } from "./workload-kinds.ts";

export const resources: readonly Resource[] = [
  ...accessKinds,
  ...coreKinds,
  ...listedKinds,
  ...storageKinds,
  ...workloadKinds,
];
