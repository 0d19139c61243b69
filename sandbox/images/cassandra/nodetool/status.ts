// `nodetool status`. Upstream: tools/nodetool/Status.java.

import type { ClusterView, HostView } from "../jmx.ts";
import type { Call } from "../nodetool.ts";
import { byDc, inOrder, loadText, longest } from "./hosts.ts";

export async function status({ ask, print, args }: Call): Promise<undefined> {
  const { hosts, note } = await ask<ClusterView>("view", args[0]);
  const isSingle = hosts.every(({ tokens }) => tokens.length === 1);
  const width = hosts.length > 0 ? longest(hosts) : 0;
  const owns = note === "" ? "Owns (effective)" : "Owns";
  const head = ["Address".padEnd(width), "Load".padEnd(9)];
  const middle = isSingle ? [] : ["Tokens".padEnd(11)];
  const ownsWidth = note === "" ? 16 : 6;
  const columns = [...head, ...middle, owns.padEnd(ownsWidth), "Host ID".padEnd(36)];
  const last = isSingle ? ["Token".padEnd(39), "Rack"] : ["Rack"];
  const lines = byDc(hosts).flatMap(([dc, list]) => [
    `Datacenter: ${dc}`,
    "=".repeat(`Datacenter: ${dc}`.length),
    "Status=Up/Down",
    "|/ State=Normal/Leaving/Joining/Moving",
    `--  ${[...columns, ...last].join("  ")}`,
    ...inOrder(list).map((host) => lineOf(host, { isSingle, width, ownsWidth })),
  ]);
  await print([...lines, note === "" ? "" : `\nNote: ${note}`].join("\n"));
  return undefined;
}

interface Layout {
  readonly isSingle: boolean;
  readonly width: number;
  readonly ownsWidth: number;
}

function lineOf(host: HostView, { isSingle, width, ownsWidth }: Layout): string {
  const { isUp, state, address, tokens, owns, hostId, rack } = host;
  const part = owns === undefined ? "?" : `${(owns * 100).toFixed(1)}%`;
  return [
    `${isUp ? "U" : "D"}${state[0]}`,
    address.padEnd(width),
    loadText(host).padEnd(9),
    ...(isSingle ? [] : [String(tokens.length).padEnd(11)]),
    part.padEnd(ownsWidth),
    hostId.padEnd(36),
    ...(isSingle ? [(tokens[0] ?? "").padEnd(39)] : []),
    rack,
  ].join("  ");
}
