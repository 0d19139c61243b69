// What the API server of each era says of names that it refuses.

import type { NameWords } from "../../api/words/names.ts";

const subdomain =
  "subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";
const label =
  "label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character";

/** Since 1.19. */
export const v1_20: NameWords = {
  subdomainRule: `a lowercase RFC 1123 ${subdomain}`,
  labelRule: `a lowercase RFC 1123 ${label}`,
  bareRegexes: false,
};

export const v1_11: NameWords = {
  subdomainRule: `a DNS-1123 ${subdomain}`,
  labelRule: `a DNS-1123 ${label}`,
  bareRegexes: false,
};

export const v1_3: NameWords = { ...v1_11, bareRegexes: true };
