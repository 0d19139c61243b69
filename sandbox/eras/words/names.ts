// What the API server of each era says of names that it refuses.

import type { NameWords } from "../../api/words/names.ts";

export const v1_20: NameWords = {
  subdomainRule:
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  labelRule:
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  bareRegexes: false,
};
