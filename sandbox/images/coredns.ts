// CoreDNS, as kubeadm runs it: the names of the cluster for all pods.

import type { Era } from "../api/era.ts";
import { defineImage, type Image } from "../machine/image.ts";
import { type DnsServerOptions, dnsServer } from "../node/dns/server.ts";

interface Build {
  readonly go: string;
  readonly commit: string;
  /** How it shortens its configuration, to say which one it has. */
  readonly digest: "MD5" | "SHA512";
}

/** By version. */
const builds: Readonly<Record<string, Build>> = {
  "1.1.3": { go: "go1.10.1", commit: "b0fd575c", digest: "MD5" },
  "1.3.1": { go: "go1.11.4", commit: "6b56a9c", digest: "MD5" },
  "1.6.2": { go: "go1.12.8", commit: "795a3eb", digest: "MD5" },
  "1.6.7": { go: "go1.13.6", commit: "da7f65b", digest: "MD5" },
  "1.7.0": { go: "go1.14.4", commit: "f59c03d", digest: "MD5" },
  "1.8.0": { go: "go1.15.3", commit: "054c9ae", digest: "MD5" },
  "1.11.1": { go: "go1.20.7", commit: "ae2bbc2", digest: "SHA512" },
  "1.12.1": { go: "go1.24.1", commit: "707c7c1", digest: "SHA512" },
};

/** differs: those of kubeadm's configuration, whatever the real one is. */
const checksums = {
  MD5: "db32ca3650231d74073ff4cf814959a7",
  SHA512:
    "591cf328cccc12bc490481273e738df59329c62c0b729d94e8b61db9961c2fa5" +
    "f046dd37f1cf888b953814040d180f52594972691cd6ff41be96639138a43908",
};

/** Registries call it `coredns` or `coredns/coredns`, with and without the `v`. */
export function corednsImages(era: Era): Image[] {
  return Object.entries(builds).map(([version, { go, commit, digest }]) => {
    const banner =
      `.:53\n[INFO] plugin/reload: Running configuration ${digest} = ${checksums[digest]}\n` +
      `CoreDNS-${version}\nlinux/amd64, ${go}, ${commit}\n`;
    return image([version, `v${version}`], { era, flavor: "coredns", banner });
  });
}

function image(tags: readonly string[], options: DnsServerOptions): Image {
  const places = ["registry.k8s.io", "k8s.gcr.io", "registry.k8s.io/coredns", "k8s.gcr.io/coredns"];
  return defineImage({
    names: [...places, "coredns"].map((place) => `${place}/coredns`),
    tags,
    size: 20_000_000,
    config: { entrypoint: ["/coredns"], exposedPorts: [53] },
    programs: { "/coredns": dnsServer(options) },
  });
}
