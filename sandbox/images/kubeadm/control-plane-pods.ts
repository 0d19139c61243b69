// The control plane as pods of a node, which its kubelet starts from files.
// cmd/kubeadm/app/phases/controlplane/manifests.go, phases/etcd/local.go.
// differs: without the probes, which would be the only thing that a cluster at rest does.

import { writeYaml } from "../../api/yaml/write.ts";
import type { AddonOptions } from "./addon.ts";
import { releaseOf } from "./release.ts";

export interface ControlPlaneOptions extends Pick<AddonOptions, "era" | "podRange" | "domain"> {
  /** The node's. */
  readonly address: string;
  readonly nodeName: string;
  /** `10.96.0.0/12` */
  readonly serviceRange: string;
}

interface Part {
  readonly name: string;
  readonly image: string;
  readonly flags: Readonly<Record<string, string>>;
  readonly requests: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Name, path, and the type that the host's path has. */
  readonly mounts: readonly (readonly [name: string, path: string, type: string])[];
}

const pki = "/etc/kubernetes/pki";
const folder = "DirectoryOrCreate";
const certificates = [
  ["ca-certs", "/etc/ssl/certs", folder],
  ["k8s-certs", pki, folder],
] as const;

/** The texts of the files for /etc/kubernetes/manifests, by name. */
export function controlPlaneManifests(
  options: ControlPlaneOptions,
): Readonly<Record<string, string>> {
  const parts = [etcd, apiserver, controllerManager, scheduler].map((part) => part(options));
  return Object.fromEntries(parts.map((part) => [`${part.name}.yaml`, writeYaml(pod(part))]));
}

function pod({ name, image, flags, requests, annotations, mounts }: Part): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      ...(annotations && { annotations }),
      labels: { component: name, tier: "control-plane" },
      name,
      namespace: "kube-system",
    },
    spec: {
      containers: [
        {
          command: [name, ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)],
          image,
          imagePullPolicy: "IfNotPresent",
          name,
          resources: { requests },
          volumeMounts: mounts.map(([volume, mountPath]) => ({
            ...{ mountPath, name: volume },
            ...(!volume.startsWith("etcd-") && { readOnly: true }),
          })),
        },
      ],
      hostNetwork: true,
      priorityClassName: "system-node-critical",
      securityContext: { seccompProfile: { type: "RuntimeDefault" } },
      volumes: mounts.map(([volume, path, type]) => ({ hostPath: { path, type }, name: volume })),
    },
    status: {},
  };
}

function etcd({ era, address, nodeName }: ControlPlaneOptions): Part {
  const client = `https://${address}:2379`;
  const peer = `https://${address}:2380`;
  return {
    name: "etcd",
    image: releaseOf(era).etcd,
    annotations: { "kubeadm.kubernetes.io/etcd.advertise-client-urls": client },
    flags: {
      "advertise-client-urls": client,
      "cert-file": `${pki}/etcd/server.crt`,
      "client-cert-auth": "true",
      "data-dir": "/var/lib/etcd",
      "initial-advertise-peer-urls": peer,
      "initial-cluster": `${nodeName}=${peer}`,
      "key-file": `${pki}/etcd/server.key`,
      "listen-client-urls": `https://127.0.0.1:2379,${client}`,
      "listen-metrics-urls": "http://127.0.0.1:2381",
      "listen-peer-urls": peer,
      name: nodeName,
      "peer-cert-file": `${pki}/etcd/peer.crt`,
      "peer-client-cert-auth": "true",
      "peer-key-file": `${pki}/etcd/peer.key`,
      "peer-trusted-ca-file": `${pki}/etcd/ca.crt`,
      "snapshot-count": "10000",
      "trusted-ca-file": `${pki}/etcd/ca.crt`,
    },
    requests: { cpu: "100m", memory: "100Mi" },
    mounts: [
      ["etcd-data", "/var/lib/etcd", folder],
      ["etcd-certs", `${pki}/etcd`, folder],
    ],
  };
}

function apiserver({ era, address, domain, serviceRange }: ControlPlaneOptions): Part {
  return {
    name: "kube-apiserver",
    image: `${releaseOf(era).registry}/kube-apiserver:${era.build.gitVersion}`,
    annotations: {
      "kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint": `${address}:6443`,
    },
    flags: {
      "advertise-address": address,
      "allow-privileged": "true",
      "authorization-mode": "Node,RBAC",
      "client-ca-file": `${pki}/ca.crt`,
      "enable-admission-plugins": "NodeRestriction",
      "enable-bootstrap-token-auth": "true",
      "etcd-cafile": `${pki}/etcd/ca.crt`,
      "etcd-certfile": `${pki}/apiserver-etcd-client.crt`,
      "etcd-keyfile": `${pki}/apiserver-etcd-client.key`,
      "etcd-servers": "https://127.0.0.1:2379",
      "kubelet-client-certificate": `${pki}/apiserver-kubelet-client.crt`,
      "kubelet-client-key": `${pki}/apiserver-kubelet-client.key`,
      "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
      "secure-port": "6443",
      "service-account-issuer": `https://kubernetes.default.svc.${domain}`,
      "service-account-key-file": `${pki}/sa.pub`,
      "service-account-signing-key-file": `${pki}/sa.key`,
      "service-cluster-ip-range": serviceRange,
      "tls-cert-file": `${pki}/apiserver.crt`,
      "tls-private-key-file": `${pki}/apiserver.key`,
    },
    requests: { cpu: "250m" },
    mounts: certificates,
  };
}

function controllerManager({ era, podRange, serviceRange }: ControlPlaneOptions): Part {
  const kubeconfig = "/etc/kubernetes/controller-manager.conf";
  return {
    name: "kube-controller-manager",
    image: `${releaseOf(era).registry}/kube-controller-manager:${era.build.gitVersion}`,
    flags: {
      "allocate-node-cidrs": "true",
      "authentication-kubeconfig": kubeconfig,
      "authorization-kubeconfig": kubeconfig,
      "bind-address": "127.0.0.1",
      "client-ca-file": `${pki}/ca.crt`,
      "cluster-cidr": podRange,
      "cluster-name": "kubernetes",
      "cluster-signing-cert-file": `${pki}/ca.crt`,
      "cluster-signing-key-file": `${pki}/ca.key`,
      controllers: "*,bootstrapsigner,tokencleaner",
      kubeconfig,
      "leader-elect": "true",
      "root-ca-file": `${pki}/ca.crt`,
      "service-account-private-key-file": `${pki}/sa.key`,
      "service-cluster-ip-range": serviceRange,
      "use-service-account-credentials": "true",
    },
    requests: { cpu: "200m" },
    mounts: [...certificates, ["kubeconfig", kubeconfig, "FileOrCreate"]],
  };
}

function scheduler({ era }: ControlPlaneOptions): Part {
  const kubeconfig = "/etc/kubernetes/scheduler.conf";
  return {
    name: "kube-scheduler",
    image: `${releaseOf(era).registry}/kube-scheduler:${era.build.gitVersion}`,
    flags: {
      "authentication-kubeconfig": kubeconfig,
      "authorization-kubeconfig": kubeconfig,
      "bind-address": "127.0.0.1",
      kubeconfig,
      "leader-elect": "true",
    },
    requests: { cpu: "100m" },
    mounts: [["kubeconfig", kubeconfig, "FileOrCreate"]],
  };
}
