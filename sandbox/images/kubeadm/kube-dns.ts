// The cluster's DNS before CoreDNS: kube-dns, with dnsmasq before it and somebody who asks whether
// it is well. cluster/saltbase/salt/kube-dns/skydns-rc.yaml.in (1.3),
// cluster/addons/dns/kubedns-controller.yaml.in (1.5).

import { serves } from "../../api/era.ts";
import type { KubeObject } from "../../api/meta.ts";
import { type AddonOptions, inKubeSystem } from "./addon.ts";

const shared = { "k8s-app": "kube-dns", "kubernetes.io/cluster-service": "true" };

/** A ReplicationController while Deployments were young, a Deployment later. */
export function kubeDns(options: AddonOptions): readonly KubeObject[] {
  return [service(options), workload(options)];
}

const service = ({ dns }: AddonOptions): KubeObject =>
  inKubeSystem("v1 Service", "kube-dns", {
    metadata: { labels: { ...shared, "kubernetes.io/name": "KubeDNS" } },
    spec: {
      clusterIP: dns,
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
      ],
      selector: { "k8s-app": "kube-dns" },
    },
  });

function workload(options: AddonOptions): KubeObject {
  if (isYoung(options)) {
    const labels = { ...shared, version: "v17" };
    return inKubeSystem("v1 ReplicationController", "kube-dns-v17", {
      metadata: { labels },
      spec: {
        replicas: 1,
        selector: { "k8s-app": "kube-dns", version: "v17" },
        template: { metadata: { labels }, spec: podSpec(options, ["1.5", "1.3", "1.0"]) },
      },
    });
  }
  const labels = { "k8s-app": "kube-dns" };
  return inKubeSystem("extensions/v1beta1 Deployment", "kube-dns", {
    metadata: { labels: shared },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      strategy: { rollingUpdate: { maxSurge: "10%", maxUnavailable: 0 } },
      template: { metadata: { labels }, spec: podSpec(options, ["1.9", "1.4", "1.2"]) },
    },
  });
}

/** The release of the Pet Set. */
const isYoung = ({ era }: AddonOptions): boolean => serves(era, "apps/v1alpha1", "petsets");

const registry = "gcr.io/google_containers";

function podSpec({ domain }: AddonOptions, [dns, masq, healthz]: readonly string[]): object {
  const probe = (path: string, port: number) => ({
    httpGet: { path, port, scheme: "HTTP" },
    timeoutSeconds: 5,
  });
  return {
    containers: [
      {
        name: "kubedns",
        image: `${registry}/kubedns-amd64:${dns}`,
        args: [`--domain=${domain}.`, "--dns-port=10053"],
        ports: [
          { containerPort: 10053, name: "dns-local", protocol: "UDP" },
          { containerPort: 10053, name: "dns-tcp-local", protocol: "TCP" },
        ],
        readinessProbe: { ...probe("/readiness", 8081), initialDelaySeconds: 30 },
        resources: {
          limits: { cpu: "100m", memory: "200Mi" },
          requests: { cpu: "100m", memory: "100Mi" },
        },
      },
      {
        name: "dnsmasq",
        image: `${registry}/kube-dnsmasq-amd64:${masq}`,
        args: ["--cache-size=1000", "--no-resolv", "--server=127.0.0.1#10053"],
        ports: [
          { containerPort: 53, name: "dns", protocol: "UDP" },
          { containerPort: 53, name: "dns-tcp", protocol: "TCP" },
        ],
      },
      {
        name: "healthz",
        image: `${registry}/exechealthz-amd64:${healthz}`,
        args: [
          `-cmd=nslookup kubernetes.default.svc.${domain} 127.0.0.1 >/dev/null`,
          "-port=8080",
          "-quiet",
        ],
        ports: [{ containerPort: 8080, protocol: "TCP" }],
        resources: {
          limits: { cpu: "10m", memory: "20Mi" },
          requests: { cpu: "10m", memory: "20Mi" },
        },
      },
    ],
    dnsPolicy: "Default",
  };
}
