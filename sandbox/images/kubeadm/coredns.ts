// The cluster's DNS as kubeadm installs it. cmd/kubeadm/app/phases/addons/dns/manifests.go.

import type { KubeObject } from "../../api/meta.ts";
import { type AddonOptions, bind, inKubeSystem } from "./addon.ts";
import { releaseOf } from "./release.ts";

const labels = { "k8s-app": "kube-dns" };

export function coredns(options: AddonOptions): readonly KubeObject[] {
  const { dns, domain } = options;
  return [
    inKubeSystem("v1 ServiceAccount", "coredns"),
    ...bind("system:coredns", "coredns", [
      { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"] },
      { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"] },
    ]),
    inKubeSystem("v1 ConfigMap", "coredns", { data: { Corefile: corefile(options, domain) } }),
    inKubeSystem("v1 Service", "kube-dns", {
      metadata: {
        annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
        labels: {
          ...labels,
          "kubernetes.io/cluster-service": "true",
          "kubernetes.io/name": "CoreDNS",
        },
      },
      spec: {
        clusterIP: dns,
        ports: [
          { name: "dns", port: 53, protocol: "UDP", targetPort: 53 },
          { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53 },
          { name: "metrics", port: 9153, protocol: "TCP", targetPort: 9153 },
        ],
        selector: labels,
      },
    }),
    inKubeSystem("apps/v1 Deployment", "coredns", {
      metadata: { labels },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
        template: { metadata: { labels }, spec: podSpec(options) },
      },
    }),
  ];
}

function podSpec({ era }: AddonOptions): object {
  const release = releaseOf(era);
  const probe = (path: string, port: number) => ({ httpGet: { path, port, scheme: "HTTP" } });
  const apart = {
    labelSelector: {
      matchExpressions: [{ key: "k8s-app", operator: "In", values: ["kube-dns"] }],
    },
    topologyKey: "kubernetes.io/hostname",
  };
  return {
    ...(release.spreadsDns && {
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            { podAffinityTerm: apart, weight: 100 },
          ],
        },
      },
    }),
    containers: [
      {
        args: ["-conf", "/etc/coredns/Corefile"],
        image: release.coredns,
        imagePullPolicy: "IfNotPresent",
        livenessProbe: {
          ...probe("/health", 8080),
          ...{ failureThreshold: 5, initialDelaySeconds: 60, timeoutSeconds: 5 },
        },
        name: "coredns",
        ports: [
          { containerPort: 53, name: "dns", protocol: "UDP" },
          { containerPort: 53, name: "dns-tcp", protocol: "TCP" },
          { containerPort: 9153, name: "metrics", protocol: "TCP" },
        ],
        readinessProbe: probe("/ready", 8181),
        resources: { limits: { memory: "170Mi" }, requests: { cpu: "100m", memory: "70Mi" } },
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
          readOnlyRootFilesystem: true,
        },
        volumeMounts: [{ mountPath: "/etc/coredns", name: "config-volume", readOnly: true }],
      },
    ],
    dnsPolicy: "Default",
    nodeSelector: { [release.osLabel]: "linux" },
    priorityClassName: "system-cluster-critical",
    serviceAccountName: "coredns",
    tolerations: [
      { key: "CriticalAddonsOnly", operator: "Exists" },
      ...release.toleratedKeys.map((key) => ({ effect: "NoSchedule", key })),
    ],
    volumes: [
      {
        configMap: { items: [{ key: "Corefile", path: "Corefile" }], name: "coredns" },
        name: "config-volume",
      },
    ],
  };
}

const corefile = ({ era }: AddonOptions, domain: string): string => `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes ${domain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    ${releaseOf(era).cache.replaceAll("cluster.local", domain)}
    loop
    reload
    loadbalance
}
`;
