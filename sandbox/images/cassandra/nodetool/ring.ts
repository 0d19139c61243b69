// `nodetool ring`. Upstream: tools/nodetool/Ring.java.

import type { ClusterView, HostView } from "../jmx.ts";
import type { Call } from "../nodetool.ts";
import { byDc, loadText, longest } from "./hosts.ts";

export async function ring({ ask, print, args }: Call): Promise<undefined> {
  const { hosts, note } = await ask<ClusterView>("view", args[0]);
  const width = longest(hosts);
  const line = (cells: readonly string[]): string => {
    const widths = [width + 2, 12, 7, 8, 16, 20, 44];
    return cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("");
  };
  const lines = byDc(hosts).flatMap(([dc, list]) => {
    const rows = tokensOf(list);
    const last = rows.at(-1)?.token ?? "";
    return [
      `Datacenter: ${dc}`,
      "==========",
      line(["Address", "Rack", "Status", "State", "Load", "Owns", "Token"]),
      rows.length > 1 ? line(["", "", "", "", "", "", last]) : "",
      ...rows.map(({ host, token }) => {
        const { address, rack, isUp, state, owns } = host;
        const part = owns === undefined ? "?" : `${(owns * 100).toFixed(2)}%`;
        return line([address, rack, isUp ? "Up" : "Down", state, loadText(host), part, token]);
      }),
      "",
    ];
  });
  const hasSeveral = hosts.some(({ tokens }) => tokens.length > 1);
  const warning = [
    '  Warning: "nodetool ring" is used to output all the tokens of a node.',
    '  To view status related info of a node use "nodetool status" instead.\n',
  ];
  const end = note === "" ? "\n  " : `\n  Note: ${note}`;
  await print(["", ...lines, ...(hasSeveral ? warning : []), end].join("\n"));
  return undefined;
}

function tokensOf(hosts: readonly HostView[]) {
  const rows = hosts.flatMap((host) => host.tokens.map((token) => ({ host, token })));
  return rows.sort((a, b) => (BigInt(a.token) < BigInt(b.token) ? -1 : 1));
}
