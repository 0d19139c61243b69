// The images of a cluster's own pods, as kubeadm names them. What runs in them is handed in, for
// they belong to one cluster.

import { defineImage, type Image } from "../machine/image.ts";
import type { Program } from "../machine/process.ts";
import { type KubeProxyOptions, kubeProxyProgram } from "../node/proxy/kube-proxy.ts";
import { usualPath } from "./base-files.ts";
import { corednsImages } from "./coredns.ts";
import { kubeDnsImages } from "./kube-dns.ts";
import { type LocalPathOptions, localPathImage } from "./local-path/image.ts";

export interface SystemImagesOptions extends KubeProxyOptions, LocalPathOptions {
  /** By name: `kube-apiserver`, `kube-controller-manager`, `kube-scheduler`, `etcd`. */
  readonly programs: Readonly<Record<string, Program>>;
  /** Debian. */
  readonly base: Image;
}

const sizes: Readonly<Record<string, number>> = {
  "kube-apiserver": 30_500_000,
  "kube-controller-manager": 29_400_000,
  "kube-scheduler": 14_000_000,
  "kube-proxy": 49_500_000,
  etcd: 86_700_000,
};

export function systemImages(options: SystemImagesOptions): Image[] {
  const { era, programs, base } = options;
  const named = { ...programs, "kube-proxy": kubeProxyProgram(options) };
  return [
    ...corednsImages(era),
    localPathImage(options),
    ...kubeDnsImages(era),
    ...Object.entries(named).map(([name, program]) => image({ era, base }, name, program)),
  ];
}

function image(
  { era: { build }, base }: Pick<SystemImagesOptions, "era" | "base">,
  name: string,
  program: Program,
): Image {
  const places = ["registry.k8s.io", "k8s.gcr.io", "gcr.io/google_containers"];
  return defineImage({
    names: places.flatMap((place) => [`${place}/${name}`, `${place}/${name}-amd64`]),
    tags: name === "etcd" ? etcdTags : [build.gitVersion],
    size: sizes[name] ?? 20_000_000,
    base,
    config: { env: { PATH: usualPath } },
    programs: { [`/usr/local/bin/${name}`]: program },
  });
}

const etcdTags = ["3.0.17", "3.1.12", "3.2.18", "3.4.13-0", "3.5.24-0", "3.6.4-0", "3.6.5-0"];
