// A pod's sandbox: its address, its name, and the files that all its containers share. The pause
// container of docker, as far as anybody sees it.

import type { Adapter } from "../../machine/network.ts";
import { createTree } from "../../machine/tree.ts";
import type { MountConfig, PodName, SandboxConfig } from "./config.ts";
import type { RuntimeParts } from "./runtime.ts";

export interface Sandbox {
  readonly id: string;
  readonly pod: PodName;
  readonly attempt: number;
  readonly hostname: string;
  readonly hostNetwork: boolean;
  readonly ip: string;
  readonly adapter: Adapter;
  readonly createdAt: number;
  /** /etc/hostname and /etc/resolv.conf. */
  readonly mounts: readonly MountConfig[];
  ready: boolean;
  /** Takes back what it has of the node: address and ports. */
  close(): void;
}

export function createSandbox(
  id: string,
  config: SandboxConfig,
  { parts, ip }: { readonly parts: RuntimeParts; readonly ip: string },
): Sandbox {
  const { clock, fabric, machine } = parts;
  const { pod, attempt, hostname, hostNetwork } = config;
  const node = machine.adapter;
  const adapter = hostNetwork
    ? node
    : fabric.attach({ addresses: [ip], place: node.place, through: node });
  const { files } = createTree({ clock });
  files.write("/hostname", `${hostname}\n`);
  files.write("/resolv.conf", config.resolvConf);
  const file = (name: string): MountConfig => ({
    ...{ path: `/etc/${name}`, place: files.place(`/${name}`), kind: "file", readOnly: false },
  });
  const undo = hostNetwork ? [] : config.ports.map((port) => forward(parts, port, ip));
  return {
    ...{ id, pod, attempt, hostname, hostNetwork, adapter },
    ip: hostNetwork ? (node.addresses[0] ?? "") : ip,
    createdAt: clock.now(),
    mounts: [file("hostname"), file("resolv.conf")],
    ready: true,
    close() {
      for (const act of undo) act();
      if (!hostNetwork) adapter.detach();
    },
  };
}

/** What arrives at a port of the node goes to the pod: the portmap plugin of CNI. */
function forward(
  { machine }: RuntimeParts,
  { hostIP, hostPort, containerPort }: SandboxConfig["ports"][number],
  ip: string,
): () => void {
  const node = machine.adapter;
  const any = hostIP === "" || hostIP === "0.0.0.0";
  return node.rewrite(({ protocol, destination: { address, port } }) => {
    if (protocol !== "tcp" || port !== hostPort) return undefined;
    const mine = any ? node.addresses.includes(address) : address === hostIP;
    return mine ? { address: ip, port: containerPort } : undefined;
  });
}
