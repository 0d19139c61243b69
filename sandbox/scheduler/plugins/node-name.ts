// The node that the pod itself names. pkg/scheduler/framework/plugins/nodename.

import { definePlugin, Refusal, skip } from "../framework.ts";

export const nodeName = definePlugin({
  name: "NodeName",
  preFilter: ({ pod }) => (pod.pod.spec.nodeName ? undefined : skip),
  filter: ({ name }, { pod, words }) =>
    pod.pod.spec.nodeName === name ? undefined : new Refusal([words.nodeName], { final: true }),
});
