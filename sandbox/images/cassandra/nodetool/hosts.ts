// How hosts are put in order and how sizes are written. Upstream: tools/nodetool/HostStat.java,
// io/util/FileUtils.java stringifyFileSize.

import type { HostView } from "../jmx.ts";

const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${Math.round(value)} bytes` : `${Number(value.toFixed(2))} ${units[unit]}`;
}

export const loadText = ({ load }: HostView): string => (load === undefined ? "?" : sizeText(load));

/** As Java's hash tables of addresses list them. */
export function inOrder(hosts: readonly HostView[]): HostView[] {
  let capacity = 16;
  while (hosts.length > capacity * 0.75) capacity *= 2;
  const place = ({ address }: HostView): number => {
    const hash = address.split(".").reduce((all, part) => (all << 8) | Number(part), 0);
    return (hash ^ (hash >>> 16)) & (capacity - 1);
  };
  return [...hosts].sort((a, b) => place(a) - place(b));
}

/** By data center, their names in order. */
export function byDc(hosts: readonly HostView[]): [string, HostView[]][] {
  const found = new Map<string, HostView[]>();
  for (const host of hosts) {
    const list = found.get(host.dc) ?? [];
    list.push(host);
    found.set(host.dc, list);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

export const longest = (hosts: readonly HostView[]): number =>
  Math.max(...hosts.map(({ address }) => address.length));
