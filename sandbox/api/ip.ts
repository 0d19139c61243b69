// Addresses of the Internet protocol: reading, writing, ranges. IPv4 in numbers, IPv6 only as text.

/** The number of an IPv4 address, or undefined if `text` is none. */
export function parseIPv4(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let number = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    number = number * 256 + Number(part);
  }
  return number;
}

export const formatIPv4 = (number: number): string =>
  [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join(".");

export function isIPv6(text: string): boolean {
  const halves = text.split("::");
  if (halves.length > 2 || !text.includes(":")) return false;
  const groups = halves.flatMap((half) => (half === "" ? [] : half.split(":")));
  const tail = groups.at(-1);
  const dotted = tail?.includes(".") ?? false;
  if (dotted && (parseIPv4(tail as string) === undefined || text.endsWith(":"))) return false;
  const hex = dotted ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const length = hex.length + (dotted ? 2 : 0);
  return halves.length === 2 ? length < 8 : length === 8;
}

export const isIP = (text: string): boolean => parseIPv4(text) !== undefined || isIPv6(text);

export interface Range {
  readonly first: number;
  readonly size: number;
}

/** The addresses of `10.96.0.0/12`. */
export function parseCidr(text: string): Range | undefined {
  const [address = "", length = ""] = text.split("/");
  const number = parseIPv4(address);
  if (number === undefined || !/^\d{1,2}$/.test(length) || Number(length) > 32) return undefined;
  const size = 2 ** (32 - Number(length));
  return { first: number - (number % size), size };
}

export const inRange = ({ first, size }: Range, address: number): boolean =>
  address >= first && address < first + size;

export const ipProblems = (text: string): readonly string[] =>
  isIP(text) ? [] : ["must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"];

const loopback = { first: 127 * 2 ** 24, size: 2 ** 24 };
const linkLocal = { first: 169 * 2 ** 24 + 254 * 2 ** 16, size: 2 ** 16 };
const linkLocalMulticast = { first: 224 * 2 ** 24, size: 2 ** 8 };

/** Addresses that no endpoint and no service may have. */
export function specialIPProblems(text: string): readonly string[] {
  const number = parseIPv4(text);
  if (number === undefined && !isIPv6(text)) return ["must be a valid IP address"];
  const first = text.toLowerCase();
  const within = (range: Range) => number !== undefined && inRange(range, number);
  if (number === 0 || first === "::") return ["may not be unspecified (0.0.0.0)"];
  if (within(loopback) || first === "::1") {
    return ["may not be in the loopback range (127.0.0.0/8)"];
  }
  if (within(linkLocal) || /^fe[89ab]/.test(first)) {
    return ["may not be in the link-local range (169.254.0.0/16)"];
  }
  if (within(linkLocalMulticast) || first.startsWith("ff02:")) {
    return ["may not be in the link-local multicast range (224.0.0.0/24)"];
  }
  return [];
}
