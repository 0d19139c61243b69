// kubectl cluster-info. pkg/cmd/clusterinfo/clusterinfo.go.

import type { KubeList, KubeObject } from "../../api/meta.ts";
import type { Service } from "../../api/service.ts";
import { defineCommand } from "./cli/command.ts";
import { notSimulated } from "./cli/errors.ts";
import type { Kubectl } from "./cli/kubectl.ts";

const dump = defineCommand({
  name: "dump",
  usage: "",
  short: "Dump lots of relevant info for debugging and diagnosis",
  completes: "none",
  async run() {
    throw notSimulated("kubectl cluster-info dump");
  },
});

export const clusterInfo = defineCommand({
  name: "cluster-info",
  usage: "",
  short: "Display cluster info",
  examples: [
    "# Print the address of the control plane and cluster services",
    "kubectl cluster-info",
  ],
  commands: [dump],
  completes: "none",
  async run({ kubectl }) {
    const { url } = kubectl.rest.connection;
    const isTerminal = kubectl.process.stdout.isTerminal;
    const line = (name: string, link: string) =>
      isTerminal
        ? `\x1b[0;32m${name}\x1b[0m is running at \x1b[0;33m${link}\x1b[0m\n`
        : `${name} is running at ${link}\n`;
    const services = await clusterServices(kubectl);
    await kubectl.out(line(kubectl.words.controlPlane, url));
    for (const service of services) await kubectl.out(line(nameOf(service), linkOf(service, url)));
    const advice =
      "To further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.";
    await kubectl.out(`\n${advice}\n`);
  },
});

async function clusterServices(kubectl: Kubectl): Promise<readonly Service[]> {
  const mapping = await kubectl.discovery.find("services");
  const query = { labelSelector: "kubernetes.io/cluster-service=true" };
  const list = await kubectl.rest.list<KubeList<Service>>(mapping, "kube-system", { query });
  return list.items;
}

const nameOf = ({ metadata }: KubeObject): string =>
  metadata.labels?.["kubernetes.io/name"] ?? metadata.name;

/** Through the server's proxy, by the first port. */
function linkOf({ metadata, spec }: Service, url: string): string {
  const [port] = spec.ports ?? [];
  const name = port ? `${metadata.name}:${port.name || port.port}` : metadata.name;
  const scheme = port?.port === 443 || port?.name === "https" ? "https:" : "";
  return `${url}/api/v1/namespaces/${metadata.namespace}/services/${scheme}${name}/proxy`;
}
