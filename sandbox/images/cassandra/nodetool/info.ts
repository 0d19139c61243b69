// `nodetool info`. Upstream: tools/nodetool/Info.java.
// differs: caches are empty, and the heap is as full as it is after a start.

import type { ClusterView } from "../jmx.ts";
import type { Call } from "../nodetool.ts";
import { sizeText } from "./hosts.ts";

const emptyCache = (name: string, capacity: string, period: number): [string, string] => [
  name,
  `entries 0, size 0 bytes, capacity ${capacity}, 0 hits, 0 requests, NaN recent hit rate, ${period} save period in seconds`,
];

export async function info({ ask, print, flags }: Call): Promise<undefined> {
  const { own } = await ask<ClusterView>("view");
  const { tokens, heapMiB } = own;
  const isFull = flags.has("-T") || flags.has("--tokens") || tokens.length === 1;
  const tokenLines: [string, string][] = !own.isJoined
    ? [["Token", "(node is not joined to the cluster)"]]
    : isFull
      ? tokens.map((token) => ["Token", token])
      : [["Token", `(invoke with -T/--tokens to see all ${tokens.length} tokens)`]];
  const keyCache = Math.min(100, Math.floor(heapMiB * 0.05));
  const counterCache = Math.min(50, Math.floor(heapMiB * 0.025));
  const lines: [string, string][] = [
    ["ID", own.hostId],
    ["Gossip active", String(own.isGossiping)],
    ["Thrift active", "false"],
    ["Native Transport active", String(own.isNative)],
    ["Load", sizeText(own.load)],
    ["Generation No", String(own.isGossiping ? own.generation : 0)],
    ["Uptime (seconds)", String(Math.floor(own.uptimeMs / 1000))],
    ["Heap Memory (MB)", `${(heapMiB * 0.31).toFixed(2)} / ${(heapMiB * 0.97).toFixed(2)}`],
    ["Off Heap Memory (MB)", "0.00"],
    ["Data Center", own.dc],
    ["Rack", own.rack],
    ["Exceptions", "0"],
    emptyCache("Key Cache", `${keyCache} MiB`, 14_400),
    emptyCache("Row Cache", "0 bytes", 0),
    emptyCache("Counter Cache", `${counterCache} MiB`, 7_200),
    ["Percent Repaired", "100.0%"],
    ...tokenLines,
  ];
  await print(lines.map(([name, value]) => `${name.padEnd(23)}: ${value}`).join("\n"));
  return undefined;
}
