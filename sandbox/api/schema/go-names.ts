// What Go calls the fields and types of the API: error texts of real servers name them.

import type { Type } from "./field.ts";

/** Go's name of most fields: the JSON name with a capital, abbreviations in capitals. */
export function usualGoName(json: string): string {
  if (json === "metadata") return "ObjectMeta";
  const capital = json.charAt(0).toUpperCase() + json.slice(1);
  return capital
    .replace(first, (word) => word.toUpperCase())
    .replace(/Ip(?=[A-Z]|s?$)/g, "IP")
    .replace(/(Id|Uri|Url|Uid|Pid|Ipc)$/, (word) => word.toUpperCase());
}

const abbreviations =
  "Api|Cidr|Cpu|Csi|Dns|Fc|Fs|Gid|Gmsa|Grpc|Http|Id|Iqn|Iscsi|Nfs|Os|Pd|Qos|Rbd|Tcp|Tls|Ttl|Tty|Uid|Uri|Url";

const first = new RegExp(`^(${abbreviations})(?=[A-Z]|$)`);

/** `core/v1.Container` as Go prints it: `v1.Container`. */
export const goTypeName = (key: string): string => key.slice(key.lastIndexOf("/") + 1);

/** A type as Go spells it: `[]v1.Container`. */
export function goTypeOf(type: Type): string {
  switch (type.is) {
    case "struct":
      return goTypeName(type.key);
    case "pointer":
      return `*${goTypeOf(type.of)}`;
    case "list":
      return type.go ?? `[]${goTypeOf(type.of)}`;
    case "map":
      return type.go ?? `map[string]${goTypeOf(type.of)}`;
    default:
      return type.go;
  }
}
