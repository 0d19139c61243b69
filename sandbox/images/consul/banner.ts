// What an agent prints before its log begins. Upstream: hashicorp/consul command/agent/agent.go.

import type { Agent } from "./agent.ts";

export function banner({ settings, version, id }: Agent): string {
  const { has, number, built } = version;
  const { server, bootstrap, name, datacenter, client, advertise, ports } = settings;
  const isLong = has.has("longBanner");
  const grpc = isLong ? `gRPC: -1, gRPC-TLS: ${server ? 8503 : -1}` : "gRPC: -1";
  const tls = "Verify Incoming: false, Verify Outgoing: false";
  const least = "Min Version: TLSv1_2";
  const lines: readonly (readonly [label: string, value: string])[] = [
    ["Version", `'${has.has("plainLog") ? "" : "v"}${number}'`],
    ...(isLong ? ([["Build Date", `'${buildDate(built)}'`]] as const) : []),
    ["Node ID", `'${id}'`],
    ["Node name", `'${name}'`],
    ["Datacenter", `'${datacenter}' (Segment: '${server ? "<all>" : ""}')`],
    ["Server", `${server} (Bootstrap: ${bootstrap})`],
    ["Client Addr", `[${client.join(" ")}] (HTTP: ${ports.http}, HTTPS: -1, ${grpc}, DNS: 8600)`],
    ["Cluster Addr", `${advertise} (LAN: ${ports.lan}, WAN: ${ports.wan})`],
    ...(isLong
      ? ([
          ["Gossip Encryption", "false"],
          ["Auto-Encrypt-TLS", "false"],
          ...(has.has("aclPolicy")
            ? ([
                ["ACL Enabled", "false"],
                ["ACL Default Policy", "allow"],
              ] as const)
            : ([["ACLs Enabled", "false"]] as const)),
          ["HTTPS TLS", `${tls}, ${least}`],
          ["gRPC TLS", `Verify Incoming: false, ${least}`],
          ["Internal RPC TLS", `${tls} (Verify Hostname: false), ${least}`],
        ] as const)
      : ([
          [
            "Encrypt",
            "Gossip: false, TLS-Outgoing: false, TLS-Incoming: false, Auto-Encrypt-TLS: false",
          ],
        ] as const)),
  ];
  const width = Math.max(14, ...lines.map(([label]) => label.length));
  const table = lines.map(([label, value]) => `    ${label.padStart(width)}: ${value}\n`).join("");
  return `==> Starting Consul agent...\n${table}\n==> Log data will now stream in as it occurs:\n`;
}

/** `2024-10-29 19:04:05 +0000 UTC` */
const buildDate = (built: string): string => built.replace("T", " ").replace("Z", " +0000 UTC");
