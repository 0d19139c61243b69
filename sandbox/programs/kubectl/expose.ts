// kubectl expose. pkg/cmd/expose/expose.go, pkg/generate/versioned/service.go.

import type { KubeObject, LabelSelector } from "../../api/meta.ts";
import type { PodSpec, PodTemplate } from "../../api/pod.ts";
import type { ServicePort } from "../../api/service.ts";
import { type Call, defineCommand } from "./cli/command.ts";
import { CommandError, usageError } from "./cli/errors.ts";
import { text } from "./cli/flags.ts";
import {
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fileFlags,
  operationOf,
  recordFlag,
  saveConfigFlag,
} from "./cli/shared-flags.ts";
import { present, printTyped } from "./create/object.ts";
import { makeService, parseLabels, sendGenerated } from "./generated.ts";
import { printFlags } from "./print/printers.ts";

export const expose = defineCommand({
  name: "expose",
  usage:
    "(-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type]",
  short:
    "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes Service",
  examples: [
    "# Create a service for a replicated nginx, which serves on port 80 and connects to the containers on port 8000.",
    "kubectl expose rc nginx --port=80 --target-port=8000",
    "",
    '# Create a service for a pod valid-pod, which serves on port 444 with the name "frontend"',
    "kubectl expose pod valid-pod --port=444 --name=frontend",
  ],
  completes: "type",
  flags: [
    ...printFlags(),
    text("generator", "The name of the API generator to use.", {
      value: "service/v2",
      hidden: true,
    }),
    text("protocol", "The network protocol for the service to be created. Default is 'TCP'."),
    text(
      "port",
      "The port that the service should serve on. Copied from the resource being exposed, if unspecified",
    ),
    text(
      "type",
      "Type for this service: ClusterIP, NodePort, LoadBalancer, or ExternalName. Default is 'ClusterIP'.",
    ),
    text(
      "load-balancer-ip",
      "IP to assign to the LoadBalancer. If empty, an ephemeral IP will be created and used (cloud-provider specific).",
    ),
    text(
      "selector",
      "A label selector to use for this service. Only equality-based selector requirements are supported. If empty (the default) infer the selector from the replication controller or replica set.)",
    ),
    text("labels l", "Labels to apply to the service created by this call."),
    text("container-port", "Synonym for --target-port", {
      hidden: true,
      deprecated:
        "--container-port will be removed in the future, please use --target-port instead",
    }),
    text(
      "target-port",
      "Name or number for the port on the container that the service should direct traffic to. Optional.",
    ),
    text(
      "external-ip",
      "Additional external IP address (not managed by Kubernetes) to accept for the service.",
    ),
    text("overrides", "An inline JSON override for the generated object."),
    text("name", "The name for the newly created object."),
    text(
      "session-affinity",
      "If non-empty, set the session affinity for the service to this; legal values: 'None', 'ClientIP'",
    ),
    text(
      "cluster-ip",
      "ClusterIP to be assigned to the service. Leave empty to auto-allocate, or set to 'None' to create a headless service.",
    ),
    ...fileFlags("identifying the resource to expose a service"),
    dryRunFlag,
    saveConfigFlag,
    recordFlag,
    fieldManagerFlag("kubectl-expose"),
  ],
  async run(call) {
    const { kubectl, args, path } = call;
    const selection = await kubectl
      .select({ args, files: kubectl.files })
      .catch((error: unknown) => {
        throw error instanceof CommandError ? usageError(path, error.message) : error;
      });
    const operation = operationOf("exposed", await dryRunOf(kubectl));
    await selection.visit(async (info) => {
      const object = info.object as KubeObject;
      const mapping = info.mapping;
      if (!exposable.test(object.kind)) {
        const kind = mapping?.group ? `${object.kind}.${mapping.group}` : object.kind;
        throw new CommandError(`cannot expose a ${kind}`);
      }
      await printTyped(call, await sendGenerated(call, serviceFor(call, object)), operation);
    });
  },
});

const exposable = /^(ReplicationController|Service|Pod|Deployment|ReplicaSet)$/;

type Exposed = KubeObject & {
  readonly spec: PodSpec & {
    readonly selector?: LabelSelector & Record<string, string>;
    readonly template?: PodTemplate;
    readonly ports?: readonly ServicePort[];
  };
};

const LONGEST_NAME = 63;

function serviceFor(call: Call, object: KubeObject): KubeObject {
  const { flags, path } = call;
  const exposed = object as Exposed;
  const ports = flags.string("port") === "" ? portsOf(exposed) : [flags.string("port")];
  const clusterIP = flags.string("cluster-ip");
  if (ports.length === 0 && clusterIP !== "None") {
    throw usageError(path, "couldn't find port via --port flag or introspection");
  }
  const affinity = flags.string("session-affinity");
  if (!/^(None|ClientIP|)$/.test(affinity)) {
    throw new CommandError(`unknown session affinity: ${affinity}`);
  }
  const type = flags.string("type");
  const labels = flags.string("labels");
  const external = flags.string("external-ip");
  return makeService({
    name: flags.string("name") || object.metadata.name.slice(0, LONGEST_NAME),
    selector: selectorFor(call, exposed),
    labels: labels === "" ? object.metadata.labels : parseLabels(labels),
    ports,
    protocols: protocolsOf(exposed),
    protocol: flags.string("protocol"),
    targetPort: flags.string("target-port") || flags.string("container-port"),
    more: present({
      externalIPs: external === "" ? [] : [external],
      type,
      loadBalancerIP: type === "LoadBalancer" ? flags.string("load-balancer-ip") : "",
      sessionAffinity: affinity,
      clusterIP,
    }),
  });
}

function selectorFor({ flags, path }: Call, { kind, metadata, spec }: Exposed) {
  const given = flags.string("selector");
  if (given !== "") return parseLabels(given);
  const missing = (why: string) =>
    usageError(path, `couldn't retrieve selectors via --selector flag or introspection: ${why}`);
  const { selector } = spec;
  if (kind === "Pod") {
    if (Object.keys(metadata.labels ?? {}).length === 0) {
      throw missing("the pod has no labels and cannot be exposed");
    }
    return metadata.labels ?? {};
  }
  if (kind === "Service" || kind === "ReplicationController") {
    if (!selector) throw missing("the service has no pod selector set");
    return selector;
  }
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  if (Object.keys(matchLabels).length === 0) {
    throw missing(`invalid ${kind.toLowerCase()}: no selectors, therefore cannot be exposed`);
  }
  if (matchExpressions.length > 0) {
    throw missing("couldn't convert expressions to map-based selector format");
  }
  return matchLabels;
}

const podSpecOf = ({ kind, spec }: Exposed): PodSpec | undefined =>
  kind === "Pod" ? spec : spec.template?.spec;

function portsOf(object: Exposed): string[] {
  if (object.kind === "Service") return (object.spec.ports ?? []).map(({ port }) => String(port));
  const { containers = [] } = podSpecOf(object) ?? {};
  return containers.flatMap(({ ports = [] }) =>
    ports.map(({ containerPort }) => String(containerPort)),
  );
}

function protocolsOf(object: Exposed): Record<string, string> {
  const { containers = [] } = podSpecOf(object) ?? {};
  const pairs =
    object.kind === "Service"
      ? (object.spec.ports ?? []).map(({ port, protocol = "TCP" }) => [port, protocol])
      : containers.flatMap(({ ports = [] }) =>
          ports.map(({ containerPort, protocol = "TCP" }) => [containerPort, protocol]),
        );
  return Object.fromEntries(pairs);
}
