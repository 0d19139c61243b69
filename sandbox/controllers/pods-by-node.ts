// The index by which pods are found from the node that they are on.

import { pods } from "../api/pod.ts";
import { indexOn } from "../client/controller.ts";

export const byNode = "node";

export const indexByNode = indexOn(pods, byNode, ({ spec }) =>
  spec.nodeName ? [spec.nodeName] : [],
);
