// Pods stay for five minutes on a node that is lost, unless they say for how long.
// plugin/pkg/admission/defaulttolerationseconds/admission.go.

import type { Pod } from "../../api/pod.ts";
import type { AdmissionPlugin } from "./plugin.ts";

const SECONDS = 300;
const taints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

export const defaultTolerationSeconds: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",
  about: ["pods"],
  admit({ object }) {
    const { spec } = object as Pod;
    const given = spec.tolerations ?? [];
    const missing = taints.filter(
      (taint) =>
        !given.some(
          ({ key, effect }) => (!key || key === taint) && (!effect || effect === "NoExecute"),
        ),
    );
    if (missing.length === 0) return;
    spec.tolerations = [
      ...given,
      ...missing.map((key) => ({
        key,
        operator: "Exists" as const,
        effect: "NoExecute",
        tolerationSeconds: SECONDS,
      })),
    ];
  },
};
