// Options of `aws`, and which of the things found pass its filters.

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** By name, without the dashes; a list goes on until the next option. */
export function optionsOf(words: readonly string[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const word of words) {
    const [, name, value] = /^--([\w-]+)(?:=(.*))?$/.exec(word) ?? [];
    if (name !== undefined) {
      current = value === undefined ? [] : [value];
      found.set(name, current);
    } else if (current) current.push(word);
    else throw new UsageError(`\nUnknown options: ${word}`);
  }
  return found;
}

/** `Name=status,Values=in-use,available`: one of the values, in each of the filters. */
export function matchesFilters(item: Json, filters: readonly string[]): boolean {
  return filters.every((filter) => {
    const [, name = "", values = ""] = /^Name="?([^,"]+)"?,Values="?(.*?)"?$/.exec(filter) ?? [];
    const wanted = values.split(",").map((value) => value.replace(/^"|"$/g, ""));
    const found = valuesOf(item, name);
    return wanted.some((value) => {
      const pattern = new RegExp(
        `^${value.replace(/[.+^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`,
      );
      return found.some((each) => pattern.test(each));
    });
  });
}

const paths: Readonly<Record<string, string>> = {
  "attachment.instance-id": "Attachments.InstanceId",
  "attachment.status": "Attachments.State",
  "attachment.device": "Attachments.Device",
  "availability-zone": "AvailabilityZone",
  "create-time": "CreateTime",
  "instance-id": "InstanceId",
  "instance-state-name": "State.Name",
  "instance-type": "InstanceType",
  "private-dns-name": "PrivateDnsName",
  "private-ip-address": "PrivateIpAddress",
  size: "Size",
  status: "State",
  "volume-id": "VolumeId",
  "volume-type": "VolumeType",
};

function valuesOf(item: Json, name: string): string[] {
  if (name === "availability-zone" && isMap(item) && item["Placement"]) {
    return at(item, "Placement.AvailabilityZone");
  }
  if (name === "tag-key") return at(item, "Tags.Key");
  if (name.startsWith("tag:")) {
    const tags =
      isMap(item) && Array.isArray(item["Tags"]) ? (item["Tags"] as readonly Json[]) : [];
    const own = tags.filter((tag) => isMap(tag) && tag["Key"] === name.slice(4));
    return own.flatMap((tag) => at(tag, "Value"));
  }
  const path = paths[name];
  if (path === undefined) throw new UsageError(`\nThe filter '${name}' is not simulated`);
  return at(item, path);
}

export const isMap = (value: Json | undefined): value is { readonly [name: string]: Json } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function at(item: Json, path: string): string[] {
  const [first = "", ...rest] = path.split(".");
  if (Array.isArray(item)) return (item as readonly Json[]).flatMap((each) => at(each, path));
  if (!isMap(item)) return [];
  const value = item[first];
  if (value === undefined) return [];
  return rest.length === 0 ? [String(value)] : at(value, rest.join("."));
}
