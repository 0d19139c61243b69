// A new node gets no pods until it has said that it is ready.
// plugin/pkg/admission/nodetaint/admission.go.

import type { Node, Taint } from "../../api/node.ts";
import type { AdmissionPlugin } from "./plugin.ts";

const notReady: Taint = { key: "node.kubernetes.io/not-ready", effect: "NoSchedule" };

export const taintNodesByCondition: AdmissionPlugin = {
  name: "TaintNodesByCondition",
  about: ["nodes"],
  admit({ operation, object }) {
    if (operation !== "create") return;
    const { spec } = object as Node;
    const taints = spec.taints ?? [];
    if (taints.some(({ key, effect }) => key === notReady.key && effect === notReady.effect))
      return;
    spec.taints = [...taints, { ...notReady }];
  },
};
