// kube-dns, which was the names of the cluster before CoreDNS, and what ran beside it.
// differs: kubedns answers port 53 itself; dnsmasq and healthz only wait to be told to stop.

import type { Era } from "../api/era.ts";
import { defineImage, type Image } from "../machine/image.ts";
import type { Program } from "../machine/process.ts";
import { dnsServer } from "../node/dns/server.ts";

const waits: Program = async (process) => {
  await process.wait(new Promise<void>((resolve) => process.trap("SIGTERM", resolve)));
  return 0;
};

interface Part {
  readonly name: string;
  readonly tags: readonly string[];
  readonly program: Program;
}

export function kubeDnsImages(era: Era): Image[] {
  const server = dnsServer({ era, flavor: "kube-dns", banner: "" });
  const parts: readonly Part[] = [
    { name: "kubedns-amd64", tags: ["1.5", "1.7", "1.9"], program: server },
    { name: "kube-dnsmasq-amd64", tags: ["1.3", "1.4"], program: waits },
    { name: "exechealthz-amd64", tags: ["1.0", "1.1", "1.2"], program: waits },
  ];
  return parts.map(({ name, tags, program }) =>
    defineImage({
      names: [`gcr.io/google_containers/${name}`],
      tags,
      size: 16_000_000,
      config: { entrypoint: [`/${name}`] },
      programs: { [`/${name}`]: program },
    }),
  );
}
