// kubectl create service: one subcommand for each type. pkg/cmd/create/create_service.go.

import { labelProblems, subdomainProblems } from "../../../api/names.ts";
import { quoted } from "../../../api/schema/go-json.ts";
import { type Call, defineCommand } from "../cli/command.ts";
import { CommandError } from "../cli/errors.ts";
import { type Flag, int, list, text } from "../cli/flags.ts";
import { createCommand, present } from "./object.ts";

const tcpFlag = list("tcp", "Port pairs can be specified as '<port>:<targetPort>'.");

interface ServiceType {
  readonly name: string;
  readonly type: string;
  readonly flags?: readonly Flag[];
  readonly required?: readonly string[];
}

function serviceCommand({ name: command, type, flags = [], required = [] }: ServiceType) {
  return createCommand({
    name: command,
    apiVersion: "v1",
    kind: "Service",
    usage: `NAME ${type === "ExternalName" ? "--external-name external.name " : ""}[--tcp=<port>:<targetPort>] [--dry-run=server|client|none]`,
    short: `Create ${/^[aeiou]/i.test(type) ? "an" : "a"} ${type} service.`,
    flags: [tcpFlag, ...flags],
    required,
    make: (name, call) => makeService(name, type, call),
  });
}

function makeService(name: string, type: string, { flags, kubectl }: Call) {
  const tcp = flags.list("tcp");
  const clusterIP = flags.string("clusterip");
  const externalName = flags.string("external-name");
  if (clusterIP !== "None" && tcp.length === 0 && type !== "ExternalName") {
    throw new CommandError("at least one tcp port specifier must be provided");
  }
  if (type === "ExternalName" && subdomainProblems(externalName, kubectl.era).length > 0) {
    throw new CommandError(`invalid service external name ${externalName}`);
  }
  const nodePort = flags.has("node-port") ? flags.int("node-port") : 0;
  const ports = tcp.map((pair) => ({
    name: pair.replaceAll(":", "-"),
    ...portPair(pair, (each) => labelProblems(each, kubectl.era)),
    ...(nodePort !== 0 && { nodePort }),
  }));
  return {
    metadata: { labels: { app: name } },
    spec: { ...present({ ports, clusterIP, externalName }), selector: { app: name }, type },
  };
}

function portPair(pair: string, problems: (name: string) => readonly string[]) {
  const [first = "", second = first] = pair.split(":");
  if (!/^\d+$/.test(first)) {
    throw new CommandError(`strconv.ParseUint: parsing ${quoted(first)}: invalid syntax`);
  }
  if (Number(first) > 65_535) {
    throw new CommandError(`strconv.ParseUint: parsing ${quoted(first)}: value out of range`);
  }
  const isNumber = /^-?\d+$/.test(second);
  if (isNumber && (Number(second) < 1 || Number(second) > 65_535)) {
    throw new CommandError("must be between 1 and 65535, inclusive");
  }
  if (!isNumber && problems(second).length > 0) throw new CommandError(problems(second).join(","));
  return { protocol: "TCP", port: Number(first), targetPort: isNumber ? Number(second) : second };
}

export const service = defineCommand({
  name: "service",
  aliases: ["svc"],
  usage: "",
  short: "Create a service using specified subcommand.",
  commands: [
    serviceCommand({
      name: "clusterip",
      type: "ClusterIP",
      flags: [
        text(
          "clusterip",
          "Assign your own ClusterIP or set to 'None' for a 'headless' service (no loadbalancing).",
        ),
      ],
    }),
    serviceCommand({
      name: "externalname",
      type: "ExternalName",
      flags: [text("external-name", "External name of service")],
      required: ["external-name"],
    }),
    serviceCommand({ name: "loadbalancer", type: "LoadBalancer" }),
    serviceCommand({
      name: "nodeport",
      type: "NodePort",
      flags: [int("node-port", "Port used to expose the service on each node in a cluster.")],
    }),
  ],
});
