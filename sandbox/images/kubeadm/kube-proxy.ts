// kube-proxy on every node, as kubeadm installs it.
// cmd/kubeadm/app/phases/addons/proxy/manifests.go.

import type { KubeObject } from "../../api/meta.ts";
import { writeYaml } from "../../api/yaml/write.ts";
import { type AddonOptions, bound, inKubeSystem } from "./addon.ts";
import { releaseOf } from "./release.ts";

const labels = { "k8s-app": "kube-proxy" };

export function kubeProxy(options: AddonOptions): readonly KubeObject[] {
  return [
    inKubeSystem("v1 ServiceAccount", "kube-proxy"),
    bound("kubeadm:node-proxier", "system:node-proxier", "kube-proxy"),
    inKubeSystem("v1 ConfigMap", "kube-proxy", {
      metadata: { labels: { app: "kube-proxy" } },
      data: { "config.conf": config(options), "kubeconfig.conf": kubeconfig(options) },
    }),
    inKubeSystem("apps/v1 DaemonSet", "kube-proxy", {
      metadata: { labels },
      spec: {
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(options) },
        updateStrategy: { type: "RollingUpdate" },
      },
    }),
  ];
}

const podSpec = ({ era }: AddonOptions): object => ({
  containers: [
    {
      command: [
        "/usr/local/bin/kube-proxy",
        "--config=/var/lib/kube-proxy/config.conf",
        "--hostname-override=$(NODE_NAME)",
      ],
      env: [{ name: "NODE_NAME", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } }],
      image: `${releaseOf(era).registry}/kube-proxy:${era.build.gitVersion}`,
      imagePullPolicy: "IfNotPresent",
      name: "kube-proxy",
      securityContext: { privileged: true },
      volumeMounts: [
        { mountPath: "/var/lib/kube-proxy", name: "kube-proxy" },
        { mountPath: "/run/xtables.lock", name: "xtables-lock" },
        { mountPath: "/lib/modules", name: "lib-modules", readOnly: true },
      ],
    },
  ],
  hostNetwork: true,
  nodeSelector: { [releaseOf(era).osLabel]: "linux" },
  priorityClassName: "system-node-critical",
  serviceAccountName: "kube-proxy",
  tolerations: [{ operator: "Exists" }],
  volumes: [
    { configMap: { name: "kube-proxy" }, name: "kube-proxy" },
    { hostPath: { path: "/run/xtables.lock", type: "FileOrCreate" }, name: "xtables-lock" },
    { hostPath: { path: "/lib/modules" }, name: "lib-modules" },
  ],
});

/** differs: what is left at its default is left out. */
const config = ({ podRange }: AddonOptions): string =>
  writeYaml({
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    bindAddress: "0.0.0.0",
    clientConnection: { kubeconfig: "/var/lib/kube-proxy/kubeconfig.conf" },
    clusterCIDR: podRange,
    kind: "KubeProxyConfiguration",
    mode: "",
  });

const kubeconfig = ({ server }: AddonOptions): string =>
  writeYaml({
    apiVersion: "v1",
    clusters: [
      {
        cluster: {
          "certificate-authority": "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt",
          server,
        },
        name: "default",
      },
    ],
    contexts: [
      { context: { cluster: "default", namespace: "default", user: "default" }, name: "default" },
    ],
    "current-context": "default",
    kind: "Config",
    users: [
      {
        name: "default",
        user: { tokenFile: "/var/run/secrets/kubernetes.io/serviceaccount/token" },
      },
    ],
  });
